"""Articulatory features of IPA segments, from PanPhon's table (Mortensen et al. 2016).

The table is in lingap (``g2p/vendored``); PanPhon itself, which is slow to load, is not needed.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from functools import cache
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from lingap.g2p.vendored import vendored_text


@cache
def _weights() -> Mapping[str, float]:
    names, values = csv.reader(vendored_text("panphon", "feature_weights.csv").split())
    return {name: float(value) for name, value in zip(names, values, strict=True)}


@cache
def _table() -> Mapping[str, NDArray[np.int8]]:
    """Segment (NFD, ``ɡ`` for ``g``) -> its signs (-1, 0, 1) in the order of the weights."""
    rows = csv.reader(io.StringIO(vendored_text("panphon", "ipa_all.csv")))
    names = next(rows)
    ipa, features = names.index("ipa"), itemgetter(*map(names.index, _weights()))
    segments, written = zip(
        *((_spelling(row[ipa]), "".join(features(row))) for row in rows), strict=True
    )
    marks = np.frombuffer("".join(written).encode(), dtype="S1").reshape(len(segments), -1)
    signs = (marks == b"+").astype(np.int8) - (marks == b"-").astype(np.int8)
    table: dict[str, NDArray[np.int8]] = {}
    for segment, row in zip(segments, signs, strict=True):
        table.setdefault(segment, row)
    return table


def _spelling(segment: str) -> str:
    return unicodedata.normalize("NFD", segment).replace("g", "ɡ")


def features_of(segment: str) -> NDArray[np.int8] | None:
    """Signs of a segment, shape (n_features,), values -1, 0, 1; None for anything else.

    A segment that the table lacks is looked up without its last mark, and so on down to its first
    letter.

    >>> features_of("t͡ʃ") is None, features_of("?") is None
    (False, True)
    """
    found = features_and_rest(segment)
    return None if found is None else found[0]


def features_and_rest(segment: str) -> tuple[NDArray[np.int8], str] | None:
    """As :func:`features_of`, and the characters left out for the table, or "".

    >>> features_and_rest("aᵑ")[1], features_and_rest("aː")[1]
    ('ᵑ', '')
    """
    text = spelling = _spelling(segment)
    while text:
        found = _table().get(text)
        if found is not None:
            return found, spelling[len(text) :]
        if unicodedata.category(text[-1])[0] not in "ML":
            return None
        text = text[:-1]
    return None


def is_sound(unit: str) -> bool:
    """Whether a unit is a letter with articulatory features.

    >>> is_sound("t͡ʃ"), is_sound("?"), is_sound("˥")
    (True, False, False)
    """
    if not unit or unicodedata.category(unit[0])[0] != "L":
        return False
    features = features_of(unit)
    return features is not None and bool(features.any())


def known_segments() -> tuple[str, ...]:
    """All segments of the table, in its order, in NFD."""
    return tuple(_table())


def feature_names() -> tuple[str, ...]:
    """PanPhon's name of each feature, in the order of all arrays here."""
    return tuple(_weights())


def feature_weights() -> NDArray[np.float64]:
    """PanPhon's weight of each feature, shape (n_features,)."""
    return np.array(list(_weights().values()))
