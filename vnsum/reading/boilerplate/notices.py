"""Recognizing notices of a newspaper to its readers: copyright, print editions, contacts."""

from __future__ import annotations

import re

_READER = r"(?:(?:quý )?(?:bạn đọc|độc giả|khán giả|vị)|bạn)"
_ADDRESS = r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}"
# Each is a whole line; a sentence of an article may begin like it, but does not go on like it.
_ROWS = (
    r"(?:copyright ?)?© ?(?:\d{4}|copyright)\b.{0,350}",
    r"(?:copyright \d{4} .{1,100}\. )?all rights reserved\..{0,200}",
    r"a version of this (?:article|story|column) (?:appears|appeared) in (?:print|the) .{0,200}",
    r"appeared in the .{3,30}, print edition(?: as .{1,200})?",
    r"our standards: the thomson reuters trust principles\.?",
    rf"(?:write to|contact|e-?mail) (?!us\b).{{3,80}} at {_ADDRESS}\.?",
    rf".{{3,60}} can be reached at {_ADDRESS}.{{0,40}}",
    rf"have a (?:news )?tip\? .{{0,150}}{_ADDRESS}\.?",
    rf"follow \S.{{0,100}} on .{{1,100}}\. send your story ideas to:? {_ADDRESS}\.?",
    r"do you have an opinion on the issues raised in this article\?.{0,350}",
    r"you(?:'ve|’ve| have) read your last free article.{0,200}",
    r"(?:get|sign up|subscribe)\b.{0,80} (?:(?:delivered|straight|sent) to your inbox|"
    r"(?:for|to) our .{0,40}newsletters?)\b.{0,100}",
    r"click here (?:to read|for) more(?: stories| news| articles)?\.?",
    r"the (?:views|opinions) expressed (?:here |in this .{1,40} )?are .{0,80}\bauthors?\b.{0,150}",
    r"comments are closed\.?|share this (?:article|story|post|page)",
    rf"\W{{0,3}}(?:trân trọng |kính )?mời {_READER} (?:xem thêm|theo dõi|đón (?:đọc|xem)) "
    r".{3,200}",
    r"\W{0,3}bài viết (?:này )?(?:thể hiện|phản ánh) [^.]{0,60}"
    r"(?:quan điểm|ý kiến|góc nhìn)[^.]{0,40} của (?:riêng )?(?:cá nhân )?tác giả[^.]{0,80}"
    r"\.?\W{0,2}",
    r"\W{0,3}(?:vui lòng |đề nghị |yêu cầu )?ghi rõ nguồn .{1,80} khi .{0,30}lại .{0,120}",
    r"liên hệ quảng cáo\b ?:?.{0,200}",
    r"(?:hotline|đường dây nóng|điện thoại|đt|tel|fax) ?: ?[\d .()+/–-]{6,60}",
    r"nguồn(?: [^\s:]{1,20}){0,4} ?: ?https?://\S+",
    r"(?:© ?)?bản quyền (?:© ?)?thuộc về .{1,120}(?:cấm|không(?: được)?) sao chép .{0,100}",
    rf"xin (?:trân trọng |chân thành )?c[aảá]m ơn (?!bạn){_READER}\b[^?]{{0,120}}",
    r"lượt (?:xem|đọc) ?: ?[\d.,]{1,12}",
    r"tặng sao|(?:hãy )?trở thành người đầu tiên (?:tặng sao|bình luận) (?:cho|về) bài .{0,30}",
    rf"(?:mời )?{_READER} (?:có thể )?(?:chia sẻ|để lại|gửi|viết|bình luận) .{{0,60}}"
    r"(?:(?:phần|ô|mục) bình luận|bình luận) (?:bên |phía |ở )?dưới.{0,60}",
    rf"(?:(?:mời )?{_READER}|mọi|ý kiến|thư từ)\b.{{0,80}} gửi .{{0,80}}{_ADDRESS}\.?",
    r"xem thêm (?:các )?(?:video|clip|tin|bài)(?: [^.!?:]{1,40})?:",
)
_NOTICE = tuple(re.compile(row, re.IGNORECASE) for row in _ROWS)


def is_notice(content: str) -> bool:
    """Return whether a line is only a notice to the readers.

    >>> is_notice("© 2026 Báo Vidu."), is_notice("Ông Nam mời độc giả xem tranh.")
    (True, False)
    """
    return any(row.fullmatch(content) for row in _NOTICE)
