"""Digests of contents: SHA-256, in hexadecimal digits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of(content: str | bytes, digits: int = 64) -> str:
    """The digest of a text, as UTF-8, or of bytes; its first `digits`.

    >>> digest_of("lingap", 12)
    'cb30d8f71c8c'
    """
    raw = content.encode(errors="surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:digits]


def file_digest(path: Path | str, digits: int = 64) -> str:
    """The digest of a file's content.

    Raises:
        OSError: For a file that cannot be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - twice as fast, and files are many
        return hashlib.file_digest(file, "sha256").hexdigest()[:digits]


def files_digest(files: Iterable[tuple[str, Path | str]]) -> str:
    """The digest of several files' names, as given, and contents."""
    digest = hashlib.sha256()
    for name, path in files:
        digest.update(name.encode() + b"\0" + bytes.fromhex(file_digest(path)))
    return digest.hexdigest()
