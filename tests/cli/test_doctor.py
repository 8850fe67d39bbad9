"""`lingap doctor` tells what is here and how to get the rest; `lingap` alone tells what to ask."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lingap.cli import app, doctor, surroundings
from lingap.cli.advice import called
from lingap.cli.questions import QUESTIONS
from modules import loaded_by

LINGAP = Path(sys.executable).parent / "lingap"
ROOT = Path(__file__).parents[2]
COMMANDS = [command for _, group in QUESTIONS for _, command in group]


def run(*arguments):
    found = CliRunner().invoke(app, list(arguments))
    assert found.exit_code == 0, found.output
    return found.output


@pytest.fixture
def caches(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    return tmp_path


def test_every_extra_has_its_purpose_and_its_row_in_the_docs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = set(project["optional-dependencies"]) - {"dev", "docs"}
    assert set(surroundings.SERVES) == extras - {"all"}
    page = (ROOT / "docs/how-to/install.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z0-9]+)` \|", page, re.MULTILINE)) == extras


def test_what_is_missing_is_told_with_its_command(caches, monkeypatch):
    real = surroundings.metadata.version

    def version(name):
        if name == "plotly":
            raise surroundings.metadata.PackageNotFoundError(name)
        return "0.0.1" if name == "starlette" else real(name)

    monkeypatch.setattr(surroundings.metadata, "version", version)
    told = run("doctor")
    missing = told.partition("Not installed")[2]
    assert "pip install 'lingap[report]'\n" in missing
    assert "lacks plotly>=6\n" in missing
    assert re.search(r"lacks starlette>=[\d.]+ \(here: 0\.0\.1\)\n", missing)
    by_name = {one["name"]: one for one in json.loads(run("doctor", "--json"))["extras"]}
    assert by_name["report"]["state"] == by_name["app"]["state"] == "missing"
    assert by_name["core"]["state"] == "ready"


def test_caches_are_measured(caches):
    for place, size in (("own/words/a", 700), ("own/b", 50), ("hf/hub/model/c", 4000)):
        (caches / place).parent.mkdir(parents=True, exist_ok=True)
        (caches / place).write_bytes(b"x" * size)
    (caches / "own" / "away").symlink_to(caches / "hf")
    own, hub = json.loads(run("doctor", "--json"))["caches"]
    assert (own["bytes"], own["files"], own["folder"]) == (750, 2, str(caches / "own"))
    assert [(one["name"], one["bytes"]) for one in own["parts"]] == [("words", 700)]
    assert (hub["bytes"], hub["files"]) == (4000, 1)


def test_nothing_is_written(caches):
    run("doctor")
    assert not list(caches.iterdir())


def test_a_cache_that_is_off(caches, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", "off")
    assert "lingap: nothing is kept (LINGAP_CACHE=off)" in run("doctor")


def test_what_is_broken_is_told_and_the_rest_shown(caches, monkeypatch):
    """A doctor fails for no reason of the patient."""

    def broken(*_, **__):
        raise OSError("libcudart.so.12: cannot open shared object file")

    monkeypatch.setattr(surroundings.metadata, "requires", broken)
    monkeypatch.setattr(surroundings, "n_cores", broken)
    monkeypatch.setattr(surroundings, "_backend", broken)
    told = run("doctor")
    assert told.count("libcudart.so.12: cannot open shared object file") > 3
    assert "extras: cannot be looked at" in told
    assert "devices: cannot be looked at" in told
    assert "Caches" in told


def test_what_other_packages_add_is_told(caches, monkeypatch):
    points = {
        "lingap.corpus": [("mine", "json:loads")],
        "lingap.g2p_back_end": [("lost", "no_such_package_at_all:BACKEND")],
    }
    real = surroundings.metadata.entry_points

    class Points(dict):
        groups = frozenset((*points, "other.group"))

    def entry_points(**of):
        if of.get("group", "").startswith("lingap."):
            made = surroundings.metadata.EntryPoint
            return [made(name, value, of["group"]) for name, value in points.get(of["group"], ())]
        return real(**of) if of else Points()

    monkeypatch.setattr(surroundings.metadata, "entry_points", entry_points)
    mine, lost = surroundings._plugins()
    assert (mine["group"], mine["name"], mine["state"]) == ("lingap.corpus", "mine", "ready")
    assert lost["state"].startswith("cannot be loaded: ModuleNotFoundError")


def test_names_of_other_packages_stand_in_one_column():
    rows = [
        {"group": "lingap.corpus", "name": name, "package": "other", "state": "ready"}
        for name in ("mine", "a-name-of-more-than-14-letters")
    ]
    _, *lines = doctor._plugins(rows)
    assert len({line.index(" corpus of other, ready") for line in lines}) == 1


def test_lingap_alone_tells_what_one_can_ask():
    told = subprocess.run([LINGAP], capture_output=True, text=True, check=True).stdout
    assert all(command in told for command in COMMANDS)
    assert len(told.splitlines()) < 40
    assert max(map(len, told.splitlines()[1:])) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_what_it_names_exists(command):
    words = shlex.split(command)[1:]
    found = called(typer.main.get_command(app), words)
    assert found.name in words
    options = {name for parameter in found.params for name in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options


def test_the_questions_need_nothing_heavy():
    loaded = loaded_by("import lingap.cli; sys.argv = ['lingap']; lingap.cli.main()")
    assert "lingap.cli.questions" in loaded
    assert not loaded & {"torch", "numpy", "yaml", "scipy", "lingap.cli.gap"}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("lingap doc", {"doctor"}),
        ("lingap gap s", {"scores"}),
        ("lingap gap scores --agai", {"--against"}),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes(typed, offered, shell):
    words = typed.split()
    asked = {
        "_LINGAP_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    found = CliRunner().invoke(app, [], prog_name="lingap", env=asked)
    assert set(re.findall(r"[\w-]+", found.stdout)) >= offered


def test_the_module_s_script_completes_the_command():
    found = subprocess.run(
        [sys.executable, "-m", "lingap"], env={**os.environ, "_LINGAP_COMPLETE": "source_bash"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "complete -o default -F _lingap_completion lingap" in found.stdout
    assert "_LINGAP_COMPLETE=complete_bash" in found.stdout


def test_bash_itself_completes():
    script = (
        f'lingap() {{ "{LINGAP}" "$@"; }}; eval "$(_LINGAP_COMPLETE=source_bash lingap)"; '
        "COMP_WORDS=(lingap explo); COMP_CWORD=1; _lingap_completion lingap; echo ${COMPREPLY[@]}"
    )
    path = f"{LINGAP.parent}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert found.stdout.split() == ["explore"], found.stderr
