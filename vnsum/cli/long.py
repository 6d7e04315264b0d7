"""Texts that are too long to be held as a whole: translated and written section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from vnsum.cli.console import say
from vnsum.cli.files import open_output
from vnsum.errors import InputError
from vnsum.rendering.text import finding_line
from vnsum.result import Translation
from vnsum.storage import make_path

LONG = 1_000_000  # bytes; no article is as long
BLOCK = 1 << 16
PLAIN = ("", ".txt", ".md", ".markdown")

# Translates the pieces of one text section by section, as `Pipeline.translate_sections` does.
Translate = Callable[[Iterator[str]], Iterator[Translation]]


def is_long(source: str) -> bool:
    """Return whether a source is a file of plain text that is better read piece by piece."""
    path = make_path(source)
    if path.suffix.lower() not in PLAIN or not path.is_file():
        return False
    return path.stat().st_size > LONG


def translate_long(source: str, target: Path | None, translate: Translate) -> None:
    """Translate a file into another, or to standard output, in constant memory.

    The findings go to standard error as they come. A file is there when it is whole, not before.
    """
    count = 0
    with open_output(target) as write:
        for number, section in enumerate(translate(_read_blocks(source))):
            if number == 0:
                for finding in section.findings:
                    say(f"{source}: {finding_line(finding)}")
            for count, pair in enumerate(section.pairs, start=count + 1):  # noqa: B020 - goes on
                for finding in pair.findings:
                    say(f"{source}: sentence {count}: {finding_line(finding)}")
            write(section.text)


def _read_blocks(source: str) -> Iterator[str]:
    with Path(source).open(encoding="utf-8", newline="") as file:
        try:
            while block := file.read(BLOCK):
                yield block
        except UnicodeDecodeError as error:
            raise InputError(
                f"it is not in UTF-8 ({error.reason}): a text of this length has to be, so convert "
                "the file first, for example with iconv -f CP1258 -t UTF-8"
            ) from error
