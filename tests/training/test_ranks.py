"""One training over several processes has the gradient of one."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from lingap.errors import ConfigError
from lingap.models import EncoderConfig, MaskedLanguageModel, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import IGNORED, text_instances
from lingap.training import MaskedUnits, parts
from lingap.training.parts import PartsTrainer
from lingap.training.ranks import SHARDING, refuse_sharding
from lingap.training.sharded import sharded_copy, spread_weights, whole_weights

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


@pytest.mark.parametrize("name", ["DEEPSPEED", "MEGATRON_LM"])
def test_other_sharding_is_refused_by_name(monkeypatch, name):
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "true")
    with pytest.raises(ConfigError, match=rf"^{name} is asked for .* torchrun"):
        refuse_sharding()
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "false")
    refuse_sharding()


@pytest.mark.parametrize("name", ["FSDP_OFFLOAD_PARAMS", "FSDP_ACTIVATION_CHECKPOINTING"])
def test_what_sharding_here_lacks_is_refused_by_name(monkeypatch, name):
    monkeypatch.setenv(SHARDING, "true")
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    refuse_sharding()
    monkeypatch.setenv(name, "true")
    with pytest.raises(ConfigError, match=rf"^{name}=true is asked for"):
        refuse_sharding()


def train_by_ranks(out, n_ranks, **environment):
    """What `n_ranks` processes make of one training: its weights, and facts about it."""
    script = Path(__file__).parents[1] / "support" / "train_by_ranks.py"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = []
    for rank in range(n_ranks):
        own = {
            "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(n_ranks),
            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        }  # fmt: skip
        given = {**os.environ, **environment, **(own if n_ranks > 1 else {})}
        started.append(subprocess.Popen([sys.executable, str(script), str(out)], env=given))
    assert [process.wait(300) for process in started] == [0] * n_ranks
    return torch.load(out / "weights.pt"), json.loads((out / "result.json").read_text("utf-8"))


def assert_same_training(found, expected):
    (weights, about), (expected_weights, expected_about) = found, expected
    for kind, exact in (("first gradient", 1e-7), ("last step", 1e-5), ("weights", 1e-5)):
        assert weights[kind].keys() == expected_weights[kind].keys()
        for name, value in expected_weights[kind].items():
            torch.testing.assert_close(weights[kind][name], value, rtol=1e-3, atol=exact)
    assert about["steps"] == expected_about["steps"] == 6
    assert about["losses"] == pytest.approx(expected_about["losses"], rel=1e-5)
    assert about["dev"] == pytest.approx(expected_about["dev"], rel=1e-6)
    assert len(set(about["dev"])) == 2  # other weights after the second epoch
    assert about["checkpoints"] == expected_about["checkpoints"]


class Shifted(nn.Module):
    """A parametrization, as of embeddings composed of features."""

    def __init__(self):
        super().__init__()
        self.features = nn.Parameter(torch.ones(1, 8))

    def forward(self, table):
        return table + self.features


class Network(nn.Module):
    """With a parametrized table, and a layer used twice."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 8)
        parametrize.register_parametrization(self.table, "weight", Shifted())
        layer = nn.Sequential(nn.Linear(8, 8), nn.Tanh())
        self.layers = nn.ModuleList([layer, layer])

    def forward(self, ids):
        found = self.table(ids)
        for layer in self.layers:
            found = layer(found)
        return found


@pytest.fixture
def one_rank():
    torch.distributed.init_process_group(
        "gloo", store=torch.distributed.HashStore(), rank=0, world_size=1
    )
    yield
    torch.distributed.destroy_process_group()


def test_a_spread_copy_computes_the_same(one_rank):
    torch.manual_seed(0)
    model = Network()
    spread = sharded_copy(model, torch.device("cpu"))
    ids = torch.arange(10)[None]
    torch.testing.assert_close(spread(ids), model(ids))
    for network in (spread, model):
        network(ids).square().sum().backward()
    found = dict(spread.named_parameters())
    for name, weight in model.named_parameters():
        torch.testing.assert_close(found[name].grad.full_tensor(), weight.grad)
    doubled = {name: 2 * value for name, value in whole_weights(spread).items()}
    spread_weights(spread, doubled)
    model.load_state_dict(doubled)
    torch.testing.assert_close(spread(ids), model(ids))


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path):
    """By gloo, on the CPU: the first gradient, and the weights after six steps."""
    one = train_by_ranks(tmp_path / "one", 1)
    assert_same_training(train_by_ranks(tmp_path / "two", 2), one)


@pytest.mark.slow
def test_weights_spread_over_two_processes_train_as_in_one(tmp_path):
    """By gloo, on the CPU, and resumed after five of six steps with and without sharding."""
    one = train_by_ranks(tmp_path / "one", 1)
    assert_same_training(train_by_ranks(tmp_path / "two", 2, **{SHARDING: "true"}), one)
    shutil.copytree(tmp_path / "two", tmp_path / "resumed by one")
    resumed = train_by_ranks(tmp_path / "one", 1)
    for name, n_ranks in (("two", 2), ("resumed by one", 1)):
        found = train_by_ranks(tmp_path / name, n_ranks, **{SHARDING: "true"})
        assert_same_training(found, resumed)
