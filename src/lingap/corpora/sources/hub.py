"""Corpora on the Hugging Face hub: only files of data, only at a named revision, no code.

The recorded revisions and layouts come from public descriptions of the data sets and were never
fetched: you may have to pass ``revision=`` or ``path=``, and the messages say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lingap.corpora.protocol import Request
from lingap.errors import ConfigError, CorpusError, HubError
from lingap.storage.hub import snapshot


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a corpus is on the hub.

    Args:
        repo: Owner and name of the data set.
        revision: The commit or branch that is read by default; None where none is known and the
            option ``revision`` is required. The provenance holds the commit.
        patterns: Files of one language and split, with ``{iso1}``, ``{iso3}``, ``{flores}``,
            ``{wikiann}``, ``{split}`` and what the corpus adds filled in; ``*`` also spans
            folders. The first that fits any file is used, so different layouts can be listed.
        splits: Our names of splits to the hub's, where they differ.
        gated: How to get access to a gated data set.
    """

    repo: str
    revision: str | None
    patterns: tuple[str, ...]
    splits: tuple[tuple[str, str], ...] = ()
    gated: str = ""

    @property
    def pinned(self) -> str:
        """Repository and revision, for lists."""
        return f"{self.repo}@{self.revision or '(pass revision=)'} (not verified)"


def fetch(hub: Hub, request: Request, **more: str) -> tuple[Path, ...]:
    """The files of one language and split, sorted.

    Files in the hub's cache are not fetched again, so no network is needed for them.

    Raises:
        MissingExtra: Without ``huggingface_hub``.
        ConfigError: When no revision is pinned or given.
        CorpusError: Without network and cache, for a gated data set, or for a revision, data set
            or file that does not exist.
    """
    revision = request.options.get("revision") or hub.revision
    if not revision:
        raise ConfigError(
            f"{hub.repo} is read at a pinned revision only; pass revision=, the commit to use "
            "(its page lists them under Files and versions), or path= to your own files."
        )
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
    own = "Or download it once and pass path=, the folder."
    try:
        _, found = snapshot(hub.repo, revision, patterns, kind="dataset", gated=hub.gated)
    except HubError as error:
        asks = f"Does it hold {language.name} ({language.code}) and the split {request.split!r}? "
        raise CorpusError(f"{error} {asks if error.reason == 'no file' else ''}{own}") from error
    return found
