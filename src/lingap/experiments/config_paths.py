"""Relative paths of a configuration's file, which count from that file's folder."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os.path import exists
from pathlib import Path
from typing import Any

_OF_OPTIONS = ("path", "vocabulary", "tokenizer")
"""Options of representations that name a file."""


def from_folder(given: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """The settings of a file in the folder `home`, their relative paths as seen from here.

    A path that is only found from here, as it was read before, is kept with a warning.
    """
    found = dict(given)
    for key in ("corpus", "parallel"):
        if key in found:
            found[key] = _each(found[key], _corpus, home)
    if "tasks" in found:
        found["tasks"] = _each(found["tasks"], _with_corpus("corpus"), home)
    if "pretraining" in found:
        found["pretraining"] = _each(found["pretraining"], _with_corpus("text"), home)
    if "representations" in found:
        found["representations"] = _each(found["representations"], _representation, home)
    return found


def _each(given: Any, change: Any, home: Path) -> Any:
    """One mapping, or each of a list; anything else is left to the schema."""
    if isinstance(given, list):
        return [_each(one, change, home) for one in given]
    return change(given, home) if isinstance(given, Mapping) else given


def _with_corpus(key: str) -> Any:
    def change(given: Mapping[str, Any], home: Path) -> dict[str, Any]:
        return {**given, key: _each(given[key], _corpus, home)} if key in given else dict(given)

    return change


def _corpus(given: Mapping[str, Any], home: Path) -> dict[str, Any]:
    found = {**given}
    if "path" in found:
        found["path"] = _path(found["path"], home)
    name = found.get("name")
    if isinstance(name, str) and name.endswith((".yaml", ".yml")):
        found["name"] = _path(name, home)
    if isinstance(own := found.get("by_language"), Mapping):
        found["by_language"] = {code: _each(one, _corpus, home) for code, one in own.items()}
    return found


def _representation(given: Mapping[str, Any], home: Path) -> dict[str, Any]:
    found = {**given}
    encoder = found.get("encoder")
    if isinstance(encoder, str) and (_beside(encoder, home).is_dir() or encoder.startswith(".")):
        found["encoder"] = _path(encoder, home)  # anything else is a short name or a hub id
    if isinstance(options := found.get("options"), Mapping):
        found["options"] = {
            name: _paths(value, home) if name in _OF_OPTIONS else value
            for name, value in options.items()
        }
    return found


def _paths(given: Any, home: Path) -> Any:
    """A path, or one by language."""
    if isinstance(given, Mapping):
        return {code: _path(one, home) for code, one in given.items()}
    return _path(given, home)


def _path(given: Any, home: Path) -> Any:
    if not isinstance(given, str):
        return given
    beside = _beside(given, home)
    if str(beside) != given and not exists(beside) and exists(given):  # noqa: PTH110 - never raises
        warnings.warn(
            f"{given} is read from the current folder. Relative paths count from the folder of "
            f"the configuration, {home}: write the path from there.",
            FutureWarning,
            stacklevel=2,
        )
        return given
    return str(beside)


def _beside(given: str, home: Path) -> Path:
    return Path(given) if given.startswith("~") else home / given
