"""Named policies: options with a closed set of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lingap.errors import ConfigError

Choices = Mapping[str, tuple[str, ...]]

CONLLU: Choices = {
    "column": ("upos", "xpos"),
    "missing_tag": ("error", "X"),
    "duplicate_ids": ("error", "number"),
}
CONLL: Choices = {
    "scheme": ("auto", "iob1", "iob2", "iobes", "none"),
    "delimiter": ("auto", "tab", "space"),
    "foreign": ("error", "drop", "keep"),
    "empty_words": ("drop", "error"),
    "inner_spaces": ("keep", "error"),
    "broken_spans": ("begin", "error"),
}
TABLE: Choices = {
    "unlabelled": ("drop", "keep", "error"),
    "empty_text": ("error", "drop"),
    "duplicate_ids": ("error", "number"),
    "broken_spans": ("begin", "error"),
}


def check_policies(options: Mapping[str, Any], choices: Choices) -> None:
    """Refuse a value that is not a choice of its option; options without choices pass.

    Raises:
        ConfigError: With the option, its choices and the value.

    >>> check_policies({"foreign": "drop", "columns": (0, 3)}, CONLL)
    """
    for name, allowed in choices.items():
        if name in options and options[name] not in allowed:
            raise ConfigError(
                f"{name}: expected one of {', '.join(allowed)}, got {options[name]!r}."
            )
