"""Files around the code: each says what is so."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import lingap
from source_tree import of_source_tree

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PYTHONS = {
    name.rpartition(" ")[2]
    for name in PROJECT["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", name)
}


def make_targets():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
    assert all(
        re.search(rf"^([a-z ]+ )?{one}( [a-z ]+)?:", makefile, re.MULTILINE)
        for one in phony.split()
    )
    return set(phony.split())


def steps(workflow):
    """Commands of a workflow, with each value of its matrix."""
    for job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        targets = [one["target"] for one in matrix.get("include", ()) if "target" in one] or [""]
        for step in job["steps"]:
            if "run" in step:
                yield from (step["run"].replace("${{ matrix.target }}", one) for one in targets)


def pages_of(part):
    """Pages that a part of the site's plan names."""
    if isinstance(part, str):
        return [part]
    inner = part.values() if isinstance(part, dict) else part
    return [page for one in inner for page in pages_of(one)]


def test_each_page_has_one_place_in_the_site():
    plan = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    beside = {"contributing.md", "changelog.md"}
    docs = {path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md")}
    assert sorted(pages_of(plan["nav"])) == sorted(docs | beside)


def test_warnings_of_the_site_are_errors():
    builds = re.findall(r"mkdocs build.*", (ROOT / "Makefile").read_text("utf-8"))
    assert len(builds) == 2
    for command in builds:
        assert "--strict" in command
        assert "--quiet" not in command  # it hides warnings from --strict, too


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_the_targets_that_a_developer_runs(workflow):
    commands = list(steps(workflow))
    assert commands
    for command in commands:
        assert re.fullmatch(r"make ([a-z]+)", command), command
        assert command.split()[1] in make_targets(), command


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_need_no_secret_and_may_only_read(workflow):
    text = workflow.read_text("utf-8")
    assert "secrets." not in text
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_every_python_that_is_named_is_tested():
    named = {
        one for path in WORKFLOWS for one in re.findall(r'"(3\.\d+)"', path.read_text("utf-8"))
    }
    assert named == PYTHONS
    assert min(PYTHONS, key=lambda one: int(one[2:])) == PROJECT["requires-python"].removeprefix(
        ">="
    )
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in PYTHONS | {"3.14"}


@of_source_tree
def test_the_image_is_made_of_what_there_is():
    [python] = re.findall(r"^ARG PYTHON=(\S+)", DOCKERFILE, re.MULTILINE)
    assert python in PYTHONS
    [extras] = re.findall(r"^ARG EXTRAS=(\S+)", DOCKERFILE, re.MULTILINE)
    assert set(extras.split(",")) <= set(EXTRAS)
    assert "torch" not in str([EXTRAS[name] for name in extras.split(",")])
    let_in = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert let_in[0] == "*"
    for name in re.findall(r"^!(\S+)", "\n".join(let_in), re.MULTILINE):
        assert (ROOT / name).exists(), name
    assert {"!constraints.txt", "!pyproject.toml", "!src"} <= set(let_in)
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)


def test_the_citation_has_what_the_format_requires():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "title", "message", "authors"} <= set(cited)
    assert cited["license"] == PROJECT["license"].split(" AND ")
    assert "version" not in cited  # written once, in the package
    assert "Mitigating the Linguistic Gap" in cited["references"][0]["title"]


@of_source_tree
def test_the_version_is_written_once():
    assert PROJECT["dynamic"] == ["version"]
    files = [
        path
        for pattern in ("*.toml", "*.cff", "Dockerfile", "Makefile", "src/lingap/**/*.py")
        for path in ROOT.glob(pattern)
    ]
    written = re.compile(rf"version[\W_]+['\"]?{re.escape(lingap.__version__)}\b", re.IGNORECASE)
    assert [path.name for path in files if written.search(path.read_text("utf-8"))] == [
        "__init__.py"
    ]


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
@pytest.mark.parametrize("environment", [".venv", ".venv-other"])
def test_a_python_that_is_named_is_that_of_the_environment(tmp_path, environment):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho Python 3.99\n")
    other.chmod(0o755)
    for python, fits in ((sys.executable, True), (str(other), environment != ".venv")):
        command = ["make", "same-python", f"VENV={environment}", f"PYTHON={python}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == fits, done.stderr
        assert (f"{other} is another; name an environment" in done.stderr) != fits
