"""The back end espeak: eSpeak NG as a shared library in this process, or as a program of its own.

eSpeak NG is under the GPL, version 3, so lingap never requires it: ``pip install
'lingap[espeak]'`` or the system's own package brings it.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

from lingap.errors import G2PError, LanguageError, MissingExtra
from lingap.g2p.backends.espeak_ipa import ipa_of_all, is_switched
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription, placeholder
from lingap.languages import Language, all_languages

_READER = "2"  # raised whenever the way from its answer to IPA changes
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
            keeps those sounds and notes a ``language switch``, ``unmapped`` counts all letters of
            such a word as unmapped. Its marks, ``(en)``, never stay. A letter that the voice does
            not know, of which eSpeak says the name in English ("Chinese letter"), is unmapped
            either way.
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
            from lingap.g2p.backends.espeak_program import program_version

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
            from lingap.g2p.backends.espeak_library import LibrarySpeaker

            speaker = LibrarySpeaker(chosen["voice"])
        else:
            from lingap.g2p.backends.espeak_program import ProgramSpeaker

            speaker = ProgramSpeaker(chosen["voice"])
        return _Voice(
            speaker,
            chosen["voice"],
            language.script,
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
    """Words of one language through one speaker.

    A letter that the voice does not know eSpeak reads by its name in another language, or skips.
    Which these are is found by asking: alone, such a letter is a language switch, and put back
    into the rest of its word it is one too, or changes nothing. (The kana ``ー`` is named alone,
    and read after ``コ``.)
    """

    def __init__(
        self, speaker: Speaker, voice: str, script: str, *, reads_digits: bool, keeps_switched: bool
    ):
        self.reads = frozenset("0123456789") if reads_digits else frozenset()
        self._speaker = speaker
        self._voice = voice
        self._is_latin = script == "Latn"
        self._keeps_switched = keeps_switched
        self._is_named: dict[str, bool] = {}

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        named = self._named(words)
        unread = self._unread(named)
        parted = {word: _runs(word, places) for word, places in unread.items()}
        said = self._say([run for word in words for run in parted.get(word, (word,))])
        heard = ipa_of_all(said, self._voice)
        done = []
        at = 0
        for word in words:
            end = at + (len(parted[word]) if word in parted else 1)
            is_borrowed = any(map(is_switched, said[at:end]))
            runs = heard[at:end]
            at = end
            places = unread.get(word, ())
            if is_borrowed and len(places) < len(named.get(word, ())):
                runs = []  # a name is among the sounds, and cannot be told from them
            if not any(runs) or (is_borrowed and not self._keeps_switched):
                done.append(Transcription("", _letters(word)))
            elif not (places or is_borrowed):
                done.append(Transcription(runs[0]))
            else:
                ipa = runs[0] + "".join(placeholder(i) + run for i, run in enumerate(runs[1:]))
                note = ("language switch",) if is_borrowed else ()
                done.append(Transcription(ipa, tuple(word[place] for place in places), note))
        return done

    def _named(self, words: Sequence[str]) -> dict[str, list[int]]:
        """Places of letters that are read by their name when alone; words without are left out.

        Latin words inside other scripts are read as words, so their letters are in no doubt.
        """
        letters = {
            c for c in set("".join(words)) if c.isalpha() and (self._is_latin or not c.isascii())
        }
        new = sorted(letters - self._is_named.keys())
        for letter, said in zip(new, self._say(new), strict=True):
            self._is_named[letter] = is_switched(said)
        named = {letter for letter in letters if self._is_named[letter]}
        if not named:
            return {}
        return {
            word: [at for at, c in enumerate(word) if c in named]
            for word in words
            if not named.isdisjoint(word)
        }

    def _unread(self, named: Mapping[str, list[int]]) -> dict[str, list[int]]:
        """Those of the places whose letters the voice cannot read, for each word that has some."""
        rests = {word: _without(word, places) for word, places in named.items()}
        tries = {
            (word, at): _without(word, [other for other in places if other != at])
            for word, places in named.items()
            for at in places
        }
        asked = list(dict.fromkeys([*named, *rests.values(), *tries.values()]))
        said = dict(zip(asked, self._say(asked), strict=True))
        heard = dict(zip(said, ipa_of_all(list(said.values()), self._voice), strict=True))
        unread: dict[str, list[int]] = {}
        for word, places in named.items():
            rest = rests[word]
            if not rest and heard[word] and not is_switched(said[word]):
                continue  # all letters are named alone, and the word is read
            lost = [
                at
                for at in places
                if is_switched(said[tries[word, at]]) or heard[tries[word, at]] == heard[rest]
            ]
            if lost:
                unread[word] = lost
        return unread

    def _say(self, texts: Sequence[str]) -> list[str]:
        """What is printed for each text: nothing for an empty one, which the speaker never sees."""
        answers = iter(self._speaker.speak([text for text in texts if text]))
        return [next(answers) if text else "" for text in texts]


def _without(word: str, places: Sequence[int]) -> str:
    """A word without the letters at some places; their marks go with them."""
    return "".join(_runs(word, places))


def _runs(word: str, unread: Sequence[int]) -> list[str]:
    """What stands before, between and after those letters, which take their marks with them."""
    runs = [""]
    for at, character in enumerate(word):
        if at in unread:
            runs.append("")
        elif runs[-1] or len(runs) == 1 or unicodedata.category(character)[0] != "M":
            runs[-1] += character
    return runs


def _letters(word: str) -> tuple[str, ...]:
    return tuple(character for character in word if character.isalnum())


ESPEAK = EspeakBackend()
