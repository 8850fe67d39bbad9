"""Stress and tone as features of a vowel."""

import numpy as np
import pytest

from lingap.errors import ConfigError, G2PError
from lingap.records import Sentence
from lingap.representations import load_representation
from lingap.representations.prosody import NAMES, of_unit, on_vowels


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (("ˈt", "a", "ŋ", "˥˩"), ("t", "ˈa˥˩", "ŋ")),
        (("s", "t", "ˈr", "iː", "t", "ˌa"), ("s", "t", "r", "ˈiː", "t", "ˌa")),
        (("ˈp", "s", "!"), ("ˈp", "s", "!")),  # no vowel: it stays
        (("˥", "a"), ("˥", "a")),  # nothing before it
        (("m", "a", "˧", "m", "a", "˩"), ("m", "a˧", "m", "a˩")),
        (("ˈt", "ˈa"), ("ˈt", "ˈa")),
        ((), ()),
    ],
)  # fmt: skip
def test_prosody_is_at_the_vowel(units, expected):
    assert on_vowels(units) == expected


def test_a_unit_is_its_segment_stress_and_tone():
    assert of_unit("ˌa˨˦") == ("a", 0.5, "˨˦")
    assert of_unit("ˌa˨˦").values == (0.5, 1.0, -0.5, 0.5)
    assert of_unit("a²").values == (0.0, 1.0, 0.0, 0.0)  # a number, not a height
    assert of_unit("t").values == (0.0, 0.0, 0.0, 0.0)


def test_stress_of_a_back_end_is_a_feature():
    sentence = Sentence("s", "eng", ("record", "banana"))
    plain = load_representation("articulatory").encode(sentence)
    spell = load_representation("articulatory", prosody="features")
    marked = spell.encode(sentence)
    assert [u.lstrip("ˈˌ") for u in marked.units] == list(plain.units)
    stressed = [u for u in marked.units if u[0] == "ˈ"]
    assert stressed
    units = [*dict.fromkeys(marked.units), stressed[0][1:]]
    features = spell.unit_features(units)
    assert len(np.unique(features, axis=0)) == len(set(units))
    off = features[units.index(stressed[0])] - features[units.index(stressed[0][1:])]
    assert np.abs(off).sum() == 1  # stress alone
    assert spell.provenance()["prosody"].startswith("features")
    assert "prosody" not in load_representation("articulatory").provenance()


def test_tones_are_features_with_heights():
    spell = load_representation("articulatory", prosody="features")
    units = ["a", "a˥", "a˩", "a²", "a⁴", "˥"]
    features = spell.unit_features(units)
    assert len(np.unique(features, axis=0)) == len(units)
    high, low = (features[units.index(unit)] for unit in ("a˥", "a˩"))
    starts = np.flatnonzero(high - low)
    assert (high - low)[starts].tolist() == [2.0, 2.0]
    assert len(NAMES) == 4


def test_tones_written_as_marks_are_the_same_features():
    spell = load_representation("articulatory", prosody="features")
    pairs = {"ɔ́": "ɔ˦", "ɔ̀": "ɔ˨", "ɔ̄": "ɔ˧", "á": "a˦", "ô": "o˥˩", "ɛ̃̌": "ɛ̃˩˥", "ń": "n˦"}
    marked, lettered = (spell.unit_features([*side])[:, :-1] for side in (pairs, pairs.values()))
    width = min(marked.shape[1], lettered.shape[1])
    assert (marked[:, :width] == lettered[:, :width]).all()
    high, low, none = spell.unit_features(["ɔ́", "ɔ̀", "ɔ"])
    assert (np.abs(high - low) > 0).sum() == 2  # the heights alone
    assert np.abs(high - none).sum() > 0
    assert of_unit("ç").segment == "ç"
    assert of_unit("ã") == ("ã", 0.0, "")
    assert of_unit("ɔ̀˥").tone == "˨˥"
    yoruba = spell.encode(Sentence("s", "yor", ("ọ̀rọ̀",))).units
    assert {of_unit(unit).tone for unit in yoruba} >= {"˨"}


def test_prosody_and_a_policy_that_drops_it_are_refused():
    with pytest.raises(ConfigError, match="prosody=features and the policy stress=drop exclude"):
        load_representation("articulatory", prosody="features", policies={"stress": "drop"})
    with pytest.raises(ConfigError, match="prosody: expected units or features, got 'all'"):
        load_representation("articulatory", prosody="all")
    with pytest.raises(G2PError, match="No policy is called 'strss'"):
        load_representation("phoneme", policies={"strss": "keep"})
    spell = load_representation("articulatory", prosody="features", policies={"digits": "drop"})
    assert spell.encode(Sentence("s", "eng", ("banana", "7"))).units[-1] == "<unk>"


@pytest.mark.parametrize("name", ["phoneme", "articulatory", "mixed"])
def test_the_common_alphabet_is_an_option_of_every_phoneme_representation(name):
    written = load_representation(name, language="hin")
    broad = load_representation(name, language="hin", inventory="broad")
    assert broad.provenance()["hin.policy inventory"] == "broad"
    assert "hin.policy inventory" not in written.provenance()
