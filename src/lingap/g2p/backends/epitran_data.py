"""Epitran's files: those vendored in lingap, or those of an installed Epitran."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lingap.errors import G2PError
from lingap.g2p.backends.installed import installed_version, package_folder
from lingap.g2p.vendored import vendored_text, vendored_version

SOURCES = ("vendored", "installed")
_FILES = ("map/*.csv", "pre/*.txt", "post/*.txt", "strip/*.csv", "arpabet.csv")


@cache
def epitran_files(source: str = "vendored") -> Mapping[str, str]:
    """File name, such as ``map/fra-Latn.csv``, to its text.

    Args:
        source: ``vendored``, or ``installed`` for those of the package, which is not imported.

    Raises:
        G2PError: For ``installed`` when Epitran is not installed.
    """
    if source == "vendored":
        heading_and_text = re.split(
            r"^==> (\S+) <==\n", vendored_text("epitran", "tables.txt"), flags=re.MULTILINE
        )[1:]
        return dict(zip(heading_and_text[::2], heading_and_text[1::2], strict=True))
    package = package_folder("epitran")
    if package is None:
        raise G2PError("The option tables=installed needs Epitran: pip install epitran")
    folder = package / "data"
    paths = (path for pattern in _FILES for path in sorted(folder.glob(pattern)))
    return {path.relative_to(folder).as_posix(): _text(path) for path in paths}


def _text(path: Path) -> str:
    """Text of a file, its last line ended, so that files can be joined."""
    text = path.read_text(encoding="utf-8")
    return text if text.endswith("\n") or not text else f"{text}\n"


def joined(files: Mapping[str, str]) -> str:
    """Files as one text, each after a line with its name; :func:`epitran_files` splits it."""
    return "".join(f"==> {name} <==\n{text}" for name, text in files.items())


def epitran_version(source: str) -> str:
    """Version of the Epitran that the files come from."""
    if source == "vendored":
        return vendored_version("epitran")
    return installed_version("epitran") or ""
