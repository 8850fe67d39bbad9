"""A used phonemizer goes to other processes, and what they count comes back."""

import copy
import multiprocessing
import pickle

import pytest

from lingap.errors import G2PError
from lingap.g2p import G2PCoverage, PhonemeVocabulary, Phonemizer, Policies
from lingap.g2p.bulk.datasets import phonemize_dataset
from lingap.records import Sentence
from lingap.representations import load_representation
from pool_workers import begin, spell, spell_shared

TEXTS = ["talo, x", "дом 😀 talo", "", "ääni \u200b ääni!", "qwerty дом", "talo ääni"] * 5


@pytest.fixture
def used(tmp_path):
    phonemizer = Phonemizer("fin", "epitran", cache=tmp_path, policies=Policies(digits="drop"))
    phonemizer.text("talo дом 3 ääni")
    return phonemizer


def alone(cache):
    phonemizer = Phonemizer("fin", "epitran", cache=cache, policies=Policies(digits="drop"))
    return [str(phonemizer.text(text)) for text in TEXTS], phonemizer.coverage


def test_settings_go_along_and_neither_counts_nor_connections_do(used, tmp_path):
    for again in (pickle.loads(pickle.dumps(used)), copy.copy(used), copy.deepcopy(used)):
        assert again.provenance() == used.provenance()
        assert again.policies == used.policies
        assert again.coverage.words == 0
        assert str(again.text("talo 3")) == "t ɑ l o ▁ <unk>"
    assert used.coverage.words == 4


def test_every_argument_goes_along(tmp_path):
    vocabulary = PhonemeVocabulary("few", ("ɑ", "l"), "nearest")
    options = {"table": "fin-Latn"}
    first = Phonemizer(
        "fin", "epitran", cache=False, segmenter="spaces", vocabulary=vocabulary, options=options
    )
    again = pickle.loads(pickle.dumps(first))
    assert again.provenance() == first.provenance()
    assert (again.segmenter, again.vocabulary, again.options) == ("spaces", vocabulary, options)
    assert again(["talo"]) == first(["talo"])


def test_the_same_bytes_before_and_after_use_and_others_for_other_settings(used, tmp_path):
    fresh = Phonemizer("fin", "epitran", cache=tmp_path, policies=Policies(digits="drop"))
    assert pickle.dumps(fresh) == pickle.dumps(used)
    other = Phonemizer("fin", "epitran", cache=tmp_path)
    assert pickle.dumps(other) != pickle.dumps(used)


def test_another_version_is_no_silent_change(used, monkeypatch):
    data = pickle.dumps(used)
    monkeypatch.setattr("lingap.g2p.phonemizer.OUTPUT_VERSION", "0")
    with pytest.raises(G2PError, match="lingap g2p=0"):
        pickle.loads(data)


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("cached", [True, False])
def test_pool(method, cached, used, tmp_path):
    expected, coverage = alone(False)
    phonemizer = (
        used if cached else Phonemizer("fin", "epitran", cache=False, policies=used.policies)
    )
    used.take_coverage()
    with multiprocessing.get_context(method).Pool(2, begin, (phonemizer,)) as pool:
        # A pool replaces workers that die at their start for ever, so that waiting needs an end.
        for found in (
            pool.map_async(spell_shared, TEXTS, chunksize=3).get(300),
            pool.map_async(spell, [(phonemizer, t) for t in TEXTS], chunksize=3).get(300),
        ):
            first, *others = [part for _, part in found]
            total = first.merge(*others)
            assert [spelled for spelled, _ in found] == expected
            assert total.as_dict() | {"examples": 0} == coverage.as_dict() | {"examples": 0}
    assert str(phonemizer.text("talo uusi")) == "t ɑ l o ▁ u u s i".replace("u u", "uː")


def mapper(phonemizer):
    return lambda row: {"said": str(phonemizer.text(row["text"]))}


@pytest.fixture
def datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return pytest.importorskip("datasets")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("processes", [None, 2])
def test_map_of_datasets(datasets, used, processes):
    expected, _ = alone(False)
    data = datasets.Dataset.from_dict({"text": TEXTS})
    mapped = data.map(mapper(used), num_proc=processes)
    assert list(mapped["said"]) == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_coverage_comes_back_from_the_workers_of_datasets(datasets, used):
    expected, coverage = alone(False)
    data = datasets.Dataset.from_dict({"text": TEXTS})
    mapped, counted = phonemize_dataset(data, used, processes=2)
    assert list(mapped["phonemes"]) == expected
    assert counted == coverage
    assert used.coverage.words == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fingerprints_for_datasets_are_stable(datasets, used, tmp_path):
    from datasets.fingerprint import Hasher

    before = Phonemizer("fin", "epitran", cache=tmp_path, policies=Policies(digits="drop"))
    assert Hasher.hash(before) == Hasher.hash(used)
    assert Hasher.hash(mapper(before)) == Hasher.hash(mapper(used))
    assert Hasher.hash(before) != Hasher.hash(Phonemizer("fin", "epitran", cache=tmp_path))


def test_a_representation_that_was_used_can_be_pickled():
    phonemes = load_representation("phoneme", language="fin", backend="epitran")
    sentence = Sentence(id="1", language="fin-Latn", words=("talo", "дом"))
    encoded = phonemes.encode(sentence)
    again = pickle.loads(pickle.dumps(phonemes))
    assert again.encode(sentence) == encoded
    assert again.provenance() == phonemes.provenance()


def test_coverage_adds_up():
    parts = []
    phonemizer = Phonemizer("fin", "epitran", cache=False, vocabulary=["t", "ɑ"])
    for text in TEXTS:
        phonemizer.text(text)
        parts.append(phonemizer.take_coverage())
    assert phonemizer.coverage == G2PCoverage("fin", "epitran", vocabulary="2 units")
    whole = Phonemizer("fin", "epitran", cache=False, vocabulary=["t", "ɑ"])
    whole.text(" ".join(TEXTS))
    assert parts[0].merge(*parts[1:]) == whole.coverage
    assert parts[0] + parts[1] == parts[0].merge(parts[1])
    assert parts[0].words == 3
    assert parts[-1].types == 2  # words known from before are counted again


def test_only_like_is_added_to_like():
    finnish = Phonemizer("fin", "epitran").coverage
    with pytest.raises(G2PError, match=r"of fin by epitran, got one of kor by epitran"):
        finnish + Phonemizer("kor", "epitran").coverage
    with pytest.raises(G2PError, match="against 1 units"):
        finnish.merge(Phonemizer("fin", "epitran", vocabulary=["t"]).coverage)
