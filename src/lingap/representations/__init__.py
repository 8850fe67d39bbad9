"""Representations of a sentence in units, each with its word; vocabularies; windows."""

from lingap.representations.protocol import (
    REPRESENTATIONS,
    Representation,
    WordSpeller,
    learn_words,
    load_representation,
)
from lingap.representations.vocabulary import SPECIAL_UNITS, UnitIds, Vocabulary
from lingap.representations.windows import Window, windows
from lingap.text.units import BOUNDARY, UNKNOWN

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
    "learn_words",
    "load_representation",
    "windows",
]
