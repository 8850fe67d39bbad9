"""Choice of a back end: by name, by measurement (``auto``), or several in a chain.

In a chain such as ``epitran+espeak``, a word that the first leaves empty or with unmapped
characters goes to the second, and so on; the answer with the fewest unmapped characters is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from lingap.errors import G2PError, LanguageError
from lingap.g2p.marks import ReadMarks
from lingap.g2p.protocol import (
    BACKENDS,
    G2PBackend,
    Transcriber,
    Transcription,
    bare_name,
    reader_of,
)
from lingap.g2p.word_lists import WordList
from lingap.languages import Language, get_language

_UNMEASURED = (
    "english-ngrams", "orthography2ipa", "epitran", "espeak", "pypinyin", "tojyutping", "janome",
    "africa-g2p", "alphabets",
)  # fmt: skip
"""Order for a language that was not measured: by mean error over those that were; then the back
ends of languages that no other has, and those that other packages add."""
_ONLY_BY_NAME = frozenset({"auto", "charsiu", "flite", "gruut-lang-en", "lexicon"})
"""Not taken without a measurement: they read any language, are slow, or are of another's words."""


def find_backend(name: str, language: str | Language | None = None) -> G2PBackend:
    """The back end of a name, or the chain of several joined by ``+``.

    Args:
        name: A registered name, ``auto``, names joined by ``+``, or a resolved ``auto`` such as
            ``auto (orthography2ipa)``, as coverages record it.
        language: Where given, ``auto`` is resolved for it, and its name becomes
            ``auto (orthography2ipa)``.

    Raises:
        UnknownName: For a name that is not registered.
        G2PError: For a chain with an empty name or one back end twice.
        LanguageError: When ``auto`` finds no back end for the language.

    >>> find_backend("epitran+espeak").name
    'epitran+espeak'
    """
    if "+" in name:
        return Chain(name.split("+"))
    if (choice := bare_name(name)) != name:
        return Chosen(choice)
    if name == "auto" and language is not None:
        return Chosen(choose(reader_of(AUTO, get_language(language))))
    return BACKENDS[name]


def word_list(backend: G2PBackend, language: Language) -> WordList | None:
    """The words read before a back end: all of the list under ``auto``, else English initials."""
    if isinstance(backend, AutoBackend | Chosen):
        return WordList(language)
    is_guessing = language.iso3 == "eng" and backend.name != "lexicon"
    return WordList(language, only_initials=True) if is_guessing else None


@cache
def measured_errors() -> Mapping[str, Mapping[str, float]]:
    """Language -> back end -> error in percent, as measured for this release.

    ``benchmarks/g2p_quality.py`` writes the table. The error is the phoneme error rate, over
    running text where a gold list with frequencies exists, plus the share of symbols lost.
    """
    text = resources.files(__package__).joinpath("measured_errors.tsv").read_text(encoding="utf-8")
    errors: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        errors.setdefault(row["language"], {})[row["backend"]] = float(row["error_percent"])
    return errors


_IDEOGRAPHIC = frozenset({"Hani", "Hans", "Hant", "Jpan"})


def _trusted(name: str, language: Language) -> bool:
    """Whether ``auto`` may choose a back end; espeak reads ideographs as English words."""
    return name != "espeak" or language.script not in _IDEOGRAPHIC


def by_error(language: Language) -> tuple[str, ...]:
    """Names of back ends, the lowest measured error first; then the order without measurements.

    Not all of them serve the language or are installed.
    """
    measured = measured_errors().get(language.code, {})
    return tuple(dict.fromkeys((*sorted(measured, key=lambda name: measured[name]), *_UNMEASURED)))


def _added() -> Iterator[str]:
    """Back ends of other packages, found when they are needed: looking for them takes time."""
    yield from (name for name in BACKENDS if name not in {*_UNMEASURED, *_ONLY_BY_NAME})


def choose(language: Language) -> str:
    """Name of the back end with the lowest measured error among those installed.

    Another script of a language has the back end of its first script where that reads both, so that
    a word has the same phonemes in each (Serbian). A language without measurements gets the first
    that serves it of ``english-ngrams``, ``orthography2ipa``, ``epitran``, ``espeak``, the back
    ends of few languages, and those that other packages add.

    Raises:
        LanguageError: When no installed back end serves the language; the message names those
            that would.
    """
    if not language.is_default and not language.variant:
        name = _of_first_script(language)
        if name and language.code in BACKENDS[name].languages():
            return name
    hints = []
    for name in (*by_error(language), *_added()):
        backend = BACKENDS[name]
        if language.code not in backend.languages() or not _trusted(name, language):
            continue
        if (hint := backend.missing()) is None:
            return name
        hints.append(f"{name} ({hint})")
    offer = f"These do: {'; '.join(hints)}. Or pass" if hints else "Pass"
    raise LanguageError(
        f"No installed back end reads {language.name} ({language.code}). {offer} a pronunciation "
        "dictionary: backend='lexicon', path=TSV."
    )


def _of_first_script(language: Language) -> str:
    """The choice for a language in its first script; "" where no installed back end reads that."""
    try:
        return choose(get_language(language.iso3))
    except LanguageError:
        return ""


class AutoBackend:
    """For each language, the installed back end with the lowest measured error."""

    name = "auto"

    def languages(self) -> Mapping[str, str]:
        """Language served by an installed back end -> that back end's name."""
        served: dict[str, str] = {}
        for name in (*_UNMEASURED, *_added()):
            backend = BACKENDS[name]
            if backend.missing() is None:
                served |= {
                    code: name
                    for code in backend.languages()
                    if code not in served and _trusted(name, get_language(code))
                }
        return served | {
            code: choose(get_language(code)) for code in measured_errors() if code in served
        }

    def missing(self) -> str | None:
        """None where any back end is installed."""
        hints = [BACKENDS[name].missing() for name in _UNMEASURED]
        return None if None in hints else next(hint for hint in hints if hint)

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """The choice, and its provenance."""
        chosen = choose(language)
        return {"auto": chosen} | BACKENDS[chosen].provenance(language, options)

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the chosen back end."""
        return BACKENDS[choose(language)].load(language, options)


class Chosen:
    """``auto`` with its choice, and its word list, under the name ``auto (CHOICE)``.

    Args:
        choice: A registered name.
    """

    def __init__(self, choice: str):
        self._backend = BACKENDS[choice]
        self._choice = choice
        self.name = f"auto ({choice})"

    def languages(self) -> Mapping[str, str]:
        """Those of the choice, which they are served by."""
        return dict.fromkeys(self._backend.languages(), self._choice)

    def missing(self) -> str | None:
        """How to install the choice, or None."""
        return self._backend.missing()

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """The choice, and its provenance."""
        return {"auto": self._choice} | self._backend.provenance(language, options)

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the choice."""
        return self._backend.load(language, options)


class Chain:
    """Several back ends, each for the words that those before it could not spell in full.

    The option ``NAME.OPTION`` goes to the back end NAME, ``OPTION`` to the first. Every back end
    must be installed and serve the language.

    Args:
        names: Two or more registered names.
    """

    def __init__(self, names: Sequence[str]):
        if len(set(names)) < len(names) or not all(names):
            raise G2PError(f"A chain names each back end once; got {'+'.join(names)!r}.")
        self.name = "+".join(names)
        self.backends = tuple(BACKENDS[name] for name in names)

    def languages(self) -> Mapping[str, str]:
        """Language that every back end serves -> their codes joined by ``+``."""
        served = [backend.languages() for backend in self.backends]
        return {
            code: "+".join(codes[code] for codes in served)
            for code in served[0]
            if all(code in codes for codes in served)
        }

    def missing(self) -> str | None:
        """How to install the first missing one, or None."""
        return next(filter(None, (backend.missing() for backend in self.backends)), None)

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Provenance of each, prefixed with its place and name."""
        shares = self._shares(options)
        return {
            f"{place} {backend.name} {fact}": value
            for place, (backend, share) in enumerate(zip(self.backends, shares, strict=True), 1)
            for fact, value in backend.provenance(language, share).items()
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load all of them."""
        shares = zip(self.backends, self._shares(options), strict=True)
        return _Links([backend.load(language, share) for backend, share in shares])

    def _shares(self, options: Mapping[str, str]) -> list[dict[str, str]]:
        shares: dict[str, dict[str, str]] = {backend.name: {} for backend in self.backends}
        for option, value in options.items():
            name, point, bare = option.partition(".")
            if point and name not in shares:
                raise G2PError(f"Option {option!r}: {self.name} has no back end {name!r}.")
            shares[name if point else self.backends[0].name][bare or option] = value
        return list(shares.values())


class _Links:
    """The loaded back ends of a chain."""

    def __init__(self, links: Sequence[Transcriber]):
        self._links = [(link, ReadMarks(link.reads).find) for link in links]
        self.reads = frozenset[str]().union(*(link.reads for link in links))

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        answers: dict[str, Transcription] = {}
        open_words = list(words)
        for link, find in self._links:
            if not open_words:
                break
            written = [find(word)[0] for word in open_words]
            for word, answer in zip(open_words, link.transcribe(written), strict=True):
                if word not in answers or _is_better(answer, answers[word]):
                    answers[word] = answer
            open_words = [word for word in open_words if _is_lacking(answers[word])]
        return [answers[word] for word in words]


def _is_lacking(answer: Transcription) -> bool:
    return bool(answer.unmapped) or not answer.ipa


def _is_better(new: Transcription, old: Transcription) -> bool:
    """Spelled before empty, then fewer unmapped characters; the earlier one on a tie."""
    return (not new.ipa, len(new.unmapped)) < (not old.ipa, len(old.unmapped))


AUTO = AutoBackend()
