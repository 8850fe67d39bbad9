"""Estimated cost of a plan: six operations per weight and unit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lingap.errors import ConfigError
from lingap.experiments.config_parts import CorpusChoice, DataRole, RepresentationSettings
from lingap.experiments.data import n_rows, role_split
from lingap.experiments.plan import Job
from lingap.experiments.specs import PretrainSpec, RunSpec
from lingap.experiments.speed import Speed
from lingap.representations import load_representation
from lingap.representations.checkpoint import local_folder
from lingap.representations.published import published_representation
from lingap.representations.subword import is_learned
from lingap.storage.model_config import read_model_config
from lingap.training.settings import POSITIONS_ON_GPU, TrainingSettings

SAMPLE = 20
"""Sentences per language whose units are counted."""

PARALLEL_LANGUAGES = 8
"""Languages whose parallel sentences are sampled, at most: all say the same."""

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


def table_weights(job: Job) -> int:
    """Weights of a published encoder's embedding table, which the optimizer steps over, too."""
    source = job.spec.reads.encoder
    folder = None if source is None else local_folder(source)
    if folder is None:
        return 0  # of a matched encoder the table is small
    size = read_model_config(folder)
    width = size.get("embedding_size") or next(
        (size[name] for name in _NAMES["hidden_size"] if isinstance(size.get(name), int)), 0
    )
    n = size.get("vocab_size")
    return n * width if isinstance(n, int) and isinstance(width, int) else 0


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
    """Units per sentence, from a sample of each text and representation; and numbers of rows."""

    def __init__(self) -> None:
        self._known: dict[str, list[float]] = {}
        self._rows: dict[str, int] = {}

    def rows(
        self, corpus: CorpusChoice, codes: Sequence[str], role: DataRole, languages: tuple[str, ...]
    ) -> int:
        """Rows of a role in all of some languages."""
        n = 0
        for code in codes:
            key = repr((corpus, code, role, languages))
            if key not in self._rows:
                self._rows[key] = n_rows(corpus, code, role, languages)
            n += self._rows[key]
        return n

    def of(self, job: Job) -> float:
        """Mean units per training sentence (or pair) of the job, including special ones."""
        found = self.sample(job)
        return sum(found) / max(len(found), 1)

    def of_parallel(self, job: Job) -> float:
        """Mean units of a sentence of the parallel text that a run embeds."""
        spec = job.spec
        assert isinstance(spec, RunSpec)
        codes = spec.parallel_languages
        some = codes[:: -(-len(codes) // PARALLEL_LANGUAGES)]
        texts: list[Text] = [(text, some, spec.languages) for text in spec.parallel]
        found = self._of(spec.reads, texts, "parallel")
        return sum(found) / max(len(found), 1)

    def sample(self, job: Job) -> list[float]:
        """Units of some training sentences (or pairs)."""
        spec = job.spec
        if isinstance(spec, PretrainSpec):
            codes = [text.languages or spec.languages for text in spec.pretraining.text]
            texts: list[Text] = list(zip(spec.pretraining.text, codes, codes, strict=True))
        else:
            texts = [(spec.corpus, spec.train_languages, spec.languages)]
        return self._of(spec.reads, texts, "train")

    def _of(
        self, reads: RepresentationSettings, texts: Sequence[Text], role: DataRole
    ) -> list[float]:
        key = repr((reads, texts, role))
        if key not in self._known:
            self._known[key] = _sampled(reads, texts, role)
        return self._known[key]


Text = tuple[CorpusChoice, tuple[str, ...], tuple[str, ...]]
"""Settings of a corpus, the languages to sample, and all languages of the job."""


def _sampled(choice: RepresentationSettings, texts: Sequence[Text], role: DataRole) -> list[float]:
    folder = None if choice.encoder is None else local_folder(choice.encoder)
    if folder is not None:
        spell: Any = published_representation(choice.name, folder, choice.options)[0]
    else:
        spell = not is_learned(choice.name) and load_representation(choice.name, **choice.options)
    lengths = []
    for corpus, codes, languages in texts:
        for code in codes:
            split = role_split(corpus, code, role, languages)
            for row in split.head(SAMPLE):
                n_units = 1.0 + len(row.sentences)
                for part in row.sentences:
                    n_units += len(spell.encode(part).units) if spell else PIECES * len(part.words)
                lengths.append(n_units)
    return lengths


def operations(job: Job, encoders: Mapping[str, Job], lengths: Lengths) -> float:
    """Floating-point operations of the job's training, forward and backward."""
    return 6.0 * layer_weights(job, encoders)[0] * lengths.of(job) * sentences_read(job, lengths)


def reading_operations(job: Job, encoders: Mapping[str, Job], lengths: Lengths) -> float:
    """Floating-point operations of what is read without learning, forward only."""
    return 2.0 * layer_weights(job, encoders)[0] * read_besides(job, lengths)[1]


def sentences_read(job: Job, lengths: Lengths) -> int:
    """Sentences that the job trains on; of several candidates, the one with most steps."""
    longest = _longest(job)
    n = longest.batch_size
    spec = job.spec
    if not isinstance(spec, PretrainSpec) and job.n_steps == longest.epochs:  # all in one batch
        n = min(n, lengths.rows(spec.corpus, spec.train_languages, "train", spec.languages))
    return job.n_steps * n


def _longest(job: Job) -> TrainingSettings:
    return max(job.spec.candidates, key=lambda one: one.steps or (one.epochs or 0) / one.batch_size)


JOB_SECONDS = 0.6
"""Of one core, for what a job does beside training and scoring: data, model, files."""

ROW_SECONDS = 3e-4
"""Of one core, for a sentence that is read, encoded and scored, with its intervals."""

STEP_SECONDS = 3e-3
"""Of one core, for what the loop does at a step beside arithmetic."""


def job_seconds(
    job: Job, encoders: Mapping[str, Job], lengths: Lengths, speed: Callable[..., Speed]
) -> float:
    """Seconds of one core or GPU that a job takes: training, scores, parallel text, and the rest.

    Args:
        job: Of any kind.
        encoders: The plan's pre-training jobs by id.
        lengths: Units per sentence.
        speed: Of an encoder's width, number of layers and width of feed-forward layers.
    """
    fast = speed(*_shape(job, encoders))
    sample = lengths.sample(job) or [1.0]
    n_sentences, longest = sentences_read(job, lengths), _longest(job)
    n = n_sentences // max(job.n_steps, 1)
    batch = [round(sample[i * len(sample) // n % len(sample)]) for i in range(n)]
    tables = fast.step * table_weights(job) / max(layer_weights(job, encoders)[0], 1)
    seconds = JOB_SECONDS + job.n_steps * (STEP_SECONDS + fast.training_step(batch) + tables)
    n_read, n_units = read_besides(job, lengths)
    n_encoded = n_read + n_sentences / max(longest.epochs or 1, 1)
    return seconds + fast.reading(n_units) + ROW_SECONDS * n_encoded


def read_besides(job: Job, lengths: Lengths) -> tuple[int, float]:
    """Sentences that a trial or run reads without learning, and their units in all passes.

    Dev data once an epoch, test data and parallel text once; of parallel text, as many sentences
    in each language as in the first.
    """
    spec = job.spec
    if isinstance(spec, PretrainSpec):
        return 0, 0.0
    n_dev = lengths.rows(spec.corpus, spec.train_languages, "dev", spec.languages)
    if not isinstance(spec, RunSpec):
        return n_dev, n_dev * max(_longest(job).epochs or 1, 1) * lengths.of(job)
    n_test = lengths.rows(spec.corpus, spec.test_languages, "test", spec.languages)
    n_parallel = 0
    if spec.parallel and spec.parallel_languages:
        first = spec.parallel_languages[:1]
        n = sum(lengths.rows(text, first, "parallel", spec.languages) for text in spec.parallel)
        n_parallel = min(n, spec.parallel_sentences or n) * len(spec.parallel_languages)
    n_units = (n_dev * max(_longest(job).epochs or 1, 1) + n_test) * lengths.of(job)
    if n_parallel:
        n_units += n_parallel * lengths.of_parallel(job)
    return n_dev + n_test + n_parallel, n_units


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
