"""Corpora on the Hugging Face hub: only files of data, only at a named revision, no code.

The revisions and layouts recorded in the rows of the corpora come from public descriptions of the
data sets. None was ever fetched by us: the first who does so may have to give ``revision=`` or
``path=``, and the messages say so.
"""

from __future__ import annotations

import socket
import urllib.parse
import urllib.request
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from lingap.corpora.protocol import Request
from lingap.errors import ConfigError, CorpusError, MissingExtra


def _is_reachable() -> bool:
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


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a corpus lies on the hub.

    Args:
        repo: Owner and name of the data set.
        revision: The commit or branch that is read by default; None where none is known, and the
            option ``revision`` must say. The commit that came is in the provenance.
        patterns: Files of one language and split, with ``{iso1}``, ``{iso3}``, ``{flores}``,
            ``{wikiann}``, ``{split}`` and what the corpus adds filled in; ``*`` also spans
            folders. The first that fits any file is taken, so layouts of different revisions can
            be named side by side.
        splits: Our names of splits to the hub's, where they differ.
        gated: What to do before files can be had, for gated data sets.
    """

    repo: str
    revision: str | None
    patterns: tuple[str, ...]
    splits: tuple[tuple[str, str], ...] = ()
    gated: str = ""

    @property
    def pinned(self) -> str:
        """Repository and revision, for lists."""
        return f"{self.repo}@{self.revision or '(give revision=)'} (not verified)"


def fetch(hub: Hub, request: Request, **more: str) -> tuple[Path, ...]:
    """The files of one language and split, sorted.

    Files that are in the hub's cache already are not fetched again, also without a network.

    Raises:
        MissingExtra: Without ``huggingface_hub``.
        ConfigError: When no revision is pinned or given.
        CorpusError: Without network and cache, for a gated data set, or for a revision, data set
            or file that is not there; the message says what to do.
    """
    revision = request.options.get("revision") or hub.revision
    if not revision:
        raise ConfigError(
            f"{hub.repo} is read at a pinned revision only; give revision=, the commit to use "
            "(its page lists them under Files and versions), or path= to files of your own."
        )
    try:
        from huggingface_hub import errors, snapshot_download
    except ImportError as error:
        raise MissingExtra("data", f"Reading {hub.repo} from the hub") from error
    language = request.language
    facts = {
        "iso1": language.iso1 or language.iso3,
        "iso3": language.iso3,
        "flores": language.flores,
        "wikiann": language.wikiann or language.iso1,
        "split": dict(hub.splits).get(request.split, request.split),
        **more,
    }
    patterns = [pattern.format(**facts) for pattern in hub.patterns]
    where = f"{hub.repo} at {revision}"
    own = "Or download it once and give path=, the folder."
    asked: dict[str, Any] = {
        "repo_type": "dataset",
        "revision": revision,
        "allow_patterns": patterns,
    }
    reachable = _is_reachable()
    try:
        folder = Path(snapshot_download(hub.repo, local_files_only=not reachable, **asked))
    except errors.GatedRepoError as error:
        raise CorpusError(f"{where} is gated. {hub.gated or 'Accept its terms.'} {own}") from error
    except (errors.RevisionNotFoundError, errors.RepositoryNotFoundError) as error:
        raise CorpusError(
            f"the hub has no {where} (or hides it); its page lists the revisions there are, give "
            f"one as revision=. {own}"
        ) from error
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, OSError, ValueError) as error:
        raise CorpusError(
            f"{where} is neither in the hub's cache nor to be reached "
            f"({type(error).__name__}). Check the network and HF_HUB_OFFLINE."
            + (f" It is gated: {hub.gated}" if hub.gated else "")
            + f" {own}"
        ) from error
    here = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found: tuple[Path, ...] = ()
    for pattern in patterns:
        found = found or tuple(
            path for path in here if fnmatch(path.relative_to(folder).as_posix(), pattern)
        )
    if not found:
        if not reachable:
            own = f"(Only the hub's cache was looked in, as the network is away.) {own}"
        raise CorpusError(
            f"{where} has no file like {' or '.join(patterns)}: does it hold {language.name} "
            f"({language.code}) and the split {request.split!r}? {own}"
        )
    return found
