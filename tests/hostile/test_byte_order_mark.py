"""The byte order mark that begins a file is none of its text."""

import codecs
import gzip
import json

import pytest
from typer.testing import CliRunner

from lingap.cli import app

FIN = ["-l", "fin", "--backend", "epitran", "--processes", "1", "--no-cache"]
TEXT = codecs.BOM_UTF8 + b"talo\nx\n"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("piped", [False, True])
def test_of_text(packed, piped, tmp_path):
    data = gzip.compress(TEXT) if packed else TEXT
    (tmp_path / "a.txt").write_bytes(data)
    place = "-" if piped else str(tmp_path / "a.txt")
    done = CliRunner().invoke(app, ["phonemize", place, *FIN], input=data)
    assert done.stdout == "t ɑ l o\nk s\n"
    assert "invisible" not in done.stderr


def test_of_json_lines(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(codecs.BOM_UTF8 + b'{"text": "talo"}\n')
    done = CliRunner().invoke(app, ["phonemize", str(tmp_path / "a.jsonl"), *FIN])
    assert json.loads(done.stdout)["phonemes"] == "t ɑ l o"


def test_only_the_first_and_only_at_the_beginning():
    text = codecs.BOM_UTF8 * 2 + b"talo\n" + codecs.BOM_UTF8 + b"talo\n"
    done = CliRunner().invoke(app, ["phonemize", *FIN], input=text)
    assert "invisible dropped: 2 words" in done.stderr


def test_of_text_whose_units_are_fitted(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "vocab.txt").write_text("t\nɑ\nl\no\nk\ns\n", "utf-8")
    asked = ["g2p", "fit", str(tmp_path / "a.txt"), str(tmp_path / "vocab.txt"), "-l", "fin"]
    done = CliRunner().invoke(app, [*asked, "--backend", "epitran", "--json"])
    assert done.exit_code == 0
    assert "ufeff" not in done.stdout
