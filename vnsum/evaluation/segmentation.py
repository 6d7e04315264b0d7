"""Evaluation of sentence splitting: exact matches, suspicious sentences on a corpus, and speed.

Compares vnsum with underthesea and, if installed, pysbd with its English rules:

    python -m vnsum.evaluation.segmentation --cases tests/cases/segment.json
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.cli.options import whole_number
from vnsum.errors import InputError
from vnsum.evaluation.vietnews import list_texts
from vnsum.reading.cleaning import clean
from vnsum.segmentation import segment
from vnsum.storage import read_records, read_text

Splitter = Callable[[str, str], list[str]]
LONG_PIECE = 80  # tokens; longer pieces are lists or several sentences
SPEED_SIZES = (1, 5, 10, 20)  # megabytes


def main(arguments: list[str] | None = None) -> None:
    """Print the tables; see `--help`."""
    parser = argparse.ArgumentParser(prog="vnsum.evaluation.segmentation", description=__doc__)
    parser.add_argument("--cases", type=Path, help="JSON list of {category, lang, input, expected}")
    parser.add_argument("--vietnews", type=Path, help="corpus, .jsonl.xz with a field 'body'")
    parser.add_argument(
        "--articles",
        type=whole_number("articles"),
        default=5000,
        help="number of articles to read (5000)",
    )
    parser.add_argument(
        "--speed", action="store_true", help="measure the time for texts of 1 to 20 MB"
    )
    options = parser.parse_args(arguments)
    if options.cases:
        print_exact_match(read_cases(options.cases))
    if options.vietnews:
        print_odd_pieces(list(_bodies(options.vietnews, options.articles)))
    if options.speed:
        print_speed()


def _vnsum(text: str, lang: str) -> list[str]:
    return [sentence.text for sentence in segment(text, lang=lang).sentences]


def _underthesea(text: str, lang: str) -> list[str]:
    sent_tokenize = importlib.import_module("underthesea").sent_tokenize
    return [str(piece) for piece in sent_tokenize(text)]


def _pysbd(text: str, lang: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its patterns have invalid escapes
        segmenter: Any = importlib.import_module("pysbd").Segmenter(language="en", clean=False)
    return [piece.strip() for piece in segmenter.segment(text)]


def splitters() -> dict[str, Splitter]:
    """Return the splitters to compare; includes pysbd if it is installed."""
    rows: dict[str, Splitter] = {"underthesea": _underthesea}
    if importlib.util.find_spec("pysbd"):
        rows["pysbd (en)"] = _pysbd
    return {**rows, "vnsum": _vnsum}


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a file; raises `InputError` if it is not a list of them."""
    try:
        cases = require.instance(json.loads(read_text(path)), list, "the file", "a list of cases")
        for case in cases:
            for name in ("category", "lang", "input"):
                require.encodable(case[name], name)
            list_texts(case["expected"], "expected")
    except (ValueError, LookupError, TypeError, RecursionError, InputError) as error:
        raise InputError(
            f"{path} has no cases ({error!r}): expected a JSON list of objects with 'category', "
            "'lang', 'input' and 'expected', a list of sentences"
        ) from error
    return cases


def exact_match(cases: list[dict[str, Any]], split: Splitter) -> dict[str, int]:
    """Return the number of exact matches of `split` by category."""
    right: Counter[str] = Counter()
    for case in cases:
        right[case["category"]] += split(case["input"], case["lang"]) == case["expected"]
    return dict(right)


def print_exact_match(cases: list[dict[str, Any]]) -> None:
    """Print a Markdown table of exact matches by category and splitter."""
    sizes = Counter(case["category"] for case in cases)
    results = {name: exact_match(cases, split) for name, split in splitters().items()}
    print("| category | cases |", " | ".join(results), "|")
    print("|---|---:|" + "---:|" * len(results))
    for category, size in sizes.items():
        print(
            f"| {category} | {size} |", " | ".join(f"{r[category]}" for r in results.values()), "|"
        )
    totals = [sum(right.values()) for right in results.values()]
    shown = (f"{total} ({total / max(1, len(cases)):.0%})" for total in totals)
    print(f"| all | {len(cases)} |", " | ".join(shown), "|")


def print_odd_pieces(texts: list[str]) -> None:
    """Print the numbers of one-token, orphaned and overlong sentences per splitter."""
    print(f"\n{len(texts)} articles, sentences of the body joined by spaces\n")
    print(f"| splitter | pieces | one token | orphan quote | over {LONG_PIECE} tokens |")
    print("|---|---:|---:|---:|---:|")
    for name, split in (("underthesea", _underthesea), ("vnsum", _vnsum)):
        pieces = [piece for text in texts for piece in split(text, "vi")]
        lengths = [len(piece.split()) for piece in pieces]
        orphans = sum(_is_orphan(piece) for piece in pieces)
        overlong = sum(length > LONG_PIECE for length in lengths)
        print(f"| {name} | {len(pieces)} | {lengths.count(1)} | {orphans} | {overlong} |")


def _is_orphan(piece: str) -> bool:
    """Return whether a piece begins with the end of the previous sentence."""
    return piece[0] in "”’»),;:" or (piece[0] in "\"'" and (piece[1:2] in ("", " ", ".", ",")))


def _bodies(path: Path, articles: int) -> Iterator[str]:
    def convert(data: dict[str, Any], _: int) -> str:
        return clean(" ".join(sentence.strip() for sentence in data["body"]))

    return read_records(
        path, convert, kind="an article", expected="JSON with 'body'", limit=articles
    )


def print_speed() -> None:
    """Print the time of cleaning and segmenting texts of different sizes."""
    paragraph = (
        "Sáng 9/1, ông N.V.T. (45 tuổi) nói: “Nước lên quá nhanh. Cả xóm phải dời đi.” "
        "Theo UBND TP. Huế, mưa từ 150-300 mm, có nơi trên 400 mm… Thiệt hại 1,2 tỷ đồng.\n\n"
    )
    segment(paragraph)  # loads underthesea
    print("\n| MB | clean, s | MB/s | segment, s | MB/s |")
    print("|---:|---:|---:|---:|---:|")
    for size in SPEED_SIZES:
        text = paragraph * int(size * 1_000_000 / len(paragraph.encode()))
        cleaning = _seconds(lambda text=text: clean(text))  # type: ignore[misc]
        splitting = _seconds(lambda text=text: segment(text))  # type: ignore[misc]
        print(
            f"| {size} | {cleaning:.2f} | {size / cleaning:.1f} "
            f"| {splitting:.2f} | {size / splitting:.2f} |"
        )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
