"""Every module can be imported where there is no POSIX, such as on Windows."""

import subprocess
import sys

CODE = """
import builtins, importlib, pkgutil, sys

POSIX = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}
sys.modules["fcntl"] = None  # for all packages; the others for lingap alone
asked = builtins.__import__

def without_posix(name, globals=None, *rest, **more):
    if name in POSIX and str((globals or {}).get("__name__")).startswith("lingap"):
        raise ModuleNotFoundError(f"{globals['__name__']} asks for {name}")
    return asked(name, globals, *rest, **more)

builtins.__import__ = without_posix
import lingap

names = [found.name for found in pkgutil.walk_packages(lingap.__path__, "lingap.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""


def test_imports_without_posix():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200
