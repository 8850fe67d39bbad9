"""What a vocabulary lacks, the nearest by features, and every form of vocabulary file."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import CorpusError, G2PError
from lingap.g2p.ipa.articulation import feature_weights, features_of
from lingap.g2p.ipa.vocabulary import fit_units, read_vocabulary

VOCABULARY = ["<s>", "</s>", "▁", "a", "i", "u", "p", "t", "k", "b", "d", "g", "s", "z", "t͡ʃ", "ɑ̃"]


def test_report_lists_and_maps_nothing():
    fit = fit_units(["a", "y", "y", "ɡ"], VOCABULARY)
    assert fit.lacking == {"y": 2, "ɡ": 1}
    assert (fit.n_units, fit.n_lacking) == (4, 3)
    assert fit.mapping == {}
    assert fit.unmapped == ("y", "ɡ")


NEAREST = [
    ("ɡ", "g", 0.0),  # another spelling of the same
    ("ɑ̃", "ɑ̃", 0.0),
    ("d͡ʒ", "t͡ʃ", None),  # voicing apart
    ("ʃ", "s", None),
    ("ɨ", "i", None),
    ("pʰ", "p", None),
]


@pytest.mark.parametrize(("unit", "expected", "distance"), NEAREST)
def test_nearest_by_features(unit, expected, distance):
    to = fit_units([unit], [v for v in VOCABULARY if v != unit] + ["ɑ̃"], "nearest").mapping
    if unit in VOCABULARY:
        assert to == {}
        return
    assert to[unit].unit == expected
    assert to[unit].distance == distance or (distance is None and to[unit].distance > 0)


def test_what_has_no_features_stays_and_is_listed():
    fit = fit_units(["?", "5", "y"], VOCABULARY, "nearest")
    assert fit.unmapped == ("?", "5")
    assert set(fit.mapping) == {"y"}
    assert fit.as_dict()["mapping"]["y"]["unit"] in VOCABULARY


@pytest.mark.slow
def test_features_are_panphons():
    panphon = pytest.importorskip("panphon")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = panphon.FeatureTable()
    for segment in ("t͡ʃ", "a", "ŋ", "ɡ", "kʰ", "ɯ"):
        names = table.names
        theirs = table.fts(segment)
        ours = dict(zip(_weight_names(), features_of(segment).tolist(), strict=True))
        for name in set(names) & set(ours):
            assert ours[name] == theirs[name], (segment, name)


def _weight_names():
    from lingap.g2p.ipa.articulation import _weights

    return list(_weights())


def test_weights_and_features_have_one_length():
    assert features_of("a").shape == feature_weights().shape
    assert np.all(feature_weights() > 0)


@given(st.text(max_size=4))
def test_any_text_has_features_or_none(text):
    found = features_of(text)
    assert found is None or set(found.tolist()) <= {-1, 0, 1}


FILES = [
    ("vocab.txt", "<s>\na 12\nt͡ʃ 3\n", ("<s>", "a", "t͡ʃ")),
    ("vocab.json", json.dumps({"<s>": 0, "a": 1}), ("<s>", "a")),
    (
        "tokenizer.json",
        json.dumps({"added_tokens": [{"content": "<s>"}], "model": {"vocab": {"<s>": 0, "a": 1}}}),
        ("<s>", "a"),
    ),
    ("tokenizer.json", json.dumps({"model": {"vocab": [["a", -1.0], ["b", -2.0]]}}), ("a", "b")),
]


@pytest.mark.parametrize(("name", "text", "expected"), FILES)
def test_reads_files_and_their_folder(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, "utf-8")
    assert read_vocabulary(tmp_path / name) == expected
    assert read_vocabulary(tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vocab.json", "[1]"),
        ("vocab.json", "{"),
        ("tokenizer.json", '{"model": 3}'),
        ("vocab.txt", ""),
    ],
)
def test_broken_vocabularies_are_named(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=name):
        read_vocabulary(tmp_path / name)


def test_missing_vocabulary_and_wrong_policy(tmp_path):
    with pytest.raises(CorpusError, match=r"Expected one of tokenizer\.json"):
        read_vocabulary(tmp_path)
    with pytest.raises(CorpusError, match="Cannot read"):
        read_vocabulary(tmp_path / "vocab.txt")
    with pytest.raises(G2PError, match="'best' is not one of report, nearest"):
        fit_units(["a"], ["a"], "best")
    with pytest.raises(G2PError, match="at least one unit"):
        fit_units(["a"], [])


@settings(max_examples=300, deadline=None)
@given(
    content=st.binary(max_size=40) | st.text('{}[]":,model vocab 0.1', max_size=60).map(str.encode),
    name=st.sampled_from(["vocab.json", "vocab.txt", "tokenizer.json"]),
)
def test_any_bytes_are_a_vocabulary_or_refused(content, name, tmp_path_factory):
    path = tmp_path_factory.mktemp("vocabulary") / name
    path.write_bytes(content)
    try:
        units = read_vocabulary(path)
    except CorpusError:
        return
    assert units
    assert all(isinstance(unit, str) for unit in units)
