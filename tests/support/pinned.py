"""Whether a package has the version of ``constraints.txt``, whose data the tests know."""

from importlib.metadata import version
from pathlib import Path

_PINNED = Path(__file__).parents[2] / "constraints.txt"


def is_pinned(package: str) -> bool:
    """Whether the installed version is the pinned one."""
    return f"{package}=={version(package)}" in _PINNED.read_text("utf-8").split()
