"""Tokenizers of a checkpoint: which class may read its files, and faults that are told.

``transformers`` takes any of its names as a tokenizer's class. ``AutoModel`` would then be built as
the folder says, with the code that it chooses, and some tokenizers in Python run other programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError
from lingap.storage.json_file import read_json


@contextmanager
def told_faults(name: object) -> Iterator[None]:
    """A tokenizer that cannot read a text, as one without an unknown unit, is a ConfigError.

    Args:
        name: The tokenizer's, for the message.
    """
    try:
        yield
    except Exception as error:
        if type(error) is not Exception:  # the library raises plain ones
            raise
        raise ConfigError(f"{name}: its tokenizer cannot read a text ({error}).") from error


_IN_PYTHON = ("ByT5Tokenizer", "CanineTokenizer", "PerceiverTokenizer", "PythonBackend")
"""Tokenizers in Python that read bytes or characters; the last is read as a fast one."""


def check_class(folder: Path, config: Any) -> None:
    """Refuse a class that is no tokenizer lingap reads, before it is used.

    Args:
        folder: Of the tokenizer; its ``tokenizer_config.json`` may name a class.
        config: Of the model, which may name one too.

    Raises:
        ConfigError: For any class of ``transformers`` but fast tokenizers and those of bytes or
            characters.
    """
    from transformers import PreTrainedTokenizerFast
    from transformers.models.auto.tokenization_auto import tokenizer_class_from_name

    path = folder / "tokenizer_config.json"
    given = read_json(path, finite=False) if path.is_file() else {}
    if not isinstance(given, dict):
        raise ConfigError(f"{path}: expected an object, got {type(given).__name__}.")
    for name in (given.get("tokenizer_class"), getattr(config, "tokenizer_class", None)):
        if name is None:
            continue
        found = tokenizer_class_from_name(name) if isinstance(name, str) else type(name)
        is_known = getattr(found, "__name__", "") in _IN_PYTHON
        is_fast = isinstance(found, type) and issubclass(found, PreTrainedTokenizerFast)
        if not (found is None or is_known or is_fast):
            raise ConfigError(
                f"{folder}: {name!r:.60} is not a fast tokenizer, nor one of bytes or characters; "
                "expected one of these (tokenizer.json)."
            )
