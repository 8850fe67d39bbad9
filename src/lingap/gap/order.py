"""An order of languages in which a matrix of hundreds can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lingap.errors import LanguageError
from lingap.languages import get_language
from lingap.metrics.arrays import Array

MANY_LANGUAGES = 16
"""With more, a matrix is ordered, and printed by group of languages instead of by pair."""


def family_and_script(code: str) -> tuple[str, str]:
    """Family and script of a language, or ``Unknown`` of a name that is no code.

    >>> family_and_script("hin"), family_and_script("system-1")
    (('Indo-European', 'Deva'), ('Unknown', 'Unknown'))
    """
    try:
        language = get_language(code)
    except LanguageError:
        return "Unknown", "Unknown"
    return language.family, language.script


@dataclass(frozen=True, slots=True)
class ManyLanguages:
    """Languages in an order, and under labels, that a page of two hundred has room for.

    Args:
        languages: Codes, each once.
    """

    languages: Sequence[str]

    @property
    def are_many(self) -> bool:
        """Whether there are more than 16."""
        return len(self.languages) > MANY_LANGUAGES

    def by_family(self) -> list[str]:
        """Many languages by family, the largest first, then script; few as they are.

        >>> codes = ["fin", "eng", "hin", "fra", "est", *(f"q{x}a" for x in "abcdefghijkl")]
        >>> ManyLanguages(codes).by_family()[-5:]
        ['hin', 'eng', 'fra', 'fin', 'est']
        >>> ManyLanguages(codes[:5]).by_family()
        ['fin', 'eng', 'hin', 'fra', 'est']
        """
        if not self.are_many:
            return list(self.languages)
        groups = {code: family_and_script(code) for code in self.languages}
        sizes = Counter(family for family, _ in groups.values())
        return sorted(self.languages, key=lambda code: (-sizes[groups[code][0]], *groups[code]))

    def family_labels(self, *, most: int = 11) -> dict[str, str]:
        """The family of each language, or ``other families`` of those that are not the largest.

        >>> ManyLanguages(["eng", "fra", "fin"]).family_labels(most=1)
        {'eng': 'Indo-European', 'fra': 'Indo-European', 'fin': 'other families'}
        """
        families = {code: family_and_script(code)[0] for code in self.languages}
        large = {name for name, _ in Counter(families.values()).most_common(most)}
        return {code: own if own in large else "other families" for code, own in families.items()}


@dataclass(frozen=True, slots=True)
class PairsOfLanguages:
    """A symmetric matrix of pairs of languages, to be shown in order or by group.

    Args:
        languages: L codes.
        matrix: (L, L) of any similarity or distance.
    """

    languages: Sequence[str]
    matrix: Sequence[Sequence[float | None]]

    def order(self) -> list[int]:
        """Places of languages by family, script, then with neighbours that are alike.

        Larger families come first. Within a family and script, average linkage of the rows of the
        matrix puts languages beside those with the most similar row, in the order of leaves that
        brings neighbours closest.

        Source: Bar-Joseph et al. (2001) for the order of leaves.

        >>> PairsOfLanguages(["fin", "eng", "hin", "fra"], np.eye(4)).order()  # Devanagari first
        [2, 1, 3, 0]
        """
        rows = np.asarray(self.matrix, dtype=np.float64)
        groups: dict[tuple[str, str], list[int]] = {}
        for place, code in enumerate(self.languages):
            groups.setdefault(family_and_script(code), []).append(place)
        sizes: Counter[str] = Counter()
        for (family, _), places in groups.items():
            sizes[family] += len(places)
        keys = sorted(groups, key=lambda key: (-sizes[key[0]], *key))
        return [place for key in keys for place in _clustered(groups[key], rows)]

    def groups(self, *, by_script: bool = False) -> list[LanguageGroup]:
        """Means within and between families, or scripts, the largest group first.

        >>> matrix = [[0, 0.2, 0.6], [0.2, 0, 0.8], [0.6, 0.8, 0]]
        >>> PairsOfLanguages(["eng", "fra", "fin"], matrix).groups()[0]
        LanguageGroup(name='Indo-European', n_languages=2, within=0.2, outside=0.7)
        """
        values = np.asarray(self.matrix, dtype=np.float64)
        names = np.array([family_and_script(code)[by_script] for code in self.languages])
        found = []
        for name in dict.fromkeys(names.tolist()):
            mine = names == name
            own = values[np.ix_(mine, mine)]
            pairs = own[np.triu_indices(len(own), 1)]
            others = values[np.ix_(mine, ~mine)]
            within, outside = (float(x.mean()) if x.size else None for x in (pairs, others))
            found.append(LanguageGroup(name, len(own), within, outside))
        return sorted(found, key=lambda group: (-group.n_languages, group.name))

    def extremes(
        self, n: int = 5
    ) -> tuple[list[tuple[str, str, float]], list[tuple[str, str, float]]]:
        """The pairs with the `n` lowest and highest values, the most extreme first.

        >>> matrix = [[0, 0.2, 0.6], [0.2, 0, 0.8], [0.6, 0.8, 0]]
        >>> PairsOfLanguages(["eng", "fra", "fin"], matrix).extremes(1)
        ([('eng', 'fra', 0.2)], [('fra', 'fin', 0.8)])
        """
        values = np.asarray(self.matrix, dtype=np.float64)
        named = combinations(enumerate(self.languages), 2)
        pairs = [(one, other, float(values[i, j])) for (i, one), (j, other) in named]
        pairs.sort(key=lambda pair: pair[2])
        return pairs[:n], pairs[-n:][::-1]


@dataclass(frozen=True, slots=True)
class LanguageGroup:
    """The languages of one family or script in a matrix of pairs.

    Args:
        name: The family, or the script's code of four letters.
        n_languages: How many.
        within: Mean over pairs of two of them; None for a single one.
        outside: Mean over pairs of one of them and another language; None if there is no other.
    """

    name: str
    n_languages: int
    within: float | None
    outside: float | None


def _clustered(places: list[int], rows: Array) -> list[int]:
    if len(places) < 3:
        return places
    from scipy.cluster.hierarchy import leaves_list, linkage

    own = np.nan_to_num(rows[places])
    return [places[leaf] for leaf in leaves_list(linkage(own, "average", optimal_ordering=True))]


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """A value of each language, over those of one family or script.

    Args:
        name: The family, or the script's code of four letters.
        languages: Those of the group with a value, the lowest value first.
        values: Theirs, in that order.
    """

    name: str
    languages: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over its languages."""
        return float(np.mean(self.values))

    @classmethod
    def all_of(cls, values: Mapping[str, float], *, by_script: bool = False) -> list[ValueGroup]:
        """Values of languages by family or script, the largest group first.

        Args:
            values: Language to value.
            by_script: Group by script, not by family.

        >>> [(g.name, g.languages) for g in ValueGroup.all_of({"eng": 0.9, "fin": 0.7, "fra": 0.8})]
        [('Indo-European', ('fra', 'eng')), ('Uralic', ('fin',))]
        """
        groups: dict[str, list[tuple[float, str]]] = {}
        for code, value in values.items():
            groups.setdefault(family_and_script(code)[by_script], []).append((value, code))
        found = [
            cls(name, tuple(code for _, code in own), tuple(value for value, _ in own))
            for name, own in ((name, sorted(members)) for name, members in groups.items())
        ]
        return sorted(found, key=lambda group: (-len(group.languages), group.name))
