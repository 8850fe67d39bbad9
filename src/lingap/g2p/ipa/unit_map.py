"""The map of one language's units onto a common alphabet, and pronunciations written by it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lingap.errors import G2PError
from lingap.g2p.protocol import Pronunciation

STRESS = "ˈˌ"

NEW = "unit not in the inventory"
"""The note of a word with a unit that the map of its language does not have."""


def freed(symbols: Mapping[str, str]) -> dict[str, str]:
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
        self._freed = freed(unit_map.symbols)
        self.new: set[str] = set()

    def __missing__(self, unit: str) -> str:
        if unit[0] in STRESS and len(unit) > 1:
            self[unit] = unit[0] + self[unit[1:]]
            if unit[1:] in self.new:
                self.new.add(unit)
            return self[unit]
        from lingap.g2p.ipa.articulation import is_sound  # with NumPy; most texts never need it

        if is_sound(unit):
            self.new.add(unit)
        self[unit] = self._freed.get(unit, unit)
        return self[unit]
