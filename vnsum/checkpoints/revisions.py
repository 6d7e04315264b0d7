"""The record of the commits of downloaded models, `revisions.json` in the cache folder."""

from __future__ import annotations

import json

from vnsum.checkpoints.files import read_settings
from vnsum.checkpoints.hub_errors import COMMIT
from vnsum.errors import ModelError
from vnsum.storage import cache_folder, write_atomic

REVISIONS = "revisions.json"


def read_revision(repository: str, revision: str | None = None) -> str | None:
    """Return the commit of a revision: the revision if it is one, else the recorded commit.

    >>> read_revision("somebody/model", "0123456789" * 4)
    '0123456789012345678901234567890123456789'
    """
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    return _read_revisions().get(_key(repository, revision))


def record_revision(repository: str, revision: str | None, commit: str) -> None:
    """Record the commit of a revision; raise `ModelError` if it cannot be written."""
    if commit in (revision, read_revision(repository, revision)):
        return
    known = {**_read_revisions(), _key(repository, revision): commit}
    path = cache_folder() / REVISIONS
    try:
        write_atomic(path, (json.dumps(known, indent=2, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise ModelError(
            f"cannot record the revision of {repository!r} in {path}: {error}; set VNSUM_CACHE to "
            f"a writable folder, or load '{repository}@{commit}'"
        ) from error


def _key(repository: str, revision: str | None) -> str:
    return repository if revision is None else f"{repository}@{revision}"


def _read_revisions() -> dict[str, str]:
    path = cache_folder() / REVISIONS
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:  # of a folder that cannot be read: reading says so
        pass
    try:
        data = read_settings(path)
    except ModelError as error:
        raise ModelError(
            f"cannot read the revisions of downloaded models in {path}: {error}; repair the "
            "file, delete it to use the newest revisions, or set VNSUM_CACHE to another folder"
        ) from error
    return {key: str(value) for key, value in data.items()}
