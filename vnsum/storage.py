"""Where vnsum keeps files between runs: one folder, for things that can be made again.

Only the path is decided here; what is written into it is the business of the part that does.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

VARIABLE = "VNSUM_CACHE"


def cache_folder() -> Path:
    """Return the folder of caches, which may not exist yet: `VNSUM_CACHE`, else the platform's.

    That is `XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS and
    `%LOCALAPPDATA%` on Windows, each with `vnsum` in it.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "vnsum"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/vnsum"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vnsum"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the old content or the new one, never a part.

    Makes its folder; `OSError` where that cannot be done, and then nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
