"""Published encoders: any that ``AutoModel`` can load from a folder."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.errors import ConfigError, StoreError
from lingap.models.articulatory import compose_from
from lingap.models.encoder import transformers_library
from lingap.models.reading import n_embeddings
from lingap.representations import UnitIds, Vocabulary
from lingap.representations.checkpoint import has_safetensors
from lingap.storage.model_config import (
    TEXT_ENCODERS,
    loading_options,
    read_model_config,
    refuse_other_media,
    refuse_other_models,
    why_unread,
)

if TYPE_CHECKING:
    import torch

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")
"""Of a layer, within the name of a weight."""
_HEADS = ("pooler.", "pool.")
"""Parts after the last layer, which are not used; a masked language model lacks them."""


def read_weights(
    auto: Any,
    folder: Path,
    *,
    optional: Callable[[Any], tuple[str, ...]],
    missing: set[str] | None = None,
    **options: Any,
) -> Any:
    """A model of an auto class of ``transformers``, with its embeddings composed if they were.

    Nothing in the folder chooses code; see :func:`lingap.storage.model_config.loading_options`.

    Args:
        auto: The class.
        folder: With ``config.json`` and weights.
        optional: Prefixes of the model's weights that may be missing.
        missing: Gets the names of those that are.
        options: Of ``from_pretrained``.

    Raises:
        StoreError: When the weights are damaged or missing, or the file holds more than weights.
    """
    kind = read_model_config(folder)["model_type"]
    safe = loading_options(folder)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Detected pickle protocol")  # torch; it is refused
            model, report = auto.from_pretrained(
                folder,
                use_safetensors=has_safetensors(folder),
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # so that the report names them
                **{**safe, **options},
            )
    except Exception as error:  # pickles and safetensors fail in many ways
        raise StoreError(
            f"{folder} ({kind}) holds no readable encoder: {why_unread(error)}"
        ) from error
    if other := sorted(report["mismatched_keys"]):
        name, stored, expected = other[0]
        raise StoreError(
            f"{folder} ({kind}) holds no readable encoder: {len(other)} weights have another shape "
            f"than config.json says, such as {name}, {tuple(stored)} and not {tuple(expected)}."
        )
    may_be_new = optional(model)
    if lost := sorted(k for k in report["missing_keys"] if not k.startswith(may_be_new)):
        raise StoreError(
            f"{folder} ({kind}): {len(lost)} weights are not in the file, such as {lost[0]}; the "
            "file is incomplete or belongs to another model."
        )
    if spare := _of_further_layers(report["unexpected_keys"], model):
        raise StoreError(
            f"{folder} ({kind}): {len(spare)} weights, such as {spare[0]}, are of layers that "
            "config.json does not count; correct it, or save the model with the layers to be read."
        )
    if missing is not None:
        missing.update(report["missing_keys"])
    compose_from(folder, model)
    return model


def _of_further_layers(names: Iterable[str], model: Any) -> list[str]:
    """Weights that the model would have, too, if it had more layers."""
    own = {_NUMBER.sub("#", name) for name in model.state_dict() if _NUMBER.search(name)}

    def is_like_one(name: str) -> bool:  # whatever the file calls the model before it
        parts = _NUMBER.sub("#", name).split(".")
        return any(".".join(parts[at:]) in own for at in range(len(parts)))

    return sorted(filter(is_like_one, names))


def load_text_model(folder: Path) -> torch.nn.Module:
    """Load an encoder or a decoder of text without its heads, as safely as :func:`read_weights`.

    Raises:
        StoreError: When the weights are damaged or missing, or the file holds more than weights.
        ConfigError: When it reads no text, or has both an encoder and a decoder and is not of
            T5's kind.
    """
    transformers = transformers_library()
    kind = read_model_config(folder)["model_type"]
    refuse_other_media(folder, kind)
    of_encoder = kind in TEXT_ENCODERS
    auto = transformers.AutoModelForTextEncoding if of_encoder else transformers.AutoModel
    attention: dict[str, Any] = {"attn_implementation": "eager"} if kind == "canine" else {}
    model: torch.nn.Module = read_weights(auto, folder, optional=lambda _: _HEADS, **attention)
    if not of_encoder and getattr(model.config, "is_encoder_decoder", False):
        raise ConfigError(
            f"{folder} ({kind}) translates or sums up with an encoder and a decoder; expected one "
            "of the two alone, or a T5, of which the encoder is read."
        )
    return model


def load_published(folder: Path, ids: UnitIds) -> torch.nn.Module:
    """Load an encoder without its heads, as safely as :func:`read_weights`.

    Args:
        folder: With ``config.json`` and weights.
        ids: Numbering of its units.

    Raises:
        StoreError: When the weights are damaged or missing, or the file holds more than weights.
        ConfigError: When it is not an encoder or has fewer embeddings than `ids`.
    """
    found = read_model_config(folder)
    kind = found["model_type"]
    refuse_other_models(folder, found)
    model = load_text_model(folder)
    if kind not in TEXT_ENCODERS and not hasattr(model.config, "max_position_embeddings"):
        raise ConfigError(f"{folder} ({kind}) is not an encoder of whole sentences such as BERT.")
    rows = n_embeddings(model)
    if rows is not None and rows < len(ids):
        raise ConfigError(
            f"{folder} ({kind}): the encoder has {rows} embeddings, its vocabulary ids up to "
            f"{len(ids) - 1}; they do not belong together."
        )
    return model


def load_encoder(folder: Path) -> tuple[torch.nn.Module, Vocabulary]:
    """Load an encoder pre-trained by lingap, without its head, and its vocabulary.

    Raises:
        StoreError: When the folder holds no readable encoder.
        ConfigError: When vocabulary and embedding table differ in size.
    """
    vocabulary = Vocabulary.load(folder)
    model = load_published(folder, vocabulary)
    rows = n_embeddings(model)
    if rows != len(vocabulary):
        raise ConfigError(
            f"{folder}: the encoder has {rows} embeddings, its vocabulary {len(vocabulary)} units; "
            "they do not belong together."
        )
    return model, vocabulary
