"""What orthography2ipa computes again for each letter of each word, remembered.

Its engine asks the same small questions millions of times: the segments of an IPA string, whether a
grapheme is a vowel, whether a rule can concern it. Their answers depend on their arguments alone,
so they are kept; what it writes does not change, and takes half of the time. A function that is
not there any more is left alone: the engine is then slower.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

_MODULES = ("allophony", "vowels", "phonetok", "positional", "stress", "tone", "g2p")
_PURE = (
    "grapheme_is_vowel", "grapheme_vowel_axis", "is_palatal_consonant", "is_ipa_vowel",
    "is_orthographic_vowel", "base_vowel_letter",
)  # fmt: skip
_MOST = 100_000  # answers of one function kept
_MOST_WORDS = 1_000  # of which a tokenizer keeps the tokens


@cache
def remember_answers() -> None:
    """Let the installed orthography2ipa remember; once a process."""
    modules = {name: _module(name) for name in _MODULES}
    for name in _PURE:
        if (function := getattr(modules["vowels"], name, None)) is not None:
            _replace(modules.values(), name, _kept(function))
    if (segment := getattr(modules["allophony"], "segment_ipa", None)) is not None:
        _replace(modules.values(), "segment_ipa", _lists(segment))
    if (positions := getattr(modules["positional"], "grapheme_positions", None)) is not None:
        modules["positional"].grapheme_positions = _where_they_matter(positions)
    if (tokenizer := getattr(modules["phonetok"], "PhonetokTokenizer", None)) is not None:
        tokenizer.tokenize = _by_word(tokenizer.tokenize)
    rescorer = getattr(modules["allophony"], "AllophoneRescorer", None)
    if rescorer is not None and hasattr(rescorer, "_realize") and segment is not None:
        rescorer._realize = _if_concerned(rescorer._realize, modules["allophony"].segment_ipa)
    if rescorer is not None and hasattr(rescorer, "_neighbor_mutation"):
        rescorer._neighbor_mutation = _if_any_mutates(rescorer._neighbor_mutation)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"orthography2ipa.{name}")
    except ImportError:
        return None


def _replace(modules: Any, name: str, remembering: Any) -> None:
    """Put a function in the place of the one that it remembers, wherever that is imported."""
    for module in modules:
        if getattr(module, name, None) is remembering.__wrapped__:
            setattr(module, name, remembering)


def _kept(function: Callable[..., Any]) -> Any:
    """A function with its answers kept; arguments that cannot be a key are answered anew."""
    kept = lru_cache(_MOST)(function)

    def answer(*given: Any) -> Any:
        try:
            return kept(*given)
        except TypeError:
            return function(*given)

    answer.__wrapped__ = function  # type: ignore[attr-defined]
    return answer


def _lists(function: Callable[..., list[str]]) -> Any:
    """Lists of a function of a text and atoms, each a new one."""
    kept = lru_cache(_MOST)(function)

    def segments(ipa: str, atoms: Sequence[str] = ()) -> list[str]:
        return [*kept(ipa, atoms if type(atoms) is tuple else tuple(atoms))]

    segments.__wrapped__ = function  # type: ignore[attr-defined]
    return segments


def _by_word(tokenize: Callable[[Any, str], list[Any]]) -> Any:
    """Tokens of a word, which the engine asks for several times."""

    def tokens(self: Any, text: str) -> list[Any]:
        kept = self.__dict__.setdefault("_tokens_of", {})
        if text not in kept:
            if len(kept) >= _MOST_WORDS:
                kept.clear()
            kept[text] = tuple(tokenize(self, text))
        return [*kept[text]]

    return tokens


def _where_they_matter(grapheme_positions: Callable[..., list[Any]]) -> Any:
    """Positions of a grapheme; none where its language has no value that depends on them."""

    def positions(context: Any, *, spec: Any = None, **more: Any) -> list[Any]:
        if spec is not None and not (spec.positional_graphemes or {}).get(context.grapheme):
            return []
        return grapheme_positions(context, spec=spec, **more)

    return positions


def _if_concerned(realize: Callable[..., Any], segment: Callable[..., list[str]]) -> Any:
    """What rules make of an IPA string; nothing where no rule names it or a segment of it."""

    def realized(self: Any, ipa: str, context: Any) -> Any:
        own = self.__dict__
        if "_targets" not in own:
            own["_targets"] = {phoneme for rule in self.rules for phoneme in rule.phonemes}
            own["_concerned"] = {}
        concerned = own["_concerned"]
        if ipa not in concerned:
            parts = (ipa, *segment(ipa, self._atoms))
            concerned[ipa] = not own["_targets"].isdisjoint(parts)
        return realize(self, ipa, context) if concerned[ipa] else None

    return realized


def _if_any_mutates(mutation: Callable[..., Any]) -> Any:
    """What a neighbour adds to a segment; nothing where no rule does that."""

    def mutated(self: Any, context: Any) -> Any:
        own = self.__dict__
        if "_mutates" not in own:
            own["_mutates"] = any(rule.mutates_neighbor for rule in self.rules)
        return mutation(self, context) if own["_mutates"] else None

    return mutated
