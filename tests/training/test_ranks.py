"""One training over several processes has the gradient of one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lingap.errors import ConfigError
from lingap.models import EncoderConfig, MaskedLanguageModel, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, text_instances
from lingap.training import MaskedUnits, parts
from lingap.training.parts import PartsTrainer
from lingap.training.ranks import refuse_sharding

TINY = EncoderConfig(hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=64)


@pytest.fixture
def batch():
    """Rows of 5 to 50 units, of which few are masked, so that many shares of a part have none."""
    draws = np.random.default_rng(0)
    text = [
        Sentence(str(i), "eng", tuple(["word"] * int(draws.integers(1, 10)))) for i in range(11)
    ]
    spell = load_representation("character")
    vocabulary = Vocabulary.of(map(spell.encode, text))
    instances, _ = text_instances(text, spell, vocabulary, max_units=64)
    masker = MaskedUnits(vocabulary, share=0.05, seed=0)
    rows = masker.rows([(0, place, one) for place, one in enumerate(instances)])
    assert any(not (row.labels != IGNORED).any() for row in rows)
    return rows, vocabulary, masker


def gradient(monkeypatch, batch, rank, n_ranks, max_positions=100):
    """The gradient of a rank's share, its loss, and the lengths of its parts."""
    rows, vocabulary, masker = batch
    model = MaskedLanguageModel(build_encoder(TINY, vocabulary, seed=0)).eval()
    monkeypatch.setattr(parts, "rank", lambda: rank)
    monkeypatch.setattr(parts, "n_ranks", lambda: n_ranks)
    computed = []

    class NoSync:
        def __enter__(self):
            computed.append("more")

        def __exit__(self, *_):
            pass

    accelerator = SimpleNamespace(
        no_sync=lambda _: NoSync(),
        backward=lambda loss: (computed.append("part"), loss.backward()),
        reduce=lambda values, how: values,
    )
    trainer = SimpleNamespace(
        _overhead=10, _max_positions=max_positions, _collator=masker, n_positions=0, n_units=0,
        args=SimpleNamespace(device=torch.device("cpu")), accelerator=accelerator,
        compute_loss_context_manager=torch.enable_grad,
    )  # fmt: skip
    loss = PartsTrainer._accumulate(trainer, model, rows)
    grads = {k: p.grad for k, p in model.named_parameters() if p.grad is not None}
    return grads, float(loss), computed


def test_shares_of_ranks_add_up_to_the_batch(monkeypatch, batch):
    whole, loss, _ = gradient(monkeypatch, batch, 0, 1)
    for n_ranks in (2, 3):
        shares = [gradient(monkeypatch, batch, rank, n_ranks) for rank in range(n_ranks)]
        assert sum(share[1] for share in shares) == pytest.approx(loss, rel=1e-6)
        for name, value in whole.items():
            mean = sum(share[0][name] for share in shares) / n_ranks  # as DDP has it
            torch.testing.assert_close(mean, value, rtol=1e-4, atol=1e-7)
        # Every rank computes as many parts, and their gradients meet at the last.
        assert len({tuple(share[2]) for share in shares}) == 1
        order = shares[0][2]
        assert order[-1] == "part"
        assert order.count("more") == order.count("part") - 1


@pytest.mark.parametrize("name", ["FSDP", "DEEPSPEED"])
def test_sharded_weights_are_refused_by_name(monkeypatch, name):
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "true")
    with pytest.raises(ConfigError, match=rf"^{name} is asked for .* torchrun"):
        refuse_sharding()
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "false")
    refuse_sharding()


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path):
    """By gloo, on the CPU: the first gradient, and the weights after six steps."""
    script = Path(__file__).parents[1] / "support" / "train_by_ranks.py"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(n_ranks):
        out = tmp_path / str(n_ranks)
        started = []
        for rank in range(n_ranks):
            own = {
                "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(n_ranks),
                "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
            }  # fmt: skip
            environment = {**os.environ, **(own if n_ranks > 1 else {})}
            command = [sys.executable, str(script), str(out)]
            started.append(subprocess.Popen(command, env=environment))
        assert [process.wait(300) for process in started] == [0] * n_ranks
        found = torch.load(out / "weights.pt")
        return found, json.loads((out / "result.json").read_text(encoding="utf-8"))

    (one, about_one), (two, about_two) = run(1), run(2)
    for name, value in one["first gradient"].items():
        torch.testing.assert_close(two["first gradient"][name], value, rtol=1e-4, atol=1e-7)
    for name, value in one["weights"].items():
        torch.testing.assert_close(two["weights"][name], value, rtol=1e-3, atol=1e-5)
    assert about_two["steps"] == about_one["steps"] == 6
    assert about_two["losses"] == pytest.approx(about_one["losses"], rel=1e-5)
    assert about_two["dev"] == about_one["dev"]
    assert about_two["checkpoints"] == about_one["checkpoints"]
