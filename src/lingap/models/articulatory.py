"""Embeddings of phonemes that are composed of articulatory features."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from lingap.errors import StoreError
from lingap.representations.articulatory import COMPOSED


class _Composed(nn.Module):
    """A table of embeddings as the product of its units' features and learned weights."""

    features: Tensor

    def __init__(self, features: Tensor):
        super().__init__()
        self.register_buffer("features", features, persistent=False)

    def forward(self, weights: Tensor) -> Tensor:
        return self.features @ weights

    def right_inverse(self, table: Tensor) -> Tensor:
        return table.new_zeros(self.features.shape[1], table.shape[1])


def compose_embeddings(model: Any, features: Tensor, weights: Tensor) -> None:
    """Make a model's table of units the product of features and weights, which are learned.

    Shapes: features (n_units, n_features), fixed; weights (n_features, width).

    Args:
        model: An encoder or masked language model of ``transformers``; where its output layer
            shares the table, it shares the product.
        features: Of each unit of the vocabulary, in the order of their ids.
        weights: To begin with.
    """
    embedding: Any = model.get_input_embeddings()
    output: Any = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    tied = output is not None and output.weight is embedding.weight
    if tied:  # registering changes the very tensor that both hold
        output.weight = nn.Parameter(output.weight.detach().clone())
    for layer in (embedding, output) if tied else (embedding,):
        parametrize.register_parametrization(layer, "weight", _Composed(features))
    held: Any = embedding.parametrizations.weight
    held.original = nn.Parameter(weights.clone())
    if tied:
        output.parametrizations.weight.original = held.original


def first_weights(features: npt.NDArray[np.float32], width: int, *, std: float) -> Tensor:
    """Weights drawn from torch's generator so that the vectors of units spread by `std`."""
    scale = std / float(np.sqrt((features**2).sum(1).mean()))
    return torch.randn(features.shape[1], width) * scale


def composed(model: Any) -> tuple[Tensor, Tensor] | None:
    """Features and weights of a model whose embeddings are composed; None of another."""
    embedding = model.get_input_embeddings()
    if not parametrize.is_parametrized(embedding, "weight"):
        return None
    held: Any = embedding.parametrizations.weight
    return held[0].features, held.original.detach()


def save_composed(model: Any, folder: Path) -> Any:
    """Write the parts; give a plain copy of the model whose table is their product."""
    parts = composed(model)
    assert parts is not None
    features, weights = (part.detach().cpu().contiguous() for part in parts)
    save_file({"features": features, "weights": weights}, folder / COMPOSED)
    embedding = model.get_input_embeddings()
    (name,) = (name for name, module in model.named_modules() if module is embedding)
    state = {k: v for k, v in model.state_dict().items() if "parametrizations" not in k}
    with torch.random.fork_rng():
        plain = type(model)(copy.deepcopy(model.config))
    plain.load_state_dict({**state, f"{name}.weight": embedding.weight.detach()}, strict=False)
    return plain


def compose_from(folder: Path, model: Any) -> None:
    """Compose the embeddings of a model that was read from a folder where their parts lie.

    Raises:
        StoreError: When the parts are damaged or do not give the model's own table.
    """
    path = folder / COMPOSED
    if not path.is_file():
        return
    try:
        parts = load_file(path)
        features, weights = parts["features"], parts["weights"]
        gives = features @ weights
    except Exception as error:  # a damaged file fails in many ways
        raise StoreError(f"{path} holds no composed embeddings: {error}") from error
    table = model.get_input_embeddings().weight
    if gives.shape != table.shape or not torch.allclose(gives, table, atol=1e-4):
        raise StoreError(
            f"{path} gives a table of shape {tuple(gives.shape)} that is not the model's own, "
            f"{tuple(table.shape)}; the files of {folder} do not belong together."
        )
    compose_embeddings(model, features, weights)
