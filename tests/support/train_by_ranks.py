"""A training of six steps, by one process or as one of several; the first writes what became.

Run again with the same folder, it resumes from the last checkpoint, after five steps.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.distributed.tensor import DTensor

from lingap.models import EncoderConfig, MaskedLanguageModel, build_encoder
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.tasks import text_instances
from lingap.training import MaskedUnits, TrainingSettings, train
from lingap.training.ranks import from_first, rank, wait_for_all

WORDS = "the quick brown fox jumps over a lazy dog and then some more of it".split()

out = Path(sys.argv[1])
assert from_first("said" if rank() == 0 else "") == "said"  # before anything else joins the ranks
draws = np.random.default_rng(0)
text = [
    Sentence(str(i), "eng", tuple(draws.choice(WORDS, draws.integers(1, 9)).tolist()))
    for i in range(60)
]
spell = load_representation("character")
vocabulary = Vocabulary.of(map(spell.encode, text))
instances, _ = text_instances(text, spell, vocabulary, max_units=64)
size = EncoderConfig(
    hidden_size=16, layers=1, heads=2, feed_forward_size=32, max_units=64,
    dropout=0.0,  # else each process draws its own
)  # fmt: skip
model = MaskedLanguageModel(build_encoder(size, vocabulary, seed=0))

first, last = {}, {}
step = torch.optim.AdamW.step


def whole(value):
    return (value.full_tensor() if isinstance(value, DTensor) else value).detach().clone()


def noted(self, *args, **kwargs):
    weights = {
        f"{number}.{place}": weight
        for number, group in enumerate(self.param_groups)
        for place, weight in enumerate(group["params"])
    }
    if not first:
        first.update({name: whole(weight.grad) for name, weight in weights.items()})
    result = step(self, *args, **kwargs)
    last.update({name: whole(weight) for name, weight in weights.items()})
    return result


def size_of(model):
    """Of the caller's own model, which a score may read."""
    return float(sum(weight.detach().abs().sum() for weight in model.parameters()))


torch.optim.AdamW.step = noted
result = train(
    model,
    instances,
    MaskedUnits(vocabulary, seed=0),
    TrainingSettings(epochs=2, batch_size=20, learning_rate=1e-3, max_gradient_norm=1e9),
    seed=0,
    workspace=out / "work",
    dev_score=lambda _: size_of(model) + rank(),  # a rank that decided by its own would stop alone
    checkpoint_seconds=0,
)
wait_for_all()
assert from_first(rank()) == 0
if rank() == 0:
    found = {"first gradient": first, "last step": last, "weights": model.state_dict()}
    torch.save(found, out / "weights.pt")
    about = {
        "steps": result.steps,
        "losses": [row["loss"] for row in result.history if "loss" in row],
        "dev": [row["dev"] for row in result.history if "dev" in row],
        "checkpoints": sorted(p.name for p in (out / "work").glob("checkpoint-*")),
    }
    (out / "result.json").write_text(json.dumps(about), encoding="utf-8")
