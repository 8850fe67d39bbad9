"""Joint n-grams: probabilities that are probabilities, words learned, English better than before."""

import math

import numpy as np
import pytest

from lingap.errors import G2PError, LanguageError
from lingap.g2p import Phonemizer
from lingap.g2p.backends.english_ngrams import ENGLISH_NGRAMS, english_ngrams
from lingap.g2p.backends.joint_ngrams import JointNgrams
from lingap.languages import get_language

ALIGNED = [
    "c|h}t͡ʃ a}æ t}t",
    "c|h}t͡ʃ i}ɪ p}p",
    "c}k a}æ t}t",
    "c}k a}æ p}p",
    "t}t a}æ p}p",
    "p}p i}ɪ t}t",
    "b}b o}ɑ x}k|s",
]


@pytest.fixture(scope="module")
def toy():
    return JointNgrams.train(ALIGNED)


def test_learned_words_are_read_back(toy):
    assert toy.read("chat") == "t͡ʃ æ t"
    assert toy.read("cat") == "k æ t"
    assert toy.read("box") == "k s".join(["b ɑ ", ""])


def test_new_words_are_read_by_their_parts(toy):
    assert toy.read("chap") == "t͡ʃ æ p"
    assert toy.read("tip") == "t ɪ p"


def test_letters_never_met_are_not_read(toy):
    assert toy.read("zoo") == ""
    assert toy.read("") == ""


@pytest.mark.parametrize("history", [[], [0] * 5, [0, 0, 0, 0, 2], [2, 3], [7, 7, 7]])
def test_probabilities_after_a_history_add_up_to_one(toy, history):
    packed = 0
    for graphone in history:
        packed = packed << 10 | graphone
    total = sum(math.exp(toy._score(packed, graphone)) for graphone in range(len(toy.names)))
    assert total == pytest.approx(1.0, abs=1e-6)


def test_saved_and_loaded_reads_the_same(toy, tmp_path):
    toy.save(tmp_path / "deep" / "model.npz")
    again = JointNgrams.load(tmp_path / "deep" / "model.npz")
    assert again.names == toy.names
    assert [again.read(word) for word in ("chap", "cap")] == ["t͡ʃ æ p", "k æ p"]
    np.testing.assert_allclose(again.arrays[1], toy.arrays[1], rtol=1e-6)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["model.npz"]


def test_known_words_stay_the_lexicons(english):
    both = [Phonemizer("eng", name, cache=False)(["cat"])[0] for name in ("gruut-lang-en", english)]
    assert both[0].units == both[1].units == ("k", "æ", "t")


@pytest.fixture
def english():
    return ENGLISH_NGRAMS.name


def units(english, *words):
    return ["".join(word.units) for word in Phonemizer("eng", english, cache=False)(words)]


def test_words_outside_the_lexicon(english):
    assert units(english, "podcasts", "chomps") == ["pɑdkæsts", "t͡ʃɑmps"]
    assert units(english, "BFI", "bfi")[0] == "biɛfaɪ"


def test_the_r_coloured_vowel(english):
    assert units(english, "bird", "letter", "slavery") == ["bɝd", "lɛtɚ", "sleɪvəɹi"]


def test_a_damaged_file_is_learned_anew(tmp_path, monkeypatch, caplog):
    from lingap.g2p.backends.english_ngrams import _VERSION
    from lingap.g2p.backends.installed import installed_version

    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path))
    kept = tmp_path / "g2p" / f"english-ngrams-{installed_version('gruut-lang-en')}-{_VERSION}.npz"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"PK\x03\x04 not an archive")
    english_ngrams.cache_clear()
    assert units("english-ngrams", "chomps") == ["t͡ʃɑmps"]
    assert "is damaged" in caplog.text
    english_ngrams.cache_clear()
    assert JointNgrams.load(kept).read("chomps")


def test_it_reads_english_and_has_no_options():
    with pytest.raises(LanguageError, match="english-ngrams does not serve French"):
        ENGLISH_NGRAMS.load(get_language("fra"), {})
    with pytest.raises(G2PError, match="english-ngrams has no option x='y'. Known: none"):
        ENGLISH_NGRAMS.load(get_language("eng"), {"x": "y"})
