"""The command line with streams that are closed, full or unread, and with pipes as files."""

import contextlib
import io
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from test_cli import ARTICLE, ENGLISH, FailingPipeline, load_fake, run, write

from vnsum import require, storage
from vnsum.cli import long

HARD = "cannot write to standard output: "


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.txt", ARTICLE)
    write(tmp_path / "b.txt", ARTICLE)
    write(tmp_path / "figures.txt", ARTICLE.replace("Nhiều", "1.500"))
    return tmp_path


@contextlib.contextmanager
def closed():
    yield None


@contextlib.contextmanager
def full():
    with Path("/dev/full").open("w") as file:
        yield file
        assert file.write("x") and not file.flush(), "nothing is left for the end of the process"


@contextlib.contextmanager
def unread():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as file:
        yield file


BROKEN = {"closed": closed, "full": full, "unread": unread}
COMMANDS = {
    "segment": ["segment", "a.txt"],
    "several": ["translate", "a.txt", "b.txt", "-f", "json"],
    "long": ["translate", "long.txt"],
    "page": ["summarize", "a.txt", "-f", "html"],
    "check": ["check", "a.txt", "figures.txt"],
    "models": ["models"],
    "cache": ["cache"],
    "help": ["--help"],
    "help of a command": ["check", "--help"],
    "version": ["--version"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", BROKEN)
def test_an_output_that_takes_nothing_is_one_line_or_none(state, command, monkeypatch, capsys):
    monkeypatch.setattr(long, "LONG", 100)
    write(Path("long.txt"), ARTICLE)
    said = {"closed": f"{HARD}it is closed", "full": f"{HARD}No space left on device", "unread": ""}
    with BROKEN[state]() as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        status = run(*COMMANDS[command], load=load_fake)
        assert sys.stdout is stream
    assert status == (141 if state == "unread" else 1)
    expected = f"vnsum: error: {said[state]}\n" if said[state] else ""
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(("state", "status"), [("closed", 0), ("full", 1), ("unread", 1)])
def test_the_work_goes_on_where_nobody_hears_of_it(state, status, monkeypatch, capsys):
    write(Path("empty.txt"), "")
    with BROKEN[state]() as stream, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stream)
        assert run("translate", "empty.txt", "a.txt") == status
        assert run("translate", "nope.txt", "a.txt") == 1
        assert run("translate") == 2
    out, err = capsys.readouterr()
    assert out.count(ENGLISH) == 2
    assert err == ""


def test_a_closed_output_is_found_before_the_work(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", None)

    def refuse(*_, **__):
        raise AssertionError("a model was loaded")

    assert run("translate", "a.txt", load=refuse) == 1
    assert "it is closed" in capsys.readouterr().err
    assert run("translate", "a.txt", "-o", "out.txt", "--no-cache") == 0, "where it is not needed"


def test_a_closed_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert run("segment", "-") == run("check", "-", "a.txt") == 1
    assert capsys.readouterr().err.count("vnsum: error: standard input: it is closed") == 2


@pytest.mark.parametrize(
    ("command", "status", "out", "err"),
    [
        ("cache >&-", 1, "", f"vnsum: error: {HARD}it is closed"),
        ("--help >/dev/full", 1, "", f"vnsum: error: {HARD}No space left on device"),
        ("segment --from en nope.txt en.txt 2>/dev/full", 1, "==> en.txt <==", ""),
        ("segment --from en en.txt -o out.txt <&- >&- 2>&-", 0, "", ""),
    ],
)
def test_in_a_process_of_its_own(command, status, out, err):
    write(Path("en.txt"), ENGLISH)
    python = f"'{sys.executable}' -m vnsum {command}"
    done = subprocess.run(["sh", "-c", python], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (status, err)
    assert done.stdout.startswith(out)


# Interrupts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["vnsum.pipeline", "argparse", "vnsum.cli.arguments"])
def test_an_interrupt_at_the_start_is_silent(module):
    """As by Ctrl-C while `module` is being imported; the second line is the command's script."""
    code = f"""
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["segment", "a.txt"]
from vnsum.cli import main
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("command", ["several", "long", "page"])
def test_an_interrupt_during_work_is_silent(command, monkeypatch, capsys):
    monkeypatch.setattr(long, "LONG", 100)
    write(Path("long.txt"), ARTICLE)
    stopped = FailingPipeline(KeyboardInterrupt())
    stopped.translate_sections = stopped.translate
    assert run(*COMMANDS[command], "-o", "out", load=lambda *_, **__: stopped) == 130
    assert capsys.readouterr() == ("", "")
    assert not Path("out").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("ignored", [False, True])
def test_a_signal_that_ends_the_command_leaves_no_draft(name, ignored):
    write(Path("long.txt"), ARTICLE)
    before = {*Path().iterdir()}
    code = f"""
import os, signal, sys
from vnsum.cli import long, main
signal.signal(signal.{name}, signal.SIG_IGN if {ignored} else signal.SIG_DFL)
class Pipeline:
    def translate(self): ...  # of files that are not long
    def translate_sections(self, *_, **__):
        os.kill(os.getpid(), signal.{name})
        yield from ()
long.LONG = 100
sys.exit(main(["translate", "long.txt", "-o", "out.txt"], load=lambda *_, **__: Pipeline()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    status = 0 if ignored else 128 + getattr(signal, name)
    assert (done.returncode, done.stderr) == (status, b"")
    assert {*Path().iterdir()} == before | ({Path("out.txt")} if ignored else set())


# Pipes and devices ---------------------------------------------------------------------------


@pytest.fixture
def pipe(folder):
    os.mkfifo(folder / "pipe.txt")
    return folder / "pipe.txt"


@contextlib.contextmanager
def reading(path):
    """Read `path` in the background; the list gets its text when the block has ended."""
    got = []
    thread = threading.Thread(target=lambda: got.append(path.read_text(encoding="utf-8")))
    thread.start()
    yield got
    thread.join(10)


@pytest.mark.parametrize("length", ["short", "long"])
def test_a_pipe_to_write_stays_a_pipe(length, pipe, monkeypatch):
    if length == "long":
        monkeypatch.setattr(long, "LONG", 100)
    with reading(pipe) as got:
        assert run("translate", "a.txt", "-o", pipe) == 0
    assert got == [ENGLISH]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("output", ["/dev/null", "/dev/stdout"])
@pytest.mark.parametrize("length", ["short", "long"])
def test_so_does_a_device(length, output, monkeypatch, capsys):
    if length == "long":
        monkeypatch.setattr(long, "LONG", 100)
    before = Path(output).stat()
    assert run("translate", "a.txt", "-o", output) == 0
    assert Path(output).stat().st_ino == before.st_ino
    assert capsys.readouterr().out == ("" if output == "/dev/null" else ENGLISH)


@pytest.mark.parametrize("length", ["short", "long"])
def test_a_full_device_is_named(length, monkeypatch, capsys):
    if length == "long":
        monkeypatch.setattr(long, "LONG", 100)
    assert run("translate", "a.txt", "-o", "/dev/full") == 1
    err = capsys.readouterr().err
    assert err == "vnsum: error: cannot write /dev/full: No space left on device\n"


def test_a_pipe_to_read_is_read_once(pipe, capsys):
    writer = threading.Thread(target=pipe.write_text, args=(ARTICLE,), kwargs={"encoding": "utf-8"})
    writer.start()
    assert run("translate", pipe) == 0
    writer.join(10)
    assert capsys.readouterr().out == ENGLISH


def test_what_never_ends_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(storage, "MAX_PIPE_BYTES", 1000)
    Path("zero.txt").symlink_to("/dev/zero")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a" * 1001)))
    assert run("segment", "/dev/zero", "zero.txt", "-") == 1
    assert capsys.readouterr().err.count("from a pipe or device") == 3


UNWRITABLE = {
    "": "an output must be a valid path, not ''",
    "a\0b": "an output must be a valid path, not 'a\\x00b'",
    "x" * 300: "an output must be a valid path, not 'xxx",
    "no/such.txt": "cannot write no/such.txt: there is no directory no",
    "a.txt/out/": "cannot write a.txt/out/a.txt: Not a directory",
    "/proc/out.txt": "cannot write /proc/out.txt: ",
    "./socket": "cannot write ./socket: No such device or address",
    "taken/": "cannot write taken/a.txt: Is a directory",
    "loop": "cannot write loop: Too many levels of symbolic links",
}


@pytest.mark.parametrize("output", UNWRITABLE)
def test_an_unwritable_output_is_found_before_the_work(output, folder, capsys):
    (folder / "taken" / "a.txt").mkdir(parents=True)
    (folder / "loop").symlink_to("loop")
    before = sorted(folder.rglob("*"))

    def refuse(*_, **__):
        raise AssertionError("a model was loaded")

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert run("translate", "a.txt", "-o", output, load=refuse) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"vnsum: error: {UNWRITABLE[output]}")
    assert err.count("\n") == 1
    assert sorted(folder.rglob("*")) == sorted([*before, folder / "socket"])


@pytest.mark.parametrize("name", ["", "a\0b.txt", "a\0b", "\ud800.txt"])
def test_impossible_names_of_sources_are_told(name, capsys):
    assert run("translate", name, "a.txt") == 1
    out, err = capsys.readouterr()
    assert out.endswith(f"{ENGLISH}\n")
    assert f"a source must be a valid path, not {require.show(name)}" in err
    assert err.count("\n") == 1


def test_check_names_the_file_that_is_not_text(folder, capsys):
    binary = write(folder / "binary.txt", b"ok \xff")
    for pair in ((binary, "a.txt"), ("a.txt", binary)):
        assert run("check", *pair) == 1
        assert capsys.readouterr().err.startswith(f"vnsum: error: {binary}: byte 3 (0xff) is not")
    assert run("check", "-", "-") == 1
    assert "read only once" in capsys.readouterr().err
