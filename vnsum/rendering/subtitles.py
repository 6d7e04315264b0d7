"""Translated subtitles: sentences are distributed over their cues, and lines are wrapped."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from vnsum import require
from vnsum.errors import InputError
from vnsum.reading.subtitle_text import TAG, Part, join_cues
from vnsum.reading.subtitles import Subtitles
from vnsum.results.result import SentencePair, Translation

MAX_WIDTH = 42  # characters of a line
PUNCTUATION = tuple(",;:.!?…")
PREFERENCE = 6  # characters by which a break after punctuation may be off
_TAG = re.compile(TAG)
_WORD = re.compile(rf"(?:{TAG}|\S)+")  # with the spaces inside tags
_EMPHASIS = re.compile(r"\*\*([^*]{1,300})\*\*")
# Tags that do not exist in a format.
FOREIGN = {
    "srt": re.compile(r"</?(?:v|c|lang|ruby|rt)\b[^<>\n]{0,200}>|<\d[^<>\n]{0,20}>"),
    "vtt": re.compile(r"\{\\[^{}\n]{0,200}\}|</?font\b[^<>\n]{0,200}>"),
}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# SubRip has no escapes. Full-width signs are not tags, and are read as the usual ones again.
_WIDE = str.maketrans("<>{}", "＜＞｛｝")
_BRACES = re.compile(r"\{(?=\\|[A-Za-z]:)[^{}]*\}")  # tags for players of either format


def to_subtitles(
    translation: Translation,
    subtitles: Subtitles,
    *,
    format: str | None = None,
) -> str:
    """Return translated subtitles with the numbers, times and settings of the original ones.

    `translation` is that of the article with these `subtitles`; `format` is `"srt"` or `"vtt"`, by
    default that of the original. Lines have at most 42 characters, and cues two lines, if the words
    allow it. What a player would take for a tag is escaped in WebVTT; in SubRip, which has no
    escapes, its signs are full-width. Raises `InputError` for the translation of another text, or
    of a sentence in no cue.

    >>> from vnsum.reading.article import read_data
    >>> data = "7\\n00:00:01,000 --> 00:00:02,500\\nTrời mưa.\\n".encode()
    >>> article = read_data(data, name="film.srt")
    >>> print(to_subtitles(pipeline.translate(article), article.subtitles), end="")
    7
    00:00:01,000 --> 00:00:02,500
    It rained.
    """
    require.instance(translation, Translation, "translation", "a Translation")
    require.instance(subtitles, Subtitles, "subtitles", "a Subtitles")
    running = join_cues(subtitles)
    if running.text != translation.document.text:
        raise InputError("the translation is of another text: expected that of these subtitles")
    texts = distribute(translation.pairs, running.parts)
    made = subtitles.convert(format or subtitles.format)
    tag = next((part.tag for part in running.parts if part.tag), "")
    lines: list[list[str]] = [[] for _ in subtitles.cues]
    for part, text in zip(running.parts, texts, strict=True):
        marked = _decorate(part, text, tag=part.tag or tag, escaped=made.format == "vtt")
        if made.format != subtitles.format:
            marked = FOREIGN[made.format].sub("", marked)
        lines[part.cue] += wrap(marked.replace("-->", "→").strip())
    cues = (
        replace(cue, lines=tuple(filter(None, own)))
        for cue, own in zip(made.cues, lines, strict=True)
    )
    return str(replace(made, cues=tuple(cues)))


def list_losses(subtitles: Subtitles, format: str) -> list[str]:
    """Return what `to_subtitles` removes from subtitles in this format, for messages."""
    inside = {part.cue for part in join_cues(subtitles).parts if part.lost}
    losses = [f"tags inside the text of {len(inside)} cues"] if inside else []
    if format == subtitles.format:
        return losses
    if any(FOREIGN[format].search(line) for cue in subtitles.cues for line in cue.lines):
        losses.append(f"tags that {format} files do not have")
    made = subtitles.convert(format)
    if subtitles.comments != made.comments or any(
        (old.settings, old.comments) != (new.settings, new.comments)
        for old, new in zip(subtitles.cues, made.cues, strict=True)
    ):
        losses.append("settings and comments" if format == "srt" else "positions of cues")
    return losses


def distribute(pairs: Sequence[SentencePair], parts: Sequence[Part]) -> list[str]:
    """Return the translated text of each part of the running text.

    The words of a sentence over several parts are distributed in proportion to their lengths.
    """
    texts: list[list[str]] = [[] for _ in parts]
    first = 0
    for pair in pairs:
        while first < len(parts) and parts[first].end <= pair.source.start:
            first += 1
        own, shares = [], []
        for index in range(first, len(parts)):
            part = parts[index]
            if part.start >= pair.source.end:
                break
            if share := min(part.end, pair.source.end) - max(part.start, pair.source.start):
                own.append(index)
                shares.append(share)
        if not own:
            raise InputError(
                f"the sentence at characters {pair.source.start} to {pair.source.end} is in no "
                "cue: expected sentences of these subtitles"
            )
        for index, text in zip(own, split_words(pair.target, shares), strict=True):
            texts[index].append(text)
    return [" ".join(filter(None, own)) for own in texts]


def split_words(text: str, shares: Sequence[int]) -> list[str]:
    """Split a text between words in proportion to `shares`, preferably after punctuation.

    >>> split_words("It rained hard, and the street was flooded.", [10, 20])
    ['It rained hard,', 'and the street was flooded.']
    """
    words = text.split()
    ends = [*itertools.accumulate(len(word) + 1 for word in words)]
    total = sum(shares)
    cuts = [0]
    for number, share in enumerate(itertools.accumulate(shares[:-1]), start=1):
        least = min(cuts[-1] + 1, len(words))  # parts are empty only if there are too few words
        most = max(least, len(words) - (len(shares) - number))
        ideal = ends[-1] * share / total if ends else 0.0
        cuts.append(_choose_cut(words, ends, ideal, range(least, most + 1)) if words else 0)
    return [" ".join(words[a:b]) for a, b in itertools.pairwise([*cuts, len(words)])]


def _choose_cut(words: Sequence[str], ends: Sequence[int], ideal: float, options: range) -> int:
    """Return the option whose end is nearest to `ideal`, preferably after punctuation.

    Looks only at ends that are not farther than the nearest one and the preference together.
    """
    after = bisect.bisect_left(ends, ideal) + 1
    nearest = (min(max(cut, options[0]), options[-1]) for cut in (after - 1, after))
    reach = min(abs(ends[cut - 1] - ideal) for cut in nearest) + PREFERENCE + 1
    first = max(bisect.bisect_left(ends, ideal - reach) + 1, options[0])
    last = min(bisect.bisect_right(ends, ideal + reach), options[-1])
    return min(
        range(first, last + 1),
        key=lambda cut: (
            abs(ends[cut - 1] - ideal) - PREFERENCE * words[cut - 1].endswith(PUNCTUATION)
        ),
    )


def wrap(text: str) -> list[str]:
    """Return `text` in lines of at most `MAX_WIDTH` characters, two of about the same length.

    A longer text has more lines. Tags do not count.

    >>> wrap("The street in front of the station was flooded all morning.")
    ['The street in front of the', 'station was flooded all morning.']
    """
    if _width(text) <= MAX_WIDTH:
        return [text] if text else []
    words = _WORD.findall(text)
    ends = [*itertools.accumulate(_width(word) + 1 for word in words)]
    options = [
        (max(left, right) - PREFERENCE * words[cut - 1].endswith(PUNCTUATION), cut)
        for cut in range(1, len(words))
        if (left := ends[cut - 1] - 1) <= MAX_WIDTH
        and (right := ends[-1] - ends[cut - 1] - 1) <= MAX_WIDTH
    ]
    if options:
        _, cut = min(options)
        return [" ".join(words[:cut]), " ".join(words[cut:])]
    lines: list[list[str]] = []
    room = 0
    for word in words:
        width = _width(word) + 1
        if width > room or not lines:
            lines.append([])
            room = MAX_WIDTH + 1
        lines[-1].append(word)
        room -= width
    return [" ".join(line) for line in lines]


def _width(text: str) -> int:
    return len(_TAG.sub("", text))


def _decorate(part: Part, text: str, *, tag: str, escaped: bool) -> str:
    """Return the text of a part with its dashes, signs and tags."""
    text = _BRACES.sub(lambda match: match.group().translate(_WIDE), text)
    start, end = text.find("<"), text.rfind(">") + 1
    if escaped:
        text = text.translate(_ESCAPES)
    elif 0 <= start < end:  # for some player, anything between the signs is a tag
        text = text[:start] + text[start:end].translate(_WIDE) + text[end:]
    if tag:
        text = _EMPHASIS.sub(rf"<{tag}>\1</{tag}>", text).replace("**", "")
    return f"{part.before}{text}{part.after}"
