"""Writing the superscripts and subscripts of a page as characters of Unicode."""

from __future__ import annotations

from typing import Any

from vnsum.reading.web.unwrapping import unwrap

TAGS = ("sup", "sub")
LONGEST = 20  # characters
SIGNS = "0123456789+-−–=()"
FORMS = {
    "sup": str.maketrans(SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾"),
    "sub": str.maketrans(SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎"),
}
FRACTIONS = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗",
    "4/5": "⅘", "1/6": "⅙", "5/6": "⅚", "1/7": "⅐", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞",
    "1/9": "⅑", "1/10": "⅒",
}  # fmt: skip
SLASHES = ("/", "\N{FRACTION SLASH}")


def write_superscripts(tree: Any) -> None:
    """Write superscripts and subscripts in place of their elements.

    They are digits and signs; without their tags, `10<sup>6</sup>` would be the number 106. Those
    with letters, as in `1<sup>st</sup>`, are kept.
    """
    found = [element for element in tree.iter(*TAGS) if _is_script(element)]
    for element in found:
        text = element.text_content().strip().translate(FORMS[element.tag])
        if (fraction := _find_fraction(element)) is not None:
            text, element.tail = fraction, None
            element.getnext().text = None
        element[:] = []
        element.text = text
    unwrap(tree, found)


def _is_script(element: Any) -> bool:
    if next(element.iterdescendants(*TAGS), None) is not None:
        return False
    text = element.text_content().strip()
    return 0 < len(text) <= LONGEST and not text.strip(f"{SIGNS},. ") and text.strip(",. ") != ""


def _find_fraction(element: Any) -> str | None:
    """Return the character of a fraction, such as `<sup>1</sup>/<sub>2</sub>`, if it has one."""
    below = element.getnext()
    if element.tag != "sup" or (element.tail or "").strip() not in SLASHES:
        return None
    if below is None or below.tag != "sub":
        return None
    parts = (element.text_content().strip(), below.text_content().strip())
    return FRACTIONS.get("/".join(parts))
