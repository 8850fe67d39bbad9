"""A column of the user's named ``phonemes`` is never replaced."""

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import CorpusError
from lingap.g2p import Phonemizer
from lingap.g2p.bulk.records import check_value

SOURCES = {
    "a.csv": "text,phonemes\ntalo,mine\n",
    "a.tsv": "phonemes\ttext\nmine\ttalo\n",
    "a.jsonl": '{"text": "talo"}\n{"text": "talo", "phonemes": null}\n',
}


def phonemize(*arguments):
    asked = ["phonemize", "-l", "fin", "--backend", "epitran", "--processes", "1", "--no-cache"]
    return CliRunner().invoke(app, [*asked, *map(str, arguments)])


def refused(done):
    assert isinstance(done.exception, CorpusError)
    assert "'phonemes' already" in str(done.exception)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("column", ["text", "phonemes"])
def test_in_a_table_or_json_lines(name, column, tmp_path):
    (tmp_path / name).write_text(SOURCES[name])
    done = phonemize(tmp_path / name, "-o", tmp_path / "out.jsonl", "--column", column)
    assert isinstance(done.exception, CorpusError)
    assert "phonemes" in str(done.exception)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("rows", [["mine"], []])
def test_in_parquet(rows, tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table({"text": pa.array(["talo"] * len(rows), "string"), "phonemes": rows})
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "a.parquet")
    refused(phonemize(tmp_path / "in" / "a.parquet", "-o", tmp_path / "b.parquet"))
    refused(phonemize(tmp_path / "in", "-o", tmp_path / "out"))


def test_text_whose_column_would_be_called_so(tmp_path):
    (tmp_path / "a.txt").write_text("talo\n")
    refused(phonemize(tmp_path / "a.txt", "-o", tmp_path / "b.csv", "--column", "phonemes"))


def test_in_a_data_set(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    from lingap.g2p.bulk.datasets import phonemize_dataset

    data = datasets.Dataset.from_dict({"text": ["talo"], "phonemes": ["mine"]})
    with pytest.raises(CorpusError, match="'phonemes' already"):
        phonemize_dataset(data, Phonemizer("fin", "epitran"))


def test_another_spelling_is_another_column():
    check_value({"text": "talo", "Phonemes": "mine"}, "text", "a.csv", 2)
