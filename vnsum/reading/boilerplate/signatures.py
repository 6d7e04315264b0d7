"""Recognizing lines that name the author, reporter, translator or agency of an article."""

from __future__ import annotations

import re

from vnsum.languages.surnames import SURNAMES
from vnsum.reading.boilerplate.names import CAPITALS, NAMES, agency_name
from vnsum.reading.boilerplate.page import Line, Page, has_stop
from vnsum.results.document import Boilerplate

_AUTHOR_LABEL = re.compile(
    r"[(\[]?(?:theo|nguồn|tác giả|biên dịch|người dịch|biên soạn|tổng hợp|phóng viên|pv|"
    r"thực hiện|(?:tin|bài|ảnh|clip)(?:(?:,| và|/) (?:tin|bài|ảnh|clip)){0,2}|nội dung|"
    r"by|written by|reporting by|source|"
    r"reported by|edited by|editing by|compiled by)"
    rf"(?:\s*:)?\s*(?P<who>(?-i:[{CAPITALS}“\"])[^.:;!?]{{1,80}})[)\]]?\.?",
    re.IGNORECASE,
)
# "(Reporting by A; Editing by B)", "Photographs by A", "A and B contributed to this report."
_CREDIT = re.compile(
    r"\(?(?i:(?:additional )?(?:reporting|writing|editing) by|photo(?:graph)?s by|photography by) "
    rf"(?P<who>[{CAPITALS}][^.:;!?()]{{1,80}})"
    r"(?:[;.] ?(?i:(?:additional )?(?:reporting|writing|editing) by) [^.:;!?()]{1,80}){0,3}\.?\)?"
    rf"|[{CAPITALS}][^.:;!?()]{{1,120}} contributed (?:reporting )?to this "
    r"(?:report|story|article)\.?"
)
_JOB = re.compile(
    rf"(?:[{CAPITALS}][\w.’'-]{{0,15}} ){{0,3}}"
    r"(?:Writer|Reporter|Correspondent|Editor|Columnist|Photographer)s?"
)
_SIGNATURE = re.compile(
    rf"(?P<who>{NAMES})(?:\s*[(\[/|–-]\s*(?:(?:theo|tổng hợp|nguồn|t/h|th|dịch|lược dịch|"
    r"lược thuật|biên dịch|ghi|gt|from|with)\b[^()\[\]]{0,60}|[^()\[\]]{2,40})[)\]]?"
    r"| (?:ghi|tổng hợp|thực hiện|dịch|lược dịch|lược thuật|biên dịch|biên soạn|thuật)\.?)?",
)
_PEN_NAME = re.compile(
    r"[(\[]?(?:(?i:(?:nhóm )?(?:phóng viên|pv|p\.v|tác giả|ctv|cộng tác viên)|btv|biên tập viên|"
    r"bbt|ban biên tập|tòa soạn|toà soạn)"
    rf"(?:(?:[ :]| -) ?{NAMES})?|[{CAPITALS}]\.[{CAPITALS}][a-z]?)"
    r"\.?(?:/.{1,40})?[)\]]?"
)

_SEPARATOR = re.compile(r"(?:(?<!\s)\s+)?(?:[,;&/–—-]|\b(?:và|and)\b)\s*")
# Words of names and between them: Ludwig van Beethoven, Ann Lee for The Guardian in London.
_LINKS = frozenset(["at", "de", "for", "from", "in", "la", "of", "the", "van", "von", "with"])
# English words that names of people lack: "Merry Christmas and Happy New Year".
_NOT_NAMES = frozenset(["all", "for", "from", "new", "of", "the", "these", "this", "with", "your"])

_ROLE = re.compile(r"^(?i:(?:nhóm )?(?:pv|phóng viên|btv|ctv|biên tập viên|tác giả))[ :-]+(?=\S)")


def is_signature(content: str) -> bool:
    """Return whether a line consists of the name of an agency or of up to four people."""
    if _PEN_NAME.fullmatch(content) or _is_credit(content):
        return not _is_in_capitals(content)
    if len(content) > 100 or (" " not in content and not agency_name(content)):
        return False
    name = _SIGNATURE.fullmatch(content.strip("()[] "))
    return bool(
        agency_name(content)
        or is_byline(content)
        or (
            name and not has_stop(content) and all(map(_may_be_name, _SEPARATOR.split(name["who"])))
        )
    )


def is_byline(content: str) -> bool:
    """Return whether a line names the author with a label: By Rachel Dunn.

    With a full stop it must consist of names: `Theo CNN, ông Trump không đến.` is a sentence. In
    capitals, where words look like names, it also needs a colon. After a colon, Vietnamese names of
    offices and newspapers may have small letters: `Nguồn: Tổng cục Thống kê.`
    """
    if len(content) > 100 or content.count(" ") >= 12:
        return False
    label = _AUTHOR_LABEL.fullmatch(content)
    if label is None or not has_stop(content):
        return label is not None
    if ":" in content and not label["who"].isascii():
        return True
    return not _is_in_capitals(content) and _has_only_names(label["who"])


def _is_in_capitals(content: str) -> bool:
    """Return whether a line has several words, all in capitals, a full stop and no label."""
    return content.isupper() and has_stop(content) and " " in content and ":" not in content


def _is_credit(content: str) -> bool:
    """Return whether a line credits reporters; a sentence with other words does not."""
    found = _CREDIT.fullmatch(content)
    if found is None or not has_stop(content):
        return found is not None
    return found["who"] is None or _has_only_names(found["who"])


def goes_on_byline(content: str) -> bool:
    """Return whether a line below a byline belongs to it: AP Tennis Writer, Photographs by A."""
    return _JOB.fullmatch(content) is not None or _is_credit(content)


def _has_only_names(who: str) -> bool:
    return all(
        agency_name(part) or all(word[0].isupper() or word in _LINKS for word in part.split())
        for part in _SEPARATOR.split(who.replace("(", ", ").rstrip(")"))
    )


def _may_be_name(part: str) -> bool:
    """Return whether a part of a line may be a name.

    In capitals, three or more words begin with a surname: not KHÔNG PHẬN SỰ MIỄN VÀO.
    """
    found = part.lower().split()
    if part.isupper() and len(found) > 2 and found[0] not in SURNAMES:
        return False
    return _NOT_NAMES.isdisjoint(found)


def names_agency(content: str) -> bool:
    """Return whether a line is a signature that names an agency, such as `Như Tâm (Theo CNN)`."""
    return is_signature(content) and any(map(agency_name, re.split(r"[()]| - ", content)))


def claim_signature(page: Page, line: Line) -> str | None:
    """Claim a line that is a signature; return the agency it names, if any."""
    content = page.content(line)
    agency = agency_name(content)
    page.claim_line(line, "agency" if agency else "author")
    return agency or next(filter(None, map(agency_name, re.split(r"[()]| - ", content))), None)


def find_author(pieces: tuple[Boilerplate, ...]) -> str | None:
    """Return the name of the author in the boilerplate, without labels and agencies.

    >>> find_author((Boilerplate(kind="author", text="Tin, ảnh: Lê Bình", start=0, end=17),))
    'Lê Bình'
    """
    for piece in pieces:
        if piece.kind == "author":
            label = _AUTHOR_LABEL.fullmatch(piece.text)
            name = _SIGNATURE.fullmatch(piece.text.strip("()[] "))
            if credit := _CREDIT.fullmatch(piece.text):
                who = (credit["who"] or "").partition(" in ")[0]  # who only contributed is none
            else:
                who = label["who"] if label else name["who"] if name else piece.text
            if who := _ROLE.sub("", who.strip("()[].,;|•–— -")):
                return who
    return None
