"""Subtitles: parsing and writing SubRip (`.srt`) and WebVTT (`.vtt`).

Numbers, times, settings and comments are kept verbatim. `str(parse_subtitles(text, format))` is
`text`, apart from white space between blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vnsum import require
from vnsum.errors import InputError

FORMATS = ("srt", "vtt")
MAX_CUES = 100_000
_TIME = r"(?:(?P<{0}_h>\d{{1,4}}):)?(?P<{0}_m>[0-5]\d):(?P<{0}_s>[0-5]\d)[.,](?P<{0}_f>\d{{1,3}})"
_TIMING = re.compile(
    rf"(?P<start>{_TIME.format('start')})[ \t]{{0,9}}-->[ \t]{{0,9}}(?P<end>{_TIME.format('end')})"
    r"(?:[ \t](?P<settings>.{0,1000}))?",
    re.ASCII,
)
_LINE_END = re.compile(r"\r\r?\n|\r")  # CR CR LF, where line ends were converted twice
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_SETTING = re.compile(r"(?:align|line|position|region|size|vertical):\S+")
_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
EXAMPLE = "00:00:01,000 --> 00:00:02,500"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A subtitle: its number or identifier, times and settings as written, and its lines of text.

    `number` and `settings` are empty if there are none. `comments` are the comments, styles and
    regions of WebVTT before the cue.
    """

    number: str
    start: str
    end: str
    settings: str = ""
    lines: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtitles:
    """The cues of a subtitle file.

    `format` is `"srt"` or `"vtt"`, `header` the first block of WebVTT, `comments` those after the
    last cue, and `newline` the line separator. `str(subtitles)` is the content of the file.

    >>> text = "1\\n00:00:01,000 --> 00:00:02,500\\nTrời mưa.\\n"
    >>> subtitles = parse_subtitles(text, "srt")
    >>> subtitles.cues[0].lines, str(subtitles) == text
    (('Trời mưa.',), True)
    """

    format: str
    cues: tuple[Cue, ...] = ()
    header: str = ""
    comments: tuple[str, ...] = ()
    newline: str = "\n"

    def convert(self, format: str) -> Subtitles:
        """Return the subtitles in another format.

        SubRip has neither settings nor comments, and its cues are numbered from 1. WebVTT does not
        have the coordinates of SubRip.
        """
        format = require.one_of(format, FORMATS, "format")
        if format == self.format:
            return self
        if format == "vtt":
            cues = tuple(
                replace(
                    cue,
                    start=_write_time(cue.start, "."),
                    end=_write_time(cue.end, "."),
                    settings=" ".join(filter(_SETTING.fullmatch, cue.settings.split())),
                )
                for cue in self.cues
            )
            return replace(self, format=format, cues=cues, header="WEBVTT")
        cues = tuple(
            Cue(
                number=str(number),
                start=_write_time(cue.start, ","),
                end=_write_time(cue.end, ","),
                lines=cue.lines,
            )
            for number, cue in enumerate(self.cues, start=1)
        )
        return Subtitles(format=format, cues=cues, newline=self.newline)

    def __str__(self) -> str:
        blocks = [self.header] if self.header else []
        for cue in self.cues:
            blocks += [*cue.comments, "\n".join(_write(cue))]
        blocks += self.comments
        return "".join(f"{block}\n\n" for block in blocks)[:-1].replace("\n", self.newline)


def parse_subtitles(text: str, format: str) -> Subtitles:
    """Return the subtitles in `text`, whose `format` is `"srt"` or `"vtt"`.

    Raises `InputError` with the line number for a malformed cue.
    """
    text = require.text(text, "subtitles")
    format = require.one_of(format, FORMATS, "format")
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    blocks = _split_blocks(plain.split("\n"))
    header = ""
    if format == "vtt":
        line, rows = next(blocks, (1, [""]))
        header = "\n".join(rows)
        if not _HEADER.fullmatch(rows[0]):
            raise InputError(f"line {line}: expected WEBVTT, not {require.show(rows[0])}")
        _require_text(line, rows)
    cues: list[Cue] = []
    comments: list[str] = []
    for line, rows in blocks:
        if format == "vtt" and _COMMENT.fullmatch(rows[0]):
            _require_text(line, rows)
            comments.append("\n".join(rows))
            continue
        if len(cues) == MAX_CUES:
            raise InputError(f"line {line}: expected at most {MAX_CUES:,} cues in a file")
        cues.append(replace(_parse_cue(line, rows, format), comments=tuple(comments)))
        comments.clear()
    return Subtitles(
        format=format, cues=tuple(cues), header=header, comments=tuple(comments), newline=newline
    )


def to_milliseconds(time: str) -> int:
    """Return a time of a cue in milliseconds.

    >>> to_milliseconds("01:00:02,5"), to_milliseconds("00:02.500")
    (3602500, 2500)
    """
    clock, fraction = re.split("[.,]", time)
    seconds = 0
    for part in clock.split(":"):
        seconds = 60 * seconds + int(part)
    return 1000 * seconds + int(fraction.ljust(3, "0"))


def _split_blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield every block of lines, with the number of its first line.

    An empty line ends a block; a line of white space does so only before a cue, a comment or an
    empty line.
    """
    block: list[str] = []
    spaces: list[str] = []
    first = 1
    for number, line in enumerate([*lines, ""], start=1):
        if line and not line.strip():
            spaces.append(line)
            continue
        near = 2 if line.strip().isdecimal() else 1  # lines in which the times may be
        begins = "-->" in line or "-->" in "".join(lines[number : number + near])
        if block and (not line or (spaces and (begins or _COMMENT.fullmatch(line)))):
            yield first, block
            block = []
        if line:
            if not block:
                first = number
                spaces.clear()
            block += [*spaces, line]
        spaces.clear()


def _parse_cue(line: int, rows: list[str], format: str) -> Cue:
    head = 0 if _TIMING.fullmatch(rows[0].strip()) else 1
    number = rows[0].strip() if head else ""
    if head and (("-->" in number) or (format == "srt" and not re.fullmatch("[0-9]+", number))):
        raise InputError(
            f"line {line}: expected the number of a cue, or its times such as {EXAMPLE}, not "
            f"{require.show(rows[0])}"
        )
    found = _TIMING.fullmatch(rows[head].strip()) if head < len(rows) else None
    if found is None:
        given = require.show(rows[head]) if head < len(rows) else "an empty line"
        raise InputError(
            f"line {line + head}: expected the times of cue {require.show(number)} such as "
            f"{EXAMPLE}, not {given}"
        )
    start, end = found["start"], found["end"]
    if to_milliseconds(end) < to_milliseconds(start):
        raise InputError(f"line {line + head}: the cue ends at {end}, before its start at {start}")
    _require_text(line + head + 1, rows[head + 1 :])
    return Cue(
        number=number,
        start=start,
        end=end,
        settings=(found["settings"] or "").strip(),
        lines=tuple(rows[head + 1 :]),
    )


def _require_text(line: int, rows: Sequence[str]) -> None:
    for number, text in enumerate(rows, start=line):
        if "-->" in text:
            raise InputError(
                f"line {number}: expected an empty line before the next cue, or text without -->, "
                f"not {require.show(text)}"
            )


def _write(cue: Cue) -> Iterator[str]:
    if cue.number:
        yield cue.number
    yield f"{cue.start} --> {cue.end}" + (f" {cue.settings}" if cue.settings else "")
    yield from cue.lines


def _write_time(time: str, mark: str) -> str:
    """Return a time of a cue as both formats have it, with a mark before its milliseconds."""
    seconds, rest = divmod(to_milliseconds(time), 1000)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours:02}:{minutes:02}:{seconds % 60:02}{mark}{rest:03}"
