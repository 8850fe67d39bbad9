"""What a piece of code imports, seen from a process of its own."""

import subprocess
import sys


def loaded_by(code: str) -> frozenset[str]:
    """Names of the modules that are there after `code` has ended, by return or by exit."""
    whole = "\n".join(
        ["import sys", "try:", *(f"    {line}" for line in code.splitlines()),
         "except SystemExit: pass", "print('\\n', *sys.modules, file=sys.stderr)"]
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
    return frozenset(done.stderr.splitlines()[-1].split())
