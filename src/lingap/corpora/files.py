"""Where the files of a corpus are: a path given, an archive, or the hub; and what is in them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lingap.corpora.archives import is_archive, unpacked
from lingap.corpora.catalogue import Request
from lingap.errors import CorpusError
from lingap.languages import Language

READERS = "1"  # raised when a reader gives other records for the same bytes


def cache_home() -> Path:
    """Folder for what can be made again: ``$LINGAP_CACHE``, else ``~/.cache/lingap``."""
    return Path(os.environ.get("LINGAP_CACHE") or Path.home() / ".cache" / "lingap")


def root_of(request: Request) -> Path:
    """The folder or file to read from; an archive is unpacked once.

    Raises:
        CorpusError: For no path, a path that is not there, or an unsafe archive.
    """
    if request.path is None:
        raise CorpusError("this corpus is read from files: give path=, the folder or file.")
    if not request.path.exists():
        raise CorpusError("no such file or folder; check the path.", request.path)
    if is_archive(request.path):
        return unpacked(request.path, cache_home() / "archives")
    return request.path


def codes_of(language: Language) -> tuple[str, ...]:
    """Every code by which a file or folder may name the language."""
    scripted = (f"{code}_{language.script}" for code in (language.iso3, language.iso1) if code)
    codes = (language.code, language.iso3, language.iso1, language.wikiann, language.flores)
    return tuple(filter(None, dict.fromkeys((*codes, *scripted, *language.aliases))))


def the_one(found: Iterable[Path], what: str, root: Path) -> Path:
    """The only path found.

    Raises:
        CorpusError: When there is none, with what the folder holds, or more than one.
    """
    paths = sorted(found)
    if len(paths) == 1:
        return paths[0]
    if paths:
        names = ", ".join(path.name for path in paths)
        raise CorpusError(f"several files fit {what}: {names}. Give the path of one.", root)
    raise CorpusError(f"{what} expected, not found; here: {_listing(root)}.", root)


def _listing(root: Path, most: int = 12) -> str:
    folder = root if root.is_dir() else root.parent
    names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def digest(path: Path) -> str:
    """SHA-256 of a file, in sixteen hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def provenance_of(
    find: Callable[[Request], Iterable[Path]],
) -> Callable[[Request], Mapping[str, str]]:
    """The provenance of records read from files: their digests, the options, the readers."""

    def provenance(request: Request) -> dict[str, str]:
        return {
            "files": " ".join(f"{path.name}:{digest(path)}" for path in find(request)),
            "options": json.dumps(dict(request.options), sort_keys=True, default=str),
            "readers": READERS,
        }

    return provenance
