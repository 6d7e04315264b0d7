"""Recognizing captions by the credit of their picture or video."""

from __future__ import annotations

import re

_CREDIT_WORD = (
    r"(?:ảnh|hình|hình ảnh|nguồn ảnh|ảnh minh h[oọ][aạ]|ảnh minh hoạ|ảnh tư liệu|ảnh chụp màn hình|"
    r"clip|nguồn clip|video|đồ h[oọ][aạ]|đồ hoạ|infographics?|bản đồ|thiết kế|photo|photos|image|"
    r"picture|graphic|source photo|photo by|photo courtesy of)"
)
_BRACKETED_CREDIT = re.compile(
    rf"[(\[]\s*{_CREDIT_WORD}(?:\s*[:/]\s*[^()\[\]]{{1,100}}| minh h[oọ][aạ]| minh hoạ"
    rf"|\s*)[)\]]\.?$",
    re.IGNORECASE,
)
_BARE_CREDIT = re.compile(
    rf"(?:^|(?<=[.!?…”\"] )|(?<=[.!?…”\"]))(?i:{_CREDIT_WORD})\s*[:/]\s*[^.:!?]{{1,60}}\.?$"
)
CAPTION_LINE = re.compile(rf"[(\[]?\s*{_CREDIT_WORD}\s*:.{{1,250}}", re.IGNORECASE)


def is_caption(text: str) -> bool:
    """Return whether a sentence is a caption that ends with a picture credit.

    >>> is_caption("Thủ tướng Hun Sen. Ảnh: Reuters."), is_caption("Ảnh: cảnh đẹp. Ông về quê.")
    (True, False)
    """
    return find_credit(text.strip()) is not None


def find_credit(text: str) -> re.Match[str] | None:
    """Return the match of the picture credit at the end of `text`."""
    return _BRACKETED_CREDIT.search(text) or _BARE_CREDIT.search(text)
