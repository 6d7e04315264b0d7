"""Plain text for a terminal of 80 columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from vnsum.rendering import layout
from vnsum.results.digest import Digest, DigestPair
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Finding, SummaryPair, Translation

WIDTH = 80
NARROWEST = 20  # columns beside a label


def document(value: Document) -> str:
    """Return the sentences with their numbers, paragraph by paragraph, then the boilerplate."""
    parts = [_heading(value)]
    label_width = len(str(len(value.sentences))) + 3
    number = 0
    for paragraph in value.paragraphs():
        lines: list[str] = []
        for sentence in paragraph:
            number += 1
            lines += wrap(sentence.text, first=f"[{number}]".ljust(label_width))
        parts.append(lines)
    if not value.sentences:
        parts.append([layout.NO_SENTENCES])
    parts.append(_boilerplate(value))
    return _join(parts)


def translation(value: Translation) -> str:
    """Return the translated text, printable; its findings are in `findings`."""
    return layout.for_terminal(value.text)


def summary(value: BilingualSummary | Digest) -> str:
    """Return headline, date, sentences in both languages with their places, names, findings."""
    parts = [_heading(value)]
    names = layout.article_names(layout.documents(value))
    labelled = [(f"[{label}]", pair) for label, pair in layout.labelled(value)]
    label_width = _widest(label for label, _ in labelled) + 1
    parts += [_pair(value, pair, label.ljust(label_width), names) for label, pair in labelled]
    if not value.pairs:
        parts.append([layout.NOTHING_TO_SUMMARIZE])
    parts.append(_names(value))
    parts.append(_articles(value, names) if isinstance(value, Digest) else [])
    parts.append([line for finding in value.findings for line in _finding(finding)])
    # Not wrapped, so that it can be copied.
    parts.append([layout.one_line(value.signature)] if value.signature.strip() else [])
    return _join(parts)


def findings(value: layout.Result) -> list[str]:
    """Return one line per finding: of the whole text first, then sentence by sentence."""
    lines = [finding_line(finding) for finding in value.findings]
    if isinstance(value, Translation):
        noted = [(str(index + 1), pair.findings) for index, pair in enumerate(value.pairs)]
    else:
        noted = [(label, pair.findings) for label, pair in layout.labelled(value)]
    for where, found in noted:
        lines += [f"sentence {where}: {finding_line(finding)}" for finding in found]
    return lines


def report(value: layout.Result) -> str:
    """Return the numbers of sentences by state, then the findings.

    A sentence with a warning or an error is flagged, or doubtful if there is no other than
    `"doubt"`; one with repairs only is repaired. Other findings of severity info are listed but not
    counted. Without the confidence of any sentence none can be doubtful, which is said.
    """
    states = [_state(pair.findings) for pair in value.pairs]
    counts = ", ".join(f"{states.count(state)} {state}" for state in STATES)
    parts = [[f"{layout.plural(len(states), 'sentence')} checked: {counts}."]]
    if value.pairs and all(pair.confidence is None for pair in value.pairs):
        parts[0].append("The confidence was not estimated.")
    parts.append([line for finding in value.findings for line in _finding(finding)])
    for where, findings in _noted(value):
        parts.append([where, *(line for finding in findings for line in _finding(finding, "  "))])
    return _join(parts)


STATES = ("without findings", "repaired", "doubtful", "flagged")
REPAIRS = ("repair", "term")  # "term" with severity info: a glossary term was inserted


def _state(found: Iterable[Finding]) -> str:
    found = list(found)
    serious = {finding.kind for finding in found if finding.severity != "info"}
    if serious:
        return "doubtful" if serious == {"doubt"} else "flagged"
    return "repaired" if any(finding.kind in REPAIRS for finding in found) else "without findings"


def _noted(value: layout.Result) -> list[tuple[str, tuple[Finding, ...]]]:
    """Return the place and the findings of every sentence with findings."""
    if isinstance(value, Translation):
        places = [(layout.place(value.document, i), p) for i, p in enumerate(value.pairs)]
        return [(place, pair.findings) for place, pair in places if pair.findings]
    names = layout.article_names(layout.documents(value))
    return [
        ("; ".join(layout.places(value, pair, names)), pair.findings)
        for pair in value.pairs
        if pair.findings
    ]


def finding_line(finding: Finding) -> str:
    """Return severity, kind and message of a finding in one line."""
    return layout.one_line(
        f"{finding.severity}: {layout.kind_label(finding.kind)}: {finding.message}"
    )


def wrap(text: str, *, first: str = "", width: int = WIDTH) -> list[str]:
    """Wrap `text` in lines of at most `width` columns, indented to the end of `first`.

    Columns are those of a terminal: combining marks take none, wide (CJK) characters two. A word
    longer than a line gets a line of its own, and so does a `first` that takes most of a line.

    >>> wrap("Trời mưa to ở Huế.", first="[1] ", width=16)
    ['[1] Trời mưa to', '    ở Huế.']
    """
    indent = " " * columns(first)
    lines: list[str] = []
    if len(indent) > max(width - NARROWEST, width // 2):
        lines, first, indent = [first.rstrip()], "", ""
    line, used = first, len(indent)
    fresh = True
    for word in layout.words(text):
        taken = columns(word)
        if not fresh and used + 1 + taken > width:
            lines.append(line)
            line, used, fresh = indent, len(indent), True
        line += word if fresh else f" {word}"
        used += taken if fresh else taken + 1
        fresh = False
    return lines if fresh else [*lines, line]


def columns(text: str) -> int:
    """Return the width of `text` in terminal columns."""
    if text.isascii():
        return len(text)
    return sum(map(_character_columns, text))


def _character_columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _heading(value: Document | BilingualSummary | Digest) -> list[str]:
    lines = [line for _, title in layout.titles(value) for line in wrap(title)]
    if day := layout.published(value):
        lines.append(f"Published {day}")
    return lines


def _pair(
    value: BilingualSummary | Digest,
    pair: SummaryPair | DigestPair,
    label: str,
    names: Sequence[str],
) -> list[str]:
    indent = " " * min(len(label), WIDTH - NARROWEST)
    if not pair.source.evidence:
        label = indent
    lines = wrap(pair.source.text, first=label) + wrap(pair.target, first=indent)
    for place in layout.places(value, pair, names):
        lines += wrap(f"({place})", first=indent)
    if isinstance(value, Digest) and isinstance(pair, DigestPair):
        papers = ", ".join(names[index] for index in pair.source.articles)
        lines += wrap(f"({layout.spread(value, pair)}: {papers})", first=indent)
    if dates := layout.dates(pair):
        lines += wrap(f"({dates})", first=indent)
    for finding in pair.findings:
        lines += _finding(finding, indent)
    return lines


def _articles(value: Digest, names: Sequence[str]) -> list[str]:
    """Return the names, titles and dates of the articles."""
    lines = ["Articles:"]
    for name, document in zip(names, value.documents, strict=True):
        about = ", ".join(filter(None, (name, document.title, layout.published(document))))
        lines += wrap(about, first="  ")
    return lines


def _names(value: BilingualSummary | Digest) -> list[str]:
    listed = [own + (f" ({other})" if other else "") for own, other in layout.names(value)]
    return wrap("; ".join(listed), first="Names: ") if listed else []


def _finding(finding: Finding, indent: str = "") -> list[str]:
    return wrap(
        f"{layout.kind_label(finding.kind)}: {finding.message}",
        first=f"{indent}{layout.symbol(finding)} ",
    )


def _boilerplate(value: Document) -> list[str]:
    if not value.boilerplate:
        return []
    label_width = _widest(layout.kind_label(piece.kind) for piece in value.boilerplate) + 2
    lines = ["Not part of the article:"]
    for piece in value.boilerplate:
        lines += wrap(piece.text, first=f"  {layout.kind_label(piece.kind).ljust(label_width)}")
    return lines


def _widest(labels: Iterable[str]) -> int:
    """Return the length of the longest label that fits beside text."""
    return max((len(label) for label in labels if len(label) < WIDTH - 2 * NARROWEST), default=0)


def _join(parts: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in parts if lines)
