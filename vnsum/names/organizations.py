"""Words of offices, organizations and places that stand before a Vietnamese name in capitals.

They begin in lower case or capitals (Bộ trưởng Công Thương, châu Âu) and end in the name's run of
capitals, or begin in it and end after it (Phó Thủ tướng).
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.languages.surnames import SURNAMES
from vnsum.names.table import may_be_syllable
from vnsum.quantities.tokens import words

# First words of organizations, which follow offices: giám đốc Sở Y tế, trưởng Khoa Nội.
ORGANIZATIONS = words(
    "sở khoa bộ cục viện phòng ban hội nhà đài quỹ trường đảng tòa toà ủy uỷ cảng sân chợ báo hãng"
)
FIRMS = words("đoàn ty hãng")  # the last words of "tập đoàn", "công ty", "hãng"
COMPOUNDS = frozenset(
    pair
    for first, rest in (
        ("trung", "tâm ương"), ("công", "ty an đoàn thương nghệ nghiệp"), ("đại", "học sứ hội"),
        ("tập", "đoàn"), ("tổng", "cục công ty"), ("liên", "đoàn minh bang"),
        ("văn", "phòng hóa hoá"), ("bệnh", "viện"), ("câu", "lạc"), ("hiệp", "hội"),
        ("ngân", "hàng"), ("siêu", "thị"), ("chi", "cục nhánh"), ("học", "viện"),
        ("chính", "phủ quyền"), ("quốc", "hội phòng gia"), ("ngoại", "giao vụ thương"),
        ("nội", "vụ các"), ("tư", "pháp lệnh"), ("an", "ninh"), ("tài", "chính nguyên"),
        ("giao", "thông"), ("kế", "hoạch"), ("thông", "tin tấn"), ("lao", "động"),
        ("xây", "dựng"), ("nông", "nghiệp"), ("giáo", "dục"), ("thương", "mại"),
        ("môi", "trường"), ("kinh", "tế"), ("thể", "thao"), ("nhân", "dân"), ("điều", "tra"),
        ("y", "tế"), ("khoa", "học"), ("du", "lịch"), ("đầu", "tư"), ("thượng", "viện"),
        ("hạ", "viện"), ("nhà", "nước"), ("thủ", "đô"), ("cảnh", "sát"), ("quân", "đội"),
        ("ủy", "ban"), ("uỷ", "ban"), ("tỉnh", "ủy uỷ đoàn đội"), ("thành", "ủy uỷ đoàn phố"),
        ("huyện", "ủy uỷ"), ("quận", "ủy uỷ"), ("đảng", "ủy uỷ"),
        ("hoàn", "vũ cầu"), ("cơ", "quan sở trưởng khí"), ("hòa", "bình"), ("hoà", "bình"),
    )
    for pair in ((first, second) for second in rest.split())
)  # fmt: skip
# Their first word is not a name even after a title: ông Phó Thủ tướng, bà Hiệu trưởng.
OFFICES = frozenset(
    pair
    for first, rest in (
        ("thủ", "tướng"), ("chủ", "tịch nhiệm tọa toạ"), ("giám", "đốc thị"), ("bí", "thư"),
        ("tổng", "thống bí giám thư biên tư lãnh thanh"), ("đại", "sứ tướng tá úy uý biểu diện"),
        ("phó", "chủ giám thủ bí trưởng tổng hiệu viện ban cục chánh phòng"),
        ("trưởng", "ban phòng khoa đoàn thôn ấp bản công bộ"), ("chánh", "án văn thanh"),
        ("thống", "đốc"), ("tư", "lệnh"), ("thượng", "tướng tá úy uý nghị"), ("thẩm", "phán"),
        ("trung", "tướng tá úy uý"), ("thiếu", "tướng tá úy uý"), ("nghị", "sĩ sỹ"),
        ("giáo", "sư"), ("tiến", "sĩ sỹ"), ("bác", "sĩ sỹ"), ("luật", "sư"), ("kỹ", "sư"),
        ("quốc", "vương vụ"), ("hiệu", "phó"),
        *((first, "trưởng") for first in words("bộ thứ ngoại cục vụ viện hiệu thị tỉnh xã")),
    )
    for pair in ((first, second) for second in rest.split())
)  # fmt: skip
# Capitalized words that belong to the word before them: châu Âu Juncker, thứ Ba Macron.
JOINED_TO = {
    "châu": words("âu á phi mỹ úc"),
    "thứ": words("hai ba tư năm sáu bảy"),
    **dict.fromkeys(words("miền phía"), words("bắc nam trung đông tây")),
}
MIDDLE_NAMES = words("thị văn")
# First words of a run that are surnames of persons more often than words of a firm or place.
RARE_SURNAMES = words(
    "hà thái diệp đường tôn kim ninh lã từ khương giàng lò sùng vàng mùa quàng lường ông âu bành"
    " cù chử diêm đậu đồng giáp hàn khổng khuất lạc lại lều liễu lục lữ mẫn mông ngụy nhan"
    " nhữ ôn phí phó quan quản sầm tiêu tiết tòng trà trang tưởng ung ứng văn vi viên vòng xa"
)
FIRST_SYLLABLES = SURNAMES | RARE_SURNAMES
MOST_SYLLABLES = 5  # of a Vietnamese name
FEWEST_SYLLABLES = 3  # of a full name that is certain


def count_words_before(run: Sequence[str], cue: str, *, titled: bool) -> int:
    """Return how many words at the start of a run of capitals are not those of a name.

    `run` and the word before it, `cue`, are lower-cased; `titled` says whether a title is before.

    >>> count_words_before(("âu", "juncker"), "châu", titled=False)
    1
    >>> count_words_before(("phó", "thủ", "tướng", "lê", "minh"), "", titled=True)
    3
    """
    if run[0] in JOINED_TO.get(cue, ()):
        return 1
    deputy = len(run) > 2 and run[0] == "phó"
    pair = tuple(run[deputy : deputy + 2])
    return deputy + 2 if pair in OFFICES or (not titled and pair in COMPOUNDS) else 0


def is_organization(run: Sequence[str], after: str, *, titled: bool) -> bool:
    """Return whether a run of capitals begins an office, or without a title an organization.

    >>> is_organization(("phó", "thủ"), " tướng đến.", titled=True)
    True
    """
    following = after[1:].split(" ", 1)[0]
    if not after.startswith(" ") or not following.islower():
        return False
    pair = run[-1], following.strip('.,;:)”"')
    full = len(run) >= FEWEST_SYLLABLES and run[0] in SURNAMES
    if pair in OFFICES and not full:
        return True
    return not titled and (run[0] in ORGANIZATIONS or pair in COMPOUNDS)


def find_beginning(run: Sequence[str]) -> int | None:
    """Return where a Vietnamese name begins in a run after an office, `None` if not certain.

    >>> find_beginning(("công", "thương", "nguyễn", "hồng", "diên"))
    2
    >>> find_beginning(("nguyễn", "minh", "hùng", "nguyễn", "trí", "nhật")) is None
    True
    """
    if not all(map(may_be_syllable, run)):
        return 0
    begins = run[0] in FIRST_SYLLABLES or not MIDDLE_NAMES.isdisjoint(run[1:2])
    inside = [place for place in range(2, len(run) - 1) if run[place] in SURNAMES]
    if begins or not inside:
        return 0 if len(run) <= MOST_SYLLABLES else None
    return inside[0] if len(run) - inside[0] >= FEWEST_SYLLABLES else None
