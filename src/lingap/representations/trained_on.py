"""What lingap pre-trained an encoder over, by the record beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError
from lingap.representations.phoneme import as_policies
from lingap.representations.pieces import OF_PIECES
from lingap.representations.protocol import REPRESENTATIONS

_ALSO_READ_AS = {"articulatory": ("phoneme",)}
"""An encoder's representation to others of the same units."""
_OF_UNITS = {"case": "drop", "join": "mark", "prosody": "units"}
"""Options that decide how words are written in units, and their defaults."""


def trained_on(folder: Path) -> tuple[str, dict[str, Any]] | None:
    """The representation that lingap pre-trained an encoder over, and its options.

    By the record beside it; None for a folder without one.
    """
    found = _record(folder)
    return None if found is None else (found[0], dict(found[1].get("options") or {}))


def _record(folder: Path) -> tuple[str, Mapping[str, Any]] | None:
    """The representation and its settings."""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        name = record["representation"]
        settings = dict(record.get("config", {}).get("representation", {}))
        dict(settings.get("options") or {})
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    if not isinstance(name, str) or name not in REPRESENTATIONS:
        return None
    return name, settings


def check_trained_on(name: str, folder: Path, options: Mapping[str, Any]) -> None:
    """Refuse an encoder that lingap pre-trained over other units than it is to read.

    A folder without a record is judged by its units. Another G2P back end is let pass: its units
    are written alike, and those that the encoder lacks are counted.

    Raises:
        ConfigError: For another representation, or other options of it that decide its units.
    """
    if (found := _record(folder)) is None:
        return
    trained, settings = found
    if trained != name and name not in _ALSO_READ_AS.get(trained, ()):
        raise ConfigError(
            f"{folder}: the encoder was pre-trained over {trained}, and is to read {name}. Name "
            f"the representation {trained} with it, or give an encoder pre-trained over {name}."
        )
    if not REPRESENTATIONS[name].__module__.startswith("lingap."):
        return  # whose options are its own
    if unlike := [*_differences(settings, options)]:
        theirs, ours = (", ".join(f"{key}={row[at]}" for key, *row in unlike) for at in (0, 1))
        raise ConfigError(
            f"{folder}: the encoder was pre-trained over {trained} with {theirs}, and is to read "
            f"{name} with {ours}. Read it as {trained} with the options it was trained with, or "
            "give an encoder pre-trained with these."
        )


def _differences(
    settings: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Each option that the encoder learned otherwise: its name, learned value and given value."""
    learned = settings.get("options") or {}
    sides = (learned, given)
    pairs = [(key, *(of.get(key, usual) for of in sides)) for key, usual in _OF_UNITS.items()]
    policies = [_policies(of) for of in sides]
    pairs += [(key, *(own[key] for own in policies)) for key in policies[0] if key != "inventory"]
    for key, usual in OF_PIECES.items():
        continued = settings.get("encoder") is not None  # its pieces are of another record
        if key in given and (key in learned or not continued):
            pairs.append((key, learned.get(key, usual), given[key]))
    for key, theirs, ours in pairs:
        if theirs != ours:
            yield key, theirs, ours
    alphabets = [_alphabets(of, own) for of, own in zip(sides, policies, strict=True)]
    if not alphabets[0] & alphabets[1]:
        theirs, ours = (" and ".join(sorted(own)) for own in alphabets)
        yield "inventory", theirs, ours


def _policies(options: Mapping[str, Any]) -> dict[str, str]:
    """All choices; with prosody as features stress is kept."""
    given = options.get("policies") or {}
    if options.get("prosody") == "features" and isinstance(given, Mapping):
        given = {"stress": "keep", **given}
    return as_policies(given).as_dict()


def _alphabets(options: Mapping[str, Any], policies: Mapping[str, str]) -> set[str]:
    """Inventories that some language is written in; a file by its name."""
    usual = policies["inventory"]
    given = options.get("inventory") or usual
    every = {"default": usual, **given} if isinstance(given, Mapping) else {"": given}
    return {Path(str(one)).name for one in every.values()}
