"""Representations of a sentence in units, each with its word; vocabularies; windows."""

from lingap.records import UNKNOWN
from lingap.representations.protocol import (
    BOUNDARY,
    REPRESENTATIONS,
    Representation,
    WordSpeller,
    load_representation,
)
from lingap.representations.vocabulary import SPECIAL_UNITS, UnitIds, Vocabulary
from lingap.representations.windows import Window, windows

__all__ = [
    "BOUNDARY",
    "REPRESENTATIONS",
    "SPECIAL_UNITS",
    "UNKNOWN",
    "Representation",
    "UnitIds",
    "Vocabulary",
    "Window",
    "WordSpeller",
    "load_representation",
    "windows",
]
