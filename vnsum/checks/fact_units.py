"""Which units of two facts with the same value may mean the same."""

from __future__ import annotations

from vnsum.checks.facts import Fact
from vnsum.quantities.units import BASE, TEMPERATURES

# Units that translations use for each other.
DOLLARS = frozenset(["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"])  # each may be written "$"
IMPERIAL = frozenset(["mile", "yard", "foot", "inch", "acre", "square mile", "square foot", "pound",
                      "ounce", "gallon"])  # fmt: skip
SAME_UNIT = {"GBP": "pound"}


def units_agree(one: Fact, other: Fact) -> bool:
    """Return whether two numbers may be the same: 5 and 5 km, but not 5 km and 5 miles."""
    if one.family != other.family:
        return "percent" not in (one.unit, other.unit)
    units = {SAME_UNIT.get(one.unit, one.unit), SAME_UNIT.get(other.unit, other.unit)}
    if len(units) == 1:
        return True
    if "percent" in units:
        # "0%" is also "zero", and "20" in "20 and 30%" a percentage
        certain = one.quantity.certain and other.quantity.certain
        return "" in units and (one.value == 0 or not certain)
    if units <= DOLLARS and "USD" in units:
        return not all("US" in fact.quantity.text for fact in (one, other) if fact.unit == "USD")
    return "" in units or ("degree" in units and units <= TEMPERATURES)


def sizes_agree(one: Fact, other: Fact) -> bool:
    """Return whether two magnitudes may be the same: "hundreds of yards" are "hàng trăm mét"."""
    converted = (one.unit in IMPERIAL) != (other.unit in IMPERIAL)
    metric = one.unit in BASE or other.unit in BASE
    return units_agree(one, other) or (converted and metric)
