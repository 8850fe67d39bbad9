"""Words of one language to phonemes, each word type meeting the slow code once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from lingap.errors import G2PError, LanguageError
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import BACKENDS, Pronunciation
from lingap.g2p.speller import Speller
from lingap.languages import Language, get_language

OUTPUT_VERSION = "1"
"""Raised whenever normalization or segmentation changes any output."""


class Phonemizer:
    """Turns words of one language into phonemes.

    Args:
        language: Any code that the table of languages knows.
        backend: Name of a G2P back end; ``epitran`` as in Jung et al. (2024).
        policies: What happens to digits, punctuation, foreign words and the like.
        remember: Word types kept in memory; the oldest half is forgotten beyond it.
        options: The back end's own options, by name.

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
        **options: str,
    ):
        self.language = get_language(language)
        self.backend = BACKENDS[backend]
        self.policies = policies or Policies()
        self.options = dict(options)
        served = self.backend.languages()
        if self.language.code not in served:
            raise LanguageError(
                f"The back end {backend} does not serve {self.language.name} "
                f"({self.language.code}). `lingap languages --backend {backend}` lists what it "
                "serves."
            )
        if (hint := self.backend.missing()) is not None:
            raise G2PError(f"The back end {backend} is not installed: {hint}")
        self._provenance = self._describe()
        self._speller: Speller | None = None
        self._remember = max(2, remember)
        self._known: dict[str, Pronunciation] = {}
        self._lossy: set[str] = set()
        self._counter = CoverageCounter(self.language.code, self.backend.name)

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
        said = [known[word] for word in words]
        self._counter.words += len(words)
        for word in self._lossy & counts.keys():
            self._counter.add(word, known[word], counts[word])
        if len(known) > self._remember:
            self._forget()
        return said

    def _learn(self, words: list[str]) -> None:
        if not words:
            return
        for word, said in zip(words, self.speller.spell(words), strict=True):
            self._known[word] = said
            if not said.units or said.unmapped or said.notes:
                self._lossy.add(word)
        self._counter.types += len(words)

    def _forget(self) -> None:
        for word in list(self._known)[: len(self._known) - self._remember // 2]:
            del self._known[word]
            self._lossy.discard(word)

    @property
    def speller(self) -> Speller:
        """The loaded back end with its policies; loading happens here."""
        if self._speller is None:
            transcriber = self.backend.load(self.language, self.options)
            self._speller = Speller(
                transcriber, self.language.script, self.policies, self._english_speller
            )
        return self._speller

    def _english_speller(self) -> Speller:
        policies = replace(self.policies, foreign="unmapped")
        return Phonemizer("eng", "gruut-lang-en", policies=policies).speller

    @property
    def coverage(self) -> G2PCoverage:
        """What was lost in all words phonemized so far."""
        return self._counter.snapshot()

    def provenance(self) -> dict[str, str]:
        """Names, versions and options of all that can change the output."""
        return dict(self._provenance)

    def _describe(self) -> dict[str, str]:
        facts = {"language": self.language.code, "g2p": self.backend.name}
        facts |= {"lingap g2p": OUTPUT_VERSION}
        facts |= {f"policy {name}": choice for name, choice in self.policies.as_dict().items()}
        facts |= {f"option {name}": value for name, value in sorted(self.options.items())}
        facts |= self.backend.provenance(self.language, self.options)
        if self.policies.foreign == "english":
            from lingap.g2p.english import GRUUT

            facts |= GRUUT.provenance(get_language("eng"), {})
        return facts


def phonemizable(language: str | Language, backend: str = "epitran") -> bool:
    """Whether that back end serves a language and is installed here.

    >>> phonemizable("kor"), phonemizable("kor", "gruut-lang-en")
    (True, False)
    """
    engine = BACKENDS[backend]
    return get_language(language).code in engine.languages() and engine.missing() is None
