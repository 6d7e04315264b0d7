"""Writing Vietnamese abbreviations out, as translators leave those that they do not know.

The table has abbreviations of the news with one meaning, apart from those of names. In front of a
name or a number some others have one meaning, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
    "DNNN": "doanh nghiệp nhà nước",
    "ĐBSCL": "đồng bằng sông Cửu Long",
    "ĐKKD": "đăng ký kinh doanh",
    "ĐTDĐ": "điện thoại di động",
    "GPLX": "giấy phép lái xe",
    "GPMB": "giải phóng mặt bằng",
    "GPXD": "giấy phép xây dựng",
    "GTGT": "giá trị gia tăng",
    "GTVT": "Giao thông vận tải",
    "HĐND": "Hội đồng nhân dân",
    "HSSV": "học sinh sinh viên",
    "HTX": "hợp tác xã",
    "KCB": "khám chữa bệnh",
    "KCN": "khu công nghiệp",
    "KĐT": "khu đô thị",
    "KSND": "kiểm sát nhân dân",
    "KTX": "ký túc xá",
    "LĐLĐ": "Liên đoàn Lao động",
    "MTTQ": "Mặt trận Tổ quốc",
    "NĐT": "nhà đầu tư",
    "NHTM": "ngân hàng thương mại",
    "NSND": "nghệ sĩ nhân dân",
    "NSNN": "ngân sách nhà nước",
    "NSƯT": "nghệ sĩ ưu tú",
    "PCCC": "phòng cháy chữa cháy",
    "PGĐ": "phó giám đốc",
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
BEFORE_NAMES = {
    "BS": "bác sĩ",
    "GS": "giáo sư",
    "KTS": "kiến trúc sư",
    "LS": "luật sư",
    "PGS": "phó giáo sư",
    "ThS": "thạc sĩ",
    "TS": "tiến sĩ",
}
BEFORE_YEARS = {"SN": "sinh năm"}
_SEPARATOR = "[-&,]?"  # GD&ĐT is also written GD-ĐT and GDĐT


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(word.replace("&", _SEPARATOR) for word in longest_first)


_ABBREVIATION = re.compile(
    rf"(?<![\w./&-])(?:({_any_of(MEANINGS)})"
    rf"|({_any_of(BEFORE_NAMES)})\.?(?= [A-ZĐ][a-zà-ỹ])"
    rf"|({_any_of(BEFORE_YEARS)})(?=:? (?:19|20)\d\d(?!\d)))(?![\w/&-]|\.\w)"
)
_LETTERS = {
    word.replace("&", ""): meaning
    for word, meaning in {**MEANINGS, **BEFORE_NAMES, **BEFORE_YEARS}.items()
}
ABBREVIATIONS = frozenset(_LETTERS)  # without the signs inside


def find_abbreviations(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of the abbreviations of a Vietnamese text, in order.

    One in brackets is not among them, as it explains the words before it, nor is anything in a text
    in capitals.

    >>> [meaning for _, _, meaning in find_abbreviations("CSGT và Sở GD-ĐT dừng xe của TS Lan.")]
    ['Cảnh sát giao thông', 'Giáo dục và Đào tạo', 'tiến sĩ']
    """
    if text.isupper():
        return
    for match in _ABBREVIATION.finditer(text):
        start, end = match.span()
        if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            continue
        word = next(filter(None, match.groups()))
        meaning = _LETTERS[re.sub(_SEPARATOR, "", word)]
        opens = not text[:start].strip(" \t\"'“‘(-–")
        yield start, end, meaning[0].upper() + meaning[1:] if opens else meaning
