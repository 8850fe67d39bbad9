"""Vectors of whole sentences from a published model, encoder or decoder, at any of its layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lingap.errors import ConfigError, MetricError
from lingap.evaluation.model_units import SAMPLE, TextUnits
from lingap.models import all_hidden, last_hidden, load_text_model, max_units, sentence_weights
from lingap.models.pooling import SentencePooling
from lingap.models.reading import n_embeddings
from lingap.representations.checkpoint import checkpoint_facts
from lingap.representations.subword import text_tokenizer
from lingap.storage.model_config import read_model_config
from lingap.training.batches import MAX_POSITIONS, HasUnits, computed_by_length
from lingap.training.loop import best_device

Vectors = npt.NDArray[np.float32]
POOLINGS: tuple[str, ...] = get_args(SentencePooling)

_MOST_VALUES = 1 << 26  # of the hidden states of a batch, all layers together; 256 MiB
_SAME = 1e-4  # difference of two vectors, relative to their largest value, that is rounding


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVectors:
    """Sentences as a model sees them.

    Args:
        layers: Layer to its vectors, (n_sentences, width of the layer).
        n_cut: Sentences longer than the model reads, of which only the start was read.
    """

    layers: Mapping[str, Vectors]
    n_cut: int


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    ids: npt.NDArray[np.int32]


class SentenceEncoder:
    """A model with its own tokenizer, from a folder; no code of the folder is run.

    It can be pickled, without the weights: each process loads them from the folder. A sentence's
    vector does not depend on its batch: padding follows the units and is masked, and
    a model that it changes nevertheless gets batches of sentences of one length.

    Args:
        folder: With ``config.json``, weights and the files of a tokenizer.
        layers: ``all``, ``last``, or numbers with commas; 0 is the input of the first layer.
        pooling: Units to sentence, see :func:`lingap.models.sentence_weights`; None is ``weighted``
            for a model that reads from left to right, else ``mean``.
        prefix: Before each sentence, such as ``query: `` for E5.

    Attributes:
        n_known: Units that its tokenizer knows.
        n_embeddings: Units of which the model has a vector.

    Raises:
        ConfigError: For a model of another kind, a tokenizer that does not belong to it, a layer
            that it lacks, or ``cls`` without such a unit.
        StoreError: For damaged files, or files that hold more than weights.
    """

    def __init__(
        self, folder: Path, *, layers: str = "all", pooling: str | None = None, prefix: str = ""
    ):
        if pooling is not None and pooling not in POOLINGS:
            raise ConfigError(f"pooling: expected {', '.join(POOLINGS)}, got {pooling!r}.")
        self.folder, self.prefix = folder, prefix
        self._asked = (folder, layers, pooling, prefix)
        self.kind = str(read_model_config(folder)["model_type"])
        found = text_tokenizer(folder)
        self.model = load_text_model(folder).eval().to(best_device())
        config: Any = self.model.config
        if getattr(config, "use_cache", False):
            config.use_cache = False  # for generation only
        self.n_embeddings = _table_rows(self.model, folder, self.kind)
        if 2 * len(found) < self.n_embeddings:  # without its files transformers makes an empty one
            raise ConfigError(
                f"{folder} ({self.kind}): its tokenizer knows {len(found)} of {self.n_embeddings} "
                "units. Is it complete (tokenizer.json)? Or does the model read phonemes? Then "
                "measure it in an experiment, with parallel text."
            )
        self.n_known = len(found)
        self._units = TextUnits(found, max_units(self.model))
        self.max_units = self._units.max_units
        pads = found.pad_token_id, getattr(config, "pad_token_id", None)
        fits = [one for one in pads if isinstance(one, int) and 0 <= one < self.n_embeddings]
        self._pad = fits[0] if fits else 0
        sample = torch.from_numpy(self._ids([prefix + SAMPLE])[0][0].ids[None].astype(np.int64))
        self.depth, self._layer_widths, reads_back, self._pads = self._tried(
            sample.to(self._device)
        )
        if pooling == "cls" and not (reads_back and self._units.opens(prefix)):
            raise ConfigError(
                f"{folder} ({self.kind}): pooling cls needs a unit that opens each sentence and "
                "sees all of it; its tokenizer adds none, or the model reads from left to right. "
                "Choose mean, last or weighted."
            )
        self.pooling = pooling or ("mean" if reads_back else "weighted")
        self.layers = _chosen(layers, self.depth, folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, self._asked

    @cached_property
    def facts(self) -> dict[str, str]:
        """What identifies the model: its revision, or a digest of its files."""
        return checkpoint_facts(self.folder)

    @property
    def width(self) -> int:
        """Width of the last of its layers that are read."""
        return self._layer_widths[int(self.layers[-1])]

    def vectors(self, texts: Sequence[str], name: str = "text") -> SentenceVectors:
        """Vectors of sentences at every layer chosen, in the order given.

        Args:
            texts: Sentences; space around them does not count.
            name: Of the text, for messages.

        Raises:
            MetricError: For a sentence of which the tokenizer makes no unit, or a vector that is
                not finite; it names the sentence and the layer.
        """
        rows, n_cut = self._ids([self.prefix + text.strip() for text in texts])
        for at, row in enumerate(rows):
            if not len(row.ids):
                raise MetricError(f"{name}: sentence {at + 1} has no unit: {texts[at]!r:.60}.")
        made = {
            layer: np.empty((len(texts), self._layer_widths[int(layer)]), np.float32)
            for layer in self.layers
        }
        for places, pooled in self._computed(rows):
            for layer, vectors in zip(self.layers, pooled, strict=True):
                made[layer][places] = vectors
        for layer, array in made.items():
            if not np.isfinite(array).all():
                at = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
                raise MetricError(
                    f"{self.folder}: layer {layer} gives NaN or infinity for sentence {at + 1} of "
                    f"{name}; are its weights damaged, or of another precision?"
                )
        return SentenceVectors(made, n_cut)

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _ids(self, texts: list[str]) -> tuple[list[_Row], int]:
        found, n_cut = self._units.ids(texts)
        rows = [_Row(np.array(one, np.int32)) for one in found]
        top = max((int(row.ids.max(initial=-1)) for row in rows), default=-1)
        if top >= self.n_embeddings:
            raise ConfigError(
                f"{self.folder} ({self.kind}): its tokenizer gives the id {top}, but the model has "
                f"{self.n_embeddings} embeddings; they do not belong together."
            )
        return rows, n_cut

    def _computed(self, rows: Sequence[HasUnits]) -> Iterator[tuple[list[int], list[Vectors]]]:
        """Pooled vectors of each layer, by batches of similar length."""
        values = sum(self._layer_widths) if self._needs_all else 2 * self.width
        most = min(MAX_POSITIONS, max(1, _MOST_VALUES // values))
        groups = [list(range(len(rows)))]
        if not self._pads:
            by_length: dict[int, list[int]] = {}
            for place, row in enumerate(rows):
                by_length.setdefault(len(row.ids), []).append(place)
            groups = [*by_length.values()]
        for group in groups:
            own = [rows[place] for place in group]

            def pooled(places: list[int], own: list[HasUnits] = own) -> list[Vectors]:
                return self._pooled([own[place].ids for place in places])

            for places, found in computed_by_length(own, pooled, max_positions=most):
                yield [group[place] for place in places], found

    @property
    def _needs_all(self) -> bool:
        return self.layers != (str(self.depth),)

    @torch.inference_mode()
    def _pooled(self, rows: list[npt.NDArray[np.int32]]) -> list[Vectors]:
        longest = max(map(len, rows))
        ids = np.full((len(rows), longest), self._pad, np.int64)
        mask = np.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)], mask[place, : len(row)] = row, 1
        given = torch.from_numpy(ids).to(self._device)
        seen = torch.from_numpy(mask).to(self._device)
        weights = sentence_weights(seen, self.pooling)[:, None]  # type: ignore[arg-type]
        if self._needs_all:
            hidden = self._hidden(given, seen)
            chosen = [hidden[int(layer)] for layer in self.layers]
        else:
            chosen = [last_hidden(self.model, given, seen, torch.zeros_like(given))]
        return [(weights @ one.float())[:, 0].cpu().numpy() for one in chosen]

    @torch.inference_mode()
    def _hidden(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        return all_hidden(self.model, ids, mask, torch.zeros_like(ids))

    def _tried(self, sample: Tensor) -> tuple[int, list[int], bool, bool]:
        """Depth, widths, whether units see what follows, and whether padding changes nothing."""
        ones = torch.ones_like(sample)
        try:
            hidden = self._hidden(sample, ones)
            changed = sample.clone()
            changed[0, -1] = (sample[0, -1] + 1) % self.n_embeddings
            other = self._hidden(changed, ones)[-1]
            room = max(0, min(3, self.max_units - sample.shape[1]))
            padded = torch.nn.functional.pad(sample, (0, room), value=self._pad)
            mask = torch.nn.functional.pad(ones, (0, room))
            beside = self._hidden(padded, mask)[-1][:, : sample.shape[1]]
        except (RuntimeError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ConfigError(
                f"{self.folder} ({self.kind}) cannot read a sentence: {error}. Expected an encoder "
                "or decoder of text."
            ) from error
        last = hidden[-1]
        reads_back = not _alike(last[0, 0], other[0, 0], 1e-6)
        return len(hidden) - 1, [one.shape[-1] for one in hidden], reads_back, _alike(last, beside)


@lru_cache(maxsize=1)
def _loaded(folder: Path, layers: str, pooling: str | None, prefix: str) -> SentenceEncoder:
    """An encoder that was pickled, loaded once a process."""
    return SentenceEncoder(folder, layers=layers, pooling=pooling, prefix=prefix)


def _alike(one: Tensor, other: Tensor, tolerance: float = _SAME) -> bool:
    return bool((one - other).abs().max() <= tolerance * one.abs().max())


def _table_rows(model: nn.Module, folder: Path, kind: str) -> int:
    try:
        rows = n_embeddings(model)
    except (AttributeError, NotImplementedError):
        rows = None
    if rows is None:
        raise ConfigError(
            f"{folder} ({kind}) has no table of units; expected an encoder or decoder of text with "
            "its own tokenizer. Measure CANINE in an experiment, with parallel text."
        )
    return rows


def _chosen(asked: str, depth: int, folder: Path) -> tuple[str, ...]:
    """Numbers of layers, in order."""
    if asked == "all":
        return tuple(map(str, range(depth + 1)))
    found = set()
    for part in asked.split(","):
        text = str(depth) if part.strip() == "last" else part.strip()
        if not text.isdecimal() or int(text) > depth:
            raise ConfigError(
                f"layers: {folder} has no layer {part.strip()!r}; expected all, last, or numbers "
                f"up to {depth} with commas, such as 0,{depth}."
            )
        found.add(int(text))
    return tuple(map(str, sorted(found)))
