"""Downloads from the Hugging Face hub: safe files only, pinned to a revision.

Files are stored in the cache of huggingface_hub, which other tools share. `revisions.json` records
the commit at which a name was first downloaded, so that later runs use the same weights until
`vnsum models pull --update` fetches newer ones.
"""

from __future__ import annotations

import errno
import fnmatch
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum.checkpoints.files import (
    find_missing,
    list_pickles,
    read_settings,
    refuse_pickles,
    verify_files,
)
from vnsum.errors import ModelError
from vnsum.storage import cache_folder, write_atomic

# Safetensors weights, settings and tokenizer files (.model is SentencePiece).
WANTED = (
    "config.json", "generation_config.json",
    "model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "dict.txt", "*.spm", "*.model",
    "README.md", "LICENSE*",
)  # fmt: skip
COMMIT = re.compile(r"[0-9a-f]{40}")
REVISIONS = "revisions.json"
FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A repository on the hub: the files to download, with their sizes in bytes.

    `checksums` has the SHA-256 of the files for which the hub provides it.
    """

    repository: str
    revision: str
    files: Mapping[str, int]
    checksums: Mapping[str, str]
    pickles: Sequence[str]
    licence: str

    @property
    def size(self) -> int:
        """The total size of all files in bytes."""
        return sum(self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A downloaded checkpoint, at the commit `revision`."""

    folder: Path
    revision: str


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


def find_snapshot(repository: str, revision: str | None = None) -> Snapshot | None:
    """Return the downloaded snapshot, complete or not, without network access."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    asked = read_revision(repository, revision) or revision or "main"
    try:
        folder = Path(snapshot_download(repository, revision=asked, local_files_only=True))
    except IncompleteSnapshotError as error:
        folder = Path(error.snapshot_path)
    except LocalEntryNotFoundError:
        return None
    return Snapshot(folder=folder, revision=folder.name)


def fetch_snapshot(repository: str, revision: str | None = None, *, offline: bool) -> Snapshot:
    """Return the snapshot of a checkpoint, downloading it if needed.

    Raises `ModelError` if it is not available, or has weights as pickles only.
    """
    found = find_snapshot(repository, revision)
    if found is not None and not find_missing(found.folder):
        record_revision(repository, revision, found.revision)
        return found
    if offline:
        if found is not None:
            refuse_pickles(found.folder, repository)
        raise ModelError(_explain_absence(repository, "vnsum is offline"))
    commit = read_revision(repository, revision)
    return download(ask_hub(repository, commit or revision), asked=revision)


def fetch_file(
    repository: str, name: str, revision: str | None = None, *, offline: bool
) -> Path | None:
    """Return the path of one small file of a checkpoint, or `None` if it has no such file."""
    found = find_snapshot(repository, revision)
    if found is not None:
        if (found.folder / name).is_file():
            return found.folder / name
        if not find_missing(found.folder):
            return None
    if offline:
        raise ModelError(_explain_absence(repository, "vnsum is offline", name))
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    asked = read_revision(repository, revision) or revision or "main"
    try:
        path = Path(hf_hub_download(repository, name, revision=asked))
    except LocalEntryNotFoundError as error:
        raise ModelError(_explain_absence(repository, "the hub cannot be reached", name)) from error
    except EntryNotFoundError:
        return None
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(_explain_failure(repository, error, asked)) from error
    record_revision(repository, revision, path.parent.name)
    return path


def ask_hub(repository: str, revision: str | None = None) -> Offer:
    """Query the hub for a repository; raise `ModelError` if it cannot be reached or found."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(repository, revision=revision, files_metadata=True)
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(_explain_failure(repository, error, revision)) from error
    wanted = [file for file in info.siblings or [] if _is_wanted(file.rfilename)]
    return Offer(
        repository=repository,
        revision=info.sha or "",
        files={file.rfilename: file.size or 0 for file in wanted},
        checksums={file.rfilename: file.lfs.sha256 for file in wanted if file.lfs},
        pickles=list_pickles(file.rfilename for file in info.siblings or []),
        licence=_read_licence(info),
    )


def download(offer: Offer, *, asked: str | None = None) -> Snapshot:
    """Download a repository, with progress bars, and verify its checksums.

    `asked` is the revision for which the commit is recorded. Existing files are not downloaded
    again. Raises `ModelError` if the weights are pickles, if a file is damaged, or if the disk is
    full.
    """
    from huggingface_hub import snapshot_download

    if not any(name.endswith(".safetensors") for name in offer.files):
        refuse_pickles(offer.pickles, offer.repository)
    _require_space(offer)
    try:
        folder = Path(
            snapshot_download(
                offer.repository, revision=offer.revision, allow_patterns=[*offer.files]
            )
        )
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(_explain_failure(offer.repository, error, offer.revision)) from error
    missing = find_missing(folder)
    if missing:
        raise ModelError(
            f"cannot run {offer.repository!r}: it has no {', no '.join(missing)}; choose "
            "another model ('vnsum models' lists them)"
        )
    verify_files(folder, offer.checksums, advice="delete the file and pull the model again")
    record_revision(offer.repository, asked, offer.revision)
    return Snapshot(folder=folder, revision=offer.revision)


def _key(repository: str, revision: str | None) -> str:
    return repository if revision is None else f"{repository}@{revision}"


def _read_revisions() -> dict[str, str]:
    path = cache_folder() / REVISIONS
    if not path.exists():
        return {}
    try:
        data = read_settings(path)
    except ModelError as error:
        raise ModelError(
            f"cannot read the revisions of downloaded models in {path}: {error}; repair the "
            "file, or delete it to use the newest revisions"
        ) from error
    return {key: str(value) for key, value in data.items()}


def _is_wanted(name: str) -> bool:
    return "/" not in name and any(fnmatch.fnmatchcase(name, pattern) for pattern in WANTED)


def _read_licence(info: Any) -> str:
    tags = [tag.removeprefix("license:") for tag in info.tags or [] if tag.startswith("license:")]
    return tags[0] if tags else "not stated"


def _explain_absence(repository: str, state: str, name: str = "it") -> str:
    what = repository if name == "it" else f"{name} of {repository}"
    return (
        f"cannot load {repository!r}: {what} is not downloaded and {state}; run "
        f"'vnsum models pull {repository}' with network access, or use the packaged model 'mini'"
    )


def _explain_failure(repository: str, error: Exception, revision: str | None = None) -> str:
    """Return the message for an error of the hub or of its client, with what to do."""
    from huggingface_hub import constants, errors

    named = f"revision {revision!r}" if revision else "such revision"
    log_in = "'hf auth login' or the variable HF_TOKEN"
    rows: tuple[tuple[type[Exception], str, str], ...] = (  # subclasses first
        (
            errors.GatedRepoError,
            "it is gated",
            f"accept its terms at {constants.ENDPOINT}/{repository} and log in with {log_in}",
        ),
        (
            errors.RepositoryNotFoundError,
            "there is no such repository, or it is private",
            f"check the name, or log in with {log_in}",
        ),
        (
            errors.RevisionNotFoundError,
            f"it has no {named}",
            f"run 'vnsum models pull --update {repository}' for the newest revision, or name "
            "another one as 'name@revision'",
        ),
        (
            errors.DisabledRepoError,
            "access to it is disabled",
            "choose another model ('vnsum models' lists them)",
        ),
    )
    for kind, reason, advice in rows:
        if isinstance(error, kind):
            return f"cannot get {repository!r} from the hub: {reason}; {advice}"
    if isinstance(error, OSError) and error.errno in FULL:
        return _explain_full(repository)
    lines = str(error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return (
        f"cannot get {repository!r} from the hub: {reason}; check the name and the network, or "
        "use the packaged model 'mini'"
    )


def _require_space(offer: Offer) -> None:
    """Raise `ModelError` if the files of `offer` that are not downloaded do not fit the disk."""
    from huggingface_hub import constants

    found = find_snapshot(offer.repository, offer.revision)
    needed = sum(
        size for name, size in offer.files.items() if not (found and (found.folder / name).exists())
    )
    folder = Path(constants.HF_HUB_CACHE)
    folder = next(path for path in (folder, *folder.parents) if path.exists())
    if (free := shutil.disk_usage(folder).free) < needed:
        sizes = f" ({needed / 1e6:,.0f} MB needed, {free / 1e6:,.0f} MB free)"
        raise ModelError(_explain_full(offer.repository, sizes))


def _explain_full(repository: str, sizes: str = "") -> str:
    from huggingface_hub import constants

    return (
        f"cannot store {repository!r} in {constants.HF_HUB_CACHE}: there is no space left on the "
        f"disk{sizes}; free some, or set HF_HOME to a folder on another disk"
    )
