"""Named policies: options with a closed set of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lingap.errors import ConfigError
from lingap.languages import Language
from lingap.storage.yaml_text import quoting_advice

Choices = Mapping[str, tuple[str, ...]]

CLDR: Choices = {"case": ("lower", "keep")}
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


FLAG, NUMBER, SIZE = "true or false", "a whole number", "a number of records, 1 to 100,000"
TEXT, TEXTS = "text", "a list"
RENAMING = "a mapping of labels, such as {'yes': entailment}"
SEGMENTERS = "text, or text by language"
_MOST_RECORDS = 100_000  # made of some hundred names; more would take minutes
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("check_script", "spans"), FLAG),
    **dict.fromkeys(("treebank", "revision", "column", "comment_prefix"), TEXT),
    **dict.fromkeys(("languages", "kinds", "entity_types"), TEXTS),
    **dict.fromkeys(("train_size", "dev_size", "test_size"), SIZE),
    "seed": NUMBER,
    "rename": RENAMING,
    "segmenter": SEGMENTERS,
}
"""Option -> what it takes, for those that are no policy. The same name means the same."""
_OPTIONAL = ("treebank", "revision", "languages", "entity_types", "segmenter")


def check_kinds(options: Mapping[str, Any]) -> None:
    """Refuse a value of another kind than its option takes, such as False for a language.

    Raises:
        ConfigError: With the option, what it takes and the value.

    >>> check_kinds({"languages": ["eng", "nob"], "treebank": None})
    """
    for name, value in options.items():
        kind = _KINDS.get(name)
        if kind is None or (value is None and name in _OPTIONAL):
            continue
        for stray in _strays(kind, value):
            raise ConfigError(
                f"{name}: expected {kind}{_example(kind, value)}, got {value!r:.120}"
                f"{quoting_advice(stray)}."
            )


def _example(kind: str, value: Any) -> str:
    return f", such as [{value}]" if kind == TEXTS and isinstance(value, str) else ""


def _strays(kind: str, value: Any) -> list[Any]:
    """What of a value is not of the kind."""
    if kind == FLAG:
        return [] if isinstance(value, bool) else [value]
    if kind in (NUMBER, SIZE):
        right = type(value) is int and (kind == NUMBER or 1 <= value <= _MOST_RECORDS)
        return [] if right else [value]
    if kind == TEXTS:
        parts = value if isinstance(value, list | tuple) else None
    elif kind == TEXT or (kind == SEGMENTERS and not isinstance(value, Mapping)):
        parts = [value]
    else:
        parts = [*value, *value.values()] if isinstance(value, Mapping) else None
    if parts is None:
        return [value]
    return [part for part in parts if not isinstance(part, str | Language)]


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
