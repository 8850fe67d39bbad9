"""An alphabet common to languages: one symbol for one sound, and no contrast lost.

Languages and back ends follow different conventions for the same sound: t̪ or t, ɾ or r, ɡʱ or ɡ̤,
ɑ or a. A common alphabet writes them alike and **keeps every contrast that a language makes**: each
language has a one-to-one map from its units to symbols. Spanish ``ɾ`` and ``r`` stay two; Turkish
``ɾ``, its only rhotic, becomes ``r``. Three rules make the maps one-to-one by themselves:

1. A symbol that is a unit of the language stays that unit.
2. Another symbol may be taken only by the one unit of the language that is nearest to it, in
   PanPhon's weighted difference of articulatory features, and no further than ``FARTHEST``.
3. No obstruent changes its voice; marks of tone, of second articulation and others that the
   features do not describe stay.

Among the maps that they allow, the best ones minimize the description length of all languages,

    Σ over languages, over units u:  d(u, s(u)) - λ ln p(s(u)),

where d is the difference and p(s) the share of symbol s among the symbols of all languages: a unit
moves to a symbol that is near and much more common, and common symbols are the anchors. The minimum
is sought by turns, as in hard expectation maximization: the best maps for p, then p for the maps;
neither step can raise the sum. Languages are treated alike and symbols in sorted order, so the
result depends on nothing else. Units that a map does not have stay as written, and are counted.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lingap.errors import G2PError
from lingap.g2p.ipa.articulation import feature_names, feature_weights, features_and_rest, is_sound
from lingap.g2p.ipa.unit_map import STRESS, freed

FARTHEST = 0.25
"""The weighted difference of features up to which a unit may move: one small feature, as between
t̪ and t, ɑː and aː, ɦ and h, kʼ and k; e and ɛ are 0.5 apart."""

_RATE = 0.6  # λ: feature difference worth one nat of the alphabet
_SPELLING = 0.02  # per character that two symbols do not share, where features know no difference
_UNSEEN = 0.5  # votes of a symbol that no language uses
_MOST_TURNS = 50
_FINE = frozenset("\u0308\u031d\u031e\u031f\u0320\u033a\u033b\u0339\u031c")
"""Marks of fine place: centralized, raised, lowered, advanced, retracted, apical, laminal, more and
less rounded."""
_TONES = frozenset(
    "˥˦˧˨˩\u0330\u0300\u0301\u0302\u0304\u030b\u030c\u030f\u1dc4\u1dc5\u1dc8¹²³⁴⁵⁰"
)  # and creaky voice, a tone of Burmese
_KEPT = _TONES | frozenset("ʲˠˤʷɐʀʉǀǃ")
"""What no unit loses or gains: tones; second articulations and letters to which PanPhon gives the
features of another."""

MARGINAL = 5_000
"""A sound rarer than one in so many has no right to its symbol, as Hindi h, beside ɦ, has none."""


def common_alphabet(
    units: Mapping[str, Collection[str] | Mapping[str, int]],
    votes: Mapping[str, int] | None = None,
) -> dict[str, dict[str, str]]:
    """Map the units of several languages onto a common alphabet, one-to-one in each.

    Args:
        units: Language -> its units, or unit -> occurrences. What is not a sound (digits, marks,
            tones written as letters) stays as written; marks of stress are passed over. A unit
            that is less than one in ``MARGINAL`` sounds does not keep others from its symbol: it
            has it where no other took it, and otherwise that of the other.
        votes: Symbol -> languages that use it, of further languages whose maps are fixed.

    Returns:
        For each language, each of its sounds -> its symbol.

    >>> maps = common_alphabet({"hin": ["t̪", "ʈ"], "urd": ["t", "ʈ"], "eng": ["t"]})
    >>> maps["hin"], maps["urd"]
    ({'t̪': 't', 'ʈ': 'ʈ'}, {'t': 't', 'ʈ': 'ʈ'})
    """
    own, marginal = {}, {}
    for code in sorted(units):
        own[code], marginal[code] = _sounds(units[code])
    fixed = {symbol: n for symbol, n in (votes or {}).items() if is_sound(symbol)}
    symbols = sorted({unit for sounds in own.values() for unit in sounds} | set(fixed))
    if not symbols:
        return {code: {} for code in own}
    place = {symbol: number for number, symbol in enumerate(symbols)}
    base = np.array([fixed.get(symbol, 0) for symbol in symbols], float)
    distances = _distances(symbols)
    rows = {code: np.array([place[u] for u in sounds], int) for code, sounds in own.items()}
    costs = {code: _allowed(distances, places) for code, places in rows.items()}
    chosen = dict(rows)
    for _ in range(_MOST_TURNS):
        used = base + _UNSEEN
        for places in chosen.values():
            used[places] += 1
        price = -_RATE * np.log(used / used.sum())
        better = {code: (costs[code] + price).argmin(axis=1) for code in rows}
        if all(np.array_equal(better[code], chosen[code]) for code in rows):
            break
        chosen = better
    found = {}
    for code, sounds in own.items():
        kept = {unit: symbols[at] for unit, at in zip(sounds, chosen[code], strict=True)}
        left = freed(kept)
        found[code] = kept | {unit: left.get(unit, unit) for unit in marginal[code]}
    return found


def _sounds(units: Collection[str] | Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The sounds of a language, and its marginal ones, each sorted."""
    counts: Counter[str] = Counter()
    for unit in units:
        if is_sound(bare := unit.lstrip(STRESS)):
            counts[bare] += units[unit] if isinstance(units, Mapping) else 1
    rare = counts.total() / MARGINAL if isinstance(units, Mapping) else 0.0
    return (
        sorted(unit for unit, n in counts.items() if n >= rare),
        sorted(unit for unit, n in counts.items() if n < rare),
    )


def _allowed(distances: NDArray[np.float64], own: NDArray[np.int64]) -> NDArray[np.float64]:
    """Costs of each unit of a language, shape (n_units, n_symbols), infinite where it may not move.

    A symbol that is a unit of the language stays that unit, and any other may be taken only by the
    one unit of the language that is nearest to it.
    """
    found = distances[own]
    if not len(own):
        return found
    nearest = found.min(axis=0)
    is_nearest = found <= nearest + 1e-9
    found[~(is_nearest & (is_nearest.sum(axis=0) == 1))] = np.inf
    found[:, own] = np.inf
    found[np.arange(len(own)), own] = 0.0
    return found


def _distances(symbols: Sequence[str]) -> NDArray[np.float64]:
    """Difference of each pair, shape (n, n); infinite where one may never become the other."""
    known = [_described(symbol) for symbol in symbols]
    table = np.array([signs for signs, _ in known], float).reshape(len(symbols), -1)
    weights = feature_weights()
    found = np.array([np.abs(table - row) @ weights for row in table])
    found = found.reshape(len(symbols), len(symbols))
    found[found > FARTHEST + 1e-9] = np.inf
    names = list(feature_names())
    voiced, obstruent = table[:, names.index("voi")], table[:, names.index("son")] < 0
    found[obstruent[:, None] & (voiced[:, None] != voiced)] = np.inf
    for one, other in np.argwhere(np.isfinite(found)):
        if known[one][1] != known[other][1]:
            found[one, other] = np.inf
        else:
            differing = set(_plain(symbols[one])) ^ set(_plain(symbols[other]))
            found[one, other] += _SPELLING * len(differing)
    return found


def _described(symbol: str) -> tuple[NDArray[np.int8], str]:
    """Features of a sound, and the rest of it, which stays as it is."""
    text = _plain(symbol)
    kept = "".join(c for c in text if c in _KEPT)
    found = features_and_rest("".join(c for c in text if c not in _FINE and c not in _TONES))
    if found is None:
        raise G2PError(f"Expected a sound, got {symbol!r}.")
    signs, rest = found
    return signs, kept + rest


def _plain(symbol: str) -> str:
    """In NFD, with breathy voice written one way."""
    return unicodedata.normalize("NFD", symbol).replace("\u0324", "ʱ")
