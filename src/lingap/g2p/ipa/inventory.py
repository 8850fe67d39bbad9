"""One symbol for one sound across languages: the policy ``inventory=broad``.

Languages and back ends follow different conventions for the same sound: t̪ or t, ɾ or r, ɡʱ or ɡ̤,
ɑ or a. A common alphabet writes them alike and **keeps every contrast that a language makes**: each
language has a one-to-one map from its units to symbols. Spanish ``ɾ`` and ``r`` stay two; Turkish
``ɾ``, its only rhotic, becomes ``r``. Three rules make the maps one-to-one by themselves:

1. A symbol that is a unit of the language stays that unit.
2. Another symbol may be taken only by the one unit of the language that is nearest to it, in
   PanPhon's weighted difference of articulatory features, and no further than ``FARTHEST``.
3. No obstruent changes its voice; marks of tone, of second articulation and others that the features
   do not describe stay.

Among the maps that they allow, the best ones minimize the description length of all languages,

    Σ over languages, over units u:  d(u, s(u)) - λ ln p(s(u)),

where d is the difference and p(s) the share of symbol s among the symbols of all languages: a unit
moves to a symbol that is near and much more common, and common symbols are the anchors. The minimum
is sought by turns, as in hard expectation maximization: the best maps for p, then p for the maps;
neither step can raise the sum. Languages are treated alike and symbols in sorted order, so the
result depends on nothing else. Units that a map does not have stay as written, and are counted.
"""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.errors import CorpusError, G2PError
from lingap.g2p.ipa.articulation import (
    feature_names,
    feature_weights,
    features_and_rest,
    features_of,
)
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import Pronunciation
from lingap.storage.special_files import refuse_special

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
"""A sound rarer than one in so many has no right to its symbol: Hindi h, once in 13,000, beside ɦ."""

_STRESS = "ˈˌ"

NEW = "unit not in the inventory"
"""The note of a word with a unit that the map of its language does not have."""


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
        freed = _freed(kept)
        found[code] = kept | {unit: freed.get(unit, unit) for unit in marginal[code]}
    return found


def _sounds(units: Collection[str] | Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The sounds of a language, and its marginal ones, each sorted."""
    counts: Counter[str] = Counter()
    for unit in units:
        if is_sound(bare := unit.lstrip(_STRESS)):
            counts[bare] += units[unit] if isinstance(units, Mapping) else 1
    rare = counts.total() / MARGINAL if isinstance(units, Mapping) else 0.0
    return (
        sorted(unit for unit, n in counts.items() if n >= rare),
        sorted(unit for unit, n in counts.items() if n < rare),
    )


def _freed(symbols: Mapping[str, str]) -> dict[str, str]:
    """For each symbol taken by another unit and not a unit itself, one that no unit uses.

    With it the map is one-to-one for all units: where Hindi ``ɾ`` became ``r``, an ``r`` never
    seen before becomes ``ɾ``.
    """
    taken = {symbol: unit for unit, symbol in symbols.items()}
    found = {}
    for symbol in taken.keys() - symbols.keys():
        free = taken[symbol]
        while free in taken:
            free = taken[free]
        found[symbol] = free
    return found


def _allowed(distances: NDArray[np.float64], own: NDArray[np.int64]) -> NDArray[np.float64]:
    """Costs of each unit of a language, shape (n_units, n_symbols), infinite where it may not move.

    A symbol that is a unit of the language stays that unit, and any other may be taken only by the
    one unit of the language that is nearest to it.
    """
    found = distances[own]
    nearest = found.min(axis=0)
    is_nearest = found <= nearest + 1e-9
    found[~(is_nearest & (is_nearest.sum(axis=0) == 1))] = np.inf
    found[:, own] = np.inf
    found[np.arange(len(own)), own] = 0.0
    return found


def is_sound(unit: str) -> bool:
    """Whether a unit has articulatory features.

    >>> is_sound("t͡ʃ"), is_sound("?"), is_sound("˥")
    (True, False, False)
    """
    features = features_of(unit)
    return features is not None and bool(features.any())


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
    return found[0], kept + found[1]


def _plain(symbol: str) -> str:
    """In NFD, with breathy voice written one way."""
    return unicodedata.normalize("NFD", symbol).replace("\u0324", "ʱ")


@dataclass(frozen=True, slots=True)
class UnitMap:
    """The map of one language, as read by one back end.

    Args:
        language: Its code.
        backend: Name of the back end whose units it has.
        symbols: Each unit -> its symbol, one-to-one.
    """

    language: str
    backend: str
    symbols: Mapping[str, str]

    def __post_init__(self) -> None:
        shared = [s for s, n in Counter(self.symbols.values()).items() if n > 1]
        if shared:
            lost = [unit for unit, symbol in self.symbols.items() if symbol == shared[0]]
            raise G2PError(
                f"Two units of {self.language} become {shared[0]!r}: {', '.join(lost)}. A common "
                "alphabet keeps every contrast of a language; map them to two symbols."
            )

    @property
    def changed(self) -> dict[str, str]:
        """The units that become another symbol."""
        return {unit: symbol for unit, symbol in self.symbols.items() if unit != symbol}

    @property
    def version(self) -> str:
        """A digest of the map."""
        text = "\n".join(f"{unit}\t{symbol}" for unit, symbol in sorted(self.symbols.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def provenance(self) -> dict[str, str]:
        """The policy, the units that become another symbol, and a digest of the whole map."""
        changed = " ".join(f"{unit}={symbol}" for unit, symbol in sorted(self.changed.items()))
        return {"policy inventory": "broad", "inventory": changed, "inventory map": self.version}


class UnitMapper:
    """Writes pronunciations in the symbols of a map, which never loses a contrast.

    A sound that the map does not have stays as written, unless another unit has taken its symbol;
    either way its word has the note :data:`NEW`. Marks of stress stay.

    Args:
        unit_map: Of the language and back end of the pronunciations.
    """

    def __init__(self, unit_map: UnitMap):
        self._symbols = _Symbols(unit_map)

    def mapped(self, pronunciation: Pronunciation) -> Pronunciation:
        """The pronunciation in symbols of the common alphabet."""
        units = tuple(map(self._symbols.__getitem__, pronunciation.units))
        if self._symbols.new.isdisjoint(pronunciation.units):
            return replace(pronunciation, units=units)
        return replace(pronunciation, units=units, notes=(*pronunciation.notes, NEW))


class _Symbols(dict[str, str]):
    """Any unit -> its symbol; those not in the map are added when they are met."""

    def __init__(self, unit_map: UnitMap):
        super().__init__(unit_map.symbols)
        self._freed = _freed(unit_map.symbols)
        self.new: set[str] = set()

    def __missing__(self, unit: str) -> str:
        if unit[0] in _STRESS and len(unit) > 1:
            self[unit] = unit[0] + self[unit[1:]]
            if unit[1:] in self.new:
                self.new.add(unit)
            return self[unit]
        if is_sound(unit):
            self.new.add(unit)
        self[unit] = self._freed.get(unit, unit)
        return self[unit]


@dataclass(frozen=True, slots=True)
class PhonemeInventory:
    """A common alphabet: the maps of several languages onto it.

    Args:
        maps: One for each language and back end.
    """

    maps: tuple[UnitMap, ...]

    @classmethod
    def of(
        cls,
        units: Mapping[str, Collection[str] | Mapping[str, int]],
        backend: str | Mapping[str, str] = "",
        *,
        alone: bool = False,
    ) -> PhonemeInventory:
        """The common alphabet of languages, from the units that their text has.

        Args:
            units: Language -> units, or unit -> occurrences, in any order.
            backend: The back end that gave them, or one by language; "" for any.
            alone: Use these languages only; by default lingap's own table of languages votes too,
                so that few languages get the symbols that most others use.

        Raises:
            G2PError: For no language.
        """
        if not units:
            raise G2PError("A common alphabet needs the units of at least one language.")
        votes = {} if alone else shipped_inventory().votes()
        found = common_alphabet(units, votes)
        names = backend if isinstance(backend, Mapping) else dict.fromkeys(units, backend)
        return cls(tuple(UnitMap(code, names[code], found[code]) for code in found))

    @classmethod
    def read(cls, path: Path) -> PhonemeInventory:
        """Read the file of :meth:`write`.

        Raises:
            CorpusError: For a file that cannot be read or has a line that is no map.
            G2PError: For a map that loses a contrast.
        """
        refuse_special(path, CorpusError)
        try:
            return cls(tuple(_parsed(path.read_text(encoding="utf-8"), path)))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise CorpusError(f"Cannot read a common alphabet: {reason}.", path) from error

    def as_tsv(self) -> str:
        """A line for each language and back end: units, ``written=symbol`` where they differ."""
        lines = ["language\tbackend\tunits"]
        for one in sorted(self.maps, key=lambda one: (one.language, one.backend)):
            units = " ".join(
                unit if unit == symbol else f"{unit}={symbol}"
                for unit, symbol in sorted(one.symbols.items())
            )
            lines.append(f"{one.language}\t{one.backend}\t{units}")
        return "\n".join(lines) + "\n"

    def map_of(self, language: str, backend: str) -> UnitMap:
        """The map of a language as read by a back end.

        Raises:
            G2PError: When there is none; the message says how to make one.
        """
        own = [one for one in self.maps if one.language == language]
        for one in own:
            if one.backend in (backend, ""):
                return one
        known = f" It has those of {', '.join(one.backend for one in own)}." if own else ""
        raise G2PError(
            f"No common alphabet has the units of {language} by {backend}.{known} Make one from "
            f"text: lingap g2p inventory DIR --backend {backend} --out MAP.tsv, with a file "
            f"{language}.txt in DIR; then pass inventory=MAP.tsv."
        )

    def votes(self) -> dict[str, int]:
        """Symbol -> languages that use it, under any back end."""
        used = {(one.language, symbol) for one in self.maps for symbol in one.symbols.values()}
        return dict(Counter(symbol for _, symbol in used))

    def as_dict(self) -> dict[str, Any]:
        """Sizes, and for each language and back end its units and those that change, for JSON."""
        return self.sizes() | {
            "maps": [
                {
                    "language": one.language,
                    "backend": one.backend,
                    "units": len(one.symbols),
                    "changed": one.changed,
                    "map": one.version,
                }
                for one in self.maps
            ]
        }

    def sizes(self) -> dict[str, float]:
        """Distinct units written, distinct symbols, and the share of either that two maps share."""
        written = [frozenset(one.symbols) for one in self.maps]
        symbols = [frozenset(one.symbols.values()) for one in self.maps]
        return {
            "written": len(frozenset().union(*written)),
            "symbols": len(frozenset().union(*symbols)),
            "shared_written": _mean_shared(written),
            "shared_symbols": _mean_shared(symbols),
        }

    def as_text(self) -> str:
        """A summary line, and one line for each language and back end."""
        sizes = self.sizes()
        lines = [
            f"{sizes['written']} distinct units become {sizes['symbols']} symbols; two of these "
            f"{len(self.maps)} maps share {100 * sizes['shared_written']:.1f} % of their units "
            f"before and {100 * sizes['shared_symbols']:.1f} % after"
        ]
        for one in self.maps:
            changed = " ".join(f"{unit}={symbol}" for unit, symbol in one.changed.items())
            by = f" by {one.backend}" if one.backend else ""
            lines.append(
                f"  {one.language}{by}: {len(one.changed)} of {len(one.symbols)} units change"
                + (f": {changed}" if changed else "")
            )
        return "\n".join(lines)


def _mean_shared(sets: Sequence[frozenset[str]]) -> float:
    """Mean Jaccard index over pairs; 1 for a single set."""
    pairs = [(a, b) for i, a in enumerate(sets) for b in sets[:i]]
    return sum(len(a & b) / max(1, len(a | b)) for a, b in pairs) / len(pairs) if pairs else 1.0


def _parsed(text: str, path: Path) -> Iterable[UnitMap]:
    rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        if number == 1 and row == ["language", "backend", "units"]:
            continue
        if number == 1 or len(row) != 3 or not row[0]:
            raise CorpusError(
                "Expected language, tab, back end, tab, units (`written=symbol` or `unit`), after "
                "a first line that names these columns.",
                path,
                number,
            )
        pairs = [unit.partition("=")[::2] for unit in row[2].split()]
        yield UnitMap(row[0], row[1], {unit: symbol or unit for unit, symbol in pairs})


@cache
def shipped_inventory() -> PhonemeInventory:
    """lingap's own common alphabet, of all languages whose text was at hand.

    ``benchmarks/inventory.py`` makes it, from the phonemes of FLORES-200.
    """
    file = resources.files("lingap.g2p").joinpath("inventory.tsv")
    return PhonemeInventory(tuple(_parsed(file.read_text(encoding="utf-8"), Path(str(file)))))


def map_for(
    inventory: PhonemeInventory | Path | str | None,
    policies: Policies,
    language: str,
    backend: str,
) -> UnitMap | None:
    """The map that an argument ``inventory`` or else the policy asks for; None for ``written``.

    Args:
        inventory: ``written``, ``broad``, the file of a common alphabet, the alphabet, or None.
        policies: Used where `inventory` is None.
        language: Code of the language that the back end reads.
        backend: Name of the back end; of ``auto (epitran)`` the part in parentheses.

    Raises:
        CorpusError: For a file that is no common alphabet.
        G2PError: When the alphabet has no map of the language and the back end.
    """
    wanted = policies.inventory if inventory is None else inventory
    if wanted == "written":
        return None
    if wanted == "broad":
        found = shipped_inventory()
    else:
        found = wanted if isinstance(wanted, PhonemeInventory) else _from_file(Path(wanted))
    return found.map_of(language, bare_name(backend))


def _from_file(path: Path) -> PhonemeInventory:
    if not path.exists():
        raise G2PError(
            f"inventory={str(path)!r} is not written, broad or the file of a common alphabet, "
            "which `lingap g2p inventory DIR --out FILE` makes."
        )
    return PhonemeInventory.read(path)


def bare_name(backend: str) -> str:
    """The name of a back end without ``auto``.

    >>> bare_name("auto (epitran)"), bare_name("epitran")
    ('epitran', 'epitran')
    """
    return backend.removeprefix("auto (").removesuffix(")") if "auto (" in backend else backend
