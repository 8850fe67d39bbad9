"""The back end lexicon: a pronunciation dictionary, and another back end for all other words.

The file is a TSV as published by WikiPron (Lee et al. 2020) and CharsiuG2P (Zhu et al. 2022): word,
tab, IPA. Variants of a word are separated by commas or have their own lines; the first is used.
Segments may be separated by spaces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from lingap.errors import CorpusError, G2PError
from lingap.g2p.gold_tables import is_comment, is_header
from lingap.g2p.protocol import G2PBackend, Transcriber, Transcription, check_options, reader_of
from lingap.g2p.word_lists import WordList
from lingap.languages import Language, all_languages
from lingap.storage.digests import file_digest
from lingap.storage.paths import is_folder
from lingap.storage.special_files import refuse_special
from lingap.text.case import lower

_READER = "3"
LONGEST = 1_000
"""Characters of a word or a pronunciation at most."""


def read_pronunciations(path: Path) -> dict[str, tuple[str, ...]]:
    """Word to its pronunciations, in the order of the file.

    Args:
        path: TSV of word, tab, IPA. Empty lines, further columns, a header, and lines of ``#``
            without a tab are ignored.

    Returns:
        NFC words to one or more distinct pronunciations, without the spaces between segments.

    Raises:
        CorpusError: For a line without a word or without IPA, or with one of more than
            :data:`LONGEST` characters, text that is not UTF-8, or a file without entries; the
            message names file and line.
    """
    return read_with_header(path)[0]


def read_with_header(path: Path) -> tuple[dict[str, tuple[str, ...]], str]:
    """As :func:`read_pronunciations`, and the header of the file, or ""."""
    refuse_special(path, CorpusError)
    entries: dict[str, dict[str, None]] = {}
    header, is_first = "", True
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"Cannot read pronunciations: {error.strerror}.", path) from error
    for number, raw in enumerate(data.splitlines(), start=1):
        try:
            line = raw.decode().lstrip("\ufeff" if number == 1 else "")
        except UnicodeDecodeError as error:
            raise CorpusError(f"Not UTF-8 ({error.reason}).", path, number) from error
        if "\0" in line:
            raise CorpusError("Holds NUL, as UTF-16 does; convert it to UTF-8.", path, number)
        if not line.strip() or is_comment(line):
            continue
        if is_first and is_header(line):
            header, is_first = line.strip(), False
            continue
        is_first = False
        word, tab, rest = line.partition("\t")
        word = unicodedata.normalize("NFC", word.strip())
        variants = ("".join(v.split()) for v in rest.partition("\t")[0].split(","))
        ipa = dict.fromkeys(filter(None, variants))
        if not tab or not word or not ipa:
            raise CorpusError(f"Expected word, tab, IPA; got {line[:60]!r}.", path, number)
        if (longest := max(map(len, (word, *ipa)))) > LONGEST:
            raise CorpusError(
                f"Expected a word and its IPA, each of at most {LONGEST:,} characters; got "
                f"{longest:,}. Is it a text?",
                path,
                number,
            )
        entries.setdefault(word, {}).update(ipa)
    if not entries:
        raise CorpusError("Expected lines of word, tab, IPA; got none.", path)
    return {word: tuple(variants) for word, variants in entries.items()}, header


class _EveryLanguage(dict[str, str]):
    """The rows of the table, and any further language when it is asked for."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str)

    def get(self, code: str, default: Any = None) -> Any:
        return code

    def __missing__(self, code: str) -> str:
        return code


class LexiconBackend:
    """A pronunciation dictionary first, another back end for the rest.

    Options:
        path: The TSV file; required.
        fallback: Name of the back end for words not in the file, or ``none`` (the default), which
            counts all letters of such a word as unmapped; ``auto`` reads its word list first.
        FALLBACK.OPTION: An option of the fallback, such as ``espeak.voice``.
    """

    name = "lexicon"

    def languages(self) -> Mapping[str, str]:
        """Every language."""
        return _EveryLanguage({language.code: language.code for language in all_languages()})

    def missing(self) -> str | None:
        """None: it needs no package."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Digest of the file, and the provenance of the fallback."""
        from lingap.g2p.choice import word_list

        path, fallback, rest = _options(options)
        facts = {"lexicon": _digest(path), "lexicon reader": _READER}
        if fallback is not None:
            read_as = reader_of(fallback, language)
            facts |= {"fallback": fallback.name} | fallback.provenance(read_as, rest)
            if words := word_list(fallback, read_as):
                facts |= {"word list": words.version}
        return facts

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the file and load the fallback."""
        from lingap.g2p.choice import word_list

        path, fallback, rest = _options(options)
        entries = {word: variants[0] for word, variants in read_pronunciations(path).items()}
        code = f"{language.iso3}-{language.script}"
        if fallback is None:
            return _Lexicon(code, entries, None)
        read_as = reader_of(fallback, language)
        words = word_list(fallback, read_as)
        return _Lexicon(code, entries, fallback.load(read_as, rest), words)


def _options(options: Mapping[str, str]) -> tuple[Path, G2PBackend | None, dict[str, str]]:
    from lingap.g2p.choice import find_backend

    if not options.get("path"):
        raise G2PError("The back end lexicon needs its option path: a TSV of word, tab, IPA.")
    name = options.get("fallback", "none")
    prefix = f"{name}."
    own = {option: value for option, value in options.items() if not option.startswith(prefix)}
    check_options("lexicon", own, {"path": (), "fallback": (), f"{prefix}OPTION": ()})
    rest = {option.removeprefix(prefix): options[option] for option in options.keys() - own}
    return Path(options["path"]), None if name == "none" else find_backend(name), rest


def _digest(path: Path) -> str:
    refuse_special(path, G2PError)
    if is_folder(path):
        raise G2PError(f"The back end lexicon cannot read {path}: a folder; expected a TSV file.")
    try:
        stat = path.stat()
    except OSError as error:
        raise G2PError(f"The back end lexicon cannot read {path}: {error.strerror}.") from error
    return _digest_of(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _digest_of(path: Path, size: int, changed: int) -> str:
    return file_digest(path, 16)


class _Lexicon:
    """Looks up the word, then its lower case, then asks the word list and the fallback."""

    def __init__(
        self,
        language: str,
        entries: Mapping[str, str],
        fallback: Transcriber | None,
        words: WordList | None = None,
    ):
        self._words = words
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
        if self._fallback is None:
            return [Transcription("", tuple(word)) for word in words]
        if not self._words or not words:
            return self._fallback.transcribe(words) if words else []
        answers = self._words.read(words, self._fallback.transcribe)
        return [answers[word] for word in words]


LEXICON = LexiconBackend()
