"""Files of the Hugging Face hub: only data, only at a named revision, never code."""

from __future__ import annotations

import socket
import urllib.parse
import urllib.request
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from lingap.errors import HubError, MissingExtra

Found = tuple[Path, tuple[Path, ...]]
"""The folder of a repository at a revision, and the files that fit, sorted."""


def is_reachable() -> bool:
    """Whether the hub can be asked at all; without this, each file waits for many retries."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    if urllib.request.getproxies():
        return True  # the proxy looks the name up
    address = urllib.parse.urlsplit(constants.ENDPOINT)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), timeout=10).close()
    except OSError:
        return False
    return True


def snapshot(
    repo: str,
    revision: str,
    wanted: Sequence[str],
    *,
    beside: Sequence[str] = (),
    kind: Literal["model", "dataset"] = "model",
    gated: str = "",
) -> Found:
    """Files of a repository, fetched unless they are in the hub's cache.

    A model that was fetched before is read without asking the hub. For a data set the hub is asked
    whenever it can be, since a cache that holds some files of a pattern may lack others.

    Args:
        repo: Owner and name.
        revision: The commit, branch or tag.
        wanted: Patterns of which the first that fits any file is taken. A model's files are those
            of its top folder; in a data set ``*`` also spans folders.
        beside: Patterns of files to fetch with them.
        kind: What the repository holds.
        gated: How to get access to a gated repository.

    Raises:
        HubError: Without network and cache, for a gated repository, or for a revision, repository
            or file that is not there.
        MissingExtra: Without ``huggingface_hub``.
    """
    try:
        from huggingface_hub import errors, snapshot_download
    except ImportError as error:
        raise MissingExtra("data", f"Reading {repo} from the hub") from error
    where = f"{repo} at {revision}"
    is_model = kind == "model"

    def ask(*, here: bool) -> Found | None:
        for pattern in wanted:
            fetched = snapshot_download(
                repo,
                repo_type=kind,
                revision=revision,
                allow_patterns=[*beside, pattern],
                ignore_patterns=["*/*"] if is_model else None,
                local_files_only=here,
            )
            folder = Path(fetched)
            paths = sorted(folder.iterdir() if is_model else folder.rglob("*"))
            found = (p for p in paths if fnmatch(p.relative_to(folder).as_posix(), pattern))
            if files := tuple(path for path in found if path.is_file()):
                return folder, files
        return None

    reachable = None
    try:
        if is_model:
            try:
                if found := ask(here=True):
                    return found
            except errors.LocalEntryNotFoundError:
                pass
        reachable = is_reachable()
        found = ask(here=not reachable)
    except errors.GatedRepoError as error:
        raise HubError(
            f"{where} is gated. {gated or 'Accept its terms on its page and log in.'}",
            "gated",
        ) from error
    except (errors.RevisionNotFoundError, errors.RepositoryNotFoundError) as error:
        raise HubError(
            f"The hub has no {where} (or hides it); its page lists the revisions; pass "
            "one as revision.",
            "absent",
        ) from error
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, OSError, ValueError) as error:
        raise HubError(
            f"{where} is not in the hub's cache and cannot be reached "
            f"({type(error).__name__}). Check the network and HF_HUB_OFFLINE."
            + (f" It is gated: {gated}" if gated else ""),
            "unreachable",
        ) from error
    if found:
        return found
    away = "" if reachable else " (Only the hub's cache was searched, as there is no network.)"
    raise HubError(f"{where} has no file like {' or '.join(wanted)}.{away}", "no file")
