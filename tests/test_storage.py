"""Where caches go, and that files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from vnsum.storage import cache_folder, write_whole


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


def test_a_file_is_written_whole_or_not_at_all(monkeypatch, tmp_path):
    path = tmp_path / "new" / "file.json"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["file.json"]
