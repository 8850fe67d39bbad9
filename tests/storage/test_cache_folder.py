"""Where things are kept that can be made again, and that ``off`` is off everywhere."""

import logging
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lingap.corpora import load_corpus
from lingap.storage import cache_folder as module
from lingap.storage.cache_folder import cache_folder, folder_on_disk


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in ("LINGAP_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    module._below_home.cache_clear()
    module._temporary.cache_clear()
    yield
    module._below_home.cache_clear()
    module._temporary.cache_clear()


@pytest.mark.parametrize(
    ("named", "standard", "expected"),
    [
        (None, None, "HOME/.cache/lingap"),
        ("", "", "HOME/.cache/lingap"),
        (None, "/xdg", "/xdg/lingap"),
        (None, "relative", "HOME/.cache/lingap"),
        ("/mine", "/xdg", "/mine"),
        ("mine", None, "mine"),
        ("off", "/xdg", None),
    ],
)
def test_which_folder_it_is(monkeypatch, tmp_path, named, standard, expected):
    for name, value in (("LINGAP_CACHE", named), ("XDG_CACHE_HOME", standard)):
        if value is not None:
            monkeypatch.setenv(name, value)
    wanted = None if expected is None else Path(expected.replace("HOME", str(tmp_path / "home")))
    assert cache_folder() == wanted
    assert list((tmp_path / "home").iterdir()) == []  # asking makes nothing


def test_a_user_without_a_home_is_told_once(monkeypatch, caplog):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    with caplog.at_level(logging.WARNING):
        assert cache_folder() is None
        assert cache_folder() is None
    assert caplog.text.count("No home folder is known") == 1
    monkeypatch.setenv("LINGAP_CACHE", "/mine")
    assert cache_folder() == Path("/mine")


def archive(folder):
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("kor.txt", "서울 역\n")
    return path


def words(path, **options):
    [row] = load_corpus("text", language="kor", split="train", path=path, **options)
    return row.words


def test_off_is_off_for_corpora(monkeypatch, tmp_path):
    """Once it unpacked into a folder of that name."""
    monkeypatch.setenv("LINGAP_CACHE", "off")
    path = archive(tmp_path)
    for _ in range(2):
        assert words(path, cache=True) == ("서울", "역")
    assert list(Path.cwd().iterdir()) == list((tmp_path / "home").iterdir()) == []
    folder = folder_on_disk("archives")
    assert len(list(folder.iterdir())) == 1  # unpacked once for both


OFF = """
import sys
from lingap.corpora import load_corpus
from lingap.storage.cache_folder import folder_on_disk
from lingap import Phonemizer
[row] = load_corpus("text", language="kor", split="train", path=sys.argv[1], cache=True)
Phonemizer("fin", "epitran")(["talo"])
Phonemizer("eng", "english-ngrams")(["chomps"])
assert len(list(folder_on_disk("archives").iterdir())) == 1
print(folder_on_disk("archives"))
"""


@pytest.mark.parametrize("how", ["off", "no home"])
def test_nothing_is_left_where_nothing_may_be_kept(tmp_path, how):
    path = archive(tmp_path)
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), "HOME": str(tmp_path / "home")}
    code = OFF
    if how == "off":
        environment["LINGAP_CACHE"] = "off"
    else:
        code = "from pathlib import Path\ndef home(): raise RuntimeError\nPath.home = home\n" + OFF
    done = subprocess.run(
        [sys.executable, "-c", code, path], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(scratch)
    for folder in (scratch, tmp_path / "home", Path.cwd()):
        assert list(folder.iterdir()) == []


def test_a_forked_process_leaves_its_parents_folder_alone(monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", "off")
    code = (
        "import os, sys; from lingap.storage.cache_folder import folder_on_disk\n"
        "folder = folder_on_disk('x')\n"
        "if os.fork() == 0: sys.exit(folder_on_disk('x') == folder)\n"
        "assert os.wait()[1] == 0; assert folder.is_dir(); print(folder)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).exists()


@pytest.mark.parametrize("kind", ["a file", "only read"])
def test_a_cache_that_cannot_be_written_is_no_reason_to_stop(monkeypatch, tmp_path, kind, caplog):
    home = tmp_path / "cache"
    if kind == "a file":
        home.touch()
    else:
        home.mkdir()
        monkeypatch.setattr(os, "access", lambda path, _: not str(path).startswith(str(home)))
    monkeypatch.setenv("LINGAP_CACHE", str(home))
    with caplog.at_level(logging.WARNING):
        assert words(archive(tmp_path), cache=True) == ("서울", "역")
    for name in ("archives", "corpora"):
        assert f"The cache {home / name} is not used: " in caplog.text


def test_an_archive_in_a_cache_that_is_only_read_is_read_there(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    path = archive(tmp_path)
    words(path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert words(path) == ("서울", "역")
    assert "is not used" not in caplog.text
