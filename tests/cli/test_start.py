"""The command line through its real entry point."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lingap.cli import _VERBS
from modules import loaded_by

LINGAP = Path(sys.executable).parent / "lingap"


def lingap(*arguments, **options):
    return subprocess.run(
        [str(LINGAP), *map(str, arguments)], capture_output=True, text=True, timeout=300, **options
    )


def test_help_names_every_verb():
    found = lingap("--help")
    assert found.returncode == 0
    named = {line.split()[0] for line in found.stdout.splitlines() if line.strip()}
    assert set(_VERBS) <= named


def test_help_is_quick():
    """Quick since it imports next to nothing: typer, and of lingap the command line alone."""
    loaded = loaded_by("import lingap.cli; sys.argv = ['lingap', '--help']; lingap.cli.main()")
    assert "lingap.cli.demo" in loaded
    ours = {name.split(".")[1] for name in loaded if name.startswith("lingap.")}
    assert ours <= {"cli", "errors", "registry", "renamed"}
    heavy = "torch transformers pandas sklearn scipy numpy pyarrow pydantic yaml regex babel"
    assert not loaded & set(heavy.split())


@pytest.mark.parametrize("verb", _VERBS)
def test_every_verb_has_help(verb):
    found = lingap(verb, "--help")
    assert found.returncode == 0
    assert found.stdout.startswith(f"Usage: lingap {verb}")


def test_the_version_is_the_packages():
    from lingap import __version__

    assert lingap("--version").stdout == f"lingap {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demo", "--languages", "eng,klingonish"], "No language is known by 'klingonish'"),
        (["demo", "--languages", "eng,gsw"], "No installed back end reads Swiss German"),
        (["demo", "--languages", "eng,got"], "got"),
        (["demo", "--languages", "eng,en"], "named twice"),
        (["demo", "--seeds", "0"], "--seeds"),
        (["demo", "--langauges", "eng"], "No such option"),
        (["run", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["report", "nowhere"], "nowhere"),
        (["no-such-verb"], "No such command"),
    ],
)
def test_wrong_input_is_one_message_and_exit_code_2(arguments, message, tmp_path):
    found = lingap(*arguments, cwd=tmp_path)
    assert found.returncode == 2
    assert message in found.stderr
    assert "Traceback" not in found.stderr
    assert not list(tmp_path.glob("demo/runs/*"))


def test_a_foreign_folder_is_left_alone(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work")
    found = lingap("demo", "--languages", "eng,kor", cwd=tmp_path)
    assert found.returncode == 2
    assert "holds other files (thesis.txt)" in found.stderr
    assert (tmp_path / "demo" / "thesis.txt").read_text() == "years of work"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "demo").write_text("")
    found = lingap("demo", "--languages", "eng,kor", cwd=tmp_path)
    assert found.returncode == 2
    assert "cannot be used as a folder" in found.stderr


def test_a_full_disk_is_one_message(tmp_path):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as sink:
        found = subprocess.run(
            [str(LINGAP), "languages"], stdout=sink, stderr=subprocess.PIPE, text=True, timeout=300
        )
    assert found.returncode == 2
    assert "No space left" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_closed_pipe_is_silent():
    found = subprocess.run(
        f"{LINGAP} languages | head -1", shell=True, capture_output=True, text=True, timeout=300,
        env={**os.environ},
    )  # fmt: skip
    assert found.stdout.startswith("code ")
    assert "Traceback" not in found.stderr


def test_the_core_starts_without_the_extras(tmp_path):
    """With torch and its company hidden, phonemes and gaps work; the demo names all it needs."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "for name in ('torch', 'transformers', 'plotly', 'pyarrow', 'tokenizers', 'safetensors'):\n"
        "    sys.modules[name] = None\n"
    )
    beside = os.environ.get("PYTHONPATH", "")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(tmp_path), beside)))}
    spoken = lingap("phonemize", "-l", "fin", "--backend", "epitran", input="ääni\n", env=env)
    assert spoken.stdout == "æː n i\n"
    scores = tmp_path / "scores.csv"
    scores.write_text("system,task,language,score\na,xnli,eng,80.80\na,xnli,swa,62.93\n")
    found = lingap("gap", "scores", scores, env=env)
    assert found.returncode == 0
    assert "24.87" in found.stdout
    trained = lingap("demo", "--languages", "eng,kor", env=env, cwd=tmp_path)
    assert trained.returncode == 2
    assert trained.stdout == ""  # nothing is shown that would then break off
    assert "pip install 'lingap[all]'" in trained.stderr
