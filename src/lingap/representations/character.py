"""Characters and bytes of a word in NFC."""

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


BYTES = tuple(f"<{byte:02x}>" for byte in range(256))


class Bytes(Characters):
    """One unit per byte of UTF-8, written ``<e4>``, with a boundary between words (ByT5).

    An English letter is one unit, a Russian one two, a Hindi or Korean one three. ByT5: Xue et al.
    (2022).
    """

    name = "byte"
    units = BYTES

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Bytes of each word in NFC."""
        return [
            tuple(BYTES[byte] for byte in unicodedata.normalize("NFC", word).encode())
            for word in words
        ]

    def provenance(self) -> dict[str, str]:
        """As of characters, and that an encoder knows every byte."""
        return {**super().provenance(), "units": str(len(BYTES))}
