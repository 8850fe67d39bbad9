"""Machines that are not as usual: no home, no folder, no UTF-8; and paths that are none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lingap.cli import main


def command(*asked, env=None, cwd=None, **options):
    """Run lingap in a process of its own."""
    code = "import sys; from lingap.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, asked)], env={**os.environ, **(env or {})}, cwd=cwd,
        capture_output=True, timeout=300, **options,
    )  # fmt: skip


def said(capsys, monkeypatch, *asked):
    """The message of a command that fails on its user's error."""
    monkeypatch.setattr(sys, "argv", ["lingap", *map(str, asked)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (1, 2)
    text = capsys.readouterr().err
    assert "Traceback" not in text
    return text


def odd_paths(folder):
    (folder / "file").write_text("x")
    (folder / "loop").symlink_to(folder / "loop")
    return {
        "folder": folder, "below a file": folder / "file" / "x", "loop": folder / "loop",
        "below a loop": folder / "loop" / "x", "long": folder / ("x" * 300), "gone": folder / "gone",
        "no text": os.fsencode(folder) .decode() + "/caf\udce9",
    }  # fmt: skip


COMMANDS = (
    ("run", "PATH"), ("run", "PATH", "--dry-run"), ("pretrain", "PATH"), ("report", "PATH"),
    ("gap", "scores", "PATH"), ("gap", "embeddings", "PATH"), ("gap", "outputs", "PATH"),
    ("gap", "text", "PATH"), ("corpora", "show", "PATH.yaml", "-l", "eng"),
    ("corpora", "show", "ud", "-l", "eng", "--path", "PATH"), ("reproduce", "table1", "--data", "PATH"),
    ("corpora", "show", "text", "-l", "eng", "--path", "PATH"), ("phonemize", "-l", "eng", "PATH"),
    ("g2p", "evaluate", "-l", "eng", "PATH"),
)  # fmt: skip


@pytest.mark.parametrize("asked", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "kind", ["folder", "below a file", "loop", "below a loop", "long", "gone", "no text"]
)
def test_a_path_that_cannot_be_read_is_a_message(tmp_path, capsys, monkeypatch, asked, kind):
    path = odd_paths(tmp_path)[kind]
    text = said(capsys, monkeypatch, *(one.replace("PATH", str(path)) for one in asked))
    assert text


CONFIG = """
name: x
task: ner
corpus: {name: cldr}
languages: [eng, fra]
representations: [{name: character}]
pretraining: {text: {name: cldr_text}, training: {steps: 1}}
finetuning: {steps: 1}
"""


@pytest.mark.parametrize("kind", ["below a file", "loop", "below a loop", "long"])
def test_a_folder_that_cannot_be_made_is_a_message(tmp_path, capsys, monkeypatch, kind):
    path = odd_paths(tmp_path)[kind]
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    assert said(capsys, monkeypatch, "run", config, "--out", path)
    assert said(capsys, monkeypatch, "demo", "--out", path, "--languages", "eng,fra")


def test_a_model_whose_name_is_too_long_is_a_message(tmp_path, capsys, monkeypatch):
    config = tmp_path / "config.yaml"
    config.write_text(
        CONFIG.replace("{name: character}", f"{{name: character, encoder: {'x' * 300}}}")
    )
    assert said(capsys, monkeypatch, "run", config, "--dry-run")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (IsADirectoryError(21, "Is a directory", "/x"), "Is a directory: /x. Check that path."),
        (OSError(28, "No space left on device", "/x"), "Finished work is kept"),
        (
            UnicodeEncodeError("ascii", "a\udc80", 1, 2, "no"),
            r"'\udc80' cannot be written as ascii",
        ),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad byte"), "A text is not utf-8"),
        (RecursionError("deep"), "nested too deeply"),
        (MemoryError(), "Out of memory"),
    ],
)
def test_the_last_net_says_what_to_do(capsys, monkeypatch, error, text):
    def fail(**_):
        raise error

    monkeypatch.setattr("lingap.cli.app", fail)
    assert text in said(capsys, monkeypatch)


def test_a_working_folder_that_is_gone_is_a_message(tmp_path, capsys, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "working folder no longer exists" in said(capsys, monkeypatch, "languages")


@pytest.mark.slow
@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_without_utf_8_there_is_a_message_or_a_result(env):
    done = command("corpora", "show", "cldr", "-l", "kor", "--split", "test", env=env)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0 or b"set PYTHONUTF8=1" in done.stderr


def test_an_unknown_user_without_a_home(tmp_path, monkeypatch, capsys):
    def nobody(_):
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for name in ("HOME", "XDG_CACHE_HOME", "LINGAP_CACHE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RuntimeError):
        Path.home()
    path = tmp_path / "config.yaml"
    text = "{name: text, path: '~/x'}"
    path.write_text(
        CONFIG.replace("{name: cldr}", "{name: ner, path: '~/x'}").replace(
            "{name: cldr_text}", text
        )
    )
    assert said(capsys, monkeypatch, "run", path, "--dry-run")
    path.write_text(CONFIG.replace("{name: cldr}", text).replace("{name: cldr_text}", text))
    assert said(capsys, monkeypatch, "run", path, "--dry-run")
    monkeypatch.setattr(sys, "argv", ["lingap", "corpora", "show", "cldr", "-l", "eng"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code


@pytest.mark.parametrize(
    ("asked", "closed", "code", "told"),
    [
        ("languages", ">&-", 2, b"Standard output is closed"),
        ("phonemize -l fin TEXT", ">&-", 2, b"Standard output is closed"),
        ("phonemize -l fin TEXT -o OUT", ">&-", 0, b"2 words"),
        ("phonemize -l fin TEXT -o OUT", "<&- >&- 2>&-", 0, b""),
        ("phonemize -l fin TEXT", "2>&-", 0, b""),
        ("phonemize -l fin", "<&-", 2, b"Standard input is closed"),
        ("report gone", "<&- >&- 2>&-", 2, b""),
    ],
)
def test_what_a_closed_stream_would_lose_is_an_error(tmp_path, asked, closed, code, told):
    (tmp_path / "t.txt").write_text("talo y\n")
    python = f'"{sys.executable}" -c "from lingap.cli import main; main()"'
    asked = asked.replace("TEXT", "t.txt").replace("OUT", "o.txt")
    done = subprocess.run(
        ["sh", "-c", f"{python} {asked} {closed}"], capture_output=True, timeout=300, cwd=tmp_path
    )
    assert done.returncode == code
    assert told in done.stderr
    assert b"Traceback" not in done.stderr
    if not code:
        written = (tmp_path / "o.txt").read_bytes() if "o.txt" in asked else done.stdout
        assert written == "t ɑ l o ▁ y\n".encode()
    assert {path.name for path in tmp_path.iterdir()} <= {"t.txt", "o.txt"}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="elsewhere HOME is not where a home is named")
@pytest.mark.parametrize("language", ["fin", "eng"])
def test_packages_that_ask_for_a_home_when_imported_do_without(tmp_path, language):
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "LANG")}
    code = (
        "import os, pwd, sys\n"
        "def nobody(_): raise KeyError\n"
        "pwd.getpwuid = nobody\n"
        f"sys.argv = ['lingap', 'phonemize', '-l', '{language}']\n"
        "from lingap.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        "assert 'HOME' not in os.environ\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, input=b"talo\n", capture_output=True, timeout=300,
        check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"t ")
