"""The lowest version of each direct dependency as a constraint, from pyproject.toml.

    python tools/lowest_versions.py [NAME=VERSION …] > lowest.txt

Each ``>=`` becomes ``==``. NAME=VERSION names another version of a package: ``torch=2.13.0`` where
no older torch can be had.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_BOUND = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+)")


def lowest(project: dict[str, object], others: dict[str, str]) -> dict[str, str]:
    """Package -> its lowest allowed version.

    >>> lowest({"dependencies": ["numpy>=2.0", "orthography2ipa==7.93.16"]}, {})
    {'numpy': '2.0'}
    """
    extras = project.get("optional-dependencies", {})
    assert isinstance(extras, dict)
    wanted = [project["dependencies"], *extras.values()]
    bounds: dict[str, str] = {}
    for requirement in (one for group in wanted for one in group):  # type: ignore[attr-defined]
        if found := _BOUND.match(requirement):
            name, version = found.groups()
            known = bounds.setdefault(name, version)
            if known != version:
                sys.exit(f"{name}: two lowest versions, {known} and {version}; write one")
    return bounds | others


if __name__ == "__main__":
    given = dict(pair.split("=", 1) for pair in sys.argv[1:])
    for package, number in lowest(
        tomllib.loads(PROJECT.read_text("utf-8"))["project"], given
    ).items():
        print(f"{package}=={number}")
