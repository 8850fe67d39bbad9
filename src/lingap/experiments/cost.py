"""Estimated cost of a plan: six operations per weight and unit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lingap.errors import ConfigError
from lingap.experiments.config_parts import CorpusChoice, RepresentationSettings
from lingap.experiments.data import n_rows, role_split
from lingap.experiments.plan import Job
from lingap.experiments.specs import PretrainSpec, RunSpec
from lingap.experiments.speed import Speed
from lingap.representations import load_representation
from lingap.representations.checkpoint import local_folder
from lingap.representations.published import published_representation
from lingap.representations.subword import is_learned
from lingap.storage.model_config import read_model_config
from lingap.training.settings import POSITIONS_ON_GPU

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
        self._known: dict[str, list[float]] = {}

    def of(self, job: Job) -> float:
        """Mean units per training sentence (or pair) of the job, including special ones."""
        found = self.sample(job)
        return sum(found) / max(len(found), 1)

    def sample(self, job: Job) -> list[float]:
        """Units of some of them."""
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


def _sampled(choice: RepresentationSettings, texts: Sequence[Text]) -> list[float]:
    folder = None if choice.encoder is None else local_folder(choice.encoder)
    if folder is not None:
        spell: Any = published_representation(choice.name, folder, choice.options)[0]
    else:
        spell = not is_learned(choice.name) and load_representation(choice.name, **choice.options)
    lengths = []
    for corpus, codes, languages in texts:
        for code in codes:
            split = role_split(corpus, code, "train", languages)
            for row in split.head(SAMPLE):
                n_units = 1.0 + len(row.sentences)
                for part in row.sentences:
                    n_units += len(spell.encode(part).units) if spell else PIECES * len(part.words)
                lengths.append(n_units)
    return lengths


def operations(job: Job, encoders: Mapping[str, Job], lengths: Lengths) -> float:
    """Floating-point operations of the job's training, forward and backward."""
    return 6.0 * layer_weights(job, encoders)[0] * lengths.of(job) * sentences_read(job)


def sentences_read(job: Job) -> int:
    """Sentences that the job trains on; of several candidates, the one with most steps."""
    longest = max(
        job.spec.candidates, key=lambda one: one.steps or (one.epochs or 0) / one.batch_size
    )
    return job.n_steps * longest.batch_size


JOB_SECONDS = 0.3
"""Of one core, for what a job does beside training and scoring: data, model, files."""

ROW_SECONDS = 3e-4
"""Of one core, for a sentence that is read, encoded and scored, with its intervals."""

STEP_SECONDS = 3e-3
"""Of one core, for what the loop does at a step beside arithmetic."""


def job_seconds(
    job: Job, encoders: Mapping[str, Job], lengths: Lengths, speed: Callable[..., Speed]
) -> float:
    """Seconds of one core or GPU that a job takes: training, dev and test scores, and the rest.

    Args:
        job: Of any kind.
        encoders: The plan's pre-training jobs by id.
        lengths: Units per sentence.
        speed: Of an encoder's width, number of layers and width of feed-forward layers.
    """
    spec = job.spec
    fast = speed(*_shape(job, encoders))
    sample = lengths.sample(job) or [1.0]
    longest = max(spec.candidates, key=lambda one: one.steps or (one.epochs or 0) / one.batch_size)
    n = longest.batch_size
    batch = [round(sample[i * len(sample) // n % len(sample)]) for i in range(n)]
    seconds = JOB_SECONDS + job.n_steps * (STEP_SECONDS + fast.training_step(batch))
    read = _rows_read(job) if not isinstance(spec, PretrainSpec) else {}
    n_units = sum(sample) / len(sample)
    n_scored = read.get("dev", 0) * max(longest.epochs or 1, 1) + read.get("test", 0)
    n_rows = sum(read.values()) + job.n_steps * n / max(longest.epochs or 1, 1)
    return seconds + fast.reading(n_scored * n_units) + ROW_SECONDS * n_rows


def _rows_read(job: Job) -> dict[str, int]:
    """Dev and test rows of a trial or run, without training rows."""
    spec = job.spec
    assert not isinstance(spec, PretrainSpec)
    found = {
        "dev": sum(
            n_rows(spec.corpus, code, "dev", spec.languages) for code in spec.train_languages
        )
    }
    if isinstance(spec, RunSpec):
        found["test"] = sum(
            n_rows(spec.corpus, code, "test", spec.languages) for code in spec.test_languages
        )
    return found


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
