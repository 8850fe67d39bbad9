"""Characters after romanization: the other way to bring languages of unlike script together."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lingap.errors import MissingExtra
from lingap.languages import get_language
from lingap.representations.character import Characters


class Romanized(Characters):
    """One unit per Latin letter of a word's romanization, with a boundary between words.

    The rival of phonemes for transfer across scripts: uroman (Hermjakob et al. 2018) writes every
    script in Latin letters by tables, without regard to pronunciation, and loses tones and some
    vowels that the script does not write.

    Raises:
        MissingExtra: Without the extra ``romanize``.
    """

    name = "romanized"

    @cached_property
    def _uroman(self) -> Any:
        try:
            import uroman
        except ImportError as error:
            raise MissingExtra("romanize", "The representation romanized") from error
        return uroman.Uroman(rebuild_ud_props=False, rebuild_num_props=False)

    def prepare(self, language: str) -> None:
        """Check that uroman is installed; it reads every language."""
        _ = self._uroman

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Latin letters of each word; some languages have rules of their own."""
        code = get_language(language).code[:3]
        read = self._uroman.romanize_string
        return super().spell([read(word, lcode=code).replace(" ", "") for word in words], language)

    def provenance(self) -> dict[str, str]:
        """Versions of uroman and Unicode."""
        from importlib.metadata import version

        return {**super().provenance(), "uroman": version("uroman")}
