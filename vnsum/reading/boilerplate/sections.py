"""The names of the sections of newspapers, such as `Thời sự` and `Kinh doanh`."""

from __future__ import annotations

import re

_NAMES = (
    "thời sự", "chính trị", "xã hội", "thế giới", "quốc tế", "kinh tế", "kinh doanh",
    "tài chính", "thị trường", "bất động sản", "nhà đất", "doanh nghiệp", "pháp luật",
    "an ninh", "giáo dục", "tuyển sinh", "sức khỏe", "sức khoẻ", "y tế", "đời sống", "gia đình",
    "giới trẻ", "nhịp sống trẻ", "nhịp sống", "văn hóa", "văn hoá", "giải trí", "âm nhạc",
    "điện ảnh", "phim", "sách", "thời trang", "thể thao", "bóng đá", "khoa học", "công nghệ",
    "số hóa", "số hoá", "xe", "ô tô", "ôtô", "giao thông", "du lịch", "ẩm thực", "môi trường",
    "việc làm", "bạn đọc", "ý kiến", "góc nhìn", "tâm sự", "video", "podcast", "tin tức",
    "tin mới", "dân sinh", "lao động", "quân sự", "hồ sơ", "phóng sự", "news", "world",
    "business", "politics", "sports", "health", "education", "culture", "travel", "science",
    "technology", "entertainment", "opinion",
)  # fmt: skip
# Alternatives for a pattern that ignores case; longer names come first.
SECTION_NAMES = "(?:{})".format("|".join(sorted(_NAMES, key=len, reverse=True)))
_SECTION = re.compile(rf"{SECTION_NAMES}(?:\s?[>»/|&-]\s?{SECTION_NAMES}){{0,3}}", re.IGNORECASE)


def is_section(content: str) -> bool:
    """Return whether a line is the name of a section, or a path of them.

    >>> is_section("Thời sự"), is_section("Kinh doanh > Bất động sản"), is_section("Giá vàng tăng")
    (True, True, False)
    """
    return _SECTION.fullmatch(content) is not None
