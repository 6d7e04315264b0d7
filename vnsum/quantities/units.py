"""Tables of units, currencies and labels in both languages.

The first column is the canonical name, which does not depend on the language. `BASE` has the exact
ratios within one system of measures; miles and kilometres, or currencies, are not converted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Row(NamedTuple):
    """A canonical name and its forms, separated by commas, in Vietnamese and English."""

    name: str
    vi: str
    en: str
    common: str = ""


UNITS = (
    Row(
        "mm",
        "mi-li-mét, milimét, milimet, ly",
        "millimetre, millimetres, millimeter, millimeters",
        "mm",
    ),
    Row(
        "cm",
        "xăng-ti-mét, xen-ti-mét, xentimét, xentimet, phân",
        "centimetre, centimetres, centimeter, centimeters",
        "cm",
    ),
    Row("dm", "đề-xi-mét, đêximét", "decimetre, decimetres, decimeter, decimeters", "dm"),
    Row("m", "mét, met", "metre, metres, meter, meters", "m"),
    Row(
        "km",
        "ki-lô-mét, kilômét, kilomét, kilomet, cây số, km đường",
        "kilometre, kilometres, kilometer, kilometers, kms",
        "km",
    ),
    Row("mile", "dặm, dặm Anh", "mile, miles"),
    Row("foot", "feet, foot, bộ Anh", "foot, feet, ft"),
    Row("inch", "inch, inches, in-sơ", "inch, inches"),
    Row("yard", "yard, thước Anh", "yard, yards, yd"),
    Row("nautical mile", "hải lý", "nautical mile, nautical miles"),
    Row("light-year", "năm ánh sáng", "light year, light years, light-year, light-years"),
    Row(
        "m2",
        "mét vuông, m vuông",
        "square metre, square metres, square meter, square meters, square m, sq m, sq. m, sqm",
        "m2, m², m<sup>2</sup>",
    ),
    Row(
        "km2",
        "ki-lô-mét vuông, kilômét vuông, kilomet vuông, cây số vuông, km vuông",
        "square kilometre, square kilometres, square kilometer, square kilometers, square km, "
        "sq km, sq. km, sqkm",
        "km2, km², km<sup>2</sup>",
    ),
    Row(
        "cm2",
        "xăng-ti-mét vuông, cm vuông",
        "square centimetres, square centimeters, square cm, sq cm, sq. cm",
        "cm2, cm²",
    ),
    Row(
        "square mile", "dặm vuông", "square mile, square miles, sq mi, sq mile, sq miles, sq. miles"
    ),
    Row("square foot", "feet vuông, bộ vuông", "square foot, square feet, sq ft, sq. ft, sq feet"),
    Row("ha", "héc-ta, hecta, hécta, héc ta, mẫu Tây", "hectare, hectares", "ha"),
    Row("acre", "mẫu Anh", "acre, acres"),
    Row(
        "m3",
        "mét khối, m khối",
        "cubic metre, cubic metres, cubic meter, cubic meters, cubic m, cu m, cu. m",
        "m3, m³, m<sup>3</sup>",
    ),
    Row(
        "cm3",
        "xăng-ti-mét khối, phân khối, cm khối",
        "cubic centimetres, cubic centimeters, cubic cm",
        "cm3, cm³, cc",
    ),
    Row("l", "lít", "litre, litres, liter, liters", "l, L"),
    Row(
        "ml",
        "mi-li-lít, mililít, mililit",
        "millilitre, millilitres, milliliter, milliliters",
        "ml",
    ),
    Row("barrel", "thùng", "barrel, barrels"),
    Row("gallon", "gallon, galông, ga-lông", "gallon, gallons"),
    Row("mg", "mi-li-gam, miligam, miligram", "milligram, milligrams", "mg"),
    Row("g", "gam, gram, gờ-ram", "gram, grams, gramme, grammes, gr", "g"),
    Row(
        "kg",
        "ki-lô-gam, kilôgam, kilogam, kilogram, ký, kí, kí lô, ki lô, ký lô, cân",
        "kilogram, kilograms, kilogramme, kilogrammes, kilo, kilos, kgs",
        "kg",
    ),
    Row("lạng", "lạng", ""),  # see METRIC
    Row("yến", "yến", ""),  # see REGIONAL
    Row("quintal", "tạ", "quintal, quintals"),
    Row("t", "tấn", "tonne, tonnes, ton, tons, metric ton, metric tons"),
    Row("karat", "ca-ra, cara, kara, karat, carat", "karat, karats, carat, carats"),
    Row("pound", "pound, cân Anh", "pound, pounds, lb, lbs"),
    Row("ounce", "ounce, ao-xơ, aoxơ", "ounce, ounces, oz"),
    Row("tael", "lượng", "tael, taels"),
    Row("sào", "sào", ""),  # see REGIONAL
    Row("công", "công đất, công ruộng", ""),
    Row("chỉ", "chỉ vàng", ""),
    Row(
        "teaspoon",
        "thìa cà phê, muỗng cà phê, thìa cafe, muỗng cafe, thìa café, muỗng café",
        "teaspoon, teaspoons, tsp",
    ),
    Row(
        "tablespoon", "thìa canh, muỗng canh, thìa súp, muỗng súp", "tablespoon, tablespoons, tbsp"
    ),
    Row(
        "km/h",
        "km/giờ, cây số/giờ, ki-lô-mét/giờ, ki-lô-mét một giờ, kilomet trên giờ, kilomet/giờ, "
        "km một giờ, km mỗi giờ, ki-lô-mét giờ, ki-lô-mét trên giờ, ki-lô-mét mỗi giờ, "
        "km trên giờ, kilômét trên giờ, cây số một giờ, km giờ, km 1 giờ",
        "km per hour, kilometres per hour, kilometers per hour, kilometres an hour, "
        "kilometers an hour, kilometers/hour, km an hour, km/hr",
        "km/h, kph, kmh",
    ),
    Row(
        "mile/h",
        "dặm/giờ, dặm một giờ, dặm trên giờ, dặm mỗi giờ, dặm/h, dặm giờ, dặm 1 giờ",
        "miles per hour, miles an hour, mile per hour, miles/hour, mile-per-hour, mile-an-hour",
        "mph",
    ),
    Row(
        "m/s",
        "mét/giây, m/giây, m trên giây, m một giây, m mỗi giây, mét một giây, "
        "mét trên giây, mét mỗi giây",
        "metres per second, meters per second, m per second, metres a second, meters a second",
        "m/s",
    ),
    Row(
        "knot",
        "hải lý/giờ, hải lý/h, nơ, hải lý giờ, hải lý một giờ, hải lý 1 giờ, hải lý mỗi giờ, "
        "hải lý trên giờ",
        "knot, knots",
    ),
    Row(
        "celsius",
        "độ C, độ xê, oC, độ bách phân, độ Celsius",
        "degrees Celsius, degree Celsius, degrees C, degrees centigrade, Celsius, deg C",
        "°C, ℃",
    ),
    Row(
        "fahrenheit",
        "độ F, độ Fahrenheit",
        "degrees Fahrenheit, degree Fahrenheit, degrees F",
        "°F, ℉",
    ),
    Row("kelvin", "độ K, độ Kelvin", "kelvin, kelvins"),
    Row("degree", "độ", "degree, degrees", "°"),
    Row("W", "oát", "watt, watts", "W"),
    Row("kW", "ki-lô-oát, kilôoát", "kilowatt, kilowatts", "kW"),
    Row("MW", "mê-ga-oát, mêgaoát", "megawatt, megawatts", "MW"),
    Row("GW", "gi-ga-oát", "gigawatt, gigawatts", "GW"),
    Row("TW", "tê-ra-oát", "terawatt, terawatts", "TW"),
    Row("kWh", "ki-lô-oát giờ, số điện", "kilowatt hour, kilowatt hours, kilowatt-hours", "kWh"),
    Row("V", "vôn", "volt, volts", "V"),
    Row("A", "am-pe, ampe, ăm-pe", "ampere, amperes, amp, amps"),
    Row("mAh", "mi-li-am-pe giờ", "milliampere-hour, milliampere-hours", "mAh"),
    Row("kV", "ki-lô-vôn", "kilovolt, kilovolts", "kV"),
    Row("horsepower", "mã lực", "horsepower, hp"),
    Row("Hz", "héc", "hertz", "Hz"),
    Row("MHz", "mê-ga-héc", "megahertz", "MHz"),
    Row("GHz", "gi-ga-héc", "gigahertz", "GHz"),
    Row("byte", "byte", "byte, bytes"),
    Row("KB", "", "kilobyte, kilobytes", "KB"),
    Row("MB", "", "megabyte, megabytes", "MB"),
    Row("GB", "", "gigabyte, gigabytes", "GB"),
    Row("TB", "", "terabyte, terabytes", "TB"),
    Row("pixel", "điểm ảnh, pixel", "pixel, pixels"),
    Row("calorie", "calo, calories, calorie", "calorie, calories, kcal"),
    Row("basis point", "điểm cơ bản", "basis points, bps, basis point, basis-point"),
    Row("second", "giây", "second, seconds, sec, secs"),
    Row("minute", "phút", "minute, minutes, min, mins"),
    Row("hour", "giờ, tiếng, tiếng đồng hồ, giờ đồng hồ", "hour, hours, hr, hrs"),
    Row("day", "ngày", "day, days"),
    Row("week", "tuần, tuần lễ", "week, weeks"),
    Row("month", "tháng", "month, months"),
    Row("quarter", "quý", "quarter, quarters"),
    Row("year", "năm", "year, years, yr, yrs"),
    Row("decade", "thập kỷ, thập niên, thập kỉ", "decade, decades"),
    Row("century", "thế kỷ, thế kỉ", "century, centuries"),
    Row("millennium", "thiên niên kỷ", "millennium, millennia"),
)

PERCENT = (
    Row(
        "percent",
        "phần trăm, điểm phần trăm, điểm %",
        "percent, per cent, pct, pc, percentage point, percentage points, percentage-point, "
        "of a percentage point, of a percent, of one percent, of 1 percent",
        "%",
    ),
    Row("permille", "phần nghìn, phần ngàn", "per mille", "‰"),
)

CURRENCIES = (
    Row("VND", "đồng, đồng Việt Nam, VND, VNĐ, đ", "dong, dongs, Vietnamese dong, VND, VNĐ", "₫"),
    Row(
        "USD",
        "USD, đô la, đô-la, đôla, đô, đô la Mỹ, đô-la Mỹ, đôla Mỹ, đô la Mĩ, Mỹ kim, "
        "đồng đô la, dollar, đồng đô la Mỹ",
        "USD, dollar, dollars, US dollar, US dollars, U.S. dollar, U.S. dollars, "
        "American dollars, buck, bucks",
        "$",
    ),
    Row("EUR", "euro, EUR, ơ-rô, đồng euro", "euro, euros, EUR", "€"),
    Row(
        "GBP",
        "bảng Anh, GBP, bảng",
        "pound sterling, pounds sterling, British pounds, GBP, sterling",
        "£, ￡",
    ),
    Row("JPY", "yên, yên Nhật, JPY, yen", "yen, Japanese yen, JPY", "¥"),
    Row("CNY", "nhân dân tệ, NDT, CNY, tệ, RMB", "yuan, renminbi, RMB, CNY, Chinese yuan"),
    Row("KRW", "won, KRW, won Hàn Quốc", "won, KRW, South Korean won", "₩"),
    Row("THB", "baht, bạt, THB", "baht, THB, Thai baht", "฿"),
    Row("RUB", "rúp, rúp Nga, RUB", "rouble, roubles, ruble, rubles, RUB", "₽"),
    Row("INR", "rupee, rupee Ấn Độ, INR", "rupee, rupees, INR, Indian rupees", "₹"),
    Row("IDR", "rupiah, IDR", "rupiah, rupiahs, IDR"),
    Row("MYR", "ringgit, MYR", "ringgit, ringgits, MYR"),
    Row(
        "SGD",
        "đô la Singapore, đôla Singapore, đô-la Singapore, SGD",
        "Singapore dollar, Singapore dollars, SGD",
        "S$",
    ),
    Row(
        "AUD",
        "đô la Úc, đôla Úc, đô-la Úc, đô la Australia, AUD",
        "Australian dollar, Australian dollars, AUD",
        "A$, AU$",
    ),
    Row(
        "CAD",
        "đô la Canada, đôla Canada, đô-la Canada, CAD",
        "Canadian dollar, Canadian dollars, CAD",
        "C$, CA$",
    ),
    Row("NZD", "đô la New Zealand, NZD", "New Zealand dollar, New Zealand dollars, NZD", "NZ$"),
    Row(
        "HKD",
        "đô la Hồng Kông, đô la Hong Kong, đô la Hồng Công, HKD",
        "Hong Kong dollar, Hong Kong dollars, HKD",
        "HK$",
    ),
    Row(
        "TWD",
        "đô la Đài Loan, Đài tệ, TWD",
        "Taiwan dollar, Taiwan dollars, New Taiwan dollars, TWD",
        "NT$",
    ),
    Row("CHF", "franc Thụy Sĩ, franc Thụy Sỹ, CHF", "Swiss franc, Swiss francs, CHF"),
    Row("PHP", "peso, peso Philippines, PHP", "peso, pesos, Philippine pesos, PHP", "₱"),
    Row("cent", "xu, cent, xu Mỹ", "cent, cents, US cents"),
)

# Words before a number that is a name: Điều 5, Article 5.
LABELS = (
    Row("article", "Điều", "Article, Art."),
    Row("clause", "khoản", "clause, Clause, paragraph, Paragraph"),
    Row("chapter", "chương", "chapter"),
    Row("section", "mục, phần", "section, part"),
    Row("page", "trang", "page, p."),
    Row("floor", "tầng, lầu", "floor, level"),
    Row("room", "phòng", "room"),
    Row("district", "quận, Q.", "district"),
    Row("ward", "phường", "ward"),
    Row("hamlet", "thôn, ấp, khu phố, tổ", "hamlet"),
    Row("grade", "lớp", "grade"),
    Row("road", "quốc lộ, tỉnh lộ, QL, đường tỉnh", "highway, national highway, route, interstate"),
    Row("lane", "ngõ, hẻm, ngách, kiệt", "lane, alley"),
    Row("gate", "cổng, cửa", "gate"),
    Row("round", "vòng", "round"),
    Row("episode", "tập", "episode, volume"),
    Row("phase", "giai đoạn", "phase, stage"),
    Row("level", "cấp, cấp độ", ""),
    Row("school", "", ""),  # cấp 1, 2 and 3 of schools, which a rule of its own reads
    Row("type", "tuýp, týp", "type"),
    Row("number", "số", "number, no., no, numbers, nos."),
)

# A Vietnamese weight without an English word, and what it is read as.
METRIC = {"lạng": ("g", Fraction(100))}
# Measures that differ by region, that writers convert in several ways, or whose words have other
# meanings ("yến" is also a bird): their numbers are not certain.
REGIONAL = frozenset(["sào", "công", "chỉ", "yến"])

TEMPERATURES = frozenset(["degree", "celsius", "fahrenheit", "kelvin"])  # each may be "degrees"
SPEEDS = frozenset(["km/h", "mile/h", "m/s", "knot"])

# Exact ratios within one system: (dimension, size in the base unit).
BASE: dict[str, tuple[str, Fraction]] = {
    "mm": ("metric length", Fraction(1, 1000)), "cm": ("metric length", Fraction(1, 100)),
    "dm": ("metric length", Fraction(1, 10)), "m": ("metric length", Fraction(1)),
    "km": ("metric length", Fraction(1000)),
    "cm2": ("metric area", Fraction(1, 10000)), "m2": ("metric area", Fraction(1)),
    "ha": ("metric area", Fraction(10000)), "km2": ("metric area", Fraction(1000000)),
    "ml": ("metric volume", Fraction(1, 1000)), "l": ("metric volume", Fraction(1)),
    "cm3": ("metric volume", Fraction(1, 1000)), "m3": ("metric volume", Fraction(1000)),
    "mg": ("metric mass", Fraction(1, 1000)), "g": ("metric mass", Fraction(1)),
    "kg": ("metric mass", Fraction(1000)), "quintal": ("metric mass", Fraction(100000)),
    "t": ("metric mass", Fraction(1000000)),
    "W": ("power", Fraction(1)), "kW": ("power", Fraction(1000)),
    "MW": ("power", Fraction(10**6)), "GW": ("power", Fraction(10**9)),
    "TW": ("power", Fraction(10**12)),
    "percent": ("share", Fraction(1)), "basis point": ("share", Fraction(1, 100)),
    "second": ("time", Fraction(1)), "minute": ("time", Fraction(60)),
    "hour": ("time", Fraction(3600)), "day": ("time", Fraction(86400)),
    "week": ("time", Fraction(604800)),
    "month": ("calendar", Fraction(1)), "quarter": ("calendar", Fraction(3)),
    "year": ("calendar", Fraction(12)), "decade": ("calendar", Fraction(120)),
    "century": ("calendar", Fraction(1200)), "millennium": ("calendar", Fraction(12000)),
}  # fmt: skip


def forms(table: tuple[Row, ...], lang: str) -> list[tuple[str, str]]:
    """Return the rows of a table as `(form, name)` for one language.

    Vietnamese forms with hyphens (ki-lô-mét) are also returned with spaces (ki lô mét).
    """
    rows = [
        (form.strip(), row.name)
        for row in table
        for column in ((row.vi if lang == "vi" else row.en), row.common)
        for form in column.split(",")
        if form.strip()
    ]
    spaced = [
        (variant, name)
        for form, name in rows
        if lang == "vi" and "-" in form
        for variant in {form.replace("-", " "), " ".join(form.rsplit("-", 1))}
    ]
    return [*rows, *spaced]
