"""``make`` as the pages call it: only that each target exists, since they take minutes."""

import re
import sys
from pathlib import Path

targets = re.findall(
    r"^([\w-]+):", (Path(__file__).parents[2] / "Makefile").read_text(), re.MULTILINE
)
if missing := [named for named in sys.argv[1:] if "=" not in named and named not in targets]:
    sys.exit(f"make has no target {', '.join(missing)}")
