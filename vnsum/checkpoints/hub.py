"""Downloads from the Hugging Face hub: safe files only, pinned to a revision.

Files are stored in the cache of huggingface_hub, which other tools share. `revisions.json` records
the commit at which a name was first downloaded, so that later runs use the same weights until
`vnsum models pull --update` fetches newer ones. Pickles are downloaded only to be converted, see
`vnsum.checkpoints.pickles`.
"""

from __future__ import annotations

import fnmatch
import shutil
import tempfile
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from vnsum.checkpoints.catalog import COMMITS, name_model
from vnsum.checkpoints.files import (
    WEIGHTS,
    find_missing,
    list_convertible,
    list_pickles,
    name_missing,
    refuse_pickles,
    verify_files,
)
from vnsum.checkpoints.hub_errors import explain_absence, explain_failure, explain_full
from vnsum.checkpoints.pickles import convert_pickles, find_converted, lock_converted
from vnsum.checkpoints.revisions import read_revision, record_revision
from vnsum.errors import ModelError

# Safetensors weights, settings and tokenizer files (.model is SentencePiece).
WANTED = (
    "config.json", "generation_config.json",
    "model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "dict.txt", "*.spm", "*.model", "chat_template.jinja",
    "README.md", "LICENSE*",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A repository on the hub: the files to download, with their sizes in bytes.

    `checksums` has the SHA-256 of the files for which the hub provides it. `convertible` are
    those of `pickles` that can be converted to safetensors, with their sizes.
    """

    repository: str
    revision: str
    files: Mapping[str, int]
    checksums: Mapping[str, str]
    pickles: Sequence[str]
    convertible: Mapping[str, int]
    licence: str

    @property
    def is_pickled(self) -> bool:
        """Whether the weights are available as pickles only."""
        return bool(self.pickles) and not any(name.endswith(".safetensors") for name in self.files)

    @property
    def size(self) -> int:
        """The total size of all files in bytes."""
        return sum(self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A downloaded checkpoint, at the commit `revision`."""

    folder: Path
    revision: str


def find_snapshot(repository: str, revision: str | None = None) -> Snapshot | None:
    """Return the downloaded snapshot, complete or not, without network access.

    This is the converted checkpoint if the weights were downloaded as pickles.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    asked = read_revision(repository, revision) or revision or "main"
    folder = None
    try:
        folder = Path(snapshot_download(repository, revision=asked, local_files_only=True))
    except IncompleteSnapshotError as error:
        folder = Path(error.snapshot_path)
    except LocalEntryNotFoundError:
        pass
    if folder is None or find_missing(folder):
        converted = find_converted(f"{repository}@{asked}")
        if converted is not None:
            return Snapshot(folder=converted, revision=asked)
    return None if folder is None else Snapshot(folder=folder, revision=folder.name)


def fetch_snapshot(repository: str, revision: str | None = None, *, offline: bool) -> Snapshot:
    """Return the snapshot of a checkpoint, downloading it if needed.

    Raises `ModelError` if it is not available, or has weights as pickles only.
    """
    found = find_snapshot(repository, revision)
    if found is not None and not find_missing(found.folder):
        _require_commit(repository, revision, found.revision)
        record_revision(repository, revision, found.revision)
        return found
    if offline:
        _refuse_offline(repository, revision, found)
    commit = read_revision(repository, revision)
    return download(ask_hub(repository, commit or revision), asked=revision)


def require_available(
    repository: str, revision: str | None = None, *, offline: bool, convert: bool = False
) -> None:
    """Raise `ModelError` if a checkpoint is not downloaded and cannot be.

    Asks the hub, but downloads nothing; with `convert`, pickles are downloaded and converted.
    """
    found = find_snapshot(repository, revision)
    if found is not None and not find_missing(found.folder):
        return
    if offline:
        _refuse_offline(repository, revision, found)
    offer = ask_hub(repository, read_revision(repository, revision) or revision)
    _require_commit(repository, revision, offer.revision)
    if convert and offer.is_pickled:
        download(offer, asked=revision, convert=True)
    else:
        _require_weights(offer, revision)


def _refuse_offline(repository: str, revision: str | None, found: Snapshot | None) -> NoReturn:
    if found is not None:
        refuse_pickles(found.folder, name_model(repository, revision))
    raise ModelError(explain_absence(repository, "vnsum is offline"))


def _require_commit(repository: str, revision: str | None, commit: str) -> None:
    """Raise `ModelError` if the revision of a row of the catalog is not the commit listed there."""
    expected = COMMITS.get((repository, revision))
    if expected and not commit.startswith(expected):
        raise ModelError(
            f"the revision {revision!r} of {repository!r} is the commit {commit}, expected "
            f"{' or '.join(expected)}: it has changed; if you trust it, name the commit, as in "
            f"'{repository}@{commit}'"
        )


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
        raise ModelError(explain_absence(repository, "vnsum is offline", name))
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    asked = read_revision(repository, revision) or revision or "main"
    try:
        path = Path(hf_hub_download(repository, name, revision=asked))
    except LocalEntryNotFoundError as error:
        raise ModelError(explain_absence(repository, "the hub cannot be reached", name)) from error
    except EntryNotFoundError:
        return None
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(explain_failure(repository, error, asked)) from error
    record_revision(repository, revision, path.parent.name)
    return path


def ask_hub(repository: str, revision: str | None = None) -> Offer:
    """Query the hub for a repository; raise `ModelError` if it cannot be reached or found."""
    from huggingface_hub import HfApi

    try:
        info = HfApi().model_info(repository, revision=revision, files_metadata=True)
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(explain_failure(repository, error, revision)) from error
    files = info.siblings or []
    wanted = [file for file in files if _is_wanted(file.rfilename)]
    names = [file.rfilename for file in files]
    convertible = list_convertible(names)
    return Offer(
        repository=repository,
        revision=info.sha or "",
        files={file.rfilename: file.size or 0 for file in wanted},
        checksums={
            file.rfilename: file.lfs.sha256
            for file in files
            if file.lfs and (file in wanted or file.rfilename in convertible)
        },
        pickles=list_pickles(names),
        convertible={f.rfilename: f.size or 0 for f in files if f.rfilename in convertible},
        licence=_read_licence(info),
    )


def download(offer: Offer, *, asked: str | None = None, convert: bool = False) -> Snapshot:
    """Download a repository, with progress bars, and verify its checksums.

    `asked` is the revision for which the commit is recorded. Existing files are not downloaded
    again. With `convert`, weights that are available as pickles only are converted. Raises
    `ModelError` if the weights are pickles, if a file is damaged, or if the disk is full.
    """
    _require_commit(offer.repository, asked, offer.revision)
    if convert and offer.is_pickled and offer.convertible:
        folder = _convert(offer)
    else:
        _require_weights(offer, asked)
        _require_space(offer)
        folder = _fetch(offer, offer.files)
        _require_complete(offer, folder)
        _verify(offer, folder, offer.files)
    record_revision(offer.repository, asked, offer.revision)
    return Snapshot(folder=folder, revision=offer.revision)


def _fetch(offer: Offer, names: Iterable[str], **options: Any) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                offer.repository, revision=offer.revision, allow_patterns=[*names], **options
            )
        )
    except Exception as error:  # network libraries raise many types of errors
        raise ModelError(explain_failure(offer.repository, error, offer.revision)) from error


def _require_weights(offer: Offer, asked: str | None) -> None:
    """Raise `ModelError` unless a repository has weights as safetensors."""
    refuse_pickles([*offer.files, *offer.pickles], name_model(offer.repository, asked))
    if not any(name.endswith(".safetensors") for name in offer.files):
        raise ModelError(_explain_missing(offer, [WEIGHTS]))


def _require_complete(offer: Offer, folder: Path) -> None:
    if missing := find_missing(folder):
        raise ModelError(_explain_missing(offer, missing))


def _explain_missing(offer: Offer, missing: Sequence[str]) -> str:
    return (
        f"cannot run {offer.repository!r}: it has {name_missing(missing)}; choose "
        "another model ('vnsum models' lists them)"
    )


def _verify(offer: Offer, folder: Path, names: Container[str]) -> None:
    checksums = {name: sum for name, sum in offer.checksums.items() if name in names}
    verify_files(folder, checksums, advice="delete the file and pull the model again")


def _convert(offer: Offer) -> Path:
    """Download the pickles of a repository, convert them, and delete them."""
    source = f"{offer.repository}@{offer.revision}"
    wanted = {**offer.files, **offer.convertible}
    with lock_converted(source) as target:
        if find_converted(source) is None:
            needed = offer.size + 2 * sum(offer.convertible.values())
            _require_free(target.parent, needed, offer.repository, "VNSUM_CACHE")
            with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                folder = _fetch(offer, wanted, local_dir=scratch)
                _verify(offer, folder, wanted)
                convert_pickles(source, folder, target)
        _require_complete(offer, target)
    return target


def _is_wanted(name: str) -> bool:
    return "/" not in name and any(fnmatch.fnmatchcase(name, pattern) for pattern in WANTED)


def _read_licence(info: Any) -> str:
    tags = [tag.removeprefix("license:") for tag in info.tags or [] if tag.startswith("license:")]
    return tags[0] if tags else "not stated"


def _require_space(offer: Offer) -> None:
    """Raise `ModelError` if the files of `offer` that are not downloaded do not fit the disk."""
    from huggingface_hub import constants

    found = find_snapshot(offer.repository, offer.revision)
    needed = sum(
        size for name, size in offer.files.items() if not (found and (found.folder / name).exists())
    )
    _require_free(Path(constants.HF_HUB_CACHE), needed, offer.repository, "HF_HOME")


def _require_free(folder: Path, needed: int, repository: str, variable: str) -> None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if (free := shutil.disk_usage(there).free) < needed:
        sizes = f" ({needed / 1e6:,.0f} MB needed, {free / 1e6:,.0f} MB free)"
        raise ModelError(explain_full(repository, folder, variable, sizes))
