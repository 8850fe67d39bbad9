"""The configuration of a model made by others: sizes and shapes, never a choice of code.

``config.json`` may name more than a shape. ``transformers`` would fetch an attention kernel that it
names and load it as native code, in spite of ``local_files_only`` and without remote code. So
lingap reads the file itself, drops all that chooses an implementation, and passes on the rest.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, StoreError, in_one_line

_CHOICES = frozenset((
    "adapter_config", "auto_map", "backbone", "backbone_kwargs", "custom_generate",
    "custom_pipelines", "device_map", "device_mesh", "distributed_config", "dtype",
    "extra_config_files", "extra_files", "fusion_config", "gguf_file", "kernel_config",
    "sub_configs", "sub_configs_defaults", "torch_dtype", "transformers_weights",
    "trust_remote_code",
))  # fmt: skip
"""Keys that choose code, files or arithmetic, and none of the model's shape."""

_CHOICE_ENDINGS = ("_backbone", "_compile", "_implementation", "_kernels", "_plan")

_QUANTIZED = ("quantization_config", "compression_config")

TEXT_ENCODERS = ("t5", "mt5", "umt5")
"""Model types with a decoder, of which only the encoder is loaded."""

_FETCHING = ("mra", "rwkv", "sam3_video", "timm_backbone", "timm_wrapper", "yoso")
"""Model types whose classes in ``transformers`` fetch native code, or other models, themselves."""

_OTHER_TEXT_ENCODERS = ("canine", "splinter")
"""Encoders of text that no list of ``transformers`` names as such."""


NO_SUCH_TYPE = (
    "{source} ({kind}) holds no readable encoder: transformers has no model of that type, and "
    "custom code of a checkpoint is never run."
)


def refuse_without_config(folder: Path) -> None:
    """Refuse a folder that is no checkpoint.

    Raises:
        ConfigError: When it has no ``config.json``.
    """
    if (folder / "config.json").is_file():
        return
    if (folder / "adapter_config.json").exists():
        raise ConfigError(
            f"{folder} holds an adapter without its base model; merge the two, and give the folder "
            "of the whole model."
        )
    raise ConfigError(f"{folder} holds no config.json, so it is not a checkpoint.")


def read_model_config(folder: Path) -> dict[str, Any]:
    """The model's ``config.json`` as it is.

    Raises:
        ConfigError: When it is missing, cannot be read or has no ``model_type``.
    """
    path = folder / "config.json"
    refuse_without_config(folder)
    try:
        found = json.loads(path.read_text(encoding="utf-8").lstrip("\ufeff"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("model_type"), str):
        raise ConfigError(f"{path} names no model_type; expected an encoder of transformers.")
    return found


def why_unread(error: BaseException) -> str:
    """Why weights cannot be read, on one line, without a library's advice to run their code."""
    if isinstance(error, pickle.UnpicklingError):
        return (
            "its pickled weights are damaged or hold more than numbers, and code in them is never "
            "run; save them as safetensors"
        )
    return in_one_line(error)


def loading_options(folder: Path) -> dict[str, Any]:
    """What every ``from_pretrained`` of a model is called with, whatever the folder says.

    The configuration without choices of code, weights in float32, no code of the folder, nothing
    fetched, and pickles read as weights only.

    Raises:
        ConfigError: As :func:`read_model_config`.
        StoreError: For a type that ``transformers`` does not have or that fetches native code, and
            for weights that are quantized or an adapter of others.
    """
    import torch

    return {
        "config": safe_config(folder),
        "attn_implementation": None,  # that of transformers for the class; also of nested parts
        "dtype": torch.float32,
        "local_files_only": True,
        "trust_remote_code": False,
        "weights_only": True,
    }


def refuse_other_models(source: object, given: Mapping[str, Any]) -> None:
    """Refuse a model that cannot encode whole sentences, by its configuration.

    Args:
        source: Its folder or name, for the message.
        given: The content of its ``config.json``.

    Raises:
        StoreError: For a type that ``transformers`` does not have.
        ConfigError: For a decoder, in which no unit sees those after it (causal attention), and
            for an encoder with a decoder, unless it is of the T5 family.
    """
    from transformers import CONFIG_MAPPING
    from transformers.models.auto import modeling_auto as auto

    kind = given["model_type"]
    if kind not in CONFIG_MAPPING:
        raise StoreError(NO_SUCH_TYPE.format(source=source, kind=kind))
    if kind in TEXT_ENCODERS:
        return
    generates = kind in auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    masked = kind in auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES
    if given.get("is_decoder") is True or (generates and not masked and kind != "canine"):
        raise ConfigError(
            f"{source} ({kind}) is a decoder: its attention is causal, so that no unit sees those "
            "after it, and the vectors of words depend on what stands before them alone. Expected "
            "an encoder of whole sentences such as BERT."
        )
    if given.get("is_encoder_decoder") is True:
        raise ConfigError(
            f"{source} ({kind}) is an encoder with a decoder; of these, only the T5 family "
            f"({', '.join(TEXT_ENCODERS)}) is read, without its decoder."
        )


def refuse_other_media(source: object, kind: str) -> None:
    """Refuse a model of images or sound before it is built, by its type.

    Raises:
        StoreError: For a type that ``transformers`` does not have.
        ConfigError: For a type that reads no text.
    """
    from transformers import CONFIG_MAPPING
    from transformers.models.auto import modeling_auto as auto

    if kind not in CONFIG_MAPPING:
        raise StoreError(NO_SUCH_TYPE.format(source=source, kind=kind))
    lists = (
        auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES, auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        auto.MODEL_FOR_TEXT_ENCODING_MAPPING_NAMES, _OTHER_TEXT_ENCODERS,
    )  # fmt: skip
    if not any(kind in names for names in lists):
        raise ConfigError(
            f"{source} ({kind}) is no encoder or decoder of text; expected one, such as BERT or "
            "Llama."
        )


def _model_types(given: Any) -> list[str]:
    """The types of a model and of all its parts, at any depth."""
    if isinstance(given, list):
        return [name for one in given for name in _model_types(one)]
    if not isinstance(given, dict):
        return []
    own = given.get("model_type")
    inner = [name for value in given.values() for name in _model_types(value)]
    return [own, *inner] if isinstance(own, str) else inner


def refuse_without_masked_model(source: object, kind: str) -> None:
    """Refuse to continue the pre-training of a type that has no masked language model.

    Raises:
        ConfigError: For such a type, among them CANINE and the T5 family.
    """
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

    if kind not in MODEL_FOR_MASKED_LM_MAPPING_NAMES:
        raise ConfigError(
            f"{source} ({kind}): continued pre-training is impossible, since transformers has no "
            "masked language model of that type. Fine-tune it as it is, or choose another encoder."
        )


def safe_config(folder: Path) -> Any:
    """The configuration for ``transformers``, without choices of code.

    Raises:
        ConfigError: As :func:`read_model_config`.
        StoreError: As :func:`loading_options`.
    """
    from transformers import CONFIG_MAPPING

    given = read_model_config(folder)
    kind = given["model_type"]
    if kind not in CONFIG_MAPPING:
        raise StoreError(NO_SUCH_TYPE.format(source=folder, kind=kind))
    if fetching := [name for name in _model_types(given) if name in _FETCHING]:
        raise StoreError(
            f"{folder} ({fetching[0]}): transformers fetches native code, or other models, for "
            "models of that type, which lingap does not allow; choose another encoder."
        )
    if named := [key for key in _QUANTIZED if given.get(key) is not None]:
        raise StoreError(
            f"{folder} ({kind}), {named[0]}: the weights are quantized, which needs other code; "
            "expected the full weights."
        )
    if (folder / "adapter_config.json").exists():
        raise StoreError(
            f"{folder} ({kind}) holds an adapter (adapter_config.json); merge it into the weights "
            "and remove that file."
        )
    try:
        return CONFIG_MAPPING[kind].from_dict(without_choices(given))
    except Exception as error:  # values of a wrong type fail in many ways
        raise StoreError(
            f"{folder / 'config.json'} ({kind}) is damaged: {in_one_line(error)}"
        ) from error


def without_choices(given: Any) -> Any:
    """The same content without keys that choose code, at any depth.

    >>> without_choices({"hidden_size": 8, "text_config": {"attn_implementation": "a/b"}})
    {'hidden_size': 8, 'text_config': {}}
    """
    if isinstance(given, list):
        return [without_choices(one) for one in given]
    if not isinstance(given, dict):
        return given
    return {
        key: without_choices(value)
        for key, value in given.items()
        if key not in (*_CHOICES, *_QUANTIZED)
        and not key.startswith("_")  # private state, such as _attn_implementation
        and not key.endswith(_CHOICE_ENDINGS)
    }
