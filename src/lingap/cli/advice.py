"""Advice in the terms of the command that was called.

Messages advise a Python user: *pass* ``missing='shared'``. On the command line that is
``--missing shared``, for an option of a corpus ``--option check_script=false``, and in an
experiment's YAML ``check_script: false``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_ADVICE = re.compile(
    r"\b([Pp]ass|[Gg]ive|[Cc]hoose|[Ww]ith|such as|or|and) ([a-z][a-z_]*)="
    r"('[^']*'|\([^)]*\)|True|False|[A-Z]+|[0-9]+|)(?=[\s,.;:)]|$)"
)
_OPTION = {
    "languages": "language",
    "systems": "system",
    "n_resamples": "resamples",
    "n_permutations": "permutations",
    "vocabulary_size": "vocabulary",
    "tasks": "task",
    "metrics": "metric",
}
"""Argument in Python -> parameter of a command, where they differ."""
_OF_SCORES = ("languages", "systems", "missing", "scale", "compare", "ignore")
"""Of ``lingap gap scores``, for other commands that read tables of scores."""


def called(command: Any, arguments: Sequence[str]) -> Any:
    """The command that the arguments of a command line name."""
    for word in arguments:
        command = getattr(command, "commands", {}).get(word, command)
    return command


def in_terms_of(command: Any, message: str) -> str:
    """The message with each argument of its advice as the command's option.

    Args:
        command: A command of click.
        message: Of an error or a note. What the command has no option for stays as it is.
    """
    options = {parameter.name: parameter.opts[-1] for parameter in command.params}
    if "logits" in options:
        message = message.replace("(lingap.metrics.softmax)", "(--logits)")

    def option(match: re.Match[str]) -> str:
        verb, name, value = match[1], match[2], match[3].strip("'")
        own = options.get(_OPTION.get(name, name), "")
        if own.startswith("--") and value in ("True", "False"):
            said = own if value == "True" else own.replace("--", "--no-", 1)
        elif own.startswith("-"):
            said = f"{own} {value}".rstrip()
        elif "config" in options:
            said = f"`{name}: {_yaml(value)}`" if value else f"`{name}`"
        elif "option" in options:
            said = f"--option {name}={_yaml(value) or 'VALUE'}"
        elif name in _OF_SCORES:
            said = f"--{_OPTION.get(name, name)} to `lingap gap scores`"
        else:
            return match[0]
        return f"{verb} {said}"

    return _ADVICE.sub(option, message)


def _yaml(value: str) -> str:
    return {"True": "true", "False": "false"}.get(value, value.replace("(", "[").replace(")", "]"))
