"""One language, one back end, one set of policies: distinct words in, pronunciations out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from lingap.errors import G2PError
from lingap.g2p.characters import CharacterKinds
from lingap.g2p.endings import with_endings
from lingap.g2p.ipa.segmentation import segment
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS, normalize_ipa
from lingap.g2p.normalization import Piece, pieces_of
from lingap.g2p.numbers import NumberWords
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import PLACEHOLDERS, Pronunciation, Transcriber, Transcription
from lingap.g2p.sign_names import CURRENCY_SIGNS
from lingap.g2p.word_lists import WordList

LONGEST_RUN = 200
"""Letters passed to the back end at once; a longer run is not a word and is cut."""


class Speller:
    """Spells distinct words, without a cache or counts.

    Args:
        transcriber: The loaded back end.
        script: ISO 15924 code of the language's script.
        policies: What happens to everything that rules do not spell.
        english: Makes a speller of English when the policies first need one.
        words: Words that are read from a list, not by the back end.
        numbers: Spells numbers, where the policies say so.
    """

    def __init__(
        self,
        transcriber: Transcriber,
        script: str,
        policies: Policies,
        english: Callable[[], Speller] | None = None,
        words: WordList | None = None,
        numbers: NumberWords | None = None,
    ):
        self._transcriber = transcriber
        self._kinds = CharacterKinds(script, transcriber.reads)
        self._latin = CharacterKinds("Latn", frozenset("'"))
        self._policies = policies
        self._make_english = english
        self._english: Speller | None = None
        self._words = words
        self._numbers = numbers

    def spell(self, words: Sequence[str]) -> list[Pronunciation]:
        """One pronunciation per word, in order.

        Raises:
            G2PError: When the back end does not give one answer per word.
        """
        cut = [self._pieces(word) for word in words]
        runs = dict.fromkeys(
            part for pieces in cut for p in pieces if p.kind == "letters" for part in _parts(p.text)
        )
        transcriptions = self._read(runs)
        foreign = {p.text for pieces in cut for p in pieces if p.kind == "foreign"}
        transcriptions |= self._read_english(foreign)
        pronunciations = {run: self._segmented(answer) for run, answer in transcriptions.items()}
        return [self._assemble(pieces, pronunciations) for pieces in cut]

    def _pieces(self, word: str) -> list[Piece]:
        """The stretches of a word; a word of the list is one, apart from its full stop."""
        if self._words is not None and word:
            word = self._words.with_digits(word) or word
        if self._words and word and self._words.whole(word) is not None:
            listed = Piece("letters", word)
            return [listed, Piece("punctuation", ".")] if word[-1] == "." else [listed]
        if self._numbers is not None:
            word = self._numbers.ungrouped(word)
        pieces = with_endings(pieces_of(word, self._kinds), self._words)
        if not any(piece.kind == "digit" for piece in pieces):
            return pieces if self._numbers is None or len(pieces) > 1 else self._name_of(pieces)
        if self._numbers is None:
            return pieces
        if spelled := self._numbers.with_ending(word):
            return self._said(spelled)
        if (parts := word.partition("-"))[2] and (spelled := self._numbers.with_ending(parts[0])):
            return [*self._said(spelled), Piece("punctuation", "-"), *self._pieces(parts[2])]
        if word[0] in CURRENCY_SIGNS and word[0] in self._numbers.signs:
            return [*self._pieces(word[1:]), *self._said(self._numbers.signs[word[0]])]
        if found := self._numbers.find(word):
            start, end, spelled = found
            around = (self._pieces(part) if part else [] for part in (word[:start], word[end:]))
            before, after = around
            return [*before, *self._said(spelled), *after]
        return [
            part
            for piece in _joined(pieces, self._numbers.group_sign)
            for part in self._spell_out(piece)
        ]

    def _said(self, words: Iterable[str]) -> list[Piece]:
        """The stretches of several words, one after another."""
        return [part for word in words for part in pieces_of(word, self._kinds)]

    def _name_of(self, pieces: list[Piece]) -> list[Piece]:
        """The name of a sign that is a word, such as ``%``; any other word as it is."""
        names = self._numbers.signs.get(pieces[0].text) if self._numbers and pieces else None
        return pieces if names is None else self._said(names)

    def _spell_out(self, piece: Piece) -> list[Piece]:
        """The words of a number or sign, or its digits; any other piece as it is."""
        if piece.kind != "digit" or self._numbers is None:
            return self._name_of([piece])
        words = self._numbers.words(piece.text)
        if not words:
            return [Piece("digit", digit) for digit in piece.text if digit.isdecimal()]
        return self._said(words)

    def _read(self, runs: Iterable[str]) -> dict[str, Transcription]:
        """An answer for each run: from the list, or from the back end with clitics of the list."""
        if self._words is None:
            return dict(zip(runs := list(runs), self._ask(runs), strict=True))
        return self._words.read(runs, self._ask)

    def _ask(self, runs: list[str]) -> Sequence[Transcription]:
        """The back end's answers."""
        answers = self._transcriber.transcribe(runs)
        if len(answers) != len(runs):
            raise G2PError(
                f"The back end answered {len(answers)} of {len(runs)} words; it must answer each."
            )
        return answers

    def _read_english(self, runs: set[str]) -> dict[str, Transcription]:
        """English answers for words in Latin script, where the policies say so."""
        if self._policies.foreign != "english" or self._make_english is None:
            return {}
        latin = sorted(r for r in runs if all(self._latin[c] in ("letter", "mark") for c in r))
        if not latin:
            return {}
        if self._english is None:
            self._english = self._make_english()
        return {
            run: Transcription(" ".join(pronunciation.units), pronunciation.unmapped)
            for run, pronunciation in zip(latin, self._english.spell(latin), strict=True)
        }

    def _segmented(self, answer: Transcription) -> Pronunciation:
        """Units of an answer; unknown symbols count as unmapped characters."""
        keep = self._policies.unmapped == "keep"
        ipa = answer.ipa if keep or not answer.unmapped else PLACEHOLDERS.sub("", answer.ipa)
        units = segment(normalize_ipa(ipa, keep_stress=self._policies.stress == "keep"))
        if not units or _is_ipa("".join(units)):
            return Pronunciation(units, answer.unmapped, answer.notes)
        kept: list[str] = []
        unknown: list[str] = []
        for unit in units:
            if _is_ipa(unit):
                kept.append(unit)
            elif found := PLACEHOLDERS.search(unit):
                kept.append(answer.unmapped[ord(found[0]) - 0xF0000])
            else:
                unknown += [c for c in unit if c not in KNOWN_SYMBOLS] or [unit[0]]
                kept += [unit] if keep else []
        return Pronunciation(tuple(kept), (*answer.unmapped, *unknown), answer.notes)

    def _assemble(self, pieces: list[Piece], of_runs: dict[str, Pronunciation]) -> Pronunciation:
        if len(pieces) == 1 and pieces[0].kind == "letters" and pieces[0].text in of_runs:
            return of_runs[pieces[0].text]
        policies = self._policies
        units: list[str] = []
        unmapped: list[str] = []
        notes: dict[str, None] = {}
        for piece in pieces:
            kind, text = piece.kind, piece.text
            if kind == "letters" or (kind == "foreign" and text in of_runs):
                parts = _parts(text)
                if kind == "foreign":
                    parts = [text]
                    notes.update({"foreign script": None, "read as English": None})
                elif len(parts) > 1:
                    notes["long run cut"] = None
                for part in parts:
                    units += of_runs[part].units
                    unmapped += of_runs[part].unmapped
                    notes.update(dict.fromkeys(of_runs[part].notes))
            elif kind == "foreign":
                notes["foreign script"] = None
                unmapped += text
                if policies.foreign == "keep":
                    units += segment(text)
            elif kind == "unmapped":
                unmapped += text
            elif kind == "invisible":
                notes["invisible dropped"] = None
            elif kind == "digit" and policies.digits == "words":
                notes["digits not spelled out"] = None
                units += [str(unicodedata.decimal(digit)) for digit in text]
            elif getattr(policies, "symbols" if kind == "symbol" else _POLICY[kind]) == "keep":
                units.append(str(unicodedata.decimal(text)) if kind == "digit" else text)
            else:
                notes[f"{kind} dropped"] = None
        return Pronunciation(tuple(units), tuple(unmapped), tuple(notes))


def _joined(pieces: list[Piece], group_sign: str) -> list[Piece]:
    """Pieces with each number as one, in digits 0 to 9 and signs between thousands."""
    kinds = "".join(
        "d" if piece.kind == "digit" else "g" if piece.text == group_sign else "-"
        for piece in pieces
    )
    joined: list[Piece] = []
    for found in re.finditer(r"d{1,3}(?:gddd)+(?!d)|d+|[^d]", kinds):
        part = pieces[found.start() : found.end()]
        if part[0].kind != "digit":
            joined.append(part[0])
            continue
        number = "".join(
            str(unicodedata.decimal(piece.text)) if piece.kind == "digit" else group_sign
            for piece in part
        )
        joined.append(Piece("digit", number))
    return joined


_POLICY = {"digit": "digits", "punctuation": "punctuation", "emoji": "emoji"}


def _is_ipa(text: str) -> bool:
    """Whether all symbols are known, and no mark lacks a letter before it."""
    return KNOWN_SYMBOLS.issuperset(text) and not unicodedata.combining(text[0])


def _parts(run: str) -> list[str]:
    return [run[at : at + LONGEST_RUN] for at in range(0, len(run), LONGEST_RUN)]
