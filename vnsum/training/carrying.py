"""Taking a run to another machine in files of bounded size, and its results back.

`pack_files` writes folders and files as one compressed archive cut into parts, `unpack_files` puts
them together again. Meant for machines without a network, where only so much may travel at once.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, cast

from vnsum.errors import InputError

MEGABYTE = 1 << 20
INDEX = "parts.json"
LEVEL = 1  # of xz: weights hardly get smaller at any level


class _Parts(io.RawIOBase):
    """A file that goes on in the next part when one is full."""

    def __init__(self, out: Path, stem: str, size: int) -> None:
        self._out, self._stem, self._size = out, stem, size
        self._file: IO[bytes] | None = None
        self._room = 0
        self.written: dict[str, str] = {}
        self._digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        view = memoryview(data)
        while view:
            if self._file is None or not self._room:
                self._file = self._begin()
            piece = view[: self._room]
            self._file.write(piece)
            self._digest.update(piece)
            self._room -= len(piece)
            view = view[len(piece) :]
        return len(data)

    def finish(self) -> None:
        if self._file is not None:
            name = Path(self._file.name).name
            self._file.close()
            self.written[name] = self._digest.hexdigest()
            self._file = None

    def _begin(self) -> IO[bytes]:
        self.finish()
        self._digest = hashlib.sha256()
        self._room = self._size
        return (self._out / f"{self._stem}.{len(self.written):03d}").open("wb")


def pack_files(paths: Sequence[Path], out: Path, *, megabytes: int = 60) -> list[Path]:
    """Write `paths` into parts of at most so many MiB in the folder `out`, with their checksums.

    Paths are kept as they are given and have to be relative, as they are made anew elsewhere.
    """
    for path in paths:
        if path.is_absolute() or ".." in path.parts:
            raise InputError(f"{path} is not below this folder: name relative paths")
        if not path.exists():
            raise InputError(f"there is no {path} to pack")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("pack.*"):
        old.unlink()
    parts = _Parts(out, "pack", megabytes * MEGABYTE)
    try:
        with (
            lzma.open(cast(IO[bytes], parts), "wb", preset=LEVEL) as file,
            tarfile.open(fileobj=file, mode="w|") as archive,
        ):
            for path in paths:
                archive.add(path)
    finally:
        parts.finish()
    index = json.dumps({"parts": parts.written}, indent=1)
    (out / INDEX).write_text(index, encoding="utf-8")
    return [out / name for name in parts.written]


def unpack_files(folders: Iterable[Path], into: Path) -> list[str]:
    """Write what was packed below the folder `into` and return the names.

    The parts may lie in several folders. Raises `InputError` where one is missing or damaged.
    """
    places = [*folders]
    index = next((f / INDEX for f in places if (f / INDEX).is_file()), None)
    if index is None:
        raise InputError(f"none of {', '.join(map(str, places))} has a {INDEX}")
    expected: dict[str, str] = json.loads(index.read_text(encoding="utf-8"))["parts"]
    joined = io.BytesIO()
    for name, digest in expected.items():
        part = next((f / name for f in places if (f / name).is_file()), None)
        if part is None:
            raise InputError(f"the part {name} is missing: bring it, too")
        data = part.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise InputError(f"the part {part} is damaged: bring it again")
        joined.write(data)
    joined.seek(0)
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=joined, mode="r:xz") as archive:
        names = archive.getnames()
        try:
            archive.extractall(into, filter="data")  # refuses what would leave `into`
        except tarfile.FilterError as error:
            raise InputError(f"the archive has unsafe names: {error}") from error
    return names
