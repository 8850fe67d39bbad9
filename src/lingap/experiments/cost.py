"""Estimated cost of a plan: six operations per weight and unit."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lingap.errors import ConfigError
from lingap.experiments.config_parts import CorpusChoice, RepresentationSettings
from lingap.experiments.data import role_split
from lingap.experiments.plan import Job
from lingap.experiments.specs import PretrainSpec
from lingap.representations import load_representation
from lingap.representations.checkpoint import local_folder
from lingap.representations.published import published_representation
from lingap.representations.subword import is_learned
from lingap.storage.model_config import read_model_config
from lingap.training.settings import POSITIONS_ON_GPU

UTILISATION = 1 / 3
"""Rate of a training relative to matrix products alone, roughly, on a CPU or GPU."""

SAMPLE = 20
"""Sentences per language whose units are counted."""

PIECES = 1.5
"""Subwords per word, roughly, as long as there is no vocabulary."""

BYTES_A_WEIGHT = 16
"""In training: the weight, its gradient and AdamW's two moments, in float32."""

_BASE = {"hidden_size": 768, "num_hidden_layers": 12, "intermediate_size": 3072}
_NAMES = {
    "hidden_size": ("hidden_size", "d_model", "dim"),
    "num_hidden_layers": ("num_hidden_layers", "num_layers", "layers", "n_layers"),
    "intermediate_size": ("intermediate_size", "d_ff", "feed_forward_size", "hidden_dim"),
}


def layer_weights(job: Job, encoders: Mapping[str, Job]) -> tuple[int, int]:
    """Weights of the layers of a job's encoder without its embedding tables, and their width.

    A published encoder that is not on this machine is assumed to be of BERT-base's size.

    Args:
        job: Of any kind.
        encoders: The plan's pre-training jobs by id.
    """
    width, layers, inner = _shape(job, encoders)
    return layers * (4 * width**2 + 2 * width * inner), width


def _shape(job: Job, encoders: Mapping[str, Job]) -> tuple[int, int, int]:
    """Width, number of layers, and width of the feed-forward layers of a job's encoder."""
    spec = job.spec
    if not isinstance(spec, PretrainSpec) and isinstance(spec.encoder, str):
        spec = encoders[spec.encoder].spec
    size: Mapping[str, Any] = _BASE
    if spec.reads.encoder is not None:
        folder = local_folder(spec.reads.encoder)
        size = _BASE if folder is None else read_model_config(folder)
    elif isinstance(spec, PretrainSpec) and spec.encoder is not None:
        size = spec.encoder.model_dump()
    width, layers, inner = (
        next((size[name] for name in names if isinstance(size.get(name), int)), _BASE[kind])
        for kind, names in _NAMES.items()
    )
    return width, layers, inner


class Lengths:
    """Units per sentence, estimated from a sample of each text and representation."""

    def __init__(self) -> None:
        self._known: dict[str, float] = {}

    def of(self, job: Job) -> float:
        """Mean units per training sentence (or pair) of the job, including special ones."""
        spec = job.spec
        if isinstance(spec, PretrainSpec):
            codes = [text.languages or spec.languages for text in spec.pretraining.text]
            texts: list[Text] = list(zip(spec.pretraining.text, codes, codes, strict=True))
        else:
            texts = [(spec.corpus, spec.train_languages, spec.languages)]
        key = repr((spec.reads, texts))
        if key not in self._known:
            self._known[key] = _sampled(spec.reads, texts)
        return self._known[key]


Text = tuple[CorpusChoice, tuple[str, ...], tuple[str, ...]]
"""Settings of a corpus, the languages to sample, and all languages of the job."""


def _sampled(choice: RepresentationSettings, texts: Sequence[Text]) -> float:
    folder = None if choice.encoder is None else local_folder(choice.encoder)
    if folder is not None:
        spell: Any = published_representation(choice.name, folder, choice.options)[0]
    else:
        spell = not is_learned(choice.name) and load_representation(choice.name, **choice.options)
    n_units, n_rows = 0.0, 0
    for corpus, codes, languages in texts:
        for code in codes:
            split = role_split(corpus, code, "train", languages)
            for row in split.head(SAMPLE):
                n_units += 1 + len(row.sentences)
                for part in row.sentences:
                    n_units += len(spell.encode(part).units) if spell else PIECES * len(part.words)
                n_rows += 1
    return n_units / max(n_rows, 1)


def operations(job: Job, encoders: Mapping[str, Job], lengths: Lengths) -> float:
    """Floating-point operations of the job's training, forward and backward."""
    return 6.0 * layer_weights(job, encoders)[0] * lengths.of(job) * sentences_read(job)


def sentences_read(job: Job) -> int:
    """Sentences that the job trains on; of several candidates, the one with most steps."""
    longest = max(
        job.spec.candidates, key=lambda one: one.steps or (one.epochs or 0) / one.batch_size
    )
    return job.n_steps * longest.batch_size


def refuse_too_large(jobs: Iterable[Job]) -> None:
    """Refuse encoders whose weights, gradients and moments cannot fit into this machine's memory.

    Only what is certainly too much: embedding tables and activations come on top.

    Raises:
        ConfigError: With the numbers.
    """
    memory = memory_bytes()
    for job in jobs:
        source = job.spec.reads.encoder
        if source is None:  # a matched one, which is trained before it is fine-tuned
            if not isinstance(job.spec, PretrainSpec):
                continue
        elif local_folder(source) is None:
            continue
        weights, width = layer_weights(job, {})
        if isinstance(job.spec, PretrainSpec) and job.spec.encoder is not None:
            weights += width * job.spec.encoder.max_units
        if memory is not None and weights * BYTES_A_WEIGHT > memory:
            raise ConfigError(
                f"{job.title}: the encoder's layers and positions have {weights:,} weights, which "
                f"need {weights * BYTES_A_WEIGHT / 2**30:,.0f} GiB to train; this machine has "
                f"{memory / 2**30:,.0f}. Choose a smaller encoder: hidden_size, layers, "
                "feed_forward_size or max_units."
            )


def most_gpu_bytes(jobs: Sequence[Job]) -> int:
    """Memory of a GPU that the largest job takes, from its weights and one part of a batch.

    Per position and layer, 34 bytes a unit of width are kept for the backward pass (Korthikanti et
    al. 2022, without attention maps); a gigabyte is for CUDA and the heads.
    """
    encoders = {job.id: job for job in jobs if job.kind == "pretraining"}
    most = 0
    for job in jobs:
        width, layers, _ = _shape(job, encoders)
        kept = layers * POSITIONS_ON_GPU * 34 * width
        most = max(most, BYTES_A_WEIGHT * layer_weights(job, encoders)[0] + kept)
    return most + (1 << 30)


def memory_bytes() -> int | None:
    """Memory of the device that trains: of the GPU, else of the machine; None if unknown."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.get_device_properties(0).total_memory)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None


def operations_per_second(width: int, *, seconds: float = 0.2) -> float:
    """Rate of matrix products of that width on this machine's device, with one thread."""
    import torch

    from lingap.training import best_device

    device = best_device()
    kind = torch.bfloat16 if device.type == "cuda" else torch.float32
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = torch.randn(4096, width, device=device, dtype=kind)
        weights = torch.randn(width, 4 * width, device=device, dtype=kind)
        (rows @ weights).sum().item()  # warm-up, not counted
        n, started = 0, time.perf_counter()
        while (spent := time.perf_counter() - started) < seconds:
            product = rows @ weights
            n += 1
            if device.type != "cpu":
                product.sum().item()
    finally:
        torch.set_num_threads(before)
    n_operations: int = 2 * n * rows.numel() * 4 * width
    return n_operations / spent
