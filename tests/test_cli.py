"""The command line: statuses, streams, files.

The pipeline is a real one with a translator that knows a few sentences.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vnsum import summarization
from vnsum.cli import main
from vnsum.cli.files import write_text
from vnsum.cli.streams import OutputError
from vnsum.errors import InputError, ModelError
from vnsum.pipeline import Pipeline
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation
from vnsum.translation import CheckedTranslator, FakeBackend
from vnsum.version import __version__

ARTICLE = "Sáng nay trời mưa rất to ở Huế.\n\nNhiều tuyến phố bị ngập nặng. Nước rút sau hai giờ.\n"
ENGLISH = (
    "It rained hard in Hue today.\n\nMany streets were flooded. The water fell after two hours.\n"
)
PHRASES = {
    "Sáng nay trời mưa rất to ở Huế.": "It rained hard in Hue today.",
    "Nhiều tuyến phố bị ngập nặng.": "Many streets were flooded.",
    "Nước rút sau hai giờ.": "The water fell after two hours.",
    "Chiều nay trời nắng đẹp ở Huế.": "The afternoon was sunny in Hue.",
    "Mưa ở Huế": "Rain in Hue",
}
VERBS = ("summarize", "translate", "segment")


def load_fake(model: str = "mini", **options: object) -> Pipeline:
    backend = FakeBackend(function=lambda text: PHRASES[text])
    return Pipeline(
        translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
    )


def run(*arguments: object, load=load_fake) -> int:
    return main([str(argument) for argument in arguments], load=load)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "article.txt", ARTICLE)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class FailingPipeline:
    """Every verb raises `error`."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def translate(self, *_: object, **__: object) -> Translation:
        raise self.error

    summarize = translate


# What comes out ------------------------------------------------------------------------------


def test_translate_writes_the_translation_and_nothing_else(file, capsys):
    assert run("translate", file) == 0
    out, err = capsys.readouterr()
    assert out == ENGLISH
    assert err == ""


def test_summarize_writes_both_languages_and_where_they_are_from(file, capsys):
    assert run("summarize", file, "--sentences", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    first = ARTICLE.split("\n\n", maxsplit=1)[0]
    assert f"[1] {first}" in lines
    assert f"    {PHRASES[first]}" in lines
    assert "    (sentence 2 of 3, paragraph 2)" in lines
    assert "[3]" not in "".join(lines)


def test_segment_needs_no_pipeline(file, capsys):
    def refuse(*_: object, **__: object) -> Pipeline:
        raise AssertionError("no pipeline is needed")

    assert run("segment", file, load=refuse) == 0
    assert "[3] Nước rút sau hai giờ." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("summarize", BilingualSummary), ("translate", Translation), ("segment", Document)],
)
def test_json_is_the_result(verb, kind, file, capsys):
    assert run(verb, file, "--format", "json") == 0
    value = kind.from_dict(json.loads(capsys.readouterr().out))
    document = value if kind is Document else value.document
    assert " ".join(s.text for s in document.sentences) == " ".join(ARTICLE.split())


@pytest.mark.parametrize("verb", VERBS)
def test_html_is_a_page_and_markdown_a_table(verb, file, capsys):
    assert run(verb, file, "--format", "html") == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")
    assert run(verb, file, "-f", "markdown") == 0
    assert "| --- | --- |" in capsys.readouterr().out


def test_options_reach_the_library(file, capsys):
    seen = {}

    def load(model: str, **options: object) -> Pipeline:
        seen.update(options, model=model)
        return load_fake()

    arguments = ["--model", "other", "--summarizer", "lexrank", "--device", "cpu", "--offline"]
    arguments += ["--quality", "fast", "--diacritics", "keep"]
    more = ["--ratio", "0.4", "--from", "vi", "--to", "en", "--title", "Mưa ở Huế", "-f", "json"]
    assert run("summarize", file, *arguments, *more, load=load) == 0
    assert seen == {"model": "other", "summarizer": "lexrank", "device": "cpu", "offline": True,
                    "cache": True, "quality": "fast", "diacritics": "keep"}  # fmt: skip
    summary = BilingualSummary.from_dict(json.loads(capsys.readouterr().out))
    assert (summary.document.title, summary.title) == ("Mưa ở Huế", "Rain in Hue")
    assert len(summary.pairs) == 2


def test_findings_of_a_translation_go_to_standard_error(tmp_path, capsys):
    english = write(tmp_path / "en.txt", "It rained this morning in Hue.\n")
    assert run("translate", english, "--to", "en") == 0
    out, err = capsys.readouterr()
    assert out == "It rained this morning in Hue.\n"
    assert err.startswith(f"vnsum: {english}: info: language: ")


def test_models_lists_every_model(capsys):
    from vnsum.checkpoints import known_models

    assert run("models") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [row.name for row in known_models()]
    assert run("models", "--format", "json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["licence"]) for row in rows] == [
        (row.name, row.licence) for row in known_models()
    ]


@pytest.mark.parametrize("given", [(), ("--from", "en"), ("--to", "vi")])
def test_check_finds_out_the_languages(given, tmp_path, capsys):
    source = write(tmp_path / "a.en", "It rained.\nThere were 357.4 million people affected.\n3\n")
    target = write(tmp_path / "a.vi", "Trời mưa.\nCó 357,4 tỷ người bị ảnh hưởng.\n3\n")
    assert run("check", source, target, *given) == 1
    assert "a.vi:2: " in capsys.readouterr().out


def test_check_names_the_line_and_what_is_wrong(tmp_path, capsys):
    source = write(tmp_path / "vi.txt", "Trời mưa to.\nCó 1.400 người đến.\n\n")
    good = write(tmp_path / "good.txt", "It rained hard.\nThere were 1,400 people.\n\n")
    bad = write(tmp_path / "bad.txt", "It rained hard.\nThere were 18,000 people.\n\n")
    assert run("check", source, good) == 0
    assert capsys.readouterr() == ("", "")
    assert run("check", source, bad) == 1
    assert capsys.readouterr().out.startswith(f"{bad}:2: error: number: ")
    assert run("check", source, bad, "--format", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["line"], finding["source"]) == (2, {"start": 3, "end": 8})
    short = write(tmp_path / "short.txt", "It rained hard.\n")
    assert run("check", source, short) == 1
    assert "has 3 lines and" in capsys.readouterr().err


# What goes in --------------------------------------------------------------------------------


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    assert run("translate", "-") == 0
    assert capsys.readouterr().out == ENGLISH


def test_a_byte_order_mark_is_no_text(tmp_path, capsys):
    assert run("translate", write(tmp_path / "bom.txt", "\ufeff" + ARTICLE)) == 0
    assert capsys.readouterr().out == ENGLISH


def test_a_file_without_an_ending_is_plain_text_in_utf8(tmp_path, capsys):
    assert run("translate", write(tmp_path / "plain", ARTICLE)) == 0
    assert capsys.readouterr().out == ENGLISH
    assert run("translate", write(tmp_path / "binary", b"ok \xff")) == 1
    assert "byte 3 (0xff) is not UTF-8" in capsys.readouterr().err


def test_utf16_with_its_mark_is_read(tmp_path, capsys):
    assert run("translate", write(tmp_path / "wide.txt", ARTICLE.encode("utf-16"))) == 0
    assert capsys.readouterr().out == ENGLISH


@pytest.mark.parametrize("text", ["", " \n\n"])
@pytest.mark.parametrize("verb", VERBS)
def test_an_empty_file_gives_an_empty_result_and_a_note(verb, text, tmp_path, capsys):
    empty = write(tmp_path / "empty.txt", text)
    assert run(verb, empty, "--format", "json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)
    assert err == f"vnsum: note: {empty} is empty, so its result is empty\n"
    assert run(verb, empty) == 0


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "Is a directory"),
        (lambda path: path.write_bytes(b"\xff\xff\xff\xff"), "utf-8"),
        (lambda path: path.write_text("漢字 仮名"), ""),
    ],
    ids=["missing", "directory", "binary", "neither language"],
)
def test_a_bad_file_is_one_line_and_status_1(verb, make, said, tmp_path, capsys):
    bad = tmp_path / "bad\nname.txt"
    make(bad)
    assert run(verb, bad) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vnsum: error: ")
    assert "bad name.txt: " in err
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sumarize", "x"],
        ["summarize"],
        ["summarize", "x", "--sentences", "0"],
        ["summarize", "x", "--sentences", "many"],
        ["summarize", "x", "--ratio", "1.5"],
        ["summarize", "x", "--ratio", "half"],
        ["summarize", "x", "--ratio", "0.2", "--sentences", "2"],
        ["summarize", "x", "--length", "tiny"],
        ["summarize", "x", "--length", "brief", "--ratio", "0.2"],
        ["translate", "x", "--to", "fr"],
        ["segment", "x", "--model", "mini"],
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments, capsys):
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vnsum: error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [InputError("not so"), ModelError("no such model"), RuntimeError("odd"), MemoryError("memory")],
)
def test_errors_of_the_library_have_a_traceback_only_with_debug(error, file, capsys):
    def load(*_: object, **__: object) -> FailingPipeline:
        return FailingPipeline(error)

    assert run("summarize", file, load=load) == 1
    err = capsys.readouterr().err
    assert str(error) in err
    assert "Traceback" not in err
    assert ("--debug" in err) == isinstance(error, RuntimeError)
    for arguments in (["summarize", file, "--debug"], ["--debug", "summarize", file]):
        assert run(*arguments, load=load) == 1
        assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_status_130(file, capsys):
    assert run("translate", file, load=lambda *_, **__: FailingPipeline(KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


def test_version_and_help(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out == f"vnsum {__version__}\n"
    for arguments in (["--help"], *([verb, "--help"] for verb in VERBS)):
        assert run(*arguments) == 0
        assert "usage: vnsum" in capsys.readouterr().out


# Several files -------------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path, file: Path) -> list[Path]:
    """A good file, three bad ones and a good one."""
    (tmp_path / "folder").mkdir()
    return [
        file,
        tmp_path / "missing.txt",
        tmp_path / "folder",
        write(tmp_path / "binary.txt", b"\xff\xff\xff\xff"),
        write(tmp_path / "last.txt", "Chiều nay trời nắng đẹp ở Huế.\n"),
    ]


def test_bad_files_are_named_and_the_others_done(several, capsys):
    assert run("translate", *several) == 1
    out, err = capsys.readouterr()
    assert out == (
        f"==> {several[0]} <==\n{ENGLISH}\n"
        f"==> {several[4]} <==\nThe afternoon was sunny in Hue.\n\n"
    )
    assert [line.split(": ")[2] for line in err.splitlines()] == [str(f) for f in several[1:4]]


def test_json_of_several_files_has_a_line_for_each(several, capsys):
    assert run("translate", *several, "--format", "json") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == [str(file) for file in several]
    assert ["error" in line for line in lines] == [False, True, True, True, False]
    assert Translation.from_dict(lines[0]["result"]).text == ENGLISH


def test_html_of_several_files_is_one_page(several, capsys):
    assert run("summarize", *several, "--format", "html") == 1
    out = capsys.readouterr().out
    assert out.count("<!DOCTYPE html>") == 1
    assert out.count('<article class="vnsum ') == 2


def test_an_error_of_the_model_ends_the_run(several, capsys):
    error = ModelError("the weights are damaged")
    assert run("translate", *several, load=lambda *_, **__: FailingPipeline(error)) == 1
    assert capsys.readouterr().err == "vnsum: error: the weights are damaged\n"


# Writing files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.html", "<!DOCTYPE html>"), ("x.md", "| Where"), ("x.json", "{\n"), ("x.txt", "[1] Sáng")],
)
def test_the_name_of_the_output_chooses_the_format(name, start, file, tmp_path, capsys):
    assert run("summarize", file, "-o", tmp_path / name) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert capsys.readouterr().out == ""


def test_a_directory_gets_a_file_for_each(several, tmp_path):
    out = tmp_path / "out"
    assert run("translate", *several, "-o", f"{out}/") == 1
    assert sorted(file.name for file in out.iterdir()) == ["article.txt", "last.txt"]
    assert (out / "article.txt").read_text(encoding="utf-8") == ENGLISH
    assert run("segment", *several, "-o", out, "--format", "html") == 1
    assert (out / "last.html").exists()


def test_several_files_into_one(several, tmp_path):
    assert run("translate", *several, "-o", tmp_path / "all.txt") == 1
    text = (tmp_path / "all.txt").read_text(encoding="utf-8")
    assert text.startswith(f"==> {several[0]} <==\n{ENGLISH}")


def test_outputs_that_cannot_be_are_refused_before_any_work(file, tmp_path, capsys):
    (tmp_path / "twin").mkdir()
    twin = write(tmp_path / "twin" / "article.txt", ARTICLE)
    broken = FailingPipeline(AssertionError("work was done"))
    for arguments in (
        [file, "-o", file],
        [file, "-o", tmp_path],
        [file, twin, "-o", f"{tmp_path}/out/"],
        [file, "-o", tmp_path / "no" / "such" / "x.txt"],
        ["-", "-"],
    ):
        assert run("translate", *arguments, load=lambda *_, **__: broken) == 1
        assert "work was done" not in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == ARTICLE
    assert not (tmp_path / "out").exists()


def test_writing_is_all_or_nothing(tmp_path, monkeypatch):
    file = write(tmp_path / "out.txt", "before")
    file.chmod(0o640)
    write_text(file, "after")
    assert file.read_text() == "after"
    assert file.stat().st_mode & 0o777 == 0o640

    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutputError, match=f"cannot write {re.escape(str(file))}: No space"):
        write_text(file, "later")
    assert [f.name for f in tmp_path.iterdir()] == ["out.txt"]
    assert file.read_text() == "after"


def test_writing_through_a_link_keeps_the_link(tmp_path):
    file = write(tmp_path / "real.txt", "before")
    link = tmp_path / "link.txt"
    link.symlink_to(file)
    write_text(link, "after")
    assert link.is_symlink()
    assert file.read_text() == "after"


# In a process of its own ---------------------------------------------------------------------


def test_a_process_speaks_utf8_in_any_locale(tmp_path):
    file = write(tmp_path / "en.txt", "It rained in Huế today.\n")
    command = [sys.executable, "-X", "utf8=0", "-m", "vnsum", "segment", "--from", "en", str(file)]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert done.stdout.decode("utf-8") == "[1] It rained in Huế today.\n"
    assert done.stderr == b""


def test_help_and_the_table_of_models_load_no_model_library():
    code = (
        "import sys; from vnsum.cli import main; main(['--help']); main(['models'])\n"
        "heavy = {'torch', 'transformers', 'underthesea', 'numpy', 'tqdm'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)


def test_help_imports_no_command():
    """So that it is there at once: the options of a command are added when it is chosen."""
    code = (
        "import sys; from vnsum.cli import main; main(['--help'])\n"
        "print([m for m in sys.modules if m.startswith('vnsum.') and '.cli' not in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['vnsum.errors', 'vnsum.version']"


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    file = write(tmp_path / "en.txt", "It rained in Hue today.\n")
    command = [sys.executable, "-m", "vnsum", "segment", "--from", "en", str(file)]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


# What would do something to a terminal ---------------------------------------------------------


OBEYED = "\x1b[31m\x9b2J\u202egnp.exe\r"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.skipif(sys.platform == "win32", reason="no such names of files")
@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_nothing_that_a_terminal_obeys_is_written(tmp_path, capsys, form, debug):
    named = write(tmp_path / f"{OBEYED}.txt", "Tải tệp \u202egnp.exe về máy.\n")
    other = write(tmp_path / "other.txt", f"Có 5 tệp \u2066{OBEYED}.\n")

    def load(model: str = "mini", **_: object) -> Pipeline:
        backend = FakeBackend(function=lambda text: f"{OBEYED} 7")
        return Pipeline(
            translator=CheckedTranslator(backend=backend), summarizer=summarization.load("lead")
        )

    for verb in VERBS:
        run(verb, named, other, tmp_path / f"missing{OBEYED}", "--format", form, *debug, load=load)
    run("check", other, named, *debug)
    run("check", other, named, "--format", "json", *debug)
    run("translate", named, "--model", OBEYED, *debug, load=lambda *_, **__: 1 / 0)
    for written in capsys.readouterr():
        assert written
        assert FORBIDDEN.search(written) is None


def test_json_keeps_what_a_terminal_obeys_as_escapes(tmp_path, capsys):
    file = write(tmp_path / "a.txt", "Tải tệp \u202egnp.exe về máy.\n")
    run("segment", file, "--format", "json")
    assert json.loads(capsys.readouterr().out)["text"] == "Tải tệp \u202egnp.exe về máy.\n"


@pytest.mark.parametrize("name", ["a.docx", "a.PDF", "a.epub"])
def test_documents_that_cannot_be_written(name, file, capsys):
    assert run("translate", file, "-o", name) == 1
    assert "files: write .html or .md and convert that" in capsys.readouterr().err
    assert not Path(name).exists()
