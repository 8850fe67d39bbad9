"""One symbol for one sound across languages: the policy ``inventory=broad``.

Each language, as read by one back end, has a one-to-one map from its units to the symbols of an
alphabet common to all languages; :mod:`.common_alphabet` makes the maps. Units that a map does not
have stay as written, and are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lingap.errors import CorpusError, G2PError
from lingap.g2p.ipa.unit_map import UnitMap
from lingap.g2p.policies import Policies
from lingap.g2p.protocol import bare_name
from lingap.storage.special_files import refuse_special


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
        from lingap.g2p.ipa.common_alphabet import common_alphabet

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
            return cls(tuple(_parsed(path.read_text(encoding="utf-8").lstrip("\ufeff"), path)))
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

        A variant or another script of a language (``srp-Latn``) without maps has the language's.

        Raises:
            G2PError: When there is none; the message says how to make one.
        """
        own = [one for one in self.maps if one.language == language] or [
            one for one in self.maps if one.language == language.partition("-")[0]
        ]
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
    for number, line in enumerate(text.splitlines(), start=1):
        row = line.split("\t")
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
    """The common alphabet of lingap, of all languages whose text was at hand.

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
