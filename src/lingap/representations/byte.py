"""Bytes: the UTF-8 bytes of a word, as ByT5 reads text (Xue et al. 2022)."""

from __future__ import annotations

import unicodedata

from lingap.representations.protocol import WordSpeller


class Bytes(WordSpeller):
    """One unit per byte of UTF-8, written ``<e4>``, with a boundary between words.

    An English letter is one unit, a Russian one two, a Hindi or Korean one three.
    """

    name = "byte"

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Bytes of each word in NFC."""
        return [
            tuple(f"<{byte:02x}>" for byte in unicodedata.normalize("NFC", word).encode())
            for word in words
        ]

    def provenance(self) -> dict[str, str]:
        """Unicode version of the normalization."""
        return {"representation": self.name, "unicode": unicodedata.unidata_version}
