"""Two signs among the units of written text."""

UNKNOWN = "<unk>"
"""The unit of a word that could not be spelled; the word is scored all the same."""

BOUNDARY = "▁"
"""Stands between two words."""
