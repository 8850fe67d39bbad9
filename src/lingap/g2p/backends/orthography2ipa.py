"""The back end orthography2ipa: cited rules as data files, behind one thin adapter.

No other module touches that package, which changes fast and is pinned exactly.
"""

from __future__ import annotations

import csv
import logging
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any, Literal

from lingap.errors import MissingExtra
from lingap.g2p.backends.affricates import AFFRICATE, tied
from lingap.g2p.backends.hindi import with_schwas
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.backends.korean import as_pronounced
from lingap.g2p.backends.nukta import read_dotted
from lingap.g2p.backends.orthography2ipa_memory import remember_answers
from lingap.g2p.backends.russian import with_stress
from lingap.g2p.backends.steps import Steps, needed_characters
from lingap.g2p.characters import TATWEEL
from lingap.g2p.marks import is_mark
from lingap.g2p.protocol import Transcriber, Transcription, check_options, code_of
from lingap.languages import Language
from lingap.languages.table import served_by
from lingap.storage.cache_folder import a_home
from lingap.text.case import lower

_REPAIRS = "16"  # raised whenever the repairs change
_ACUTE = "\u0301"
_OTHER_VOICE = str.maketrans("tdʈɖszʃʒɕʑʂʐ", "dtɖʈzsʒʃʑɕʐʂ")
_SEQUENCES = frozenset({"fi"})  # its z is two sounds, as its ts is
# A stop and a fricative of two letters are two sounds there (Arabic تش, Polish trz, Czech tš).
_BY_LETTER = frozenset(
    ("ar", "ar-Latn-buckwalter", "bg", "ckb", "cs", "fa", "he", "kas", "pl", "ps", "sk", "szl",
     "tg", "ug")
)  # fmt: skip
_NAMED = re.compile(r"\{([A-Z])\}")  # a part of patterns that a row of step "name" spells out
_PART = "|"  # punctuation to the engine: it has no sound and ends a grapheme
_CONTRACTS = frozenset({"afr-Latn"})  # equal vowels in hiatus become one there
_BORROWED = {"q": "k", "w": "v", "x": "ks", "c": "k", "ß": "ss", "œ": "oe", "æ": "ae", "ø": "o"}
# What a Latin letter of borrowed words and names is read as where a table lacks it, and its own
# letter above, too; rows ``grapheme`` of the repairs say where a language reads another sound.
_BORROWED_SOUNDS = {
    "b": "b", "d": "d", "f": "f", "g": "ɡ", "h": "h", "j": "d͡ʒ", "k": "k", "l": "l", "p": "p",
    "q": "k", "r": "r", "s": "s", "v": "v", "w": "w", "x": "ks", "y": "i", "z": "z",
}  # fmt: skip
_UNCHANGED = frozenset({"srp-Latn"})  # figures are published of its words

_Repair = Callable[[str], str]
_RESPELLED: Mapping[str, _Repair] = {"kor": as_pronounced, "rus": with_stress}
_RESPOKEN: Mapping[str, _Repair] = {"hin": with_schwas}


class Orthography2ipaBackend:
    """Rules of orthography2ipa, for languages whose rules it calls researched, and few others.

    Options:
        repairs: ``on`` (the default) or ``off``: apply ``orthography2ipa_repairs.tsv`` to table,
            spelling and IPA, tie affricates, read foreign Latin letters as the nearest own ones
            (noted as ``accent dropped`` where an accent is ignored), and read the letters of a word
            in which all are silent (a lone French ``d``).
    """

    name = "orthography2ipa"

    def languages(self) -> Mapping[str, str]:
        """Every language with researched rules."""
        return served_by("orthography2ipa")

    def missing(self) -> str | None:
        """How to install it, or None."""
        return None if installed_version("orthography2ipa") else "pip install 'lingap[g2p]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Its version, and that of our repairs or ``off``."""
        repairs = _REPAIRS if _repairs_wanted(options) else "off"
        return {"orthography2ipa": installed_version("orthography2ipa") or "", "repairs": repairs}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the engine of one language."""
        wanted = _repairs_wanted(options)
        code_of(self, language)
        if self.missing() is not None:
            raise MissingExtra("g2p", "The back end orthography2ipa")
        return _Rules(language, repairs_on=wanted)


def _repairs_wanted(options: Mapping[str, str]) -> bool:
    check_options("orthography2ipa", options, {"repairs": ("on", "off")})
    return options.get("repairs", "on") == "on"


class _Rules:
    """One language's engine; it reads words one by one, so without sandhi."""

    def __init__(self, language: Language, *, repairs_on: bool):
        code = language.orthography2ipa
        self._reads_borrowed = repairs_on and language.script == "Latn"
        self._engine = _engine(code, language.code if repairs_on else "", self._reads_borrowed)
        self._repairs = repairs_of(language.code) if repairs_on else {}
        self._prefixes = prefixes_of(language.code) if repairs_on else ()
        self._respell = _RESPELLED.get(language.code) if repairs_on else None
        self._respeak = _RESPOKEN.get(language.code) if repairs_on else None
        self._has_nukta = repairs_on and language.script == "Deva"
        self._alone = _first_values(code) if repairs_on else None
        self._is_read = cache(self._is_alone_read)  # a few thousand characters at most
        self._language = f"{language.iso3}-{language.script}"
        self._affricates = affricates_of(code) if repairs_on else {}
        self._ties_by_letter = code in _BY_LETTER
        toned = sorted(g for g in map(_nfc, self._engine.spec.graphemes) if g[-1:] == _ACUTE)
        self._stress = re.compile("".join(f"(?<!{re.escape(g[:-1])})" for g in toned) + _ACUTE)
        self.reads = frozenset({TATWEEL} - set(self._unmapped(TATWEEL))) | _marks_of(
            self._engine.spec
        )
        if repairs_on:  # also letters of another script that are typed for the language's own
            self.reads |= _added_to(language.code).keys()

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        small = [lower(word, self._language) for word in words]
        read = {word: self._word(word) for word in dict.fromkeys(small)}
        return [read[word] for word in small]

    def _word(self, word: str) -> Transcription:
        """The answer for a word in small letters."""
        if self._respell is not None:
            word = self._respell(word)
        for prefix in self._prefixes:
            if (marked := prefix(word)) != word:
                ipa, _, rest = marked.partition("\t")
                answer = self._word(lower(rest, self._language))
                return replace(answer, ipa=ipa + answer.ipa.replace("²", ""))
        word = self._repaired("spelling", word)
        notes: tuple[str, ...] = ()
        if not self._is_read(_ACUTE) and self._stress.search(word):  # as dictionaries mark it
            word, notes = self._stress.sub("", word), ("accent dropped",)
        unmapped = self._unmapped(word)
        if unmapped and self._reads_borrowed:
            accented = _count_accents(word)
            word = self._with_own_letters(word, unmapped)
            notes = ("accent dropped",) if _count_accents(word) < accented else notes
            unmapped = self._unmapped(word)
        ipa = unicodedata.normalize("NFD", self._transcribe(word))
        ipa = self._repaired("ipa", ipa)
        ipa = self._repaired("both", f"{word}\t{ipa}").rpartition("\t")[2]
        ipa = tied(ipa, self._affricates_in(word))
        if self._respeak is not None:
            ipa = self._respeak(ipa)
        if not ipa and not unmapped and self._alone is not None:
            ipa = self._alone(word)
        return Transcription(ipa, unmapped, notes)

    def _affricates_in(self, word: str) -> Collection[str]:
        """Those that the letters of a word write."""
        if not self._ties_by_letter:
            return self._affricates
        return [
            pair for pair, writers in self._affricates.items() if any(g in word for g in writers)
        ]

    def _repaired(self, step: str, text: str) -> str:
        repairs = self._repairs.get(step)
        return text if repairs is None else repairs.apply(text)

    def _transcribe(self, word: str) -> str:
        """The engine's answer."""
        read = self._engine.transcribe_word
        return str(read_dotted(word, read) if self._has_nukta else read(word))

    def _unmapped(self, word: str) -> tuple[str, ...]:
        """Characters without a rule, and digits, which the engine silently drops."""
        if all(map(self._is_read, word)):
            return ()
        unknown = self._engine.confidence_breakdown(word).unmapped
        silent = [c for c in word if unicodedata.category(c)[0] == "N"]
        return (*(c for text in unknown for c in text), *silent)

    def _is_alone_read(self, character: str) -> bool:
        """Whether a character has a rule of its own; a word of such ones has no unmapped one."""
        is_number = unicodedata.category(character)[0] == "N"
        return not is_number and not self._engine.confidence_breakdown(character).unmapped

    def _with_own_letters(self, word: str, unmapped: Sequence[str]) -> str:
        """The word with borrowed letters as the language reads them: no accent, ``q`` as ``k``.

        A letter without its accent does not join its neighbour (Dutch ``coördinatie``).
        """
        for character in set(unmapped):
            base = _BORROWED.get(character) or unicodedata.normalize("NFD", character)[0]
            if base != character and self._unmapped(base) and len(base) == 1:
                base = _BORROWED.get(base, base)
            if not self._unmapped(base):
                word = self._parted(word, character, base)
        return word

    def _parted(self, word: str, character: str, base: str) -> str:
        """The word with a letter replaced, parted from a neighbour that its base would join."""
        graphemes = self._engine.spec.graphemes
        if not _count_accents(character) or _PART in graphemes or self._language in _CONTRACTS:
            return word.replace(character, base)
        done = ""
        for at, found in enumerate(word):
            if found != character:
                done += found
                continue
            left = _PART * (f"{word[at - 1 : at]}{base}" in graphemes and at > 0)
            right = _PART * (f"{base}{word[at + 1 : at + 2]}" in graphemes and at + 1 < len(word))
            done += f"{left}{base}{right}"
        return done


def _count_accents(word: str) -> int:
    return sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", word))))


@cache
def _engine(code: str, repaired: str = "", borrowed: bool = False) -> Any:
    """The engine for a code, without its lattice, which only serves a confidence.

    Args:
        code: The package's own.
        repaired: Code of the language whose ``grapheme`` repairs join its table; "" for none.
        borrowed: Whether Latin letters that the table lacks join it, too.
    """
    # It warns of each optional syllabifier that is not installed.
    logging.getLogger("orthography2ipa").setLevel(logging.ERROR)
    with a_home():
        import orthography2ipa

        remember_answers()

    class Engine(orthography2ipa.G2P):  # type: ignore[misc]
        def ipa_lattice(self, word: str, *, beam_width: int = 8) -> list[Any]:
            return []

    added = {grapheme: [ipa] for grapheme, ipa in _added_to(repaired).items()}
    if borrowed and repaired not in _UNCHANGED:
        added = _sounds_lacking(_engine(code), added) | added
    if not added:
        return Engine(code)
    spec = _engine(code).spec
    placed = {g: at for g, at in (spec.positional_graphemes or {}).items() if g not in added}
    graphemes = {**spec.graphemes, **added}
    return Engine(code, spec=replace(spec, graphemes=graphemes, positional_graphemes=placed))


def _sounds_lacking(engine: Any, added: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Sounds of the Latin letters that an engine reads neither alone nor as another letter."""

    def is_lacking(letter: str) -> bool:
        return letter not in added and bool(engine.confidence_breakdown(letter).unmapped)

    sounds = {
        letter: [ipa]
        for letter, ipa in _BORROWED_SOUNDS.items()
        if is_lacking(letter) and is_lacking(_BORROWED.get(letter, letter))
    }
    if "y" in sounds:  # a glide before a vowel (York)
        vowels = {letter: (engine.spec.graphemes | added).get(letter) for letter in "aeiou"}
        sounds |= {f"y{letter}": [f"j{ipa[0]}"] for letter, ipa in vowels.items() if ipa}
    return sounds


@cache
def _first_values(code: str) -> _Repair:
    """Reads a word by the first value of each grapheme, without context."""
    values = {
        grapheme: unicodedata.normalize("NFD", given if isinstance(given, str) else given[0])
        for grapheme, given in _engine(code).spec.graphemes.items()
        if given
    }
    longest_first = sorted(values, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return lambda word: "".join(values[found] for found in pattern.findall(word))


def _marks_of(spec: Any) -> frozenset[str]:
    """Graphemes with a mark that is no letter; digits only where some digit has a sound."""
    sounds = {
        grapheme: "".join([given] if isinstance(given, str) else given)
        for grapheme, given in spec.graphemes.items()
    }
    odd = {g for g in (*sounds, *(spec.word_exceptions or ())) if not _is_of_letters(g)}
    if not any(sounds.get(g) for g in odd if g.isdecimal()):
        odd = {g for g in odd if not g.isdecimal()}
    return frozenset(odd)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _is_of_letters(grapheme: str) -> bool:
    return not any(is_mark(c) or unicodedata.category(c)[0] not in "LMCZ" for c in grapheme)


@cache
def affricates_of(code: str) -> Mapping[str, frozenset[str]]:
    """Stop and fricative of each affricate to the graphemes that write it or its counterpart.

    The counterpart differs in voice. A language without affricates has none.
    """
    if code in _SEQUENCES:
        return {}
    writers: dict[str, set[str]] = {}
    for grapheme, given in _engine(code).spec.graphemes.items():
        for value in [given] if isinstance(given, str) else given:
            decomposed = unicodedata.normalize("NFD", str(value))
            for stop, _, _, fricative in AFFRICATE.findall(decomposed):
                pair = stop + fricative
                writers.setdefault(pair, set()).add(grapheme)
                writers.setdefault(pair.translate(_OTHER_VOICE), set()).add(grapheme)
    return {pair: frozenset(graphemes) for pair, graphemes in writers.items()}


@cache
def repairs_of(code: str) -> Mapping[str, Steps]:
    """``spelling``, ``ipa`` and ``both`` to the repairs of one language, in file order.

    ``spelling`` repairs rewrite the word, ``ipa`` repairs the IPA, and ``both`` repairs the IPA in
    the text word, tab, IPA.
    """
    steps: dict[str, list[tuple[frozenset[frozenset[str]], _Repair]]] = {}
    for row in _rows(code):
        if row["step"] not in ("grapheme", "prefix"):
            form: Literal["NFD", "NFC"] = "NFD" if row["step"] == "ipa" else "NFC"
            pattern, to = (unicodedata.normalize(form, row[name]) for name in ("from", "to"))
            repair = _substitution(re.compile(pattern), to)
            if row["step"] == "both":
                repair = _after_tab(repair)
            steps.setdefault(row["step"], []).append((needed_characters(pattern), repair))
    return {step: Steps(repairs) for step, repairs in steps.items()}


@cache
def prefixes_of(code: str) -> tuple[_Repair, ...]:
    """Repairs that write the IPA of a prefix and a tab for it; the rest is read as a word."""
    rows = (row for row in _rows(code) if row["step"] == "prefix")
    return tuple(
        _substitution(re.compile(unicodedata.normalize("NFC", row["from"])), row["to"] + "\t")
        for row in rows
    )


def _added_to(code: str) -> dict[str, str]:
    """Graphemes that the repairs add to a table, to their IPA."""
    return {row["from"]: row["to"] for row in _rows(code) if row["step"] == "grapheme"}


def _rows(code: str) -> list[dict[str, str]]:
    """Rows of the table of repairs for one language, in file order, names in braces replaced."""
    text = resources.files(__package__).joinpath("orthography2ipa_repairs.tsv")
    lines = text.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    own = [row for row in rows if code in row["languages"].split()]
    named: dict[str, str] = {}

    def spelled(pattern: str) -> str:
        return _NAMED.sub(lambda name: named.get(name[1], name[0]), pattern)

    for row in own:
        if row["step"] == "name":
            named[row["from"]] = spelled(row["to"])
        row["from"] = spelled(row["from"])
    return [row for row in own if row["step"] != "name"]


def _substitution(pattern: re.Pattern[str], to: str) -> _Repair:
    return lambda text: pattern.sub(to, text)


def _after_tab(repair: _Repair) -> _Repair:
    """The repair of a text word, tab, IPA that leaves the word as it is."""
    return lambda text: text.partition("\t")[0] + "\t" + repair(text).rpartition("\t")[2]


ORTHOGRAPHY2IPA = Orthography2ipaBackend()
