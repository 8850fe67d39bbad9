"""Every block of the documentation runs, in a folder that holds only what its page names.

Shell blocks run in order, then the page's Python blocks as one program. What a console block shows, and
values in comments of Python, are compared. YAML must be a configuration or a corpus, TOML must parse.
"""

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from doc_blocks import PAGES, ROOT, SHELLS, Block, blocks_of, commands_of, is_printed
from doc_givens import give
from doc_program import program_of
from lingap.corpora.sources.user import read_description
from lingap.experiments import ExperimentConfig, PretrainConfig
from pinned import is_pinned
from ready_lingap import write_clients

SUPPORT = ROOT / "tests/support"
RUN = (*SHELLS, "python")
READ = ("yaml", "toml", "csv", "tsv", "json", "text", "math", "")
pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def has(page: Path, mark: str | None) -> bool:
    return any(block.language in RUN and block.mark == mark for block in blocks_of(page))


HEAVY = {f"docs/how-to/{name}.md" for name in "explain explore model offline report run".split()}
"""Pages whose commands load torch, draw figures, or need a finished experiment."""

QUICK = [page for page in PAGES if has(page, None) and named(page) not in HEAVY]
SLOW = [page for page in PAGES if has(page, "slow") or named(page) in HEAVY]


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """A folder with ``lingap``, ``python``, and ``pip`` and ``make`` that only check their arguments."""
    folder = tmp_path_factory.mktemp("bin")
    address = str(tmp_path_factory.mktemp("socket") / "ready")
    write_clients(folder, address)
    for name in ("pip", "make"):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {SUPPORT / f"doc_{name}.py"} "$@"\n')
        program.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, SUPPORT / "ready_lingap.py", address],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SUPPORT), *sys.path])},
    )  # fmt: skip
    assert server.stdout.readline() == "ready\n"
    yield folder
    server.stdin.close()
    server.stdout.close()
    server.wait(10)


def run(command: list[str], folder: Path, programs: Path, where: str) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=1800,
        env={
            **os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "80",
            "HOME": str(folder),
        },
    )  # fmt: skip
    assert done.returncode == 0, f"{where}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def _short(block: Block) -> str:
    """A block's text; a training takes a few steps only."""
    if block.language != "yaml":
        return block.text
    few = re.sub(r"\b(steps|epochs): \d+", r"\1: 2", block.text)
    return re.sub(r"^seeds: .*", "seeds: [0]", few, flags=re.MULTILINE)


def play(page: Path, folder: Path, programs: Path, marks: tuple[str | None, ...]) -> None:
    """Run the page's blocks that have one of the marks."""
    blocks = blocks_of(page)
    give(named(page), folder)
    for block in blocks:
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(_short(block), encoding="utf-8")
    chosen = [block for block in blocks if block.mark in marks]
    for block in chosen:
        for command in commands_of(block) if block.language in SHELLS else ():
            where = f"{named(page)}, line {block.line}"
            came = run(["bash", "-euo", "pipefail", "-c", command.text], folder, programs, where)
            if command.printed is not None:
                same = is_printed(command.printed, came, numbers=is_pinned("babel"))
                assert same, f"{where}: it prints\n{came}"
    if program := [block for block in chosen if block.language == "python"]:
        (folder / "page.py").write_text(program_of(program), encoding="utf-8")
        run(["python", "page.py"], folder, programs, named(page))


@pytest.mark.parametrize("page", QUICK, ids=named)
def test_a_page_does_what_it_says(page, tmp_path, programs):
    play(page, tmp_path, programs, (None,))


@pytest.mark.slow
@pytest.mark.parametrize("page", SLOW, ids=named)
def test_a_page_does_what_it_says_in_minutes(page, tmp_path, programs):
    play(page, tmp_path, programs, (None, "slow"))


def test_each_block_has_a_language_that_is_run_or_read():
    strange = [
        (named(page), block.line, block.language)
        for page in PAGES
        for block in blocks_of(page)
        if block.language not in (*RUN, *READ)
    ]
    assert strange == []


def settings(page: Path) -> list[tuple[Block, dict]]:
    return [(b, yaml.safe_load(b.text)) for b in blocks_of(page) if b.language == "yaml"]


@pytest.mark.parametrize("page", [p for p in PAGES if settings(p)], ids=named)
def test_yaml_is_valid(page):
    """A part of a configuration is valid in place of that part of the page's whole example."""
    whole: dict = {}
    for block, given in settings(page):
        if "format" in given and "task" in given:
            assert read_description(given).name == given["name"], block.line
            continue
        if "name" in given and "representations" in given:
            whole = given
        apart = {"task", "corpus"} if "tasks" in given else {"tasks"} if "task" in given else set()
        merged = {key: value for key, value in whole.items() if key not in apart} | given
        schema = ExperimentConfig if {"task", "tasks"} & set(merged) else PretrainConfig
        assert schema.parse(merged).name, block.line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_toml_parses(page):
    for block in blocks_of(page):
        if block.language == "toml":
            assert tomllib.loads(block.text)


def test_what_is_printed_is_compared():
    assert is_printed("Hindi  0.500", "Hindi  0.504")
    assert is_printed("…\nHindi  0.500\n…", "Title\n\nHindi  0.500\nUrdu  1")
    assert not is_printed("Hindi  0.500", "Hindi  0.600")
    assert not is_printed("Hindi  0.500", "Hindi  0.500\nUrdu  1")
    assert not is_printed("Hindi  0.500", "Urdu  0.500")
    assert is_printed("Hindi  0.500", "Hindi  0.600", numbers=False)


def test_values_in_comments_are_checked(tmp_path):
    page = Block("python", "x = 2\nx + 0.26  # 2.3; more\nx * 2\n# 4\nint('a')  # ValueError\n", 3)
    assert exec(program_of([page]), {}) is None
    for wrong in ("x = 1\nx  # 2", "int('1')  # ValueError", "(1, 'a')  # (1, 'b')"):
        with pytest.raises(BaseException, match=r"the page says|DID NOT RAISE"):
            exec(program_of([Block("python", wrong, 2)]), {})
