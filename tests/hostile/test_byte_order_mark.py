"""The byte order mark that begins a file is none of its text."""

import codecs
import gzip
import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.corpora.formats.conll import ConllOptions, read_conll
from lingap.evaluation import read_predictions
from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.ipa.inventory import PhonemeInventory
from lingap.g2p.ipa.vocabulary import read_vocabulary
from lingap.gap import parallel_lines, read_scores
from lingap.gap.text_folders import read_texts
from lingap.storage.json_file import read_json
from lingap.storage.yaml_file import read_yaml

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


@pytest.mark.parametrize("n", [1, 2, 3])
def test_however_many_begin_a_file_none_is_part_of_a_name_or_word(tmp_path, n):
    """As where files that each have one were joined, or an editor added another."""
    marks = codecs.BOM_UTF8 * n

    def write(name, text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(marks + text.encode())
        return tmp_path / name

    rows = "language,score\neng,0.5\nkor,0.4\n"
    assert [s.language for s in read_scores(write("a.csv", rows)).scores] == ["eng", "kor"]
    one = '[{"language": "eng", "score": 0.5}, {"language": "kor", "score": 0.4}]'
    assert len(read_scores(write("a.json", one)).scores) == 2
    write("t/eng.txt", "the end\n")
    write("t/fra.txt", "la fin\n")
    assert read_texts(tmp_path / "t").sentences["eng"][0].words == ("the", "end")
    assert parallel_lines(tmp_path / "t")[0]["eng"] == ["the end"]
    assert read_pronunciations(write("d.tsv", "talo\tt a l o\n")) == {"talo": ("talo",)}
    assert read_vocabulary(write("vocab.txt", "a\nb\n")) == ("a", "b")
    assert read_vocabulary(write("vocab.json", '{"a": 0}')) == ("a",)
    alphabet = write("map.tsv", "language\tbackend\tunits\nfra\tepitran\ta b=p\n")
    assert PhonemeInventory.read(alphabet).maps[0].symbols == {"a": "a", "b": "p"}
    head = "sentence_id\tlanguage\tposition\tword\tgold\tpredicted\n"
    predictions = write("p.tsv", f"{head}s\teng\t0\ta\tO\tO\n")
    assert next(iter(read_predictions(predictions))).sentence_id == "s"
    assert read_yaml(write("c.yaml", "name: x\n"), expected="it")[0] == {"name": "x"}
    assert read_json(write("g.json", "{}")) == {}
    conll = write("c.txt", "Kofi B-PER\nAnnan I-PER\n")
    kofi = next(read_conll((conll,), language="eng", counts=Counter(), options=ConllOptions()))
    assert kofi.words == ("Kofi", "Annan")
