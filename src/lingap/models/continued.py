"""Continued pre-training of published masked language models: loading, new units, saving."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.errors import ConfigError, StoreError
from lingap.models.articulatory import composed, save_composed
from lingap.models.encoder import transformers_library
from lingap.models.published import read_weights
from lingap.representations import UnitIds
from lingap.representations.unit_ids import TableIds
from lingap.representations.vocabulary import Reads, save_units
from lingap.storage.model_config import read_model_config, refuse_without_masked_model

if TYPE_CHECKING:
    import torch

_TOKENIZER_FILES = (
    "tokenizer*", "vocab*", "special_tokens_map.json", "merges.txt", "*.model", "*.codes",
    "subwords.json", "added_tokens.json",
)  # fmt: skip


def load_masked_model(folder: Path, *, seed: int = 0) -> tuple[torch.nn.Module, bool]:
    """Read an encoder with its head for masked language modelling.

    Args:
        folder: With ``config.json`` and weights.
        seed: Of the weights of a new head.

    Returns:
        The model, and whether its head is new since the file has none.

    Raises:
        ConfigError: For a type without such a head, such as CANINE.
        StoreError: When the weights are damaged, or lack some of the encoder.
    """
    import torch

    transformers = transformers_library()
    refuse_without_masked_model(folder, read_model_config(folder)["model_type"])
    missing: set[str] = set()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: torch.nn.Module = read_weights(
            transformers.AutoModelForMaskedLM, folder, optional=_head_of, missing=missing
        )
    _refuse_half_a_head(model, missing, folder)
    return model, bool(missing)


def _head_of(model: Any) -> tuple[str, ...]:
    """Names of the weights that are not of the encoder."""
    inside = f"{model.base_model_prefix}."
    return tuple(name for name in model.state_dict() if not name.startswith(inside))


def _refuse_half_a_head(model: Any, missing: set[str], folder: Path) -> None:
    """Refuse a file with some weights of the head: it is damaged, and no headless encoder."""
    inside = f"{model.base_model_prefix}."
    names: dict[int, set[str]] = {}
    for name, weight in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(weight), set()).add(name)
    own = [tied for tied in names.values() if not any(one.startswith(inside) for one in tied)]
    lacking = [tied for tied in own if tied & missing]
    if lacking and len(lacking) < len(own):
        raise StoreError(
            f"{folder}: {len(lacking)} of {len(own)} weights of the head for masked language "
            f"modelling are not in the file, such as {min(lacking[0])}; it is incomplete."
        )


def add_units(
    model: Any, ids: TableIds, units: Sequence[str], like: Mapping[str, str], *, seed: int
) -> TableIds:
    """Add units to a model, each with the embedding of a known one at first.

    Args:
        model: A masked language model of ``transformers``; changed in place.
        ids: Its ids.
        units: New ones, in the order of their ids.
        like: New unit to the known one whose embedding it starts from; those without one start
            from the mean of all, with a little noise.
        seed: Of the noise.

    Returns:
        The ids with the new units.
    """
    import torch

    if not units:
        return ids
    if composed(model) is not None:
        raise ConfigError(
            "The embeddings of this encoder are composed of features, so the "
            f"{len(units)} units that it lacks cannot be added; set "
            "pretraining.extend_vocabulary to false."
        )
    before = len(model.get_input_embeddings().weight)
    model.resize_token_embeddings(before + len(units), mean_resizing=False)
    table = model.get_input_embeddings().weight
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        mean, spread = table[:before].mean(0), table[:before].std()
        for place, unit in enumerate(units, start=before):
            known = like.get(unit)
            table[place] = (
                table[ids.table[known]]
                if known is not None
                else mean + 0.1 * spread * torch.randn_like(mean)
            )
    numbers = {unit: place for place, unit in enumerate(units, start=before)}
    return replace(ids, table={**ids.table, **numbers})


def save_continued(
    model: Any, ids: UnitIds, source: Path, folder: Path, *, added: int, reads: Reads = "units"
) -> None:
    """Write a continued model and its tokenizer: the source's files, or with the `added` units."""
    save_composed(model, folder).save_pretrained(folder)
    if not added:
        for pattern in _TOKENIZER_FILES:
            for path in source.glob(pattern):
                shutil.copy(path, folder / path.name)
        return
    assert isinstance(ids, TableIds)
    from lingap.models.reading import max_units

    save_units(ids.table, ids, folder, reads=reads, max_units=max_units(model))
