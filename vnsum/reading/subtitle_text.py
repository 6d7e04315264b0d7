"""The running text of subtitles, in which a sentence may extend over several cues."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vnsum.reading.cleaning import clean
from vnsum.reading.subtitles import Cue, Subtitles, to_milliseconds

MAX_GAP = 3_000  # milliseconds between two cues of a sentence
MAX_JOINED = 8  # cues of a sentence
INSTANT = 100  # milliseconds
FEWEST_REPEATED = 4  # cues of rolling captions that begin with the line before
PUNCTUATED_SHARE = 0.1  # of the cues end with a full stop in subtitles that have them at all
TAG = (
    r"</?(?i:a|b|big|br|c|center|code|color|del|div|em|font|h[1-6]|i|ins|lang|mark|p|q|rt|ruby|s|size"
    r"|small|span|strike|strong|sub|sup|tt|u|v)(?![^\W_])[^<>\n]{0,200}>"
    r"|<\d[\d:.]{4,20}>"  # a time is a tag of karaoke
    r"|\{(?:\\|[A-Za-z]:)[^{}\n]{0,200}\}"
)
_SPEAKER = r"[-–—](?=\s|[^\W\d]|<[A-Za-z])|>>|[♪♫]|#(?=\s)"  # a minus sign is followed by a digit
_BEFORE = re.compile(rf"(?:{TAG}|{_SPEAKER}|\s){{0,40}}")
_AFTER = re.compile(rf"(?:{TAG}|[♪♫\s]|(?<=\s)#){{1,20}}\Z")
_NEW = re.compile(rf"(?:{TAG}|\s){{0,20}}(?:{_SPEAKER})")
_OUTER = re.compile(rf"(?:{_SPEAKER}|\{{[^{{}}\n]{{0,200}}\}}|\s){{0,40}}")  # without tags
_EMPHASIS = re.compile(r"<([biu])>([^<>*]{1,300})</\1>")
_INSIDE = re.compile(TAG)
_BREAK = re.compile(r"<(?i:br)\s{0,9}/?>|\{\\N\}")
_OPENING, _CLOSING = re.compile(r"<([A-Za-z]+)"), re.compile(r"</([A-Za-z]+)[^<>\n]{0,200}>")
_WORD = re.compile(r"[^\W_]")
_SOUND = re.compile(r"\[[^\[\]]{1,300}\]|\([^()]{1,300}\)")
_STOP = re.compile(r"[.!?…:][\"'”’)\]»]{0,3}\Z")
_FULL_STOP = re.compile(r"(?<!\.)\.[\"'”’)\]»]{0,3}\Z")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)\Z")
_ABBREVIATION = re.compile(r"(?:^|\s)[A-ZĐ][\w.]{0,4}\.\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The text of a cue, or of a speaker in it: `text[start:end]` of the running text.

    `before` and `after` are dashes, music signs and tags around it. `tag` is the name of a tag
    inside, such as `i`, whose contents are marked with `**` in the text. `lost` is true if other
    tags inside the text were removed.
    """

    cue: int
    before: str
    after: str
    start: int
    end: int
    tag: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningText:
    """The text of subtitles and the parts of which it was composed, in order.

    Parts that may belong to one sentence are joined by a space, others by an empty line.
    """

    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A `Part` whose position is not yet known."""

    cue: int
    before: str
    text: str
    after: str
    tag: str
    lost: bool


def unroll(subtitles: Subtitles) -> Subtitles:
    """Return rolling captions without the lines that repeat the cue before; others unchanged.

    Captions roll if most cues begin, without a pause, with the last line of the cue before. A cue
    without another line becomes a part of the cue before; one that stays is said again.

    >>> from vnsum.reading.subtitles import parse_subtitles
    >>> said = [f"Câu {number}." for number in range(9)]
    >>> text = "WEBVTT\\n\\n" + "\\n\\n".join(
    ...     f"00:0{n}.0 --> 00:0{n + 1}.0\\n{said[n]}\\n{said[n + 1]}" for n in range(8))
    >>> [cue.lines for cue in unroll(parse_subtitles(text, "vtt")).cues][:3]
    [('Câu 0.', 'Câu 1.'), ('Câu 2.',), ('Câu 3.',)]
    """
    plain = [
        [" ".join(_INSIDE.sub("", line).split()) for line in cue.lines] for cue in subtitles.cues
    ]
    repeated = [0] * len(plain)  # lines at the beginning of each cue
    for number, (before, after) in enumerate(itertools.pairwise(plain), start=1):
        last = next(filter(None, reversed(before)), "")
        first = next((place for place, line in enumerate(after) if line), len(after))
        start, end = map(
            to_milliseconds, (subtitles.cues[number].start, subtitles.cues[number].end)
        )
        pause = start - to_milliseconds(subtitles.cues[number - 1].end)
        goes_on = any(after[first + 1 :]) or end - start <= INSTANT
        if last and first < len(after) and after[first] == last and goes_on and pause <= INSTANT:
            repeated[number] = first + 1
    rolling = sum(map(bool, repeated))
    if rolling < FEWEST_REPEATED or 2 * rolling < len(plain):
        return subtitles
    cues: list[Cue] = []
    comments: tuple[str, ...] = ()
    for cue, own, count in zip(subtitles.cues, plain, repeated, strict=True):
        comments += cue.comments
        if count and cues and not any(own[count:]):
            cues[-1] = replace(cues[-1], end=cue.end)
        else:
            cues.append(replace(cue, lines=cue.lines[count:], comments=comments))
            comments = ()
    return replace(subtitles, cues=tuple(cues), comments=comments + subtitles.comments)


def join_cues(subtitles: Subtitles) -> RunningText:
    """Return the running text of subtitles.

    A sentence continues in the next cue if that starts in lower case, or, in subtitles with full
    stops, if it has none. It ends at a pause, at a new speaker and at sounds in brackets.
    """
    cues = subtitles.cues
    pieces = [piece for index, cue in enumerate(cues) for piece in _list_pieces(index, cue)]
    spoken = [piece.text for piece in pieces if piece.text]
    stops = sum(_FULL_STOP.search(text) is not None for text in spoken)
    punctuated = stops >= PUNCTUATED_SHARE * len(spoken)
    parts: list[Part] = []
    chunks: list[str] = []
    position = joined = 0
    last: _Piece | None = None
    for piece in pieces:
        text = piece.text
        if last and text:
            joined = joined + 1 if _continues(last, piece, cues, punctuated=punctuated) else 0
            separator = " " if 0 < joined < MAX_JOINED else "\n\n"
            joined %= MAX_JOINED
            chunks.append(separator)
            position += len(separator)
        chunks.append(text)
        parts.append(
            Part(cue=piece.cue, before=piece.before, after=piece.after, start=position,
                 end=position + len(text), tag=piece.tag, lost=piece.lost)
        )  # fmt: skip
        position += len(text)
        last = piece if text else last
    return RunningText(text="".join(chunks), parts=tuple(parts))


def _list_pieces(index: int, cue: Cue) -> Iterator[_Piece]:
    """Yield the text of each speaker in a cue."""
    opened: set[str] = set()  # tags before the text, which may be closed after another speaker's
    for lines in _split_speakers(cue.lines):
        whole = " ".join(lines)
        start, end = _find_inside(whole)
        inner, tag = whole[start:end], ""
        opened.update(map(str.lower, _OPENING.findall(whole[:start])))
        after = _CLOSING.sub(lambda mark: mark[0] if mark[1].lower() in opened else "", whole[end:])
        if emphasis := _EMPHASIS.search(inner):
            tag = emphasis[1]
            inner = _EMPHASIS.sub(r"**\2**", inner)
        plain = _INSIDE.sub("", _BREAK.sub(" ", inner))
        yield _Piece(
            cue=index,
            before=whole[:start],
            text=" ".join(clean(plain).split()),
            after=after,
            tag=tag,
            lost=plain != inner or after != whole[end:],
        )


def _find_inside(whole: str) -> tuple[int, int]:
    """Return the span of a text without the dashes, signs and tags around it."""
    before = _BEFORE.match(whole)
    start = before.end() if before else 0
    after = _AFTER.search(whole, start)
    end = after.start() if after else len(whole)
    if not _WORD.search(_INSIDE.sub("", whole[start:end])):  # dots or stars
        return len(whole), len(whole)
    inner = _EMPHASIS.sub("", whole[start:end])
    if re.search("</[biu]>|<[biu]>", inner):  # a tag around the text covers only a part of it
        outer = _OUTER.match(whole)
        return outer.end() if outer else 0, len(whole)
    return start, end


def _split_speakers(lines: Sequence[str]) -> list[list[str]]:
    """Return the lines of each speaker: a new one starts with a dash, a music sign or brackets."""
    found: list[list[str]] = []
    for line in map(str.strip, lines):
        is_sound = _SOUND.fullmatch(line) is not None
        if not found or is_sound or _NEW.match(line) or _SOUND.fullmatch(found[-1][-1]):
            found.append([line])
        else:
            found[-1].append(line)
    return found


def _continues(before: _Piece, after: _Piece, cues: Sequence[Cue], *, punctuated: bool) -> bool:
    """Return whether a sentence may continue from one piece to the next."""
    signs = _INSIDE.sub("", f"{after.before}{before.after} ")
    if before.cue == after.cue or re.search(_SPEAKER, signs):
        return False
    gap = to_milliseconds(cues[after.cue].start) - to_milliseconds(cues[before.cue].end)
    if gap > MAX_GAP or any(_SOUND.fullmatch(piece.text) for piece in (before, after)):
        return False
    starts_low = after.text.lstrip(".…\"'“‘([ ")[:1].islower()
    if _ELLIPSIS.search(before.text):
        return starts_low
    if _STOP.search(before.text):
        return _ABBREVIATION.search(before.text) is not None
    if before.text.isupper() != after.text.isupper():  # a sign or title
        return False
    return starts_low or punctuated or before.text.endswith(",")
