"""Words of one language to phonemes; the slow code runs once per word type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lingap.arguments import checked
from lingap.errors import G2PError, LanguageError
from lingap.g2p.cache import Entry, WordCache, cache_path
from lingap.g2p.choice import find_backend, word_list
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.invisible import DROPPED, words_that_lost_invisible
from lingap.g2p.ipa.inventory import PhonemeInventory, map_for
from lingap.g2p.ipa.unit_map import UnitMap, UnitMapper
from lingap.g2p.ipa.vocabulary import PhonemeVocabulary, UnitFitter
from lingap.g2p.numbers import NumberWords
from lingap.g2p.policies import Policies
from lingap.g2p.pronounced_text import PronouncedText
from lingap.g2p.protocol import DEFAULT_BACKEND, Pronunciation, code_of, reader_of
from lingap.g2p.speller import Speller
from lingap.g2p.store import WordStore, pronunciation_of
from lingap.g2p.word_lists import WordList
from lingap.languages import Language, get_language
from lingap.storage.cache_folder import cache_folder
from lingap.text.segmenters import Segment, make_segmenter, words_of

OUTPUT_VERSION = "12"
"""Raised whenever normalization or segmentation changes any output."""


class Phonemizer:
    """Turns words, or running text, of one language into phonemes.

    It can be pickled and copied, without the loaded back end and the counts: each process counts
    its own words. Return their coverages with :meth:`take_coverage` and add them up.

    Args:
        language: Any code of a language. A variant that the back end does not serve is read by the
            G2P of its language, which the coverage counts (``read as cat``).
        backend: Name of a G2P back end, such as ``epitran`` (used by Jung et al. 2024); ``auto``
            for the installed one with the lowest measured error; or a chain such as
            ``epitran+espeak`` (see :func:`lingap.g2p.choice.find_backend`).
        policies: What happens to digits, punctuation, foreign words and so on.
        remember: Word types kept in memory; beyond it, the oldest half is forgotten.
        cache: Folder of the word cache; True for the user's (see
            :func:`lingap.storage.cache_folder.cache_folder`), False for none.
        segmenter: Name of a word segmenter, for running text of a language without spaces.
        vocabulary: Units that a model knows (a tokenizer's file or folder, or the units). The
            coverage counts the units that it lacks.
        fit: ``report`` only counts lacking units; ``nearest`` also writes, for each, the known
            unit nearest by articulatory features.
        inventory: ``written`` or ``broad`` in place of the policy's, or a common alphabet of your
            own (a file, or the object), which implies ``broad``.
        options: Options of the back end, by name.
        more_options: The same, as keywords.

    Raises:
        LanguageError: For an unknown language, or one that the back end does not serve.
        UnknownName: For an unknown back end.
        G2PError: For a back end that is not installed, or an unknown option.

    Example:
        >>> finnish = Phonemizer("fin", "epitran")
        >>> finnish(["ääni", "?"])[0].units
        ('æː', 'n', 'i')
        >>> print(finnish.text("Hei, talo!"))
        h e i ▁ , ▁ t ɑ l o ▁ !
    """

    @checked(G2PError)
    def __init__(
        self,
        language: str | Language,
        backend: str = DEFAULT_BACKEND,
        *,
        policies: Policies | None = None,
        remember: int = 2_000_000,
        cache: Path | str | bool = True,
        segmenter: str | None = None,
        vocabulary: PhonemeVocabulary | Path | str | Sequence[str] | None = None,
        fit: str = "report",
        inventory: PhonemeInventory | Path | str | None = None,
        options: Mapping[str, str] | None = None,
        **more_options: str,
    ):
        self.language = get_language(language)
        self.backend = find_backend(backend, self.language)
        self.policies = policies or Policies()
        self.options = dict(options or {}) | more_options
        self.read_as = reader_of(self.backend, self.language)
        code_of(self.backend, self.read_as)
        if (hint := self.backend.missing()) is not None:
            raise G2PError(f"The back end {backend} is not installed: {hint}")
        self.vocabulary = PhonemeVocabulary.of(vocabulary, fit) if vocabulary else None
        self._fitter = UnitFitter(self.vocabulary) if self.vocabulary else None
        unit_map = map_for(inventory, self.policies, self.read_as.code, self.backend.name)
        self.unit_map: UnitMap | None = unit_map
        """The map onto a common alphabet, under ``inventory=broad``."""
        self._mapper = UnitMapper(unit_map) if unit_map else None
        self.segmenter = segmenter
        self._settings = {
            "backend": backend, "policies": self.policies, "remember": remember, "cache": cache,
            "segmenter": segmenter, "vocabulary": self.vocabulary, "inventory": inventory,
            "options": self.options,
        }  # fmt: skip
        self._provenance = self._describe()
        self._cache = cache_folder() if cache is True else Path(cache) if cache else None
        self._store: WordStore | None = None
        self._remember = max(2, remember)
        self._known: dict[str, Pronunciation] = {}
        self._lossy: set[str] = set()
        self._uncounted: set[str] = set()  # known, but not seen since coverage was last taken
        self._counter = self.new_counter()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (self.language.code, self._settings, self.provenance())

    def __call__(self, words: Sequence[str]) -> list[Pronunciation]:
        """One pronunciation for each word, in order; equal words share one object.

        Args:
            words: Words of the language, such as corpus tokens. An empty word, or one of which
                nothing can be spelled, has no units.

        Raises:
            G2PError: For a string in place of a list, or a word that is not a string.
        """
        if isinstance(words, str):
            raise G2PError(
                f"Expected a list of words, got the string {words[:40]!r}. Use `text` for text."
            )
        try:
            counts = Counter(words)
        except TypeError:  # a word that cannot be hashed
            raise _not_a_word(words) from None
        new = [word for word in counts if word not in self._known]
        if not all(isinstance(word, str) for word in new):
            raise _not_a_word(words)
        self._learn(new)
        if self._uncounted and (again := self._uncounted.intersection(counts)):
            self._uncounted -= again
            self._counter.distinct.add(again)
        known = self._known
        pronunciations = list(map(known.__getitem__, words))
        self._counter.words += len(words)
        self._counter.units += sum(len(one.units) for one in pronunciations)
        for word in filter(self._lossy.__contains__, counts):
            self._counter.add(word, known[word], counts[word])
        if len(known) > self._remember:
            self._forget()
        return pronunciations

    def text(self, text: str) -> PronouncedText:
        """Words of running text with their pronunciations, as in ``lingap phonemize``.

        Args:
            text: Running text; line ends count as spaces.

        Raises:
            LanguageError: When the language needs a segmenter and none was named.
            G2PError: For anything but a string.
        """
        words, hit = self.split(text)
        pronunciations = tuple(self(words))
        if n_hit := sum(DROPPED not in pronunciations[place].notes for place in hit):
            self._counter.notes[DROPPED] += n_hit
        return PronouncedText(words, pronunciations)

    def split(self, text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Words of running text, and the places of those that lost invisible characters by it.

        Raises:
            LanguageError: When the language needs a segmenter and none was named.
        """
        if not isinstance(text, str):
            raise G2PError(
                f"Expected a text (str), got {type(text).__name__}: {repr(text)[:40]}. Decode "
                "bytes first; pass a list of words to the phonemizer itself: phonemizer(words)."
            )
        if self._segment is None and self._words:
            words = self._words.forms.split(text)
        else:
            words = words_of(text, self.language.code, self._segment)
        return words, words_that_lost_invisible(text, words)

    def tie(self, text: bytes) -> bytes:
        """UTF-8 text in which no token between white space ends inside a word (``z. B.``)."""
        return self._words.forms.tie(text) if self._words and self._segment is None else text

    @cached_property
    def _words(self) -> WordList | None:
        return word_list(self.backend, self.read_as)

    @cached_property
    def _segment(self) -> Segment | None:
        return make_segmenter(self.language, self.segmenter)

    def _learn(self, words: list[str]) -> None:
        if not words:
            return
        for word, entry in self.store.entries(words).items():
            pronunciation = self.finished(entry)
            self._known[word] = pronunciation
            if not pronunciation.is_lossless:
                self._lossy.add(word)
        self.store.save()
        self._counter.distinct.add(words)

    @property
    def rewrites(self) -> bool:
        """Whether :meth:`finished` changes anything: with an inventory or a vocabulary."""
        return self._mapper is not None or self._fitter is not None

    def finished(self, entry: Entry) -> Pronunciation:
        """The pronunciation of an entry of the store, in the inventory and vocabulary wanted."""
        pronunciation = pronunciation_of(entry)
        if self._mapper is not None:
            pronunciation = self._mapper.mapped(pronunciation)
        return self._fitter.fitted(pronunciation) if self._fitter is not None else pronunciation

    def _forget(self) -> None:
        for word in list(self._known)[: len(self._known) - self._remember // 2]:
            del self._known[word]
            self._lossy.discard(word)

    @property
    def store(self) -> WordStore:
        """The word cache, opened now, and the back end, loaded at the first unknown word."""
        if self._store is None:
            path = cache_path(self._cache, self._provenance) if self._cache else None
            cache = WordCache(path, self._provenance) if path else None
            self._store = WordStore(self.load, cache)
        return self._store

    def load(self) -> Speller:
        """Load the back end."""

        def english() -> Speller:
            policies = replace(self.policies, foreign="unmapped")
            return Phonemizer("eng", "gruut-lang-en", policies=policies).load()

        transcriber = self.backend.load(self.read_as, self.options)
        numbers = NumberWords(self.read_as) if self.policies.digits == "words" else None
        return Speller(
            transcriber, self.language.script, self.policies, english, self._words, numbers
        )

    @property
    def coverage(self) -> G2PCoverage:
        """The coverage of all words so far, or since it was last taken."""
        return self._counter.snapshot()

    def take_coverage(self) -> G2PCoverage:
        """The coverage so far; counting restarts from zero.

        A worker process returns it with each piece of its work; coverages add up with ``+``.
        """
        taken, self._counter = self._counter, self.new_counter()
        self._uncounted = set(self._known)
        return taken.snapshot()

    def new_counter(self) -> CoverageCounter:
        """An empty counter for this language, back end and vocabulary."""
        name = self.vocabulary.name if self.vocabulary else ""
        read_as = "" if self.read_as == self.language else self.read_as.code
        return CoverageCounter(self.language.code, self.backend.name, name, read_as)

    def provenance(self) -> dict[str, str]:
        """Names, versions and options of everything that can change the output."""
        facts = self._provenance | (self.unit_map.provenance() if self.unit_map else {})
        facts |= self.vocabulary.provenance() if self.vocabulary else {}
        return facts | ({"segmenter": self.segmenter} if self.segmenter else {})

    def _describe(self) -> dict[str, str]:
        facts = {"language": self.language.code, "g2p": self.backend.name}
        if self.read_as != self.language:
            facts["read as"] = self.read_as.code
        facts |= {"lingap g2p": OUTPUT_VERSION}
        policies = self.policies.as_dict()
        del policies["inventory"]  # the store holds units as written
        facts |= {f"policy {name}": choice for name, choice in policies.items()}
        facts |= {f"option {name}": value for name, value in sorted(self.options.items())}
        facts |= self.backend.provenance(self.read_as, self.options)
        if self.policies.digits == "words":
            facts |= {"numbers": NumberWords(self.read_as).version}
        if self._words:
            facts |= {"word list": self._words.version}
        if self.policies.foreign == "english":
            from lingap.g2p.backends.english import GRUUT

            facts |= GRUUT.provenance(get_language("eng"), {})
        return facts


def _not_a_word(words: Sequence[Any]) -> G2PError:
    place, word = next((i, word) for i, word in enumerate(words) if not isinstance(word, str))
    return G2PError(f"Word {place} is {word!r}, not a string; leave it out or pass ''.")


def _unpickled(language: str, settings: dict[str, Any], provenance: dict[str, str]) -> Phonemizer:
    """The unpickled phonemizer; G2PError where versions or the choice of ``auto`` differ here."""
    phonemizer = Phonemizer(language, **settings)
    if (here := phonemizer.provenance()) != provenance:
        facts = sorted(set(provenance.items()) ^ set(here.items()))
        raise G2PError(
            "A pickled Phonemizer can give other phonemes here, since its provenance differs: "
            f"{', '.join(f'{name}={value}' for name, value in facts)}. Create a new one here."
        )
    return phonemizer


def phonemizable(language: str | Language, backend: str = DEFAULT_BACKEND) -> bool:
    """Whether a back end serves a language and is installed.

    >>> phonemizable("kor"), phonemizable("kor", "gruut-lang-en")
    (True, False)
    """
    try:
        found = get_language(language)
        engine = find_backend(backend, found)
        served = reader_of(engine, found).code in engine.languages()
        return served and engine.missing() is None
    except LanguageError:
        return False
