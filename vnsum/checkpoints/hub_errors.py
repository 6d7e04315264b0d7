"""Messages for errors of the Hugging Face hub and of its client."""

from __future__ import annotations

import errno
import re

COMMIT = re.compile(r"[0-9a-f]{40}")
FULL = (errno.ENOSPC, errno.EDQUOT)


def explain_absence(repository: str, state: str, name: str = "it") -> str:
    """Return the message for a checkpoint, or a file of it, that is not downloaded."""
    what = repository if name == "it" else f"{name} of {repository}"
    return (
        f"cannot load {repository!r}: {what} is not downloaded and {state}; run "
        f"'vnsum models pull {repository}' with network access, or use the packaged model 'mini'"
    )


def explain_failure(repository: str, error: Exception, revision: str | None = None) -> str:
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
            (
                f"run 'vnsum models pull --update {repository}' for the newest revision, or name "
                "another one as 'name@revision'"
                if revision is None or COMMIT.fullmatch(revision)
                else f"name another one as 'name@revision', such as '{repository}@main'"
            ),
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
        return explain_full(repository, constants.HF_HUB_CACHE, "HF_HOME")
    lines = str(error).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    return (
        f"cannot get {repository!r} from the hub: {reason}; check the name and the network, or "
        "use the packaged model 'mini'"
    )


def explain_full(repository: str, folder: object, variable: str, sizes: str = "") -> str:
    """Return the message for a disk without space; `variable` chooses the folder."""
    return (
        f"cannot store {repository!r} in {folder}: there is no space left on the "
        f"disk{sizes}; free some, or set {variable} to a folder on another disk"
    )
