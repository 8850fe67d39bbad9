"""Tokenizers and models that typed lines are compared in, named when the explorer is started.

A page names none: what is read from disk is what the user of the command named there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lingap.app.work import Work
from lingap.errors import LingapError
from lingap.gap.source_names import named_source, told_apart
from lingap.gap.tokenizers import Tokenizer, load_tokenizers
from lingap.representations.checkpoint import find_model

if TYPE_CHECKING:
    from lingap.evaluation import SentenceEncoder

OWN = ("character", "subword", "phoneme")
"""Names of what the page shows in any case."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the command named.

    Args:
        tokenizers: Name -> tokenizer; those of the models among them.
        models: Name -> model.
    """

    tokenizers: Mapping[str, Tokenizer] = field(default_factory=dict)
    models: Mapping[str, SentenceEncoder] = field(default_factory=dict)

    @classmethod
    def load(
        cls, tokenizers: Sequence[str] = (), models: Sequence[str] = (), *, prefix: str = "",
        pooling: str | None = None,
    ) -> Compared:  # fmt: skip
        """Load them, each as ``lingap gap tokens -t`` and ``lingap gap model`` take it.

        `prefix` and `pooling` are those of the models, as there.

        Raises:
            ConfigError: For a source that is none, or a name that two have.
            HubError: For a hub id that cannot be had.
            MissingExtra: Without what reads it.
        """
        found: dict[str, SentenceEncoder] = {}
        if models:
            from lingap.evaluation import SentenceEncoder

            given = [named_source(source) for source in dict.fromkeys(models)]
            folders = [find_model(place) for _, place in given]
            names = told_apart(
                [
                    (name or folder.resolve().name, name or place)
                    for (name, place), folder in zip(given, folders, strict=True)
                ],
                "models",
            )
            found = {
                name: SentenceEncoder(folder, layers="all", prefix=prefix, pooling=pooling)
                for name, folder in zip(names, folders, strict=True)
            }
        read = load_tokenizers(tokenizers) if tokenizers else []
        named = {f"{one.name} (tokenizer)" if one.name in OWN else one.name: one for one in read}
        for name, model in found.items():
            if name not in named:
                [one] = load_tokenizers([str(Path(model.folder))])
                named[name] = one
        return cls(named, found)

    def units(self, text: str, language: str, work: Work) -> dict[str, tuple[str, ...]]:
        """Tokens of a text by each tokenizer that can show them."""
        shown = {}
        for name, one in self.tokenizers.items():
            if one.split is not None:
                work.step()
                shown[name] = tuple(one.split(text, language))
        return shown

    def cosines(self, texts: Sequence[str], work: Work) -> list[dict[str, Any]]:
        """Of each model, the cosine of each pair of texts at each layer; pairs in order, i < j."""
        found = []
        for name, model in self.models.items():
            work.step()
            layers: list[dict[str, Any]] = []
            try:
                read = model.vectors(texts, "typed text").layers
            except LingapError as error:
                found.append({"model": name, "pooling": str(error), "layers": layers})
                continue
            for layer, vectors in read.items():
                unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
                pairs = (unit @ unit.T)[np.triu_indices(len(texts), 1)]
                layers.append({"layer": layer, "cosine": [round(float(one), 3) for one in pairs]})
            found.append({"model": name, "pooling": model.pooling, "layers": layers})
        return found
