"""Embeddings composed of features: of phonemes' articulation, of the two parts of a pair."""

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

FEW = 0.02
"""Share of features that are not 0; below it the product is of a sparse matrix."""


class _Composed(nn.Module):
    """An embedding table as the product of its units' features and trained weights."""

    features: Tensor
    few: Tensor | None

    def __init__(self, features: Tensor):
        super().__init__()
        self.register_buffer("features", features, persistent=False)
        few = torch.count_nonzero(features) < FEW * features.numel()
        self.register_buffer("few", features.to_sparse() if few else None, persistent=False)

    def forward(self, weights: Tensor) -> Tensor:
        found: Tensor
        found = self.features @ weights if self.few is None else torch.sparse.mm(self.few, weights)
        return found

    def right_inverse(self, table: Tensor) -> Tensor:
        return table.new_zeros(self.features.shape[1], table.shape[1])


def compose_embeddings(model: Any, features: Tensor, weights: Tensor) -> None:
    """Make a model's embedding table the product of fixed features and trained weights.

    Shapes: features (n_units, n_features); weights (n_features, width).

    Args:
        model: An encoder or masked language model of ``transformers``; an output layer that shares
            the table shares the product.
        features: Of each unit of the vocabulary, in the order of their ids.
        weights: Initial ones.
    """
    embedding: Any = model.get_input_embeddings()
    output: Any = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    tied = output is not None and output.weight is embedding.weight
    if tied:  # registering would change the tensor that both hold
        output.weight = nn.Parameter(output.weight.detach().clone())
    for layer in (embedding, output) if tied else (embedding,):
        parametrize.register_parametrization(layer, "weight", _Composed(features))
    held: Any = embedding.parametrizations.weight
    held.original = nn.Parameter(weights.clone())
    if tied:
        output.parametrizations.weight.original = held.original


def first_weights(features: npt.NDArray[np.float32], width: int, *, std: float) -> Tensor:
    """Random weights from torch's generator that give unit embeddings a spread of `std`."""
    scale = std / float(np.sqrt((features**2).sum(1).mean()))
    return torch.randn(features.shape[1], width) * scale


def composed(model: Any) -> tuple[Tensor, Tensor] | None:
    """Features and weights of a model with composed embeddings, else None."""
    embedding = model.get_input_embeddings()
    if not parametrize.is_parametrized(embedding, "weight"):
        return None
    held: Any = embedding.parametrizations.weight
    return held[0].features, held.original.detach()


def save_composed(model: Any, folder: Path) -> Any:
    """The model; if its embeddings are composed, write their parts and return a plain copy."""
    parts = composed(model)
    if parts is None:
        return model
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
    """Compose the embeddings of a model from the parts in its folder, if there are any.

    Raises:
        StoreError: When the parts are damaged or their product is not the model's table.
    """
    path = folder / COMPOSED
    if not path.is_file():
        return
    try:
        parts = load_file(path)
        features, weights = parts["features"], parts["weights"]
        product = features @ weights
    except Exception as error:  # a damaged file fails in many ways
        raise StoreError(f"{path} holds no composed embeddings: {error}") from error
    table = model.get_input_embeddings().weight
    if product.shape != table.shape or not torch.allclose(product, table, atol=1e-4):
        raise StoreError(
            f"{path}: its product, of shape {tuple(product.shape)}, is not the table of the model, "
            f"{tuple(table.shape)}; the files in {folder} do not belong together."
        )
    compose_embeddings(model, features, weights)
