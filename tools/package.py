"""Build the wheel and the sdist, check what is in them, and test them from outside the source tree.

    python tools/package.py            # the core in an empty environment
    python tools/package.py --suite    # and the test suite against the installed wheel

Both are built twice, from copies in different folders made at different times, and must be the
same bytes. They are left in ``dist/``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCORES = "system,task,language,score\na,xnli,eng,80.80\na,xnli,swa,62.93\n"


def main() -> None:
    """Do all of it; the first thing that is not as it should be ends it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--suite", action="store_true", help="run the tests against the wheel")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lingap-package-") as name:
        room = Path(name)
        wheel, sdist = built_twice(room)
        check_contents(wheel, sdist)
        python = installed(wheel, room / "core")
        check_core(python, room)
        print(f"{wheel.name} works in an empty environment, outside the source tree", flush=True)
        if asked.suite:
            python = installed(wheel, room / "all", "[all,dev]")
            run_suite(python, room / "elsewhere")


def tracked() -> list[str]:
    """Files of the source tree as git has them, or all of them where there is no git."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", at=ROOT)
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def built_twice(room: Path) -> tuple[Path, Path]:
    """The wheel and the sdist in ``dist/``, which two builds agree on."""
    made: list[dict[str, bytes]] = []
    for place in ("once", "somewhere/else"):
        source, out = room / place / "source", room / place / "dist"
        copy_tree(source, tracked())
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, at=room)
        made.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
        time.sleep(2)  # a zip archive counts time in steps of two seconds
    if made[0] != made[1]:
        differing = [name for name in made[0] if made[0][name] != made[1].get(name)]
        sys.exit(f"two builds differ: {', '.join(differing)}")
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    for name, content in made[0].items():
        (dist / name).write_bytes(content)
        print(f"dist/{name}: {len(content) / 1e6:.2f} MB, the same bytes twice", flush=True)
    [wheel] = [dist / name for name in made[0] if name.endswith(".whl")]
    [sdist] = [dist / name for name in made[0] if name.endswith(".tar.gz")]
    return wheel, sdist


def check_contents(wheel: Path, sdist: Path) -> None:
    """Every file of the package is in both, and nothing else but what describes it."""
    package = {name.removeprefix("src/") for name in tracked() if name.startswith("src/")}
    with zipfile.ZipFile(wheel) as archive:
        named = set(archive.namelist())
    beside = {name for name in named if ".dist-info/" in name}
    if named - beside != package:
        sys.exit(f"{wheel.name} differs from src/: {sorted((named - beside) ^ package)}")
    licences = [name for name in beside if "/licenses/" in name]
    if len(licences) < 2:
        sys.exit(f"{wheel.name} lacks the licences of the vendored tables: {licences}")
    with tarfile.open(sdist) as archive:
        inside = {member.name.partition("/")[2] for member in archive if member.isfile()}
    expected = {f"src/{name}" for name in package} | {
        "CHANGELOG.md", "CITATION.cff", "LICENSE", "PKG-INFO", "README.md", "constraints.txt",
        "pyproject.toml", ".gitignore",
    }  # fmt: skip
    if inside != expected:
        sys.exit(f"{sdist.name}: expected and found differ in {sorted(inside ^ expected)}")


def installed(wheel: Path, folder: Path, extras: str = "") -> Path:
    """The Python of a new environment that has the wheel and what it needs."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--constraint", ROOT / "constraints.txt", f"{wheel}{extras}", at=folder)
    return python


def check_core(python: Path, room: Path) -> None:
    """The core without any extra, called as a stranger calls it; nothing but answers is printed."""
    (room / "scores.csv").write_text(SCORES)
    lingap = python.with_name("lingap")
    for arguments, typed, answer in (
        (["--version"], "", "lingap "),
        ([], "", "lingap phonemize"),
        (["doctor"], "", "pip install 'lingap[train]'"),
        (["phonemize", "-l", "fin", "--backend", "epitran"], "ääni\n", "æː n i\n"),
        (["phonemize", "-l", "ko"], "안녕\n", "a n n j ʌ ŋ\n"),
        (["phonemize", "-l", "eng"], "paper\n", "p "),
        (["gap", "scores", "scores.csv"], "", "24.87"),
        (["corpora", "list"], "", "cldr"),
        (["report", "scores.csv", "--format", "csv"], "", "24.87"),
    ):
        told = run(python, "-W", "error", lingap, *arguments, at=room, typed=typed)
        if answer not in told:
            sys.exit(f"lingap {' '.join(arguments)}: expected {answer!r}, got:\n{told}")
    found = json.loads(run(lingap, "doctor", "--json", at=room))
    states = {extra["name"]: extra["state"] for extra in found["extras"]}
    if states["core"] != "ready" or states["train"] == "ready":
        sys.exit(f"expected the core and no extra, got {states}")
    if not Path(found["lingap"]["folder"]).is_relative_to(python.parents[1]):
        sys.exit(f"another lingap was tested: {found['lingap']['folder']}")
    for arguments, extra in (
        (["demo"], "all"),
        (["explore"], "app"),
        (["report", "scores.csv"], "report"),
    ):
        done = subprocess.run(
            [lingap, *arguments], cwd=room, capture_output=True, text=True, check=False
        )
        if done.returncode != 2 or f"lingap[{extra}]" not in done.stderr:
            sys.exit(f"lingap {arguments}: expected advice to install {extra}, got {done.stderr}")


def run_suite(python: Path, folder: Path) -> None:
    """All tests, from a copy of the tree that has no ``src``."""
    copy_tree(folder, [name for name in tracked() if not name.startswith("src/")])
    tests = (python.with_name("pytest"), "-n", "2", "--dist", "loadscope", "tests")
    if subprocess.run(tests, cwd=folder, env=surroundings(), check=False).returncode:
        sys.exit("the suite fails against the installed wheel")


def copy_tree(folder: Path, names: list[str]) -> None:
    """Copy files of the source tree; each gets the time of the copying."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def run(*command: str | Path, at: Path, typed: str = "") -> str:
    """Standard output of a command; one that fails, or warns under -W, ends it all."""
    done = subprocess.run(
        command,
        cwd=at,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(),
    )
    if done.returncode or ("-W" in command and "warning" in done.stderr.casefold()):
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")
    return done.stdout


def surroundings() -> dict[str, str]:
    """The environment without what would find another lingap."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME")
    }


if __name__ == "__main__":
    main()
