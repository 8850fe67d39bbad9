"""Scripts that start experiments and are imported by the experiments' workers."""

import subprocess
import sys
from pathlib import Path

import pytest

from lingap import Experiment
from lingap.errors import ConfigError
from lingap.experiments import ExperimentConfig

TINY = Path(__file__).parents[1] / "data" / "tiny.yaml"
RUN = (
    f"from lingap import Experiment\nExperiment.from_yaml({str(TINY)!r}).run('out', n_workers=2)\n"
)


def tried(folder, *arguments, typed=""):
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, input=typed, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_one_without_a_guard_is_told_once_what_to_do(tmp_path):
    (tmp_path / "mine.py").write_text(RUN, encoding="utf-8")
    done = tried(tmp_path, "mine.py")
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.splitlines()[-1] == (
        "lingap.errors.ConfigError: " + str(tmp_path / "mine.py") + ": worker processes import "
        "this file, and it starts its work again in each; put that under "
        '`if __name__ == "__main__":`, or pass n_workers=0 to do without them.'
    )
    assert not list(tmp_path.glob("out/*/*/run.json"))  # no job is blamed


def test_one_that_workers_cannot_import_is_named(tmp_path):
    done = tried(tmp_path, "-", typed=RUN)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "lingap.errors.ConfigError: <stdin>: a worker process, which imports this file, ended "
        "before its work began (exit code 1"
    )


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_in_place_of_settings_is_told_how_it_is_read(kind):
    with pytest.raises(ConfigError, match=r"of a file, Experiment\.from_yaml\('.*tiny\.yaml'\)\.$"):
        Experiment(kind(TINY))


def test_what_is_no_configuration_is_refused():
    with pytest.raises(ConfigError, match=r"or a mapping, got 3 \(int\)\.$"):
        Experiment(3)
    assert Experiment(ExperimentConfig.read(TINY)).config.name
