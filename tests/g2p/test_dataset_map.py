"""`datasets.Dataset` in and out."""

import pytest

from lingap.errors import CorpusError, G2PError
from lingap.g2p import Phonemizer
from lingap.g2p.bulk.datasets import phonemize_dataset

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
FIN = Phonemizer("fin", "epitran")


@pytest.fixture
def datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return pytest.importorskip("datasets")


@pytest.mark.parametrize("processes", [1, 2])
def test_texts(datasets, processes):
    data = datasets.Dataset.from_dict({"id": [1, 2, 3, 4], "text": ["talo, x", "", None, "дом"]})
    out, coverage = phonemize_dataset(data, FIN, processes=processes)
    assert out.column_names == ["id", "text", "phonemes"]
    assert list(out["phonemes"]) == ["t ɑ l o ▁ , ▁ k s", "", None, "<unk>"]
    assert coverage.words == 4
    assert coverage.empty_words == 1
    assert coverage.types == 4


def test_lists_of_words(datasets):
    data = datasets.Dataset.from_dict({"tokens": [["talo", "x"], []]})
    out, coverage = phonemize_dataset(data, FIN, column="tokens")
    assert list(out["phonemes"]) == [[["t", "ɑ", "l", "o"], ["k", "s"]], []]
    assert coverage.words == 2


def test_what_cannot_be_is_refused(datasets):
    data = datasets.Dataset.from_dict({"n": [5]})
    with pytest.raises(CorpusError, match="no field 'text'"):
        phonemize_dataset(data, FIN)
    with pytest.raises(CorpusError, match="must be a text or a list of words"):
        phonemize_dataset(data, FIN, column="n")
    with pytest.raises(G2PError, match=r"Expected a datasets\.Dataset, got list"):
        phonemize_dataset([{"text": "a"}], FIN)
