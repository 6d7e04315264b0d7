"""Writing Vietnamese abbreviations out, as translators leave those that they do not know.

The first table has abbreviations of the news with one meaning; the others have those with one
meaning in front of a name, a number or certain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vnsum.languages.surnames import SURNAMES

MEANINGS = {
    "ATGT": "an toàn giao thông",
    "ATTP": "an toàn thực phẩm",
    "BĐBP": "bộ đội biên phòng",
    "BĐS": "bất động sản",
    "BHTN": "bảo hiểm thất nghiệp",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BLDS": "Bộ luật Dân sự",
    "BLHS": "Bộ luật Hình sự",
    "BQL": "ban quản lý",
    "BVĐK": "bệnh viện đa khoa",
    "CAND": "công an nhân dân",
    "CCCD": "căn cước công dân",
    "CMND": "giấy chứng minh nhân dân",
    "CNCH": "cứu nạn cứu hộ",
    "CNTT": "công nghệ thông tin",
    "CQĐT": "cơ quan điều tra",
    "CSĐT": "cảnh sát điều tra",
    "CSGT": "cảnh sát giao thông",
    "CSHS": "cảnh sát hình sự",
    "Cty": "công ty",
    "DNNN": "doanh nghiệp nhà nước",
    "ĐBSCL": "đồng bằng sông Cửu Long",
    "ĐKKD": "đăng ký kinh doanh",
    "ĐTDĐ": "điện thoại di động",
    "ĐTQG": "đội tuyển quốc gia",
    "GPLX": "giấy phép lái xe",
    "GPMB": "giải phóng mặt bằng",
    "GPXD": "giấy phép xây dựng",
    "GTGT": "giá trị gia tăng",
    "GTVT": "Giao thông vận tải",
    "HĐBA": "Hội đồng Bảo an",
    "HĐND": "Hội đồng nhân dân",
    "HSSV": "học sinh sinh viên",
    "HTX": "hợp tác xã",
    "KCN": "khu công nghiệp",
    "KĐT": "khu đô thị",
    "KSND": "kiểm sát nhân dân",
    "LĐLĐ": "Liên đoàn Lao động",
    "LHQ": "Liên Hợp Quốc",
    "MTTQ": "Mặt trận Tổ quốc",
    "NĐT": "nhà đầu tư",
    "NHTM": "ngân hàng thương mại",
    "NSND": "nghệ sĩ nhân dân",
    "NSNN": "ngân sách nhà nước",
    "NSƯT": "nghệ sĩ ưu tú",
    "PCCC": "phòng cháy chữa cháy",
    "PGĐ": "phó giám đốc",
    "PGS-TS": "PGS.TS",
    "QLTT": "quản lý thị trường",
    "QSDĐ": "quyền sử dụng đất",
    "SGK": "sách giáo khoa",
    "TAND": "Tòa án nhân dân",
    "TCTD": "tổ chức tín dụng",
    "TGĐ": "tổng giám đốc",
    "THCS": "trung học cơ sở",
    "TMĐT": "thương mại điện tử",
    "TNCN": "thu nhập cá nhân",
    "TNGT": "tai nạn giao thông",
    "TTCK": "thị trường chứng khoán",
    "TTTM": "trung tâm thương mại",
    "TTXVN": "Thông tấn xã Việt Nam",
    "TTYT": "trung tâm y tế",
    "TƯ": "Trung ương",
    "TW": "Trung ương",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "VĐV": "vận động viên",
    "VKS": "Viện kiểm sát",
    "VKSND": "Viện kiểm sát nhân dân",
    "VLXD": "vật liệu xây dựng",
    "VSATTP": "vệ sinh an toàn thực phẩm",
    "XHCN": "xã hội chủ nghĩa",
    "XKLĐ": "xuất khẩu lao động",
    "GD&ĐT": "Giáo dục và Đào tạo",
    "KH&CN": "Khoa học và Công nghệ",
    "KH&ĐT": "Kế hoạch và Đầu tư",
    "LĐ&TB&XH": "Lao động, Thương binh và Xã hội",
    "NN&PTNT": "Nông nghiệp và Phát triển nông thôn",
    "TN&MT": "Tài nguyên và Môi trường",
    "TT&TT": "Thông tin và Truyền thông",
    "VH&TT&DL": "Văn hóa, Thể thao và Du lịch",
}
# Before the name of a Vietnamese, as others (TS Entertainment, GS Caltex) are companies.
TITLES = {
    "BS": "bác sĩ",
    "Đ/c": "đồng chí",
    "GS": "giáo sư",
    "KTS": "kiến trúc sư",
    "PGS": "phó giáo sư",
    "ThS": "thạc sĩ",
    "TS": "tiến sĩ",
}
_END = r"(?![\w/&@-]|\.\w| \()"  # "CSGT (cảnh sát giao thông)" is explained
# Tables of abbreviations, and patterns of what follows; a full stop may be part of one.
_CONTEXTS = (
    (MEANINGS, _END),
    (TITLES, rf"\.?(?= (?:{'|'.join(map(str.capitalize, sorted(SURNAMES)))}) [A-ZĐ])"),
    ({"BV": "bệnh viện", "TX": "thị xã"}, r"\.?(?= ?[A-ZĐ]\w*[à-ỹ])"),
    (
        {"PCT": "phó chủ tịch"},
        r"(?= (?:UBND|HĐND|Ủy ban|Hội|Quốc hội|tỉnh|huyện|quận|xã)\b)",
    ),
    ({"SN": "sinh năm"}, r"(?=:? (?:19|20)\d\d(?!\w))"),
    ({"P": "phường"}, r"\.(?=\d{1,2}, (?:Q\.|quận|TP))"),
    ({"GĐ": "giám đốc"}, r"(?= (?:Sở|Công|Cty|Bệnh|BV|Trung|Nhà|điều hành)\b)"),
    ({"CA": "công an"}, r"(?= (?:TP|tỉnh|huyện|quận|xã|phường|thị)\b)"),
    ({"ĐT": "đội tuyển"}, r"(?= (?:nữ |nam )?(?:Việt Nam|VN)\b)"),
    ({"VN": "Việt Nam"}, rf"{_END}(?! [A-Z][a-z]+\b)"),  # VN Pharma
)
_SEPARATOR = "[-&,]?"  # GD&ĐT is also written GD-ĐT and GDĐT


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(word.replace("&", _SEPARATOR) for word in longest_first)


def _letters(word: str) -> str:
    return re.sub(_SEPARATOR, "", word)


_ABBREVIATION = re.compile(
    rf"(?<![\w./&@#-])(?:{'|'.join(f'({_any_of(table)}){after}' for table, after in _CONTEXTS)})"
)
_MEANINGS = {_letters(word): meaning for table, _ in _CONTEXTS for word, meaning in table.items()}
ABBREVIATIONS = frozenset(_MEANINGS)  # without the signs inside
# The "TS" of an examination are those who sit it.
_EXAMINATION = re.compile(
    r"\b(?:thí sinh|báo danh|dự thi|kỳ thi|kì thi|điểm thi|trúng tuyển|thủ khoa)\b",
    re.IGNORECASE,
)
# A number of terawatts before "TW", but not that of a meeting or a day: lần thứ 8 TW.
_TERAWATTS = re.compile(
    r"(?<!số )(?<!thứ )(?<!lần )(?<!quyết )(?<!thị )(?<![\d.,/-])\d[\d.,]{0,9} ?\Z", re.IGNORECASE
)
# Before and after what is called by an abbreviation or is a name.
_NAMING = re.compile(
    r"(?:(?:gọi tắt|viết tắt|gọi|tắt) (?:là )?[\"“]?|\b(?:CLB|mã|mã số|chuyến bay) )\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[\"”]? (?:là (?:viết|gọi|tên|chữ) |viết tắt )", re.IGNORECASE)


def find_abbreviations(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of the abbreviations of a Vietnamese text, in order.

    One that is introduced, as in brackets, is not among them, nor is any in a text in capitals. A
    meaning ends with a space if a word follows at once.

    >>> [meaning for _, _, meaning in find_abbreviations("CSGT và Sở GD-ĐT đến TX.Sơn Tây.")]
    ['Cảnh sát giao thông', 'Giáo dục và Đào tạo', 'thị xã ']
    """
    if text.isupper():
        return
    opening = len(text) - len(text.lstrip(" \t\"'“‘(-–"))
    is_examination = _EXAMINATION.search(text) is not None
    for match in _ABBREVIATION.finditer(text):
        start, end = match.span()
        is_bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
        is_name = _NAMING.search(text, max(0, start - 20), start) or _NAMED.match(text, end)
        if is_bracketed or is_name:
            continue
        word = next(filter(None, match.groups()))
        in_terawatts = word == "TW" and _TERAWATTS.search(text, max(0, start - 20), start)
        if in_terawatts or (word == "TS" and is_examination):
            continue
        meaning = _MEANINGS[_letters(word)]
        if start == opening:
            meaning = meaning[0].upper() + meaning[1:]
        yield start, end, f"{meaning} " if text[end : end + 1].isalnum() else meaning
