"""The template of a package that adds to lingap: installed as a user installs it, and tried."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lingap.corpora import CORPORA
from lingap.g2p import BACKENDS
from lingap.gap.results.protocol import READERS
from lingap.metrics import MEASURES
from lingap.representations.protocol import REPRESENTATIONS

PLUGIN = Path(__file__).parents[1] / "examples" / "plugin"
ADDED = tomllib.loads((PLUGIN / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of a process that has the package."""
    copy, target = tmp_path_factory.mktemp("source") / "plugin", tmp_path_factory.mktemp("site")
    shutil.copytree(PLUGIN, copy)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--target", target]
    done = subprocess.run([*pip, *offline, copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    path = os.pathsep.join(filter(None, (str(target), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path}


def test_its_own_tests_pass(installed, tmp_path):
    """They use lingap as a stranger's package does."""
    shutil.copytree(PLUGIN / "tests", tmp_path / "tests")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        command, cwd=tmp_path, env=installed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_the_commands_know_what_it_adds(installed, tmp_path):
    def lingap(*arguments, typed=""):
        command = [sys.executable, "-m", "lingap", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=installed, input=typed, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert lingap("phonemize", "-l", "tah", typed="mauruuru\n") == "m a u r u u r u\n"
    assert "tah " in lingap("languages", "--backend", "tahitian-letters")
    code = "from lingap.app.analysis import served_languages as served\n" \
           "print([one['backends'] for one in served() if one['code'] == 'tah'])"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], env=installed, capture_output=True, text=True
    )
    assert done.stdout == "[['auto', 'tahitian-letters']]\n", done.stderr
    plugins = json.loads(lingap("doctor", "--json"))["plugins"]
    assert {
        (one["group"], one["name"]) for one in plugins if one["package"] == "lingap-example"
    } == {(group, name) for group, names in ADDED.items() for name in names}
    assert {one["state"] for one in plugins} == {"ready"}


def test_it_shows_every_kind_and_no_name_that_is_taken():
    registries = (BACKENDS, CORPORA, REPRESENTATIONS, MEASURES, READERS)
    groups = {f"lingap.{one.kind.replace(' ', '_')}": one for one in registries}
    assert set(ADDED) == set(groups)
    for group, names in ADDED.items():
        assert not set(names) & set(groups[group])
