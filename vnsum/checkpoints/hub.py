"""Checkpoints of the Hugging Face hub as folders on this machine: safe files, one revision each.

The files lie in the hub's own cache, which other tools share. What a name stood for when it was
first downloaded is remembered in `revisions.json`, so that later runs use the same weights until
`vnsum models pull --update` asks for newer ones. Nothing here reads weights.
"""

from __future__ import annotations

import fnmatch
import json
import re
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

# Weights as safetensors, settings, and the files of tokenizers (.model is sentencepiece's).
WANTED = (
    "config.json", "generation_config.json",
    "model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "dict.txt", "*.spm", "*.model",
    "README.md", "LICENSE*",
)  # fmt: skip
COMMIT = re.compile(r"[0-9a-f]{40}")
REVISIONS = "revisions.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the hub has under a name: the files worth having, with their sizes in bytes.

    `checksums` are the sha256 of those files for which the hub tells them.
    """

    repository: str
    revision: str
    files: Mapping[str, int]
    checksums: Mapping[str, str]
    pickles: Sequence[str]
    licence: str

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A checkpoint on this machine, at the commit `revision`."""

    folder: Path
    revision: str


def read_revision(repository: str, revision: str | None = None) -> str | None:
    """Return the commit that a name stands for here: a commit itself, or the recorded one.

    >>> read_revision("somebody/model", "0123456789" * 4)
    '0123456789012345678901234567890123456789'
    """
    if revision is not None and COMMIT.fullmatch(revision):
        return revision
    return _read_revisions().get(_key(repository, revision))


def record_revision(repository: str, revision: str | None, commit: str) -> None:
    """Remember that a name stands for `commit`; `ModelError` where that cannot be written down."""
    if commit in (revision, read_revision(repository, revision)):
        return
    known = {**_read_revisions(), _key(repository, revision): commit}
    path = cache_folder() / REVISIONS
    try:
        write_atomic(path, (json.dumps(known, indent=2, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise ModelError(
            f"cannot remember the revision of {repository!r} in {path}: {error}; let VNSUM_CACHE "
            f"name a folder that can be written, or ask for '{repository}@{commit}' outright"
        ) from error


def find_snapshot(repository: str, revision: str | None = None) -> Snapshot | None:
    """Return what is on this machine, complete or not; never reaches for the network."""
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
    """Return the checkpoint in a folder, downloaded if it is not there yet.

    Raises `ModelError` where it cannot be had, or has weights as pickles only.
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
    """Return one small file of a checkpoint, `None` where the checkpoint does not have it."""
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
    except Exception as error:  # network libraries raise many kinds
        raise ModelError(_explain_failure(repository, error)) from error
    record_revision(repository, revision, path.parent.name)
    return path


def ask_hub(repository: str, revision: str | None = None) -> Offer:
    """Return what the hub has; `ModelError` where it cannot be asked or knows nothing."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(repository, revision=revision, files_metadata=True)
    except Exception as error:  # network libraries raise many kinds
        raise ModelError(_explain_failure(repository, error)) from error
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
    """Download what was offered, with the hub's progress bars, and check it.

    `asked` is the revision under which it is remembered. Files that are there are not downloaded
    again. Raises `ModelError` where the weights are pickles, or what arrived is damaged.
    """
    from huggingface_hub import snapshot_download

    if not any(name.endswith(".safetensors") for name in offer.files):
        refuse_pickles(offer.pickles, offer.repository)
    try:
        folder = Path(
            snapshot_download(
                offer.repository, revision=offer.revision, allow_patterns=[*offer.files]
            )
        )
    except Exception as error:  # network libraries raise many kinds
        raise ModelError(_explain_failure(offer.repository, error)) from error
    missing = find_missing(folder)
    if missing:
        raise ModelError(
            f"{offer.repository!r} cannot be run: it has no {', no '.join(missing)}; choose "
            "another model ('vnsum models' lists some)"
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
            f"cannot read the revisions of downloaded models in {path}: {error}; mend the file, "
            "or delete it to take the newest ones"
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
        f"cannot load {repository!r}: {what} is not in the local cache and {state}; where there "
        f"is a network, run 'vnsum models pull {repository}', or use the packaged model 'mini'"
    )


def _explain_failure(repository: str, error: Exception) -> str:
    lines = str(error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return (
        f"cannot get {repository!r} from the hub: {reason}; check the name and the network, or "
        "use the packaged model 'mini'"
    )
