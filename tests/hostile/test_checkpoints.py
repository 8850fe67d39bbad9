"""Checkpoints of a training that were damaged: never resumed from, never a reason to fail."""

import logging

import numpy as np
import pytest
import torch

from lingap.models import EncoderConfig, MaskedLanguageModel, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks.tagging import Tagging
from lingap.training import MaskedUnits, TrainingSettings, train

WORDS = "the quick brown fox jumps over a lazy dog".split()
SIZE = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=64)
FILES = (
    "model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json",
    "seen.json", "complete.json",
)  # fmt: skip
STOPPED = 6


class Stopped(Exception):
    pass


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    text = [Sentence(str(i), "eng", tuple(random.choice(WORDS, 5).tolist())) for i in range(24)]
    spell = load_representation("character")
    vocabulary = Vocabulary.of(map(spell.encode, text))
    return Tagging("text", (), lambda _: None).instances(text, spell, vocabulary, max_units=64)[
        0
    ], vocabulary


def trained(data, workspace, stop=None):
    instances, vocabulary = data
    model = MaskedLanguageModel(build_encoder(SIZE, vocabulary, seed=0))
    steps = []

    def progress(step, _):
        steps.append(step)
        if step == stop:
            raise Stopped

    train(
        model, instances, MaskedUnits(vocabulary, seed=0),
        TrainingSettings(steps=8, batch_size=8, learning_rate=1e-2), seed=0, workspace=workspace,
        checkpoint_seconds=0, progress=progress,
    )  # fmt: skip
    return [p.detach().clone() for p in model.parameters()], steps


@pytest.fixture(scope="module")
def undisturbed(data, tmp_path_factory):
    return trained(data, tmp_path_factory.mktemp("whole"))[0]


def interrupted(data, workspace):
    with pytest.raises(Stopped):
        trained(data, workspace, stop=STOPPED)
    last = workspace / f"checkpoint-{STOPPED - 1}"
    assert last.is_dir()
    return last


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


DAMAGES = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "a bit": flip,
    "other JSON": lambda path: path.write_text("[]"),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_checkpoint_is_set_aside(data, undisturbed, tmp_path, caplog, file, damage):
    last = interrupted(data, tmp_path)
    DAMAGES[damage](last / file)
    incomplete = file == "complete.json" and damage == "gone"  # as after a kill
    with caplog.at_level(logging.WARNING, logger="lingap"):
        weights, steps = trained(data, tmp_path)
    assert steps[0] == STOPPED - 1  # from the checkpoint before
    assert all(map(torch.equal, weights, undisturbed))
    if not incomplete:
        assert (tmp_path / f"damaged-{last.name}").is_dir()
        assert f"{last} is damaged" in caplog.text


def test_with_all_checkpoints_damaged_the_training_starts_anew(data, undisturbed, tmp_path, caplog):
    interrupted(data, tmp_path)
    for path in tmp_path.glob("checkpoint-*"):
        (path / "optimizer.pt").unlink()
    weights, steps = trained(data, tmp_path)
    assert steps[0] == 1
    assert all(map(torch.equal, weights, undisturbed))
    assert caplog.text.count("optimizer.pt is missing") == 2


def test_a_whole_checkpoint_is_resumed_from(data, undisturbed, tmp_path, caplog):
    interrupted(data, tmp_path)
    (tmp_path / "checkpoint-notes").mkdir()
    weights, steps = trained(data, tmp_path)
    assert steps[0] == STOPPED
    assert all(map(torch.equal, weights, undisturbed))
    assert not caplog.text
