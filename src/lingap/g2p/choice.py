"""Which back end reads a language: by name, by measurement (``auto``), or one after another.

A chain is one line, ``epitran+espeak``: a word that the first leaves empty or with unmapped
characters goes to the second, and so on; the answer with the fewest unmapped characters stays.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from lingap.errors import G2PError, LanguageError
from lingap.g2p.protocol import BACKENDS, G2PBackend, Transcriber, Transcription
from lingap.languages import Language, get_language

_CHOSEN = re.compile(r"auto \(([^()]+)\)")
_UNMEASURED = ("english-ngrams", "orthography2ipa", "epitran", "espeak")
"""The order for a language that was not measured: by mean error over those that were."""


def find_backend(name: str, language: str | Language | None = None) -> G2PBackend:
    """The back end of that name, or the chain where the name joins several by ``+``.

    Args:
        name: A registered name, ``auto``, names joined by ``+``, or what ``auto`` became once
            (``auto (orthography2ipa)``, as coverages record it), which is that back end again.
        language: Where given, ``auto`` becomes its choice for that language, and says so in its
            name: ``auto (orthography2ipa)``.

    Raises:
        UnknownName: For a name that is not registered; the message offers near ones.
        G2PError: For a chain that is empty or names a back end twice.
        LanguageError: When ``auto`` finds none for the language.

    >>> find_backend("epitran+espeak").name
    'epitran+espeak'
    """
    if "+" in name:
        return Chain(name.split("+"))
    if chosen := _CHOSEN.fullmatch(name):
        name = chosen[1]
    if name == "auto" and language is not None:
        return Chosen(get_language(language))
    return BACKENDS[name]


@cache
def measured_errors() -> Mapping[str, Mapping[str, float]]:
    """Language to back end to phoneme error rate in percent, as measured for this release.

    ``benchmarks/g2p_quality.py`` writes the table; each rate is the mean over the held-out halves
    of the gold lists.
    """
    text = resources.files(__package__).joinpath("measured_errors.tsv").read_text(encoding="utf-8")
    errors: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        errors.setdefault(row["language"], {})[row["backend"]] = float(row["per_percent"])
    return errors


_IDEOGRAPHIC = frozenset({"Hani", "Hans", "Hant", "Jpan"})


def _trusted(name: str, language: Language) -> bool:
    """Whether a back end is chosen unasked: espeak reads ideographs out as English words."""
    return name != "espeak" or language.script not in _IDEOGRAPHIC


def choose(language: Language) -> str:
    """Name of the back end with the lowest measured error among those installed.

    A language without measurements is read by the first that serves it of ``english-ngrams``,
    ``orthography2ipa``, ``epitran`` and ``espeak``.

    Raises:
        LanguageError: When no installed back end serves the language; the message says which
            would, and how to install it.
    """
    measured = measured_errors().get(language.code, {})
    ranked = [*sorted(measured, key=lambda name: measured[name]), *_UNMEASURED]
    hints = []
    for name in dict.fromkeys(ranked):
        backend = BACKENDS[name]
        if language.code not in backend.languages() or not _trusted(name, language):
            continue
        if (hint := backend.missing()) is None:
            return name
        hints.append(f"{name} ({hint})")
    offer = f" These would: {'; '.join(hints)}." if hints else ""
    raise LanguageError(
        f"No installed back end reads {language.name} ({language.code}).{offer} A pronunciation "
        "dictionary can: backend='lexicon', path=TSV."
    )


class AutoBackend:
    """The back end with the lowest measured error among those installed, language by language.

    Options go to the one chosen.
    """

    name = "auto"

    def languages(self) -> Mapping[str, str]:
        """Every language that an installed back end serves, to that back end's name."""
        served: dict[str, str] = {}
        for name in _UNMEASURED:
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
        """None as soon as any back end is installed."""
        hints = [BACKENDS[name].missing() for name in _UNMEASURED]
        return None if None in hints else next(hint for hint in hints if hint)

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """The choice, and all of the chosen one's."""
        chosen = choose(language)
        return {"auto": chosen} | BACKENDS[chosen].provenance(language, options)

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the chosen one."""
        return BACKENDS[choose(language)].load(language, options)


class Chosen(AutoBackend):
    """What ``auto`` chose for one language, under a name that says it.

    Args:
        language: The language.

    Raises:
        LanguageError: When no installed back end serves the language.
    """

    def __init__(self, language: Language):
        self._served = {language.code: choose(language)}
        self.name = f"auto ({self._served[language.code]})"

    def languages(self) -> Mapping[str, str]:
        """That language only."""
        return self._served


class Chain:
    """Back ends one after another, by coverage.

    Options: ``name.option`` goes to the back end of that name, ``option`` to the first. One that
    is not installed, or does not serve the language, is an error: a chain is what it says.

    Args:
        names: Two or more registered names.
    """

    def __init__(self, names: Sequence[str]):
        if len(set(names)) < len(names) or not all(names):
            raise G2PError(f"A chain names each back end once: got {'+'.join(names)!r}.")
        self.name = "+".join(names)
        self.backends = tuple(BACKENDS[name] for name in names)

    def languages(self) -> Mapping[str, str]:
        """Languages that every back end of the chain serves, to their codes joined by ``+``."""
        served = [backend.languages() for backend in self.backends]
        return {
            code: "+".join(codes[code] for codes in served)
            for code in served[0]
            if all(code in codes for codes in served)
        }

    def missing(self) -> str | None:
        """How to install the first that is missing."""
        return next(filter(None, (backend.missing() for backend in self.backends)), None)

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """All facts of each, in order, after its place and name."""
        shares = self._shares(options)
        return {
            f"{place} {backend.name} {fact}": value
            for place, (backend, share) in enumerate(zip(self.backends, shares, strict=True), 1)
            for fact, value in backend.provenance(language, share).items()
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load all of them."""
        shares = self._shares(options)
        return _Links(
            [b.load(language, share) for b, share in zip(self.backends, shares, strict=True)]
        )

    def _shares(self, options: Mapping[str, str]) -> list[dict[str, str]]:
        shares: dict[str, dict[str, str]] = {backend.name: {} for backend in self.backends}
        for option, value in options.items():
            name, point, bare = option.partition(".")
            if point and name not in shares:
                raise G2PError(f"Option {option!r}: {self.name} has no back end {name!r}.")
            shares[name if point else self.backends[0].name][bare or option] = value
        return list(shares.values())


class _Links:
    """The loaded back ends of a chain; each sees only what those before it left unread."""

    def __init__(self, links: Sequence[Transcriber]):
        self._links = links
        self.reads = frozenset[str]().union(*(link.reads for link in links))

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        answers: dict[str, Transcription] = {}
        open_words = list(words)
        for link in self._links:
            if not open_words:
                break
            for word, answer in zip(open_words, link.transcribe(open_words), strict=True):
                if word not in answers or _is_better(answer, answers[word]):
                    answers[word] = answer
            open_words = [word for word in open_words if _is_lacking(answers[word])]
        return [answers[word] for word in words]


def _is_lacking(answer: Transcription) -> bool:
    return bool(answer.unmapped) or not answer.ipa


def _is_better(new: Transcription, old: Transcription) -> bool:
    """Spelled rather than empty, then fewer unmapped characters; the earlier one on a tie."""
    return (not new.ipa, len(new.unmapped)) < (not old.ipa, len(old.unmapped))


AUTO = AutoBackend()
