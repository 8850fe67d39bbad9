"""Words of one language to phonemes, each word type meeting the slow code once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lingap.errors import G2PError, LanguageError
from lingap.g2p.cache import WordCache, cache_path
from lingap.g2p.choice import find_backend
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.ipa.vocabulary import PhonemeVocabulary, UnitFitter
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import Pronunciation
from lingap.g2p.speller import Speller
from lingap.g2p.store import WordStore, pronunciation_of
from lingap.languages import Language, get_language
from lingap.storage.cache_folder import cache_folder

OUTPUT_VERSION = "3"
"""Raised whenever normalization or segmentation changes any output."""


class Phonemizer:
    """Turns words of one language into phonemes.

    Args:
        language: Any code that the table of languages knows.
        backend: Name of a G2P back end, ``epitran`` as in Jung et al. (2024); ``auto``; or a
            chain such as ``epitran+espeak`` (see :func:`lingap.g2p.choice.find_backend`).
        policies: What happens to digits, punctuation, foreign words and the like.
        remember: Word types kept in memory; the oldest half is forgotten beyond it.
        cache: Folder of the word cache; True for the user's own (see
            :func:`lingap.storage.cache_folder.cache_folder`), False for none.
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
        >>> Phonemizer("fin")(["ääni", "?"])[0].units
        ('æː', 'n', 'i')
    """

    def __init__(
        self,
        language: str | Language,
        backend: str = "epitran",
        *,
        policies: Policies | None = None,
        remember: int = 2_000_000,
        cache: Path | str | bool = True,
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
        self._provenance = self._describe()
        self._cache = cache_folder() if cache is True else Path(cache) if cache else None
        self._store: WordStore | None = None
        self._remember = max(2, remember)
        self._known: dict[str, Pronunciation] = {}
        self._lossy: set[str] = set()
        name = self.vocabulary.name if self.vocabulary else ""
        self._counter = CoverageCounter(self.language.code, self.backend.name, name)

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
        known = self._known
        said = list(map(known.__getitem__, words))
        self._counter.words += len(words)
        self._counter.units += sum(len(one.units) for one in said)
        for word in filter(self._lossy.__contains__, counts):
            self._counter.add(word, known[word], counts[word])
        if len(known) > self._remember:
            self._forget()
        return said

    def _learn(self, words: list[str]) -> None:
        if not words:
            return
        for word, entry in self.store.entries(words).items():
            said = pronunciation_of(entry)
            if self._fitter is not None:
                said = self._fitter.fitted(said)
            self._known[word] = said
            if not said.is_lossless:
                self._lossy.add(word)
        self.store.save()
        self._counter.types += len(words)

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
        """What was lost in all words phonemized so far."""
        return self._counter.snapshot()

    def provenance(self) -> dict[str, str]:
        """Names, versions and options of all that can change the output."""
        return self._provenance | (self.vocabulary.provenance() if self.vocabulary else {})

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


def phonemizable(language: str | Language, backend: str = "epitran") -> bool:
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
