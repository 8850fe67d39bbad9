"""The back end espeak: eSpeak NG as a shared library in this process, or as a program of its own.

eSpeak NG is under the GPL, version 3, so lingap never requires it: ``pip install
'lingap[espeak]'`` or the system's own package brings it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import Protocol

from lingap.errors import G2PError, LanguageError, MissingExtra
from lingap.g2p.espeak_ipa import ipa_of, is_switched
from lingap.g2p.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription
from lingap.languages import Language, all_languages

_READER = "1"  # raised whenever the way from its answer to IPA changes
_CHOICES = {
    "via": ("library", "program"),
    "switches": ("keep", "unmapped"),
    "digits": ("leave", "read"),
}


class Speaker(Protocol):
    """A voice of eSpeak NG."""

    def speak(self, words: Sequence[str], /) -> list[str]:
        """Phonemes of each word, separated; exactly one answer a word."""


class EspeakBackend:
    """eSpeak NG, with a voice for about a hundred languages.

    Options:
        via: ``library`` (in this process; the default where espeakng-loader is installed) or
            ``program`` (``espeak-ng`` from the path).
        voice: Another voice of the language, such as ``en-gb`` or ``pt-br``.
        switches: eSpeak reads words that look borrowed in another voice. ``keep`` (the default)
            keeps those sounds, ``unmapped`` counts all letters of such a word as unmapped. Its
            marks, ``(en)``, never stay.
        digits: ``leave`` (the default) leaves digits to lingap's policies, ``read`` reads
            numbers aloud.

    Stress marks are kept or dropped by lingap's own policy ``stress``.
    """

    name = "espeak"

    def languages(self) -> Mapping[str, str]:
        """Every row of the table of languages with a voice."""
        return {row.code: row.espeak for row in all_languages() if row.espeak}

    def missing(self) -> str | None:
        """How to install it, or None where the library or the program is found."""
        if installed_version("espeakng-loader") or shutil.which("espeak-ng"):
            return None
        return "pip install 'lingap[espeak]', or install the program espeak-ng (both GPL-3)"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Version and way of calling, the voice, and the policies that can change the output."""
        chosen = self._options(language, options)
        if chosen["via"] == "library":
            version = installed_version("espeakng-loader") or ""
        else:
            from lingap.g2p.espeak_program import program_version

            version = program_version()
        return {f"espeak {name}": value for name, value in chosen.items()} | {
            "espeak": version,
            "espeak reader": _READER,
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """A voice of the library or of the program."""
        chosen = self._options(language, options)
        if not language.espeak:
            raise LanguageError(
                f"The back end espeak has no voice for {language.name} ({language.code}). "
                "`lingap languages --backend espeak` lists those it has."
            )
        if self.missing() is not None:
            raise MissingExtra("espeak", "The back end espeak")
        speaker: Speaker
        if chosen["via"] == "library":
            from lingap.g2p.espeak_library import LibrarySpeaker

            speaker = LibrarySpeaker(chosen["voice"])
        else:
            from lingap.g2p.espeak_program import ProgramSpeaker

            speaker = ProgramSpeaker(chosen["voice"])
        return _Voice(
            speaker,
            chosen["voice"],
            reads_digits=chosen["digits"] == "read",
            keeps_switched=chosen["switches"] == "keep",
        )

    def _options(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        for name, value in options.items():
            allowed = _CHOICES.get(name)
            if name != "voice" and (allowed is None or value not in allowed):
                known = "; ".join(f"{k}: {' or '.join(v)}" for k, v in _CHOICES.items())
                raise G2PError(
                    f"The back end espeak has no option {name}={value!r}. Known: voice; {known}."
                )
        library = installed_version("espeakng-loader") is not None
        return {
            "via": "library" if library else "program",
            "voice": language.espeak,
            "switches": "keep",
            "digits": "leave",
        } | dict(options)


class _Voice:
    """Words of one language through one speaker."""

    def __init__(self, speaker: Speaker, voice: str, *, reads_digits: bool, keeps_switched: bool):
        self.reads = frozenset("0123456789") if reads_digits else frozenset()
        self._speaker = speaker
        self._voice = voice
        self._keeps_switched = keeps_switched

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        answers = self._speaker.speak(words)
        return [self._read(word, said) for word, said in zip(words, answers, strict=True)]

    def _read(self, word: str, said: str) -> Transcription:
        switched = not self._keeps_switched and is_switched(said)
        ipa = "" if switched else ipa_of(said, self._voice)
        return Transcription(ipa, () if ipa else tuple(c for c in word if c.isalnum()))


ESPEAK = EspeakBackend()
