"""Error rates against hand counts, another implementation, and gold files good and bad."""

import json

import editdistance
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import CorpusError, G2PError
from lingap.g2p.evaluation import (
    edit_distance,
    evaluate_file,
    evaluate_g2p,
    evaluate_pronunciations,
    gold_phonemizer,
    lost_symbols,
    symbols_of,
    token_error_rates,
)
from lingap.g2p.gold_tables import read_frequencies

LETTERS = st.text("abcɑːʃ", max_size=8)


@given(LETTERS, LETTERS)
def test_edit_distance_is_levenshteins(first, second):
    assert edit_distance(first, second) == editdistance.eval(first, second)


SYMBOLS = [
    ("ˈt͡ʃʰaː", "phonemic", "t ʃ ʰ a"),
    ("ˈt͡ʃʰaː", "segments", "t͡ʃʰ aː"),
    ("t̪a̠", "phonemic", "t a"),
    ("t̪a̠", "marked", "t ̪ a ̠"),
    ("k a n ɡ", "phonemic", "k a n ɡ"),
    ("gʤ", "phonemic", "ɡ d ʒ"),
    ("l‿l", "phonemic", "l l"),
    ("", "segments", ""),
]


@pytest.mark.parametrize(("ipa", "comparison", "expected"), SYMBOLS)
def test_what_is_compared(ipa, comparison, expected):
    assert symbols_of(ipa, comparison) == tuple(expected.split(" ") if expected else ())


def test_rates_of_a_hand_count():
    # kata against kaːta: nothing but length; talo against tala, talu: one of four; "" against ei.
    said = ["kata", "talo", ""]
    gold = [["kaːta"], ["tala", "tuli"], ["ei"]]
    rates, accuracy, interval = evaluate_pronunciations(said, gold)
    assert (rates["phonemic"].errors, rates["phonemic"].symbols) == (3, 10)
    assert rates["phonemic"].percent == pytest.approx(30.0)
    assert (rates["segments"].errors, rates["segments"].symbols) == (4, 10)
    assert accuracy == pytest.approx(100 / 3)
    assert interval.low == 0.0
    assert interval.high == 100.0


def test_the_nearest_variant_is_proportional():
    # Two errors of ten are nearer than one of two.
    rates, _, _ = evaluate_pronunciations(["abcdefghxy"], [["ac", "abcdefghij"]])
    assert (rates["phonemic"].errors, rates["phonemic"].symbols) == (2, 10)


def test_perfect_is_perfect_and_interval_holds_the_value():
    rates, accuracy, interval = evaluate_pronunciations(["a", "b"], [["a"], ["b"]])
    assert all(rate.percent == 0.0 == rate.interval.high for rate in rates.values())
    assert accuracy == 100.0 == interval.low
    said = ["abc", "abd", "xbc", "abc"] * 20
    rates, _, _ = evaluate_pronunciations(said, [["abc"]] * 80)
    rate = rates["phonemic"]
    assert rate.interval.low < rate.percent < rate.interval.high
    again, _, _ = evaluate_pronunciations(said, [["abc"]] * 80)
    assert again["phonemic"] == rate  # seeded


def test_no_words_is_an_error():
    with pytest.raises(G2PError, match="at least one word"):
        evaluate_pronunciations([], [])


def test_a_back_end_against_a_file(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\tˈt ɑ l o\nei\teːi, ei\nei\ti\nx'x?\tksks\n", "utf-8")
    said = evaluate_file("fi", path, "epitran")
    assert (said.language, said.backend, said.n_words) == ("fin", "epitran", 3)
    assert said.error_rates["phonemic"].percent == 0.0
    assert said.accuracy_percent == 100.0
    assert said.provenance["g2p"] == "epitran"
    json.dumps(said.as_dict())
    assert "phoneme error rate, phonemic:   0.00 %" in said.as_text()


def test_what_a_back_end_cannot_spell_is_all_wrong():
    said = evaluate_g2p(gold_phonemizer("kor", "epitran"), {"漢字": ("hantɕa",), "가": ("ka",)})
    assert said.n_empty == 1
    assert said.n_unmapped == 1
    assert said.error_rates["phonemic"].errors == 6
    assert said.accuracy_percent == 50.0


def test_malformed_gold_names_file_and_line(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\ttɑlo\nkissa\n", "utf-8")
    with pytest.raises(CorpusError, match=r"gold\.tsv:2: Expected word, tab, IPA; got 'kissa'"):
        evaluate_file("fin", path)


GOALS = {
    "eng": 16, "fra": 8, "rus": 20, "ita": 10, "hun": 5, "ukr": 15, "kor": 15, "tur": 16,
    "fin": 11, "hin": 18, "swa": 28, "urd": 40,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("language", GOALS)
def test_auto_stays_below_the_goal_on_real_lists(shared, language):
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    folder = "charsiu" if language in ("fin", "rus") else "wikipron"
    path = shared / "data" / "g2p" / folder / f"{language}.tsv"
    said = evaluate_file(language, path)
    assert said.error_rates["phonemic"].percent < GOALS[language]
    assert said.n_empty <= said.n_words * 0.01


def test_rates_by_tokens_of_a_hand_count():
    # One of three symbols wrong in a word of 9 occurrences, none in a word of 1: 9 of 29.
    rates = token_error_rates(["abx", "de"], [["abc"], ["de"]], [9, 1])
    assert rates["phonemic"].percent == pytest.approx(100 * 9 / 29)
    equal = token_error_rates(["abx", "de"], [["abc"], ["de"]], [7, 7])
    types, _, _ = evaluate_pronunciations(["abx", "de"], [["abc"], ["de"]])
    assert equal["phonemic"].percent == pytest.approx(types["phonemic"].percent)
    assert equal["phonemic"].interval.low <= equal["phonemic"].percent


@pytest.mark.parametrize("frequencies", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, float("nan")]])
def test_frequencies_are_positive_and_one_a_word(frequencies):
    with pytest.raises(G2PError, match="positive frequency for each of 2 words"):
        token_error_rates(["a", "b"], [["a"], ["b"]], frequencies)


def test_lost_symbols_are_those_short_of_the_shortest_variant():
    said, gold = ["kl", "kol", "", "kolo"], [["køl"], ["køl"], ["ab", "a"], ["kol"]]
    assert list(lost_symbols(said, gold)) == [1, 0, 1, 0]


def test_a_file_with_frequencies(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\ttɑlo\t30.5\nei\teu\t1\n\nei\tex\t2\n", "utf-8")
    assert read_frequencies(path) == {"talo": 30.5, "ei": 2.0}
    said = evaluate_file("fi", path, "epitran", frequencies=True)
    assert said.token_error_rates["phonemic"].percent == pytest.approx(100 * 2 / (4 * 30.5 + 4))
    assert "by tokens" in said.as_text()
    facts = said.as_dict()["phoneme_error_rate_by_tokens_percent"]
    assert facts["phonemic"]["value"] == pytest.approx(1.587)
    plain = evaluate_file("fi", path, "epitran")
    assert plain.token_error_rates == {}
    assert "by tokens" not in plain.as_text()


def test_every_gold_word_needs_its_frequency():
    with pytest.raises(G2PError, match="'ei' has no frequency"):
        evaluate_g2p(gold_phonemizer("fi", "epitran"), {"ei": ["ei"]}, frequencies={"talo": 1.0})
