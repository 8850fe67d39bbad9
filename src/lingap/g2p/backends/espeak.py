"""The back end espeak: eSpeak NG as a shared library, or as a separate program.

eSpeak NG is under the GPL, version 3, so lingap does not require it. Install it with ``pip install
'lingap[espeak]'`` or from the system's packages.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Protocol

from lingap.errors import MissingExtra
from lingap.g2p.backends.espeak_ipa import ipa_of_all, is_switched
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import (
    Transcriber,
    Transcription,
    check_options,
    code_of,
    placeholder,
)
from lingap.languages import Language
from lingap.languages.table import served_by

_READER = "3"  # raised whenever the conversion of its output to IPA changes
_CHOICES: Mapping[str, Collection[str]] = {
    "voice": (),
    "via": ("library", "program"),
    "switches": ("keep", "unmapped"),
    "digits": ("leave", "read"),
}

# ISO 639-3 -> graphemes with a mark that its voice reads (see `Transcriber.reads`).
_MARKS: Mapping[str, Collection[str]] = {
    "afr": ("'n",),
    "cat": ("l·l",),
    "haw": ("ʻ",),
    "heb": ("'",),
    "mlt": ("'",),
    "nld": ("'t", "'n"),
    "uzb": ("oʻ", "gʻ", "'"),
}


class Speaker(Protocol):
    """A voice of eSpeak NG."""

    def speak(self, words: Sequence[str], /) -> list[str]:
        """Phonemes of each word, separated; exactly one answer per word."""


class EspeakBackend:
    """eSpeak NG, with a voice for about a hundred languages.

    Options:
        via: ``library`` (in this process; the default where espeakng-loader is installed) or
            ``program`` (``espeak-ng`` on the path).
        voice: Another voice of the language, such as ``en-gb`` or ``pt-br``.
        switches: eSpeak reads words that look borrowed in another voice. ``keep`` (the default)
            keeps those sounds and notes a ``language switch``, ``unmapped`` counts all letters of
            such a word as unmapped. Its marks, ``(en)``, are removed. A letter unknown to the
            voice, which eSpeak names in English ("Chinese letter"), is always unmapped.
        digits: ``leave`` (the default) leaves digits to the policies, ``read`` reads numbers.
    """

    name = "espeak"

    def languages(self) -> Mapping[str, str]:
        """Every language with a voice."""
        return served_by("espeak")

    def missing(self) -> str | None:
        """How to install it; None where the library or the program is found."""
        if installed_version("espeakng-loader") or shutil.which("espeak-ng"):
            return None
        return "pip install 'lingap[espeak]', or install the program espeak-ng (both GPL-3)"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Version and all options."""
        chosen = self._options(language, options)
        if chosen["via"] == "library":
            version = installed_version("espeakng-loader") or ""
        else:
            from lingap.g2p.backends.espeak_program import program_version

            version = program_version()
        return {f"espeak {name}": value for name, value in chosen.items()} | {
            "espeak": version,
            "espeak reader": _READER,
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load a voice of the library or of the program."""
        chosen = self._options(language, options)
        code_of(self, language)
        if self.missing() is not None:
            raise MissingExtra("espeak", "The back end espeak")
        speaker: Speaker
        if chosen["via"] == "library":
            from lingap.g2p.backends.espeak_library import LibrarySpeaker

            speaker = LibrarySpeaker(chosen["voice"])
        else:
            from lingap.g2p.backends.espeak_program import ProgramSpeaker

            speaker = ProgramSpeaker(chosen["voice"])
        return _Voice(speaker, language.script, chosen, _MARKS.get(language.iso3, ()))

    def _options(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        check_options(self.name, options, _CHOICES)
        library = installed_version("espeakng-loader") is not None
        return {
            "via": "library" if library else "program",
            "voice": language.espeak,
            "switches": "keep",
            "digits": "leave",
        } | dict(options)


class _Voice:
    """Words of one language through one speaker.

    A letter unknown to the voice is skipped, or read by its name in another language. Such
    letters are found by trial: alone, the letter is a language switch; put back into the rest of
    its word, it is one again or changes nothing. (The kana ``ー`` is named alone, but read after
    ``コ``.)
    """

    def __init__(
        self,
        speaker: Speaker,
        script: str,
        options: Mapping[str, str],
        marks: Collection[str] = (),
    ):
        self.reads = frozenset("0123456789" if options["digits"] == "read" else "").union(marks)
        self._speaker = speaker
        self._voice = options["voice"]
        self._is_latin = script == "Latn"
        self._keeps_switched = options["switches"] == "keep"
        self._is_named: dict[str, bool] = {}

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        named = self._named(words)
        unread = self._unread(named)
        runs_of = {word: _runs(word, unread[word]) if word in unread else [word] for word in words}
        printed = self._read([run for word in words for run in runs_of[word]])
        pronunciations = iter(zip(printed, ipa_of_all(printed, self._voice), strict=True))
        done = []
        for word in words:
            answers = list(islice(pronunciations, len(runs_of[word])))
            is_borrowed = any(is_switched(text) for text, _ in answers)
            runs = [ipa for _, ipa in answers]
            places = unread.get(word, ())
            if is_borrowed and len(places) < len(named.get(word, ())):
                runs = []  # the name of a letter cannot be told from the other sounds
            if not any(runs) or (is_borrowed and not self._keeps_switched):
                done.append(Transcription("", tuple(filter(str.isalnum, word))))
            elif not (places or is_borrowed):
                done.append(Transcription(runs[0]))
            else:
                ipa = runs[0] + "".join(placeholder(i) + run for i, run in enumerate(runs[1:]))
                note = ("language switch",) if is_borrowed else ()
                done.append(Transcription(ipa, tuple(word[place] for place in places), note))
        return done

    def _named(self, words: Sequence[str]) -> dict[str, list[int]]:
        """Word to the places of letters that are named when read alone; only words with some.

        Latin words inside other scripts are read as words, so their letters are not tried.
        """
        letters = {
            c for c in set("".join(words)) if c.isalpha() and (self._is_latin or not c.isascii())
        }
        new = sorted(letters - self._is_named.keys())
        self._is_named |= zip(new, map(is_switched, self._read(new)), strict=True)
        named = {letter for letter in letters if self._is_named[letter]}
        if not named:
            return {}
        return {
            word: [at for at, c in enumerate(word) if c in named]
            for word in words
            if not named.isdisjoint(word)
        }

    def _unread(self, named: Mapping[str, list[int]]) -> dict[str, list[int]]:
        """Of those places, the ones that the voice cannot read; only words with some."""
        rests = {word: _without(word, places) for word, places in named.items()}
        tries = {
            (word, at): _without(word, [other for other in places if other != at])
            for word, places in named.items()
            for at in places
        }
        asked = list(dict.fromkeys([*named, *rests.values(), *tries.values()]))
        printed = self._read(asked)
        switched = dict(zip(asked, map(is_switched, printed), strict=True))
        ipa = dict(zip(asked, ipa_of_all(printed, self._voice), strict=True))
        unread: dict[str, list[int]] = {}
        for word, places in named.items():
            rest = rests[word]
            if not rest and ipa[word] and not switched[word]:
                continue  # each letter is named alone, but the word is read
            lost = [
                at
                for at in places
                if switched[tries[word, at]] or ipa[tries[word, at]] == ipa[rest]
            ]
            if lost:
                unread[word] = lost
        return unread

    def _read(self, texts: Sequence[str]) -> list[str]:
        """The speaker's output for each text; "" for an empty one, which it does not get."""
        answers = iter(self._speaker.speak([text for text in texts if text]))
        return [next(answers) if text else "" for text in texts]


def _without(word: str, places: Sequence[int]) -> str:
    """A word without the letters at some places and their marks."""
    return "".join(_runs(word, places))


def _runs(word: str, unread: Sequence[int]) -> list[str]:
    """The stretches before, between and after those letters, without the letters' marks."""
    runs = [""]
    for at, character in enumerate(word):
        if at in unread:
            runs.append("")
        elif runs[-1] or len(runs) == 1 or unicodedata.category(character)[0] != "M":
            runs[-1] += character
    return runs


ESPEAK = EspeakBackend()
