"""The back end lexicon: any pronunciation dictionary, and another back end for words it lacks.

The file is a TSV as WikiPron (Lee et al. 2020) and CharsiuG2P (Zhu et al. 2022) publish them: word,
tab, IPA. Variants of one word are separated by commas or stand on lines of their own; the first is
taken. Segments may be separated by spaces.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from lingap.errors import CorpusError, G2PError
from lingap.g2p.protocol import G2PBackend, Transcriber, Transcription
from lingap.languages import Language, all_languages
from lingap.text.case import lower

_READER = "1"


def read_pronunciations(path: Path) -> dict[str, tuple[str, ...]]:
    """Word to its pronunciations, in the order of the file.

    Args:
        path: TSV of word, tab, IPA. Empty lines are passed over; further columns are ignored.

    Returns:
        NFC words to one or more distinct pronunciations, without the spaces between segments.

    Raises:
        CorpusError: For a line without a word or without IPA, text that is not UTF-8, or a file
            without entries; the message names file and line.
    """
    entries: dict[str, dict[str, None]] = {}
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"Cannot read pronunciations: {error.strerror}.", path) from error
    for number, raw in enumerate(data.splitlines(), start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise CorpusError(f"Not UTF-8 ({error.reason}).", path, number) from error
        if not line.strip():
            continue
        word, tab, rest = line.partition("\t")
        word = unicodedata.normalize("NFC", word.strip())
        variants = ("".join(v.split()) for v in rest.partition("\t")[0].split(","))
        ipa = dict.fromkeys(filter(None, variants))
        if not tab or not word or not ipa:
            raise CorpusError(f"Expected word, tab, IPA; got {line[:60]!r}.", path, number)
        entries.setdefault(word, {}).update(ipa)
    if not entries:
        raise CorpusError("Expected lines of word, tab, IPA; the file has none.", path)
    return {word: tuple(variants) for word, variants in entries.items()}


class LexiconBackend:
    """A pronunciation dictionary first, another back end for the rest.

    Options:
        path: The TSV file; required.
        fallback: Name of the back end for words it lacks, or ``none`` (the default), which counts
            all letters of such a word as unmapped.

    Every other option, its name after the fall-back's name and a point, goes to the fall-back
    (``espeak.voice``).
    """

    name = "lexicon"

    def languages(self) -> Mapping[str, str]:
        """Every language: the file decides."""
        return {language.code: language.code for language in all_languages()}

    def missing(self) -> str | None:
        """Nothing: it needs no package."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Digest of the file, and all of the fall-back's."""
        path, fallback, rest = _options(options)
        facts = {"lexicon": _digest(path), "lexicon reader": _READER}
        if fallback is not None:
            facts |= {"fallback": fallback.name} | fallback.provenance(language, rest)
        return facts

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the file and load the fall-back."""
        path, fallback, rest = _options(options)
        return _Lexicon(
            f"{language.iso3}-{language.script}",
            {word: variants[0] for word, variants in read_pronunciations(path).items()},
            None if fallback is None else fallback.load(language, rest),
        )


def _options(options: Mapping[str, str]) -> tuple[Path, G2PBackend | None, dict[str, str]]:
    from lingap.g2p.choice import find_backend

    if not options.get("path"):
        raise G2PError("The back end lexicon needs its option path: a TSV of word, tab, IPA.")
    name = options.get("fallback", "none")
    rest = {}
    for option, value in options.items():
        if option.startswith(f"{name}."):
            rest[option.removeprefix(f"{name}.")] = value
        elif option not in ("path", "fallback"):
            raise G2PError(
                f"The back end lexicon has no option {option!r}. Known: path, fallback, and those "
                "of the fall-back after its name and a point."
            )
    return Path(options["path"]), None if name == "none" else find_backend(name), rest


def _digest(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError as error:
        raise G2PError(f"The back end lexicon cannot read {path}: {error.strerror}.") from error
    return _digest_of(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _digest_of(path: Path, size: int, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


class _Lexicon:
    """Looks a word up as it is, then in lower case, then asks the fall-back."""

    def __init__(self, language: str, entries: Mapping[str, str], fallback: Transcriber | None):
        self._language = language
        self.reads = frozenset() if fallback is None else fallback.reads
        self._entries = entries
        self._fallback = fallback

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        found = [self._look_up(word) for word in words]
        lacking = [word for word, ipa in zip(words, found, strict=True) if ipa is None]
        rest = iter(self._read_others(lacking))
        return [next(rest) if ipa is None else Transcription(ipa) for ipa in found]

    def _look_up(self, word: str) -> str | None:
        if word in self._entries:
            return self._entries[word]
        return self._entries.get(lower(word, self._language))

    def _read_others(self, words: list[str]) -> list[Transcription]:
        if self._fallback is not None and words:
            return self._fallback.transcribe(words)
        return [Transcription("", tuple(word)) for word in words]


LEXICON = LexiconBackend()
