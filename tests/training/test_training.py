import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lingap.errors import ConfigError, TrainingError
from lingap.models import EncoderConfig, MaskedLanguageModel, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, Instance
from lingap.tasks.tagging import Tagging
from lingap.training import (
    Collator,
    MaskedUnits,
    RandomBatches,
    TrainingSettings,
    check_trackers,
    computed_by_length,
    heldout_bits,
    parts_of_like_length,
    train,
)
from lingap.training.batches import EpochInstances, batches_by_length, is_out_of_memory

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
    return MaskedUnits(vocabulary, seed=0, **options)


def encoder_of(vocabulary):
    return MaskedLanguageModel(build_encoder(TINY, vocabulary, seed=0))


def test_batches_hold_each_sentence_once_in_random_order():
    batches = RandomBatches(1000, 16, seed=0)
    first = list(batches)
    assert sorted(i for b in first for i in b) == list(range(1000))
    assert len(first) == len(batches) == 63
    assert list(batches) == first  # a function of seed and epoch alone
    batches.set_epoch(1)
    second = [[i - 1000 for i in b] for b in batches]
    assert sorted(i for b in second for i in b) == list(range(1000))
    assert second != first


def cost_of(parts, lengths, overhead):
    return sum(len(p) * max(lengths[i] for i in p) + overhead for p in parts)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=7),
    st.floats(0, 40),
    st.integers(20, 200),
)
def test_parts_are_the_cheapest_there_are(lengths, overhead, max_positions):
    parts = parts_of_like_length(lengths, overhead=overhead, max_positions=max_positions)
    assert sorted(i for p in parts for i in p) == list(range(len(lengths)))
    assert all(len(p) == 1 or len(p) * max(lengths[i] for i in p) <= max_positions for p in parts)
    found = cost_of(parts, lengths, overhead)
    for cut in itertools.product((0, 1), repeat=len(lengths) - 1):  # every way to part the sorted
        order = sorted(range(len(lengths)), key=lengths.__getitem__)
        other = [[order[0]]]
        for place, new in zip(order[1:], cut, strict=True):
            if new:
                other.append([place])
            else:
                other[-1].append(place)
        if all(len(p) == 1 or len(p) * max(lengths[i] for i in p) <= max_positions for p in other):
            assert found <= cost_of(other, lengths, overhead) + 1e-9


def test_parts_pad_little():
    lengths = np.random.default_rng(0).lognormal(4, 0.7, 128).astype(int) + 3
    parts = parts_of_like_length(lengths.tolist(), overhead=100, max_positions=8192)
    padded = cost_of(parts, lengths, 0)
    assert 128 * lengths.max() > 2.5 * padded
    assert padded < 1.12 * lengths.sum()


def test_reading_batches_hold_each_instance_once(data):
    instances, _ = data
    batches = list(batches_by_length(instances, max_positions=100, max_rows=7))
    assert sorted(i for b in batches for i in b) == list(range(len(instances)))
    for b in batches:
        assert len(b) <= 7
        assert len(b) == 1 or len(b) * max(len(instances[i].ids) for i in b) <= 100


def test_parts_have_the_gradient_of_the_whole_batch(data):
    instances, vocabulary = data
    masks = masker(vocabulary)
    rows = masks.rows([EpochInstances(instances)[i] for i in range(40)])
    config = TINY.model_copy(update={"dropout": 0.0})
    model = MaskedLanguageModel(build_encoder(config, vocabulary, seed=0))
    model(**masks.pad(rows))["loss"].backward()
    whole = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    total = sum(int((row.labels != IGNORED).sum()) for row in rows)
    lengths = [len(row.ids) for row in rows]
    parts = parts_of_like_length(lengths, overhead=5, max_positions=120)
    assert len(parts) > 5
    for part in parts:
        n = sum(int((rows[i].labels != IGNORED).sum()) for i in part)
        if n:
            (model(**masks.pad([rows[i] for i in part]))["loss"] * n / total).backward()
    for name, parameter in model.named_parameters():
        if name in whole:
            torch.testing.assert_close(parameter.grad, whole[name], rtol=1e-4, atol=1e-7)


def test_padding_changes_no_unit(data):
    instances, vocabulary = data
    batch = Collator(vocabulary.pad_id, multiple=8).batch(instances[:5])
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
    batch, plain = mask.pad(mask.rows(drawn)), Collator(vocabulary.pad_id).batch(instances)
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
    assert torch.equal(mask.pad(mask.rows(drawn))["input_ids"], batch["input_ids"])
    later = mask.pad(mask.rows([(1, place, instance) for _, place, instance in drawn]))
    assert not torch.equal(later["input_ids"], batch["input_ids"])


def test_heldout_bits_of_a_model_that_knows_nothing(data):
    instances, vocabulary = data
    model = encoder_of(vocabulary)
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
    model = encoder_of(vocabulary)
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


def stop_at(step):
    def tell(now, total):
        if now == step:
            raise Stop

    return tell


def same_weights(one, other):
    return all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))


@pytest.mark.parametrize("step", [3, 7, 8])  # in an epoch, at its last step, after it
def test_a_stopped_training_goes_on_to_the_very_same_weights(data, tmp_path, step):
    undisturbed, told = pretrained(data, tmp_path / "a", checkpoint_seconds=0)
    with pytest.raises(Stop):
        pretrained(data, tmp_path / "b", checkpoint_seconds=0, progress=stop_at(step))
    seen = []
    resumed, result = pretrained(
        data, tmp_path / "b", checkpoint_seconds=0, progress=lambda now, _: seen.append(now)
    )
    assert seen[0] == step  # after the checkpoint of the step before
    assert result.history == told.history
    assert result.steps == 12
    assert same_weights(undisturbed, resumed)


def test_checkpoints_do_not_change_a_training(data, tmp_path):
    often, _ = pretrained(data, tmp_path / "a", checkpoint_seconds=0)
    never, _ = pretrained(data, tmp_path / "b", checkpoint_seconds=float("inf"))
    assert list((tmp_path / "a").glob("checkpoint-*"))
    assert not list((tmp_path / "b").glob("checkpoint-*"))
    assert same_weights(often, never)


@pytest.mark.parametrize("step", [6, 8, 9, 14])
def test_the_best_weights_outlive_a_stop(data, tmp_path, step):
    settings = TrainingSettings(epochs=6, batch_size=16, learning_rate=3e-3, patience=3)
    by_epoch = [0.1, 0.9, 0.3, 0.2, 0.5, 0.95]  # ends after the fifth: three without a better one

    def fit(folder, **options):
        asked = []
        instances, vocabulary = data
        model = encoder_of(vocabulary)

        def dev_score(_):
            return by_epoch[asked[-1] // 4 - 1]  # four steps an epoch

        tell = options.pop("progress", None)

        def progress(now, total):
            asked.append(now)
            if tell is not None:
                tell(now, total)

        result = train(
            model, instances, masker(vocabulary), settings, seed=0, workspace=folder,
            dev_score=dev_score, progress=progress, checkpoint_seconds=0,
        )  # fmt: skip
        return model, result

    undisturbed, told = fit(tmp_path / "a")
    assert (told.best_dev, told.best_epoch, told.steps) == (0.9, 2.0, 20)
    with pytest.raises(Stop):
        fit(tmp_path / "b", progress=stop_at(step))
    resumed, result = fit(tmp_path / "b")
    assert (result.best_dev, result.best_epoch, result.steps) == (0.9, 2.0, 20)
    assert result.history == told.history
    assert same_weights(undisturbed, resumed)


def test_a_checkpoint_cut_short_is_not_gone_on_from(data, tmp_path):
    undisturbed, _ = pretrained(data, tmp_path / "a")
    with pytest.raises(Stop):
        pretrained(data, tmp_path / "b", checkpoint_seconds=0, progress=stop_at(8))
    broken = tmp_path / "b" / "checkpoint-9"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"half")
    (broken / "trainer_state.json").write_text('{"global_st')
    resumed, _ = pretrained(data, tmp_path / "b")
    assert same_weights(undisturbed, resumed)


class Forgetful(torch.nn.Module):
    """A model whose memory holds so many positions and no more."""

    def __init__(self, model, room, error=None):
        super().__init__()
        self.inner, self.room, self.seen = model, room, []
        self.error = error or torch.OutOfMemoryError("no memory is left")

    def forward(self, **batch):
        n = batch["input_ids"].numel()
        if n > self.room:
            raise self.error
        self.seen.append(n)
        return self.inner(**batch)


def test_short_of_memory_less_is_computed_at_once_and_nothing_is_lost(data, tmp_path):
    instances, vocabulary = data
    still = TINY.model_copy(update={"dropout": 0.0})
    models = [MaskedLanguageModel(build_encoder(still, vocabulary, seed=0)) for _ in range(2)]
    plain = train(
        models[0], instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path / "a"
    )
    short = Forgetful(models[1], room=90)
    result = train(short, instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path / "b")
    assert plain.notes == ()
    assert "out of memory" in result.notes[0]
    assert max(short.seen) <= 90
    for one, other in zip(models[0].parameters(), models[1].parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-5)
    told = "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."
    short = Forgetful(models[1], room=90, error=RuntimeError(told))
    result = train(short, instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path / "d")
    assert "out of memory" in result.notes[0]
    short = Forgetful(models[1], room=90, error=RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        train(short, instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path / "e")
    with pytest.raises(
        torch.OutOfMemoryError, match="no memory is left"
    ):  # a single sentence does not fit
        train(
            Forgetful(models[1], room=5), instances, masker(vocabulary), SETTINGS, seed=0,
            workspace=tmp_path / "c",
        )  # fmt: skip


def test_short_of_memory_reading_goes_on_in_halves(data, caplog):
    instances, _ = data
    sizes, room = [], 60

    def compute(places):
        size = len(places) * max(len(instances[place].ids) for place in places)
        if size > room:
            raise torch.OutOfMemoryError("no memory is left")
        sizes.append(size)
        return [instances[place].ids.sum() for place in places]

    found = list(computed_by_length(instances, compute))
    assert max(sizes) <= room
    assert sorted(place for places, _ in found for place in places) == list(range(len(instances)))
    for places, sums in found:
        assert sums == [instances[place].ids.sum() for place in places]
    assert "half as many" in caplog.text
    room = 1
    with pytest.raises(torch.OutOfMemoryError, match="no memory is left"):
        list(computed_by_length(instances, compute))


def test_short_of_memory_the_heldout_loss_is_the_same(data):
    instances, vocabulary = data
    model = MaskedLanguageModel(build_encoder(TINY, vocabulary, seed=0))
    plain, short = (
        heldout_bits(one, instances, masker(vocabulary), n_characters=1000)
        for one in (model, Forgetful(model, room=60))
    )
    assert short == pytest.approx(plain, rel=1e-5)


def test_the_cpus_own_allocator_says_what_is_looked_for():
    with pytest.raises(RuntimeError) as told:
        torch.empty(1 << 60)
    assert is_out_of_memory(told.value)


def test_bfloat16_trains_on_a_cpu_as_well(data, tmp_path):
    instances, vocabulary = data
    still = TINY.model_copy(update={"dropout": 0.0})
    losses = {}
    for precision in ("float32", "bfloat16", "auto"):
        model = MaskedLanguageModel(build_encoder(still, vocabulary, seed=0))
        settings = SETTINGS.model_copy(update={"precision": precision})
        place = tmp_path / precision
        result = train(model, instances, masker(vocabulary), settings, seed=0, workspace=place)
        losses[precision] = [row["loss"] for row in result.history]
        assert next(model.parameters()).dtype == torch.float32
        on_gpu = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
        auto = "bfloat16" if on_gpu else "float32"
        assert result.precision == (auto if precision == "auto" else precision)
    assert losses["bfloat16"] == pytest.approx(losses["float32"], rel=0.05)
    assert losses["bfloat16"] != losses["float32"]


def test_the_weights_of_the_best_epoch_are_kept(data, tmp_path):
    instances, vocabulary = data
    settings = TrainingSettings(epochs=4, batch_size=16, learning_rate=3e-3)
    weights, scores = [], iter([0.1, 0.9, 0.5, 0.6])

    def dev_score(model):
        weights.append({k: v.clone() for k, v in model.state_dict().items()})
        return next(scores)

    model = encoder_of(vocabulary)
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
    model = encoder_of(vocabulary)
    torch.nn.init.constant_(next(model.parameters()), float("nan"))
    with pytest.raises(TrainingError, match="The loss is nan at step 1"):
        train(model, instances, masker(vocabulary), SETTINGS, seed=0, workspace=tmp_path)
    model = encoder_of(vocabulary)
    lasting = SETTINGS.model_copy(update={"steps": 40, "learning_rate": 1e12})
    with pytest.raises(TrainingError, match="The loss is") as failed:
        train(model, instances, masker(vocabulary), lasting, seed=0, workspace=tmp_path)
    assert [row["step"] for row in failed.value.history][:2] == [1, 2]


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
    model = encoder_of(vocabulary)
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
    for name in ("clearml", "tensorbord"):
        with pytest.raises(ConfigError, match=f"tracker '{name}' cannot be used"):
            check_trackers([name])
    nameless = Instance(*[np.zeros(2, dtype=np.int32)] * 4, 0, 0, (0, 0))
    nameless.item_of_unit[:] = -1
    with pytest.raises(ConfigError, match="no unit that spells"):
        masker(data[1]).rows([(0, 0, nameless)])


@pytest.mark.parametrize(("there", "used"), [(0, 0), (1, 1), (8, 1)])
def test_a_training_has_one_device_wherever_there_are_more(tmp_path, monkeypatch, there, used):
    from transformers import TrainingArguments

    from lingap.training.loop import _OneDevice

    monkeypatch.setattr(TrainingArguments, "n_gpu", property(lambda _: there))
    arguments = _OneDevice(output_dir=str(tmp_path), use_cpu=True, per_device_train_batch_size=3)
    assert arguments.n_gpu == used
    assert arguments.train_batch_size == 3  # the Trainer multiplies it by the devices
