"""Characters: the Unicode code points of a word in NFC."""

from __future__ import annotations

import unicodedata

from lingap.representations.protocol import WordSpeller


class Characters(WordSpeller):
    """One unit per code point in NFC, as CANINE reads text, with a boundary between words."""

    name = "character"

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Code points of each word."""
        return [tuple(unicodedata.normalize("NFC", word)) for word in words]

    def provenance(self) -> dict[str, str]:
        """Unicode version of the normalization."""
        return {"representation": self.name, "unicode": unicodedata.unidata_version}
