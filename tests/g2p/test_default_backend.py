"""Where no back end is named it is the same one everywhere: ``auto``."""

import inspect

import pytest

from lingap.app.analysis import served_languages
from lingap.errors import UnknownName
from lingap.g2p import DEFAULT_BACKEND, Phonemizer, phonemizable
from lingap.g2p.choice import choose, find_backend
from lingap.g2p.evaluation import evaluate_file, gold_phonemizer
from lingap.gap.text_units import units_of
from lingap.languages import get_language
from lingap.representations.phoneme import Phonemes


def test_it_is_auto():
    assert DEFAULT_BACKEND == "auto"


@pytest.mark.parametrize(
    "taker", [Phonemizer, Phonemes, phonemizable, units_of, gold_phonemizer, evaluate_file]
)
def test_every_function_takes_it(taker):
    assert inspect.signature(taker).parameters["backend"].default == DEFAULT_BACKEND


def test_the_explorer_offers_it_first():
    rows = [row for row in served_languages() if DEFAULT_BACKEND in row["backends"]]
    assert len(rows) > 100
    assert all(row["backends"][0] == DEFAULT_BACKEND for row in rows)


def test_the_name_in_a_coverage_is_that_back_end_again():
    phonemizer = Phonemizer("kor", cache=False)
    chosen = choose(get_language("kor"))
    assert phonemizer.coverage.backend == f"auto ({chosen})"
    assert find_backend(phonemizer.coverage.backend).name == f"auto ({chosen})"
    again = Phonemizer("kor", phonemizer.coverage.backend, cache=False)
    assert again(["한국어"]) == phonemizer(["한국어"])
    with pytest.raises(UnknownName, match="orthography2ip"):
        find_backend("auto (orthography2ip)")
