"""The cache folder and atomic writing of files."""

import os
from pathlib import Path

import pytest

from vnsum import cli, require, storage
from vnsum.errors import InputError
from vnsum.storage import (
    cache_folder,
    open_atomic,
    read_bytes,
    remove_temporary_paths,
    special_file_kind,
    temporary_path,
    write_atomic,
)
from vnsum.translation.cache.store import CacheWarning, open_store


def test_the_variable_chooses_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("VNSUM_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(
    ("platform", "variable"),
    [("linux", "XDG_CACHE_HOME"), ("darwin", None), ("win32", "LOCALAPPDATA")],
)
def test_without_it_the_platform_does(platform, variable, monkeypatch, tmp_path):
    monkeypatch.delenv("VNSUM_CACHE", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert cache_folder().name == "vnsum"
    assert tmp_path in cache_folder().parents
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "own"))
        assert cache_folder() == tmp_path / "own" / "vnsum"


@pytest.mark.parametrize("chosen", ["", "~nobody-of-this-name/cache"])
def test_without_a_home_folder_nothing_is_cached(chosen, monkeypatch):
    def find_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("VNSUM_CACHE", chosen)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", find_home)
    with pytest.raises(InputError, match=r"^there is no cache folder .*: set VNSUM_CACHE to "):
        cache_folder()
    with pytest.warns(CacheWarning, match="no translations are cached: there is no cache folder"):
        assert open_store(True) is None


def test_a_file_is_written_whole_or_not_at_all(monkeypatch, tmp_path):
    path = tmp_path / "new" / "file.json"
    write_atomic(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["file.json"]


def test_a_folder_takes_its_place_when_it_is_whole(tmp_path):
    folder = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt), temporary_path(folder) as draft:
        draft.mkdir()
        (draft / "half").write_bytes(b"a")
        raise KeyboardInterrupt
    assert [*tmp_path.iterdir()] == []
    with temporary_path(folder) as draft:
        draft.mkdir()
        (draft / "whole").write_bytes(b"a")
        assert not folder.exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["model", "whole"]


def test_what_killed_processes_left_is_removed_and_nothing_else(tmp_path, monkeypatch):
    names = ("a", "b", "[a]", "đ" * 127)  # as long as a name may be
    with monkeypatch.context() as killed:
        killed.setattr("vnsum.storage._remove", lambda path: None)
        for name in names:
            with pytest.raises(OSError, match="killed"), open_atomic(tmp_path / name):
                raise OSError("killed")
    for count, name in enumerate(names):
        assert len([*tmp_path.iterdir()]) == len(names) - count
        remove_temporary_paths(tmp_path / name)
    assert [*tmp_path.iterdir()] == []


def test_the_first_error_is_the_one_that_is_told(tmp_path):
    with pytest.raises(ValueError, match="first"), open_atomic(Path("/dev/full")) as file:
        file.write(b"cannot be flushed")
        raise ValueError("first")


@pytest.mark.parametrize("name", ["", "a\0b", "\ud800", "a" * 256, "ế" * 86])
def test_names_that_no_file_can_have(name):
    with pytest.raises(InputError) as caught:
        read_bytes(name)
    assert str(caught.value) == f"a source must be a valid path, not {require.show(name)}"


def test_kinds_of_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "file").touch()
    kinds = {"pipe": "a named pipe", "link": "a named pipe", "file": None, "none": None,
             "": "a directory", "/dev/null": "a device"}  # fmt: skip
    assert {name: special_file_kind(tmp_path / name) for name in kinds} == kinds


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.srt", "a.md", "a"])
def test_a_file_that_claims_a_huge_size_is_not_read(name, tmp_path, capsys):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(InputError) as caught:
        storage.read_bytes(path)
    assert str(caught.value) == f"{path}: more than 1,000 MB: split the file"
    assert cli.main(["segment", str(path)]) == 1
    assert capsys.readouterr().err == f"vnsum: error: {caught.value}\n"


def test_a_file_is_read_up_to_the_largest_size(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "MAX_FILE_BYTES", 5)
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    assert storage.read_bytes(path) == b"12345"
    path.write_bytes(b"123456")
    with pytest.raises(InputError):
        storage.read_bytes(path)
