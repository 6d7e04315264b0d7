"""Translation of long files section by section, in constant memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from vnsum import rendering
from vnsum.cli.console import say
from vnsum.cli.files import STANDARD, open_output
from vnsum.errors import InputError
from vnsum.reading import article
from vnsum.reading.web.limits import is_url
from vnsum.rendering.text import finding_line
from vnsum.results.result import Translation

LONG = 1_000_000  # bytes; articles are shorter
BLOCK = 1 << 16

# Translates one text section by section, like `Pipeline.translate_sections`.
Translate = Callable[[Iterator[str]], Iterator[Translation]]


def is_long(source: str) -> bool:
    """Return whether a source is a plain-text file of more than `LONG` bytes."""
    if source == STANDARD or is_url(source):  # there may be a file of that name
        return False
    suffix = Path(source).suffix.lower()
    if suffix and article.READERS.get(suffix) is not article.read_text:
        return False
    try:
        status = os.stat(source)  # noqa: PTH116 - not of another path, such as "." for ""
    except (OSError, ValueError):  # reported when it is read
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > LONG


def translate_long(source: str, target: Path | None, translate: Translate) -> None:
    """Translate a file to `target`, or to standard output, in constant memory.

    Findings are written to standard error as they occur. `target` is replaced only when the
    translation is complete.
    """
    count = 0
    with open_output(target) as write:
        for number, section in enumerate(translate(_read_blocks(source))):
            if number == 0:
                for finding in section.findings:
                    say(f"{source}: {finding_line(finding)}")
            for count, pair in enumerate(section.pairs, start=count + 1):  # noqa: B020 - continues the numbering
                for finding in pair.findings:
                    say(f"{source}: sentence {count}: {finding_line(finding)}")
            write(rendering.to_text(section))


def _read_blocks(source: str) -> Iterator[str]:
    with Path(source).open(encoding="utf-8", newline="") as file:
        try:
            while block := file.read(BLOCK):
                yield block
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not in UTF-8 ({error.reason}), which files over {LONG:,} bytes must "
                "be: convert it first, for example with iconv -f CP1258 -t UTF-8"
            ) from error
