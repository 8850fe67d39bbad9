"""Tables of other packages, so that the packages need not be installed.

One folder per package: its tables as published, its licence, and ``PROVENANCE.json`` with version,
source and the SHA-256 of each file. ``tools/vendor_tables.py`` takes them from another version.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def vendored_text(package: str, name: str) -> str:
    """Text of one file of a package."""
    return (FOLDER / package / name).read_text(encoding="utf-8")


@cache
def vendored_version(package: str) -> str:
    """Version of the package that the tables come from.

    >>> vendored_version("epitran")
    '1.35.3'
    """
    return str(json.loads(vendored_text(package, "PROVENANCE.json"))["version"])
