import numpy as np
import pytest
import torch
from pydantic import ValidationError

from lingap.errors import ConfigError, TrainingError
from lingap.models import EncoderConfig, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, Instance
from lingap.tasks.tagging import Tagging
from lingap.training import (
    Collator,
    LengthBatches,
    MaskedUnits,
    TrainingSettings,
    heldout_bits,
    padded_share,
    train,
)
from lingap.training.batches import EpochInstances

WORDS = "the quick brown fox jumps over a lazy dog and then some more of it".split()
TINY = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=64)


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    text = [
        Sentence(str(i), "eng", tuple(random.choice(WORDS, random.integers(1, 9)).tolist()))
        for i in range(60)
    ]
    spell = load_representation("character")
    vocabulary = Vocabulary.of(map(spell.encode, text))
    reader = Tagging("text", (), lambda _: None)
    instances, _ = reader.instances(text, spell, vocabulary, max_units=64)
    return instances, vocabulary


def masker(vocabulary, **options):
    return MaskedUnits(vocabulary.pad_id, vocabulary.mask_id, len(vocabulary), seed=0, **options)


def test_batches_hold_each_sentence_once_in_random_order():
    lengths = np.random.default_rng(0).integers(3, 60, 1000)
    batches = LengthBatches(lengths, 16, seed=0)
    first = list(batches)
    assert sorted(i for b in first for i in b) == list(range(1000))
    assert len(first) == len(batches) == 63
    assert list(batches) == first  # a function of seed and epoch alone
    batches.set_epoch(1)
    second = [[i - 1000 for i in b] for b in batches]
    assert sorted(i for b in second for i in b) == list(range(1000))
    assert second != first
    plain = LengthBatches(lengths, 16, seed=0, pool=1)
    assert padded_share(lengths, batches) < 1.1 < padded_share(lengths, plain)


def test_padding_changes_no_unit(data):
    instances, vocabulary = data
    batch = Collator(vocabulary.pad_id, multiple=8).pad(instances[:5])
    assert batch["input_ids"].shape[1] % 8 == 0
    for row, instance in enumerate(instances[:5]):
        n = len(instance.ids)
        assert batch["input_ids"][row, :n].tolist() == instance.ids.tolist()
        assert batch["attention_mask"][row].sum() == n
        assert (batch["item_of_unit"][row, n:] == -1).all()


@pytest.mark.parametrize("whole_words", [False, True])
def test_masking_hides_only_units_of_words_and_remembers_them(data, whole_words):
    instances, vocabulary = data
    drawn = [EpochInstances(instances)[i] for i in range(60)]
    mask = masker(vocabulary, share=0.3, whole_words=whole_words)
    batch, plain = mask(drawn), Collator(vocabulary.pad_id).pad(instances)
    hidden = batch["labels"] != IGNORED
    assert (batch["labels"][hidden] == plain["input_ids"][hidden]).all()
    assert (batch["input_ids"][~hidden] == plain["input_ids"][~hidden]).all()
    assert (plain["item_of_unit"][hidden] >= 0).all()
    share = hidden.sum() / (plain["item_of_unit"] >= 0).sum()
    assert 0.22 < share < 0.38
    masked = (batch["input_ids"][hidden] == vocabulary.mask_id).float().mean()
    assert 0.7 < masked < 0.9
    if whole_words:
        for row in range(60):
            for item in range(int(plain["item_of_unit"][row].max()) + 1):
                own = hidden[row][plain["item_of_unit"][row] == item]
                assert own.all() or not own.any()
    assert torch.equal(mask(drawn)["input_ids"], batch["input_ids"])
    later = mask([(1, place, instance) for _, place, instance in drawn])
    assert not torch.equal(later["input_ids"], batch["input_ids"])


def test_heldout_bits_of_a_model_that_knows_nothing(data):
    instances, vocabulary = data
    model = build_encoder(TINY, vocabulary, seed=0)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    n_characters = sum(int((i.item_of_unit >= 0).sum()) for i in instances)
    bits = heldout_bits(model, instances, masker(vocabulary), n_characters=n_characters)
    assert bits == pytest.approx(np.log2(len(vocabulary)), rel=1e-5)
    halved = heldout_bits(model, instances, masker(vocabulary), n_characters=2 * n_characters)
    assert halved == pytest.approx(bits / 2)


SETTINGS = TrainingSettings(steps=12, batch_size=16, learning_rate=3e-3, schedule="linear")


def pretrained(data, folder, **options):
    instances, vocabulary = data
    model = build_encoder(TINY, vocabulary, seed=0)
    settings = options.pop("settings", SETTINGS)
    result = train(
        model, instances, masker(vocabulary), settings, seed=0, workspace=folder, **options
    )
    return model, result


def test_the_same_seed_gives_the_same_weights_and_the_loss_falls(data, tmp_path):
    settings = SETTINGS.model_copy(update={"steps": 60})
    first, result = pretrained(data, tmp_path / "a", settings=settings)
    second, _ = pretrained(data, tmp_path / "b", settings=settings)
    assert all(map(torch.equal, first.state_dict().values(), second.state_dict().values()))
    losses = [row["loss"] for row in result.history]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.3
    assert result.steps == 60


class Stop(Exception):
    pass


def test_a_stopped_training_goes_on_to_the_very_same_weights(data, tmp_path):
    undisturbed, told = pretrained(data, tmp_path / "a", checkpoint_every=3)

    def stop(step, total):
        if step == 8:
            raise Stop

    with pytest.raises(Stop):
        pretrained(data, tmp_path / "b", checkpoint_every=3, progress=stop)
    seen = []
    resumed, result = pretrained(
        data, tmp_path / "b", checkpoint_every=3, progress=lambda step, _: seen.append(step)
    )
    assert seen[0] == 7  # after the checkpoint of step 6
    assert result.history == told.history
    assert result.steps == 12
    assert all(map(torch.equal, undisturbed.state_dict().values(), resumed.state_dict().values()))


def test_a_checkpoint_cut_short_is_not_gone_on_from(data, tmp_path):
    undisturbed, _ = pretrained(data, tmp_path / "a", checkpoint_every=3)

    def stop(step, total):
        if step == 8:
            raise Stop

    with pytest.raises(Stop):
        pretrained(data, tmp_path / "b", checkpoint_every=3, progress=stop)
    broken = tmp_path / "b" / "checkpoint-9"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"half")
    (broken / "trainer_state.json").write_text('{"global_st')
    resumed, _ = pretrained(data, tmp_path / "b", checkpoint_every=3)
    assert all(map(torch.equal, undisturbed.state_dict().values(), resumed.state_dict().values()))


def test_the_weights_of_the_best_epoch_are_kept(data, tmp_path):
    instances, vocabulary = data
    settings = TrainingSettings(epochs=4, batch_size=16, learning_rate=3e-3)
    weights, scores = [], iter([0.1, 0.9, 0.5, 0.6])

    def dev_score(model):
        weights.append({k: v.clone() for k, v in model.state_dict().items()})
        return next(scores)

    model = build_encoder(TINY, vocabulary, seed=0)
    result = train(
        model, instances, masker(vocabulary), settings, seed=0, workspace=tmp_path,
        dev_score=dev_score,
    )  # fmt: skip
    assert (result.best_dev, result.best_epoch) == (0.9, 2.0)
    assert all(torch.equal(v, weights[1][k]) for k, v in model.state_dict().items())
    assert len(weights) == 4


def test_patience_stops_early(data, tmp_path):
    settings = TrainingSettings(epochs=9, batch_size=16, learning_rate=1e-3, patience=2)
    _, result = pretrained(data, tmp_path, settings=settings, dev_score=lambda _: 0.5)
    assert result.best_epoch == 1.0
    assert result.steps == 3 * 4


def test_a_loss_that_is_no_number_stops_the_training(data, tmp_path):
    instances, vocabulary = data
    model = build_encoder(TINY, vocabulary, seed=0)
    torch.nn.init.constant_(next(model.parameters()), float("nan"))
    with pytest.raises(TrainingError, match="The loss is nan at step 1"):
        train(model, instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path)


def test_one_length_is_asked_for():
    with pytest.raises(ValidationError, match="epochs or steps"):
        TrainingSettings()
    with pytest.raises(ValidationError, match="epochs or steps"):
        TrainingSettings(epochs=1, steps=1)


def test_bits_do_not_depend_on_windows(data):
    _, vocabulary = data
    text = [Sentence("a", "eng", tuple(WORDS[:8])), Sentence("b", "eng", tuple(WORDS[7::-1]))]
    spell = load_representation("character")
    reader = Tagging("text", (), lambda _: None)
    model = build_encoder(TINY, vocabulary, seed=0)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    bits = []
    for max_units in (64, 20):
        made, _ = reader.instances(text, spell, vocabulary, max_units=max_units)
        n = sum(len(word) for word in WORDS[:8]) * 2
        bits.append(heldout_bits(model, made, masker(vocabulary), n_characters=n))
    assert len(made) > 2
    assert bits[0] == pytest.approx(bits[1])


def test_what_cannot_be_trained_is_refused(data, tmp_path):
    with pytest.raises(ConfigError, match="nothing to train on"):
        pretrained(([], data[1]), tmp_path)
    with pytest.raises(ConfigError, match="best weights"):
        pretrained(data, tmp_path, checkpoint_every=1, dev_score=lambda _: 0.0)
    nameless = Instance(*[np.zeros(2, dtype=np.int32)] * 4, 0, 0, (0, 0))
    nameless.item_of_unit[:] = -1
    with pytest.raises(ConfigError, match="no unit that spells"):
        masker(data[1])([(0, 0, nameless)])
