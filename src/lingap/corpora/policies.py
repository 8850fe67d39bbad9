"""Named policies: options with a closed set of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lingap.errors import ConfigError
from lingap.languages import Language

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


def check_types(options: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """Refuse values that no reader could use; an option without a default may be text or a list.

    Raises:
        ConfigError: With the option, what was expected, and the value.

    >>> check_types({"seed": 3, "kinds": ["day"]}, {"seed": 0, "kinds": ("month",)})
    """
    for name, value in options.items():
        default = defaults[name]
        if value is None and default is None:
            continue
        expected, fits = _KINDS.get(type(default), _ANY)
        if isinstance(default, list | tuple) and default and _is_number(default[0]):
            expected, fits = "a list of whole numbers", _is_numbers
        if fits is _is_list and isinstance(value, str):
            expected = f"a list, such as [{value}]"
        if not fits(value):
            raise ConfigError(f"{name}: expected {expected}, got {value!r:.80}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_number, value))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str | Language) for one in value)


def _is_any(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(one, str) for pair in value.items() for one in pair)
    return isinstance(value, str) or _is_list(value) or _is_numbers(value)


_ANY = ("text, a list, or a mapping of text", _is_any)
_KINDS: Mapping[type, tuple[str, Callable[[Any], bool]]] = {
    bool: ("true or false", lambda value: isinstance(value, bool)),
    int: ("a whole number from 0", _is_number),
    str: ("text", lambda value: isinstance(value, str)),
    tuple: ("a list of text", _is_list),
    list: ("a list of text", _is_list),
}
