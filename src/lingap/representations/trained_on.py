"""What lingap pre-trained an encoder over, by the record beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError
from lingap.representations.phoneme import as_policies
from lingap.representations.protocol import REPRESENTATIONS
from lingap.representations.subword import OF_PIECES

_ALSO_READ_AS = {"articulatory": ("phoneme",)}
"""An encoder's representation to others of the same units."""
_OF_UNITS = {"case": "drop", "join": "mark", "prosody": "units"}
"""Options that decide how words are written in units, and their defaults."""
_OF_VOCABULARY = {"algorithm": "wordpiece", "vocabulary_size": 4000}


def trained_on(folder: Path) -> tuple[str, dict[str, Any]] | None:
    """The representation that lingap pre-trained an encoder over, and its options.

    By the record beside it; None for a folder without one.
    """
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        name = record["representation"]
        options = dict(record.get("config", {}).get("representation", {}).get("options", {}))
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    if not isinstance(name, str) or name not in REPRESENTATIONS:
        return None
    return name, options


def without_pieces(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options without those by which pieces are learned, which an encoder has learned."""
    return {key: value for key, value in options.items() if key not in OF_PIECES}


def check_trained_on(name: str, folder: Path, options: Mapping[str, Any]) -> None:
    """Refuse an encoder that lingap pre-trained over other units than it is to read.

    A folder without a record is judged by its units. Another G2P back end is let pass: its units
    are written alike, and those that the encoder lacks are counted.

    Raises:
        ConfigError: For another representation, or other options of it that decide its units; for
            a single view of `mixed` of which the encoder was not taught to do without the other.
    """
    if (found := trained_on(folder)) is None:
        return
    trained, learned = found
    if trained != name and name not in _ALSO_READ_AS.get(trained, ()):
        raise ConfigError(
            f"{folder}: the encoder was pre-trained over {trained}, and is to read {name}. Name "
            f"the representation {trained} with it, or give an encoder pre-trained over {name}."
        )
    unlike = [*_differences(learned, options)]
    if unlike:
        theirs, ours = (", ".join(f"{key}={row[at]}" for key, *row in unlike) for at in (0, 1))
        raise ConfigError(
            f"{folder}: the encoder was pre-trained over {trained} with {theirs}, and is to read "
            f"{name} with {ours}. Give the options it was trained with, or an encoder pre-trained "
            "with these."
        )
    view = options.get("test_view", "both")
    if view != "both" and not learned.get("view_dropout"):
        raise ConfigError(
            f"{folder}: the encoder was always given both views (view_dropout=0), and is to read "
            f"test_view={view}. Test on both, or give an encoder pre-trained with a view_dropout "
            "above 0, such as 0.5."
        )


def _differences(
    learned: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    """Each option that the encoder learned otherwise: its name, learned value and given value."""
    sides = (learned, given)
    policies = [as_policies(of.get("policies", {})).as_dict() for of in sides]
    for own, of in zip(policies, sides, strict=True):
        own["inventory"] = of.get("inventory") or own["inventory"]
    pairs = {key: tuple(of.get(key, usual) for of in sides) for key, usual in _OF_UNITS.items()}
    pairs |= {key: tuple(own[key] for own in policies) for key in policies[0]}
    for key, usual in _OF_VOCABULARY.items():
        if key in given:
            pairs[key] = learned.get(key, usual), given[key]
    for key, (theirs, ours) in pairs.items():
        if theirs != ours:
            yield key, theirs, ours
