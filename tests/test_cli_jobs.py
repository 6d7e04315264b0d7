"""The command line on long texts and many files: cache, resuming, constant memory."""

import io
import json
import os
import subprocess
import sys

import pytest
from test_cli import ARTICLE, ENGLISH, PHRASES, run, write

import vnsum
from vnsum import summarization
from vnsum.cli import commands, long
from vnsum.translation import CheckedTranslator, FakeBackend, TranslationStore
from vnsum.workers import Reply

LINE = "Sáng nay trời mưa rất to ở Huế.\n"
TRANSLATED = "It rained hard in Hue today.\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load():
    """Makes pipelines as `vnsum.load` does; `load.calls` are the texts that reach their model."""

    def make(model="mini", *, cache=None, **options):
        backend = FakeBackend(function=lambda text: PHRASES[text], calls=make.calls)
        translator = CheckedTranslator(backend=backend)
        fake = vnsum.Pipeline(translator=translator, summarizer=summarization.load("lead"))
        return fake.cached(cache)

    make.calls = []
    return make


class TestCache:
    @pytest.mark.parametrize("options", [[], ["--cache", "job.sqlite"]])
    def test_a_second_run_translates_nothing(self, folder, load, options, capsys):
        file = write(folder / "article.txt", ARTICLE)
        for verb in ("translate", "summarize"):
            outputs = set()
            for _ in range(2):
                load.calls.clear()
                assert run(verb, file, *options, load=load) == 0
                outputs.add(capsys.readouterr().out)
            assert len(outputs) == 1
            assert load.calls == []
        assert (folder / "job.sqlite").exists() == bool(options)
        assert (folder / "cache").exists() != bool(options)

    def test_without_one(self, folder, load, capsys):
        file = write(folder / "article.txt", ARTICLE)
        for _ in range(2):
            load.calls.clear()
            assert run("translate", file, "--no-cache", load=load) == 0
            assert load.calls
        assert not (folder / "cache").exists()
        assert run("translate", file, "--no-cache", "--cache", "x", load=load) == 2

    def test_one_that_cannot_be_is_said_once(self, folder, load, monkeypatch, capsys):
        monkeypatch.setenv("VNSUM_CACHE", str(write(folder / "file", "in the way") / "cache"))
        files = [write(folder / f"{i}.txt", ARTICLE) for i in range(3)]
        assert run("translate", *files, load=load) == 0
        out, err = capsys.readouterr()
        assert out.count(ENGLISH.split("\n", 1)[0]) == 3
        assert err.count("warning") == 1
        assert "vnsum: warning: the cache " in err

    def test_a_file_that_is_none_is_refused(self, folder, load, capsys):
        file = write(folder / "article.txt", ARTICLE)
        assert run("translate", file, "--cache", file, load=load) == 1
        assert "is not a cache of vnsum" in capsys.readouterr().err
        assert file.read_text(encoding="utf-8") == ARTICLE

    @pytest.mark.parametrize("command", ["translate", "summarize", "digest"])
    @pytest.mark.parametrize("option", ["--cache", "--glossary"])
    def test_the_output_does_not_replace_it(self, folder, load, capsys, command, option):
        other = folder / "other.txt"
        run("translate", write(folder / "article.txt", ARTICLE), "--cache", other, load=load)
        before = other.read_bytes()
        file = write(folder / "article.txt", ARTICLE)
        assert run(command, file, option, other, "-o", other, load=load) == 1
        assert f"cannot write {other}: it is one of the input files" in capsys.readouterr().err
        assert other.read_bytes() == before

    @pytest.mark.parametrize("command", ["translate", "summarize", "digest"])
    @pytest.mark.parametrize(
        ("cache", "output"),
        [("new", "./new"), ("link/new", "new"), (".", "translations.sqlite")],
    )
    def test_nor_one_that_is_made(self, folder, load, capsys, command, cache, output):
        (folder / "link").symlink_to(folder)
        file = write(folder / "article.txt", ARTICLE)
        assert run(command, file, "--cache", cache, "-o", output, load=load) == 1
        assert f"cannot write {output}: it is one of the input files" in capsys.readouterr().err
        assert load.calls == []

    def test_the_command(self, folder, load, capsys):
        assert run("cache") == 0
        assert "translations.sqlite: 0 texts, 0.0 MB" in capsys.readouterr().out
        assert not (folder / "cache").exists(), "looking makes nothing"
        run("translate", write(folder / "article.txt", ARTICLE), load=load)
        capsys.readouterr()
        assert run("cache") == 0
        assert ": 3 texts, " in capsys.readouterr().out
        assert run("cache", "clear") == 0
        assert ": 0 texts, " in capsys.readouterr().out
        with TranslationStore() as store:
            assert len(store) == 0


CHANGES = {"grows": (1, 2000), "shrinks": (2000, 1), "is deleted": (2000, 0), "stays": (2000, 2000)}


def here_instead_of_workers(monkeypatch):
    """Do the jobs of worker processes in this one, which is quick."""

    def map_ordered(work, jobs, *, workers):
        for tag, payload in jobs:
            yield tag, Reply(answer=work(payload))

    monkeypatch.setattr("vnsum.workers.pack", lambda work, load: work)
    monkeypatch.setattr("vnsum.workers.map_ordered", map_ordered)


class TestLongTexts:
    @pytest.fixture
    def big(self, folder, monkeypatch):
        """A text of three sections, which is long enough."""
        monkeypatch.setattr(long, "LONG", 40_000)
        monkeypatch.setattr(long, "BLOCK", 1000)
        return write(folder / "big.txt", (LINE * 6 + "\n") * (50_000 // len(LINE) // 6))

    def test_it_is_translated_as_a_short_one_is(self, folder, load, big):
        assert long.is_long(str(big))
        assert run("translate", big, "-o", folder / "out.txt", "--no-cache", load=load) == 0
        assert (folder / "out.txt").read_text(encoding="utf-8") == big.read_text(
            encoding="utf-8"
        ).replace(LINE, TRANSLATED)
        assert sorted(path.name for path in folder.iterdir()) == ["big.txt", "out.txt"]

    def test_it_is_not_held_as_a_whole(self, big, load, monkeypatch, capsys):
        monkeypatch.setattr("vnsum.cli.commands.read_article", None)
        held = []

        def sections(self, pieces, **options):
            for piece in pieces:
                held.append(len(piece))
                yield vnsum.Translation(
                    document=vnsum.Document(text="x\n", lang="vi"), target_lang="en"
                )

        monkeypatch.setattr(vnsum.Pipeline, "translate_sections", sections)
        assert run("translate", big, load=load) == 0
        assert max(held) <= long.BLOCK
        assert capsys.readouterr().out == "x\n" * len(held)

    def test_findings_are_numbered_through(self, folder, big, capsys):
        def make(*_, **__):
            backend = FakeBackend(function=lambda text: "")
            return vnsum.Pipeline(translator=CheckedTranslator(backend=backend),
                                  summarizer=summarization.load("lead"))  # fmt: skip

        assert run("translate", big, "-o", folder / "out.txt", load=make) == 0
        lines = [line for line in capsys.readouterr().err.splitlines() if "empty" in line]
        numbers = [int(line.split("sentence ")[1].split(":")[0]) for line in lines]
        assert numbers == [*range(1, big.read_text(encoding="utf-8").count(LINE) + 1)]

    def test_a_failure_leaves_the_old_file(self, folder, load, big, capsys):
        out = write(folder / "out.txt", "old")
        big.write_bytes(big.read_bytes() + "Chữ lạ đây là một câu.\n".encode())
        assert run("translate", big, "-o", out, "--no-cache", load=load) == 1
        assert "sections[" in capsys.readouterr().err
        assert out.read_text(encoding="utf-8") == "old"
        assert sorted(path.name for path in folder.iterdir()) == ["big.txt", "out.txt"]

    def test_it_has_to_be_utf_8(self, folder, load, big, capsys):
        big.write_bytes(big.read_bytes() + b"\xff\xfe")
        assert run("translate", big, "-o", folder / "out.txt", "--no-cache", load=load) == 1
        assert "big.txt: sections" not in (err := capsys.readouterr().err)
        assert "not in UTF-8" in err

    def test_other_formats_are_one_value(self, folder, load, big, monkeypatch, capsys):
        monkeypatch.setattr(long, "LONG", 10)
        file = write(folder / "article.txt", ARTICLE)
        assert run("translate", file, "-f", "json", load=load) == 0
        assert json.loads(capsys.readouterr().out)["type"] == "Translation"

    @pytest.mark.parametrize("workers", [1, 2])
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_file_that_changes_meanwhile_shifts_no_result(
        self, folder, load, monkeypatch, capsys, change, workers
    ):
        monkeypatch.setattr(long, "LONG", 40_000)
        here_instead_of_workers(monkeypatch)
        lines = dict(zip("abcd", PHRASES, strict=False))
        files = {name: write(folder / f"{name}.txt", line + "\n") for name, line in lines.items()}
        before, after = CHANGES[change]
        write(files["b"], f"{lines['b']}\n" * before)

        def deliver(self, source, article, value):
            as_usual(self, source, article, value)
            if source == str(files["a"]):
                write(files["b"], f"{lines['b']}\n" * after) if after else files["b"].unlink()

        as_usual = commands._Run._deliver
        monkeypatch.setattr(commands._Run, "_deliver", deliver)
        options = ["--no-cache", "--workers", str(workers)]
        done = run("translate", *files.values(), "-o", "out/", *options, load=load)
        said = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("out/*")}
        for name, line in lines.items():
            count = after if name == "b" else 1
            assert said.get(name, "") == f"{PHRASES[line]}\n" * count
        assert done == (not after)
        assert capsys.readouterr().err.count("b.txt: No such file") == (not after)

    def test_standard_input_is_no_file_of_its_name(self, folder, load, monkeypatch, capsys):
        monkeypatch.setattr(long, "LONG", 10)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
        write(folder / "-", "Chiều nay trời nắng đẹp ở Huế.\n")
        assert run("translate", "-", load=load) == 0
        assert capsys.readouterr().out == ENGLISH

    @pytest.mark.parametrize("name", ["", "x" * 250])
    def test_an_impossible_name_does_not_stop_the_others(self, folder, load, capsys, name):
        file = write(folder / "article.txt", ARTICLE)
        assert run("translate", name, file, "-o", "out/", load=load) == 1
        assert capsys.readouterr().err.count("vnsum: error: ") == 1
        assert (folder / "out" / "article.txt").read_text(encoding="utf-8") == ENGLISH


def test_an_interrupted_command_goes_on(folder):
    """`kill -9` of a real process between two files, and the same command again."""
    files = [write(folder / f"{i}.txt", ARTICLE.replace("hai giờ", f"{i} giờ")) for i in range(4)]
    code = """
import os, signal, sys
import vnsum
from vnsum import summarization
from vnsum.cli import main
from vnsum.translation import FakeBackend, CheckedTranslator

def say(text):
    print(text, file=sys.stderr)
    if sys.argv[1] in text:
        os.kill(os.getpid(), signal.SIGKILL)
    return "It rained for a long time there, they say in the city."

def load(model, *, cache, **options):
    return vnsum.Pipeline(translator=CheckedTranslator(backend=FakeBackend(function=say)),
                          summarizer=summarization.load("lead")).cached(cache)

sys.exit(main(["translate", *sys.argv[2:], "-o", "out/"], load=load))
"""
    said = []
    for stop in ("2 giờ", "never"):
        done = subprocess.run(
            [sys.executable, "-c", code, stop, *files],
            capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"}, check=False,
        )  # fmt: skip
        assert done.returncode == (0 if stop == "never" else -9), done.stderr
        said.append([line for line in done.stderr.splitlines() if line in set(ALL)])
    assert len(list((folder / "out").iterdir())) == 4
    assert not set(said[1]) & {"Nước rút sau 0 giờ.", "Nước rút sau 1 giờ."}
    assert {"Nước rút sau 2 giờ.", "Nước rút sau 3 giờ."} <= set(said[1])


ALL = [f"Nước rút sau {i} giờ." for i in range(4)]
