"""Files of evaluation and training data that are damaged, hostile, or of other kinds."""

import json
import lzma
import os

import numpy as np
import pytest

from vnsum import cli, storage
from vnsum.errors import InputError
from vnsum.evaluation import digests, segmentation, translation, vietnews
from vnsum.storage import read_lines, read_records
from vnsum.training import base
from vnsum.training.config import Corpus, Filters, read_config
from vnsum.training.data import corpora, counting, tokens

BODY = ["Trời mưa to ở Huế.", "Đường phố ngập sâu."]
ARTICLE = {"id": "1", "title": "Mưa", "abstract": "Mưa to.", "body": BODY}
OWN = {"article": BODY, "summary": ["Mưa to."], "title": "Mưa", "lang": "vi"}
PAPER = {"title": "Mưa", "published": "2026-05-03", "source": "A", "text": " ".join(BODY)}
CLUSTER = {"id": "1", "articles": [PAPER], "references": ["Mưa to."]}
NO_PAPER = {**CLUSTER, "articles": [{**PAPER, "source": None}]}


def read_corpus(path, form):
    corpus = Corpus(path=path, format=form)
    return corpora.read_examples(corpus, Filters(), corpora.read_protected(Filters()))


# Each reader with a suffix that chooses its format, and the content of a good file.
READERS = {
    "articles": (vietnews.read, ".jsonl", ARTICLE),
    "own articles": (vietnews.read, ".jsonl", OWN),
    "clusters": (digests.read, ".jsonl", CLUSTER),
    "clusters without newspaper": (digests.read, ".jsonl", NO_PAPER),
    "bodies": (lambda path: segmentation._bodies(path, 5), ".jsonl", ARTICLE),
    "corpus of articles": (lambda path: [read_corpus(path, "articles")], ".jsonl", ARTICLE),
    "counted articles": (lambda path: counting.read_language([path], "vi"), ".jsonl", ARTICLE),
    "corpus of pairs": (lambda path: [read_corpus(path, "pairs")], ".tsv", "Trời mưa.\tIt rains."),
    "words": (base.read_words, ".tsv", "rain\t3"),
    "lines": (read_lines, ".txt", "Trời mưa."),
    "test set": (
        lambda path: [translation.read_pairs(path, source="vi", target="en")],
        ".tsv",
        "Trời mưa.\tIt rains.",
    ),
}
JSON_READERS = [name for name, (_, suffix, _) in READERS.items() if suffix == ".jsonl"]


def text_of(content):
    return content if isinstance(content, str) else json.dumps(content)


@pytest.mark.parametrize("end", ["", ".xz"])
@pytest.mark.parametrize("name", READERS)
def test_good_files_are_read_plain_and_compressed(name, end, tmp_path):
    read, suffix, content = READERS[name]
    path = tmp_path / f"good{suffix}{end}"
    data = f"{text_of(content)}\n".encode()
    path.write_bytes(lzma.compress(data) if end else data)
    assert len(list(read(path))) >= 1


def make_folder(path):
    path.mkdir()


DAMAGE = {
    "missing": lambda path: None,
    "a folder": make_folder,
    "a loop": lambda path: path.symlink_to(path.name),
    "cut": lambda path: path.write_bytes(lzma.compress(os.urandom(5000))[:2000]),
    "no xz": lambda path: path.write_bytes(b"Tr\xe1\xbb\x9di m\xc6\xb0a."),
    "no UTF-8": lambda path: path.write_bytes(lzma.compress(b"\xff\xfe\n" * 3)),
    "an endless line": lambda path: path.write_bytes(lzma.compress(b"a\tb" * 5000)),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", READERS)
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(name, damage, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "LONGEST_LINE", 10_000)
    read, suffix, _ = READERS[name]
    path = tmp_path / f"bad{suffix}.xz"
    DAMAGE[damage](path)
    with pytest.raises(InputError) as caught:
        list(read(path))
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable()


WRONG = [None, 3, True, "x", [], [3], {}, {"a": 1}, [[]], "\ud800", ["\ud800"], "9" * 5000]


@pytest.mark.parametrize("name", JSON_READERS)
def test_a_line_of_another_shape_is_an_error_with_its_number(name, tmp_path):
    read, _, content = READERS[name]
    path = tmp_path / "bad.jsonl"
    lines = ["no json", "", "[" * 100_000, "9" * 5000, *map(json.dumps, WRONG)]
    for key in content:
        lines += [json.dumps({**content, key: value}) for value in WRONG]
    refused = 0
    for line in lines:
        path.write_text(f"{json.dumps(content)}\n{line}\n", encoding="utf-8")
        try:
            assert len(list(read(path))) >= 1
        except InputError as error:
            refused += 1
            assert f"{path}, line 2, is not a" in str(error)
            assert str(error).isprintable()
            assert len(str(error)) < 1000
    assert refused >= 20


def test_the_lines_of_a_file_end_at_line_feeds_only(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes("a\u2028b\x0cc\r\n\n \nd".encode())
    assert list(read_lines(path)) == ["a\u2028b\x0cc", "", " ", "d"]
    assert list(read_lines(path, limit=1)) == ["a\u2028b\x0cc"]


def test_the_longest_line_is_the_first_that_is_not_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "LONGEST_LINE", 10)
    path = tmp_path / "lines.txt"
    path.write_text("123456789\n123456789ă", encoding="utf-8")
    assert len(list(read_lines(path))) == 2
    path.write_text("123456789\n123456789ăâ", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(read_lines(path))
    assert str(caught.value) == f"{path}, line 2, has more than 10 characters"


def test_errors_of_the_reader_of_records_are_not_swallowed(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text("1\n2\n", encoding="utf-8")

    def convert(data, number):
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault of ours"):
        list(read_records(path, convert, kind="a number", expected="a number"))


def test_damaged_token_files_are_errors_that_name_them(tmp_path):
    path = tmp_path / "tokens.npz"
    ids, ends = np.arange(9, dtype=np.uint16), np.asarray([9])
    np.savez(path, first_ids=ids, first_ends=ends, second_ids=ids, second_ends=ends)
    whole = path.read_bytes()
    assert len(tokens.read_tokens(path, vocabulary=9)) == 1
    for data in (b"", whole[:50], whole[:-30], whole.replace(b"\x04\0", b"\x05\0"), b"\x93NUMPY\1"):
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            tokens.read_tokens(path, vocabulary=9)
        assert f"cannot read the tokenized corpus {path}: " in str(caught.value)


OPTIONS = [
    ("evaluate summarize --data x", "limit resamples sentences"),
    ("evaluate translate --pairs x", "limit beams"),
    ("train prepare --out x", "tokens lines"),
    ("train translate --out x", "steps"),
    ("train synthesize x --model x --from vi --out x", "limit beams"),
    ("train rounding x --dev x", "sentences"),
]


@pytest.mark.parametrize(
    ("command", "option"), [(command, name) for command, names in OPTIONS for name in names.split()]
)
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x", "9" * 5000])
def test_numbers_of_the_command_line_are_checked(command, option, value, capsys):
    assert cli.main([*command.split(), f"--{option}", value]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"vnsum: error: argument --{option}: ")
    assert "must be an integer >= 1" in message or "expected an integer, not" in message
    assert len(message) < 400


@pytest.mark.parametrize("command", [command for command, names in OPTIONS if "beams" in names])
def test_the_width_of_a_search_is_limited(command, capsys):
    assert cli.main([*command.split(), "--beams", "1001"]) == 2
    assert "beams must be an integer >= 1 and <= 1000, not 1001" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("train translate --out x", "epochs"),
        ("train translate --out x", "minutes"),
        ("train synthesize x --model x --from vi --out x", "round-trip"),
        ("train synthesize x --model x --from vi --out x", "min-score"),
    ],
)
@pytest.mark.parametrize("value", ["nan", "inf", "1e400"])
def test_times_and_shares_of_the_command_line_are_finite(command, option, value, capsys):
    assert cli.main([*command.split(), f"--{option}", value]) == 2
    assert f"{option} must be a finite number, not " in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff", b"a = " + b"[" * 5000, b"\0" * 20_000])
def test_configurations_that_cannot_be_read(content, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "MAX_FILE_BYTES", 10_000)
    path = tmp_path / "run.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"cannot read {path}: ")


def test_a_long_line_is_shortened_in_the_message(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("rain" * 50_000, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        base.read_words(path)
    assert str(caught.value).startswith(f"{path}, line 1, is 'rain")
    assert len(str(caught.value)) < 500


def test_the_name_of_a_test_set_is_that_of_files(tmp_path):
    for name in ("a.b", "[a]", "*"):
        for end in ("vi", "en", "other.en"):
            (tmp_path / f"{name}.{end}").write_text("Mưa.\n", encoding="utf-8")
        read = translation.read_folder(tmp_path, name, source="vi", target="en")
        assert dict(read.peers) == {"other": ("Mưa.",)}
    for name in ("", "/", "/dev/a", "x/../a.b", "\0", "x" * 300):
        with pytest.raises(InputError, match=r"^the name of a test set must be "):
            translation.read_folder(tmp_path, name, source="vi", target="en")
