"""Epitran's files: those that come with lingap, or those of the Epitran that is installed."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lingap.errors import G2PError
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.vendored import vendored_text, vendored_version

SOURCES = ("vendored", "installed")
_FILES = ("map/*.csv", "pre/*.txt", "post/*.txt", "strip/*.csv", "arpabet.csv")


@cache
def epitran_files(source: str = "vendored") -> Mapping[str, str]:
    """Text of each file by its name, such as ``map/fra-Latn.csv``.

    Args:
        source: ``vendored``, or ``installed``: of the package, which is not imported.

    Raises:
        G2PError: When Epitran is asked for and not installed.
    """
    if source == "vendored":
        heading_and_text = re.split(
            r"^==> (\S+) <==\n", vendored_text("epitran", "tables.txt"), flags=re.MULTILINE
        )[1:]
        return dict(zip(heading_and_text[::2], heading_and_text[1::2], strict=True))
    spec = importlib.util.find_spec("epitran")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise G2PError("The option tables=installed needs Epitran: pip install epitran")
    folder = Path(next(iter(places))) / "data"
    paths = (path for pattern in _FILES for path in sorted(folder.glob(pattern)))
    return {path.relative_to(folder).as_posix(): _text(path) for path in paths}


def _text(path: Path) -> str:
    """A whole number of lines, so that files can be joined."""
    text = path.read_text(encoding="utf-8")
    return text if text.endswith("\n") or not text else f"{text}\n"


def joined(files: Mapping[str, str]) -> str:
    """Files as one text, each below a line with its name; undone by :func:`epitran_files`."""
    return "".join(f"==> {name} <==\n{text}" for name, text in files.items())


def epitran_version(source: str) -> str:
    """Version of the Epitran that the files are from."""
    if source == "vendored":
        return vendored_version("epitran")
    return installed_version("epitran") or ""
