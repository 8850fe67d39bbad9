"""Letters and phonemes in one encoder: how they are joined, and what training and test read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import ConfigError, LanguageError
from lingap.records import Sentence
from lingap.representations import BOUNDARY, Vocabulary, load_representation
from lingap.representations.mixed import JOINT
from lingap.representations.views import one_view_at_random

SENTENCE = Sentence("s", "deu", ("Schule", "!", "\u2063", "ab¦c"))


@pytest.fixture(scope="module", params=["mark", "sum"])
def read(request):
    """An encoder's units of a sentence: both views, and each alone as at test."""
    options = {"join": request.param, "view_dropout": 0.5}
    both = load_representation("mixed", **options)
    found = {"both": both.encode(SENTENCE)}
    for view in ("letters", "phonemes"):
        made = load_representation("mixed", test_view=view, **options)
        assert made.encode(SENTENCE) == found["both"]  # training reads both
        found[view] = made.at_test.encode(SENTENCE)
    return request.param, both, found


def units_of(encoded, word):
    return [u for u, w in zip(encoded.units, encoded.word_of_unit, strict=True) if w == word]


def test_each_view_has_its_letters_or_its_phonemes(read):
    join, _, found = read
    phonemes = load_representation("phoneme").encode(SENTENCE)
    spoken = units_of(phonemes, 0)
    assert units_of(found["letters"], 0) == list("Schule")
    expected = {"mark": [JOINT, *spoken], "sum": [JOINT + unit for unit in spoken]}[join]
    assert units_of(found["phonemes"], 0) == expected
    both = units_of(found["both"], 0)
    if join == "mark":
        assert both == [*"Schule", JOINT, *spoken]
    else:
        assert len(both) == max(len("Schule"), len(spoken))
        assert [unit.partition(JOINT)[0] for unit in both if unit[0] != JOINT] == list("Schule")
        assert [unit.partition(JOINT)[2] for unit in both if JOINT in unit] == spoken
    for encoded in found.values():  # a word without phonemes keeps what it has
        assert units_of(encoded, 2) == ["\u2063"]


@pytest.mark.parametrize("view", [0, 1])
def test_training_hides_a_view_as_test_does(read, view):
    _, both, found = read
    encoded = {name: found[name] for name in ("both", ("letters", "phonemes")[view])}
    vocabulary = Vocabulary.of(encoded.values(), known=both.units)
    whole, alone = (
        (vocabulary.ids(e.units), np.array([-1 if w is None else w for w in e.word_of_unit]))
        for e in encoded.values()
    )
    assert vocabulary.unknown_id not in alone[0]

    class Chosen:
        random = staticmethod(lambda: 0.0)
        integers = staticmethod(lambda n: view)

    thinned = both.thinning(vocabulary)(*whole, Chosen)
    assert thinned[thinned >= 0].tolist() == alone[0].tolist()
    assert whole[1][thinned >= 0].tolist() == alone[1].tolist()


def test_a_pair_is_embedded_as_the_sum_of_its_parts(tmp_path):
    import torch

    from lingap.models import EncoderConfig, build_encoder, load_encoder, save_encoder

    spell = load_representation("mixed", join="sum")
    vocabulary = Vocabulary.of([spell.encode(SENTENCE)], known=spell.units)
    pair = next(u for u in vocabulary.units if JOINT in u[1:])
    letter, _, phoneme = pair.partition(JOINT)
    size = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=16, max_units=32)
    features = spell.unit_features(vocabulary.units)
    model = build_encoder(size, vocabulary, seed=0, features=features)
    table = model.get_input_embeddings().weight
    of = {unit: table[number] for unit, number in zip(vocabulary.units, range(10**6), strict=False)}
    torch.testing.assert_close(of[pair], of[letter] + of[JOINT + phoneme])
    assert not torch.equal(of[letter], of[JOINT + phoneme])
    save_encoder(model, vocabulary, tmp_path)
    again = load_encoder(tmp_path)[0].get_input_embeddings().weight
    torch.testing.assert_close(again, table)


@given(
    share=st.floats(0, 1),
    lengths=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    seed=st.integers(0, 99),
)
def test_hiding_leaves_every_item_a_unit(share, lengths, seed):
    items = np.repeat(np.arange(len(lengths)), lengths)
    units = np.random.default_rng(seed).integers(0, 2, len(items)).astype(np.int32)
    views = [lambda u, i, of=of: np.where(u == of, u, -1) for of in (0, 1)]
    found = one_view_at_random(views, share)(units, items, np.random.default_rng(seed))
    assert set(items[found >= 0]) == set(items)
    assert all(found[found >= 0] == units[found >= 0])


def test_what_excludes_each_other_is_refused_with_both_names():
    with pytest.raises(ConfigError, match=r"test_view=letters and view_dropout=0 exclude"):
        load_representation("mixed", test_view="letters")
    with pytest.raises(ConfigError, match="view_dropout: expected a share .* got 1"):
        load_representation("mixed", view_dropout=1)
    with pytest.raises(ConfigError, match="join: expected mark or sum, got 'both'"):
        load_representation("mixed", join="both")
    said = "mixed reads gsw in letters and in phonemes, .* No installed back end reads Swiss German"
    with pytest.raises(LanguageError, match=said):
        load_representation("mixed", language="gsw")


def test_sentences_are_hidden_anew_in_each_epoch_and_the_same_again():
    from lingap.tasks import text_instances
    from lingap.training import Collator, MaskedUnits

    spell = load_representation("mixed", view_dropout=0.5)
    text = [SENTENCE] * 20
    vocabulary = Vocabulary.of(map(spell.encode, text))
    instances, _ = text_instances(text, spell, vocabulary, max_units=64)
    thin = spell.thinning(vocabulary)
    collators = [Collator(0, thin=thin, seed=1), Collator(0, thin=thin, seed=1)]
    lengths = [
        [len(row.ids) for row in one.rows([(epoch, at, i) for at, i in enumerate(instances)])]
        for one in collators
        for epoch in (0, 1)
    ]
    assert lengths[:2] == lengths[2:]
    assert lengths[0] != lengths[1]
    assert len(set(lengths[0])) == 3  # both, letters, phonemes
    masker = MaskedUnits(vocabulary, share=0.3, seed=1, thin=thin)
    rows = masker.rows([(0, at, one) for at, one in enumerate(instances)])
    assert [len(row.ids) for row in rows] == lengths[0]
    assert all(len(row.ids) == len(row.labels) == len(row.item_of_unit) for row in rows)
    assert BOUNDARY in vocabulary


@pytest.mark.parametrize(
    ("trained", "asked"),
    [("phoneme-subword", "subword"), ("romanized", "character"), ("phoneme", "mixed")],
)
def test_an_encoder_of_one_representation_is_not_given_to_another(tmp_path, trained, asked):
    import json

    from lingap.representations.published import published_representation

    (tmp_path / "config.json").write_text('{"model_type": "roformer"}')
    (tmp_path / "run.json").write_text(json.dumps({"representation": trained}))
    said = f"pre-trained over {trained}, and is to read {asked}"
    with pytest.raises(ConfigError, match=said):
        published_representation(asked, tmp_path, {})


@pytest.mark.parametrize(
    ("name", "trained", "asked", "message"),
    [
        ("phoneme", {}, {"case": "mark"}, "with case=drop, and is to read phoneme with case=mark"),
        ("phoneme", {"inventory": "broad"}, {}, "inventory=broad, .* with inventory=written"),
        ("phoneme", {"policies": {"inventory": "broad"}}, {"inventory": "broad"}, None),
        ("phoneme", {}, {"policies": {"stress": "keep"}}, "stress=drop, .* with stress=keep"),
        ("phoneme", {"backend": "epitran"}, {"backend": "auto"}, None),
        ("articulatory", {"prosody": "features"}, {}, "prosody=features, .* prosody=units"),
        ("phoneme-subword", {}, {"algorithm": "bpe"}, "algorithm=wordpiece, .* algorithm=bpe"),
        ("phoneme-subword", {"vocabulary_size": 900}, {}, None),
        ("mixed", {"join": "sum"}, {}, "join=sum, .* join=mark"),
        ("mixed", {}, {"view_dropout": 0.5, "test_view": "letters"}, None),  # in fine-tuning
        ("articulatory", {"prosody": "features"},
         {"prosody": "features", "policies": {"stress": "keep"}}, None),
        ("phoneme", {"inventory": {"hin": "broad"}}, {"inventory": {"hi": "broad"}}, None),
        ("phoneme", {"inventory": {"hin": "broad", "default": "written"}}, {}, None),
        ("phoneme", {"inventory": {"default": "broad"}}, {}, "inventory=broad, .*=written"),
        ("phoneme", {"inventory": "a/mine.json"}, {"inventory": "b/../a/mine.json"}, None),
        ("phoneme", {"policies": None}, {"policies": None}, None),
    ],
)  # fmt: skip
def test_an_encoder_is_read_with_the_options_that_it_was_trained_with(
    tmp_path, name, trained, asked, message
):
    import json

    from lingap.representations.trained_on import check_trained_on

    config = {"representation": {"name": name, "options": trained}}
    (tmp_path / "run.json").write_text(json.dumps({"representation": name, "config": config}))
    if message is None:
        check_trained_on(name, tmp_path, asked)
        return
    with pytest.raises(ConfigError, match=message):
        check_trained_on(name, tmp_path, asked)


def test_pieces_of_an_encoder_that_was_trained_on_are_not_of_its_record(tmp_path):
    import json

    from lingap.representations.trained_on import check_trained_on

    of = {"name": "phoneme-subword", "options": {}, "encoder": "before"}
    record = {"representation": "phoneme-subword", "config": {"representation": of}}
    (tmp_path / "run.json").write_text(json.dumps(record))
    check_trained_on("phoneme-subword", tmp_path, {"algorithm": "bpe"})


@pytest.mark.parametrize("given", ["0.5", None, [0.5], {"hin": 0.5}, True, 1, float("nan")])
def test_a_share_of_single_views_is_a_number(given):
    with pytest.raises(ConfigError, match="view_dropout: expected a share from 0 to below 1, got"):
        load_representation("mixed", view_dropout=given)


def test_marks_of_case_have_no_place_among_pairs():
    with pytest.raises(ConfigError, match="join=sum and case=mark exclude each other"):
        load_representation("mixed", join="sum", case="mark")
    units = load_representation("mixed", case="mark").spell(["Shop"], "eng")[0]
    assert units[:6] == (*"Shop", JOINT, "↑")


@pytest.mark.parametrize(("trained", "asked"), [("mark", "sum"), ("sum", "mark")])
def test_an_encoder_of_one_join_is_not_given_to_the_other(tmp_path, trained, asked):
    from lingap.representations.published import published_representation

    spell = load_representation("mixed", join=trained)
    vocabulary = Vocabulary.of([spell.encode(SENTENCE)], known=spell.units)
    vocabulary.save(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "roformer"}')
    with pytest.raises(ConfigError, match=f"join={trained}, and is to read join={asked}"):
        published_representation("mixed", tmp_path, {"join": asked})
    assert published_representation("mixed", tmp_path, {"join": trained})
