"""Pronunciation dictionaries of frequent words, each with its origin and licence in its head.

The pronunciations are another's, so none is part of lingap: whoever downloaded a list (WikiPron's
are under CC BY-SA) makes a dictionary of it, and the file says what that list's licence asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lingap import __version__
from lingap.errors import CorpusError, G2PError
from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.gold_tables import read_frequencies
from lingap.languages import Language, get_language
from lingap.storage.digests import file_digest
from lingap.storage.special_files import refuse_special
from lingap.text.case import lower
from lingap.text.words import split_words

WIKIPRON_LICENCE = "CC BY-SA 4.0, contributors of Wiktionary, by WikiPron"


@dataclass(frozen=True, slots=True)
class DictionaryFile:
    """A dictionary to be written.

    Args:
        language: Its language.
        entries: Word -> its pronunciations, the most frequent word first.
        n_source: Words of the list that it is from.
        share: Of the running words of the text that counted them, the share that it has; None
            without a text.
        head: Comments at its top: what it is, from what, under which licence.
    """

    language: Language
    entries: Mapping[str, tuple[str, ...]]
    n_source: int
    share: float | None
    head: Sequence[str]

    def as_tsv(self) -> str:
        """The head as comments; then word, tab, pronunciations separated by commas."""
        rows = (f"{word}\t{','.join(ipa)}" for word, ipa in self.entries.items())
        return "\n".join((*(f"# {line}" for line in self.head), *rows)) + "\n"

    def as_text(self) -> str:
        """What it has, and the licence."""
        of_text = "" if self.share is None else f"; {100 * self.share:.1f} % of the running words"
        return (
            f"{self.language.code}: {len(self.entries):,} of {self.n_source:,} words{of_text}\n"
            f"  {self.head[-1]}"
        )


def make_dictionary(
    language: str | Language,
    source: Path,
    *,
    text: Path | None = None,
    n_words: int | None = None,
    licence: str = WIKIPRON_LICENCE,
) -> DictionaryFile:
    r"""A dictionary of the most frequent words of a list of pronunciations.

    Args:
        language: Any code.
        source: TSV of word, tab, IPA, as published by WikiPron; a third column may hold the
            word's occurrences.
        text: UTF-8 text whose words are counted in place of the third column.
        n_words: How many words to keep; None keeps all, or with `text` all that occur in it.
        licence: Of the pronunciations, as their publisher gives it.

    Raises:
        CorpusError: For a file that cannot be read, or no word of the list in the text.
        G2PError: For fewer than one word, an empty licence, or a number of words without
            frequencies.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "fra.tsv")
    >>> _ = path.write_text("gageure\tɡ a ʒ y ʁ\n", encoding="utf-8")
    >>> make_dictionary("fra", path).as_tsv().splitlines()[-1].split("\t")
    ['gageure', 'ɡaʒyʁ']
    """
    language = get_language(language)
    if n_words is not None and n_words < 1:
        raise G2PError(f"Expected a number of words of 1 or more, got {n_words}.")
    if not (licence := " ".join(licence.split())):
        raise G2PError("Expected the licence of the pronunciations, got nothing.")
    gold = read_pronunciations(source)
    share: float | None = None
    ranked, origin = list(gold), source.name
    if text is not None:
        counts, n_running = _counts(text, language, gold)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))[:n_words]
        share = sum(counts[word] for word in ranked) / n_running
        origin += f", words of {text.name}"
    elif n_words is not None:
        try:
            frequencies = read_frequencies(source)
        except CorpusError as error:
            raise G2PError(
                f"{source.name} has no occurrences in a third column, so its most frequent words "
                "are not known: pass a text to count them in, or keep all words."
            ) from error
        ranked = sorted(gold, key=lambda word: (-frequencies[word], word))[:n_words]
    head = (
        f"Pronunciations of {language.name} ({language.code}), {len(ranked):,} words",
        f"From {origin} (sha256 {file_digest(source, 16)}), by lingap {__version__}",
        f"Licence of the pronunciations: {licence}",
    )
    return DictionaryFile(language, {word: gold[word] for word in ranked}, len(gold), share, head)


def _counts(text: Path, language: Language, gold: Mapping[str, object]) -> tuple[Counter[str], int]:
    """Occurrences of the words of a list in a text, as written or in lower case; all its words."""
    refuse_special(text, CorpusError)
    counts: Counter[str] = Counter()
    n_running = 0
    try:
        with text.open(encoding="utf-8-sig") as lines:
            for line in lines:
                words = [w for w in split_words(line, language.code) if any(map(str.isalpha, w))]
                n_running += len(words)
                small = ((word, lower(word, language.code)) for word in words)
                counts.update(next((one for one in pair if one in gold), "") for pair in small)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise CorpusError(f"Cannot read the text: {reason}.", text) from error
    del counts[""]
    if not counts:
        raise CorpusError(f"None of the {len(gold):,} words of the list is in the text.", text)
    return counts, n_running
