"""Words of one language to phonemes, each word type meeting the slow code once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from lingap.errors import G2PError, LanguageError
from lingap.g2p.cache import WordCache, cache_path
from lingap.g2p.choice import find_backend
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.ipa.vocabulary import PhonemeVocabulary, UnitFitter
from lingap.g2p.policies import Policies
from lingap.g2p.pronounced_text import PronouncedText
from lingap.g2p.protocol import DEFAULT_BACKEND, Pronunciation
from lingap.g2p.speller import Speller
from lingap.g2p.store import WordStore, pronunciation_of
from lingap.languages import Language, get_language
from lingap.storage.cache_folder import cache_folder
from lingap.text.segmenters import Segment, make_segmenter
from lingap.text.words import clean, count_invisible, split_words

OUTPUT_VERSION = "3"
"""Raised whenever normalization or segmentation changes any output."""


class Phonemizer:
    """Turns words, or running text, of one language into phonemes.

    It can be pickled and copied: settings go along, the loaded back end and what was counted do
    not, so each process counts its own words. Bring their coverage back with
    :meth:`take_coverage`, and add it up.

    Args:
        language: Any code that the table of languages knows.
        backend: Name of a G2P back end, such as ``epitran`` as in Jung et al. (2024); ``auto``,
            the one with the lowest measured error of those installed; or a chain such as
            ``epitran+espeak`` (see :func:`lingap.g2p.choice.find_backend`).
        policies: What happens to digits, punctuation, foreign words and the like.
        remember: Word types kept in memory; the oldest half is forgotten beyond it.
        cache: Folder of the word cache; True for the user's own (see
            :func:`lingap.storage.cache_folder.cache_folder`), False for none.
        segmenter: Name of a word segmenter, for running text of a language without spaces.
        vocabulary: Units that a model knows (a tokenizer's file or folder, or the units); those
            that it lacks are counted in the coverage.
        fit: ``report``, or ``nearest``: the known unit nearest by articulatory features is
            written for one that is lacking.
        options: The back end's own options, by name.
        more_options: Further ones, as keywords.

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
        options: Mapping[str, str] | None = None,
        **more_options: str,
    ):
        self.language = get_language(language)
        self.backend = find_backend(backend, self.language)
        self.policies = policies or Policies()
        self.options = dict(options or {}) | more_options
        served = self.backend.languages()
        if self.language.code not in served:
            raise LanguageError(
                f"The back end {backend} does not serve {self.language.name} "
                f"({self.language.code}). `lingap languages --backend {backend}` lists what it "
                "serves."
            )
        if (hint := self.backend.missing()) is not None:
            raise G2PError(f"The back end {backend} is not installed: {hint}")
        self.vocabulary = PhonemeVocabulary.of(vocabulary, fit) if vocabulary else None
        self._fitter = UnitFitter(self.vocabulary) if self.vocabulary else None
        self.segmenter = segmenter
        self._settings = {
            "backend": backend, "policies": self.policies, "remember": remember, "cache": cache,
            "segmenter": segmenter, "vocabulary": self.vocabulary, "options": self.options,
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
            words: Words of the language, such as corpus tokens. An empty one, or one of which
                nothing can be spelled, has no units.
        """
        if isinstance(words, str):
            raise G2PError(f"Expected a list of words, got one string {words[:40]!r}. Split it.")
        counts = Counter(words)
        self._learn([word for word in counts if word not in self._known])
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
        """Words of running text with their pronunciations, as ``lingap phonemize`` finds them.

        Args:
            text: Running text; line ends count as spaces.

        Raises:
            LanguageError: When the language needs a segmenter and none was named.
        """
        words, n_invisible = self.split(text)
        if n_invisible:
            self._counter.notes["invisible dropped"] += n_invisible
        return PronouncedText(words, tuple(self(words)))

    def split(self, text: str) -> tuple[tuple[str, ...], int]:
        """Words of running text, and how many characters that show nothing are in none of them.

        Raises:
            LanguageError: When the language needs a segmenter and none was named.
        """
        n_invisible = count_invisible(text)
        if (segment := self._segment) is not None:
            text = " ".join(chain.from_iterable(map(segment, clean(text).split())))
        return split_words(text, self.language.code), n_invisible

    @cached_property
    def _segment(self) -> Segment | None:
        return make_segmenter(self.language, self.segmenter)

    def _learn(self, words: list[str]) -> None:
        if not words:
            return
        for word, entry in self.store.entries(words).items():
            pronunciation = pronunciation_of(entry)
            if self._fitter is not None:
                pronunciation = self._fitter.fitted(pronunciation)
            self._known[word] = pronunciation
            if not pronunciation.is_lossless:
                self._lossy.add(word)
        self.store.save()
        self._counter.distinct.add(words)

    def _forget(self) -> None:
        for word in list(self._known)[: len(self._known) - self._remember // 2]:
            del self._known[word]
            self._lossy.discard(word)

    @property
    def store(self) -> WordStore:
        """Word cache and back end behind it; opening happens here, loading at a new word."""
        if self._store is None:
            folder = self._cache
            path = cache_path(folder, self._provenance) if folder else None
            cache = WordCache(path, self._provenance) if path else None
            self._store = WordStore(self.load, cache)
        return self._store

    def load(self) -> Speller:
        """Load the back end."""
        transcriber = self.backend.load(self.language, self.options)
        return Speller(transcriber, self.language.script, self.policies, self._english_speller)

    def _english_speller(self) -> Speller:
        policies = replace(self.policies, foreign="unmapped")
        return Phonemizer("eng", "gruut-lang-en", policies=policies).load()

    @property
    def coverage(self) -> G2PCoverage:
        """What was lost in all words phonemized so far, or since it was last taken."""
        return self._counter.snapshot()

    def take_coverage(self) -> G2PCoverage:
        """The coverage so far; counting starts again from nothing.

        A worker process returns it beside each piece of its work, and coverages add up:
        ``first + second``.
        """
        taken, self._counter = self._counter, self.new_counter()
        self._uncounted = set(self._known)
        return taken.snapshot()

    def new_counter(self) -> CoverageCounter:
        """An empty count under the names of language, back end and vocabulary."""
        name = self.vocabulary.name if self.vocabulary else ""
        return CoverageCounter(self.language.code, self.backend.name, name)

    def provenance(self) -> dict[str, str]:
        """Names, versions and options of all that can change the output."""
        facts = self._provenance | (self.vocabulary.provenance() if self.vocabulary else {})
        return facts | ({"segmenter": self.segmenter} if self.segmenter else {})

    def _describe(self) -> dict[str, str]:
        facts = {"language": self.language.code, "g2p": self.backend.name}
        facts |= {"lingap g2p": OUTPUT_VERSION}
        facts |= {f"policy {name}": choice for name, choice in self.policies.as_dict().items()}
        facts |= {f"option {name}": value for name, value in sorted(self.options.items())}
        facts |= self.backend.provenance(self.language, self.options)
        if self.policies.foreign == "english":
            from lingap.g2p.backends.english import GRUUT

            facts |= GRUUT.provenance(get_language("eng"), {})
        return facts


def _unpickled(language: str, settings: dict[str, Any], provenance: dict[str, str]) -> Phonemizer:
    """The phonemizer again; G2PError where versions or the choice of ``auto`` are others here."""
    phonemizer = Phonemizer(language, **settings)
    if (here := phonemizer.provenance()) != provenance:
        facts = sorted(set(provenance.items()) ^ set(here.items()))
        raise G2PError(
            "A pickled Phonemizer would say something else here, since what it depends on differs: "
            f"{', '.join(f'{name}={value}' for name, value in facts)}. Make a new one here."
        )
    return phonemizer


def phonemizable(language: str | Language, backend: str = DEFAULT_BACKEND) -> bool:
    """Whether that back end serves a language and is installed here.

    >>> phonemizable("kor"), phonemizable("kor", "gruut-lang-en")
    (True, False)
    """
    try:
        found = get_language(language)
        engine = find_backend(backend, found)
        return found.code in engine.languages() and engine.missing() is None
    except LanguageError:
        return False
