"""``pip`` as the pages call it: nothing is installed, but what they name must exist."""

import re
import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
command, *arguments = sys.argv[1:]
if command != "install":
    sys.exit(f"pip {command} is not known to the documentation's tests")
for argument in arguments:
    name, extras = re.fullmatch(r"([\w./-]+?)(?:\[([\w,-]+)\])?", argument).groups()
    if name in (".", "lingap"):
        for extra in (extras or "").split(","):
            if extra and extra not in project["optional-dependencies"]:
                sys.exit(f"lingap has no extra {extra}")
