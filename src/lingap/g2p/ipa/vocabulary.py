"""The closed list of units that a model knows, and units and pronunciations fitted to it.

A model such as XPhoneBERT (Nguyen et al. 2023) knows a closed list of units; all others become its
unknown unit. The policy ``report`` lists them; ``nearest`` also maps each to the known unit with
the smallest weighted difference of articulatory features.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from lingap.errors import CorpusError, G2PError
from lingap.g2p.protocol import Pronunciation
from lingap.storage.digests import digest_of
from lingap.storage.special_files import refuse_special

_FILES = ("tokenizer.json", "vocab.json", "vocab.txt", "dict.txt")
FitPolicy = Literal["report", "nearest"]


def check_fit(policy: str, units: Sequence[str]) -> FitPolicy:
    """The policy; G2PError for an unknown one, or for a vocabulary without units."""
    if policy not in get_args(FitPolicy):
        raise G2PError(f"Policy fit={policy!r} is not one of {', '.join(get_args(FitPolicy))}.")
    if not units:
        raise G2PError("Expected a vocabulary with at least one unit, got an empty one.")
    return cast(FitPolicy, policy)


@dataclass(frozen=True, slots=True)
class PhonemeVocabulary:
    """Units that a model knows, and the policy for others.

    Args:
        name: Its name in the coverage.
        units: The units, special ones included.
        policy: ``report`` counts a lacking unit; ``nearest`` also replaces it by the known unit
            with the least difference of articulatory features.
    """

    name: str
    units: tuple[str, ...] = field(repr=False)
    policy: str = "report"

    def __post_init__(self) -> None:
        check_fit(self.policy, self.units)

    @classmethod
    def of(
        cls, given: PhonemeVocabulary | Path | str | Sequence[str], policy: str = "report"
    ) -> PhonemeVocabulary:
        """The vocabulary of a tokenizer's file or folder, or of units.

        Raises:
            CorpusError: When the file is missing or not a vocabulary.
            G2PError: For an unknown policy.
        """
        if isinstance(given, PhonemeVocabulary):
            return given
        if isinstance(given, str | Path):
            return cls(Path(given).name, read_vocabulary(Path(given)), policy)
        return cls(f"{len(given)} units", tuple(given), policy)

    def provenance(self) -> dict[str, str]:
        """Name, content and policy."""
        return {
            "vocabulary": self.name,
            "vocabulary units": digest_of("\n".join(sorted(self.units)), 12),
            "policy fit": self.policy,
        }


class UnitFitter:
    """Fits pronunciations to a vocabulary."""

    def __init__(self, vocabulary: PhonemeVocabulary):
        self.vocabulary = vocabulary
        self._known = frozenset(vocabulary.units)
        self._stand_ins: dict[str, str] = {}  # each lacking unit met -> the known one, or ""

    def fitted(self, pronunciation: Pronunciation) -> Pronunciation:
        """The pronunciation with its lacking units listed, and under ``nearest`` replaced.

        A lacking unit without articulatory features (a digit, a mark) is not replaced.
        """
        if self._known.issuperset(pronunciation.units):
            return pronunciation
        lacking = tuple(unit for unit in pronunciation.units if unit not in self._known)
        if self.vocabulary.policy == "report":
            return replace(pronunciation, lacking=lacking)
        if new := [unit for unit in dict.fromkeys(lacking) if unit not in self._stand_ins]:
            found = _nearest(new, self.vocabulary.units)
            self._stand_ins |= {unit: found[unit].unit if unit in found else "" for unit in new}
        units = tuple(self._stand_ins.get(unit) or unit for unit in pronunciation.units)
        stand_ins = tuple(self._stand_ins[unit] for unit in lacking)
        return replace(pronunciation, units=units, lacking=lacking, stand_ins=stand_ins)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The known unit nearest to one that the vocabulary lacks.

    Args:
        unit: In the vocabulary's spelling.
        distance: Weighted sum of feature differences (+ against - is 2); 0 for another spelling
            of the same segment.
    """

    unit: str
    distance: float


@dataclass(frozen=True, slots=True)
class VocabularyFit:
    """How well a vocabulary covers units.

    Args:
        policy: The policy requested.
        n_units: Units seen.
        lacking: Unit that the vocabulary lacks -> occurrences, most frequent first.
        mapping: Lacking unit -> its nearest; empty under ``report``.
    """

    policy: FitPolicy
    n_units: int
    lacking: Mapping[str, int]
    mapping: Mapping[str, Nearest]

    @property
    def n_lacking(self) -> int:
        """Occurrences of units that the vocabulary lacks."""
        return sum(self.lacking.values())

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Lacking units that are not mapped: under ``nearest``, those without features."""
        return tuple(unit for unit in self.lacking if unit not in self.mapping)

    def as_dict(self) -> dict[str, Any]:
        """All fields in plain types for JSON."""
        return {
            "policy": self.policy,
            "units": self.n_units,
            "lacking_units": self.n_lacking,
            "lacking": dict(self.lacking),
            "mapping": {
                unit: {"unit": to.unit, "distance": round(to.distance, 4)}
                for unit, to in self.mapping.items()
            },
            "unmapped": list(self.unmapped),
        }

    def as_text(self) -> str:
        """A summary line, and one line per lacking unit."""
        share = 100.0 * self.n_lacking / self.n_units if self.n_units else 0.0
        lines = [
            f"{self.n_units:,} units; the vocabulary lacks {self.n_lacking:,} ({share:.2f} %), "
            f"{len(self.lacking):,} distinct; policy {self.policy}"
        ]
        for unit, count in self.lacking.items():
            to = self.mapping.get(unit)
            nearest = f" -> {to.unit}  (distance {to.distance:.3f})" if to else ""
            lines.append(f"  {unit} × {count:,}{nearest}")
        return "\n".join(lines)


def fit_units(
    units: Iterable[str] | Mapping[str, int], vocabulary: Sequence[str], policy: str = "report"
) -> VocabularyFit:
    """Find the units that a vocabulary lacks, and under ``nearest`` the nearest known ones.

    Args:
        units: Phonemes as they occur, or unit -> occurrences.
        vocabulary: The units that a model knows, special ones included.
        policy: ``report`` or ``nearest``.

    Raises:
        G2PError: For an unknown policy, or an empty vocabulary.

    >>> fit_units(["a", "ɡ", "d͡z"], ["a", "g", "z", "d͡ʒ"], "nearest").mapping["ɡ"].unit
    'g'
    """
    fit = check_fit(policy, vocabulary)
    counts = Counter(units)
    known = set(vocabulary)
    lacking = {unit: count for unit, count in counts.most_common() if unit not in known}
    mapping = _nearest(lacking, vocabulary) if fit == "nearest" else {}
    return VocabularyFit(fit, counts.total(), lacking, mapping)


def _nearest(lacking: Iterable[str], vocabulary: Sequence[str]) -> dict[str, Nearest]:
    """Another spelling of the same segment, else the least feature difference."""
    import numpy as np

    from lingap.g2p.ipa.articulation import feature_weights, features_of

    spellings: dict[str, str] = {}
    segments: list[str] = []
    rows = []
    for unit in vocabulary:
        spellings.setdefault(_plain(unit), unit)
        features = features_of(unit) if unit and unit[0].isalpha() else None
        if features is not None:
            segments.append(unit)
            rows.append(features)
    table = np.array(rows, dtype=np.float64)
    mapping: dict[str, Nearest] = {}
    for unit in lacking:
        features = features_of(unit)
        if (same := spellings.get(_plain(unit))) is not None:
            mapping[unit] = Nearest(same, 0.0)
        elif features is not None and len(table):
            distances = np.abs(table - features) @ feature_weights()
            closest = np.flatnonzero(distances <= distances.min() + 1e-9)
            best = max(closest, key=lambda place: (_shared(unit, segments[place]), -place))
            mapping[unit] = Nearest(segments[best], float(distances[best]))
    return mapping


def _plain(unit: str) -> str:
    """One spelling: NFD, ``ɡ``, ties above, ``ː``."""
    text = unicodedata.normalize("NFD", unit)
    return text.replace("g", "ɡ").replace("\u035c", "\u0361").replace(":", "ː")


def _shared(first: str, second: str) -> float:
    """Share of common characters, which breaks ties."""
    one, two = set(_plain(first)), set(_plain(second))
    return len(one & two) / len(one | two)


def read_vocabulary(path: Path) -> tuple[str, ...]:
    """Units of a tokenizer: ``tokenizer.json``, ``vocab.json``, ``vocab.txt``, or their folder.

    Args:
        path: The file, or a model's folder with one of them. Text files have one unit per line;
            a count after it is ignored.

    Raises:
        CorpusError: When there is no such file, or it is not a vocabulary.
    """
    if path.is_dir():
        found = next((path / name for name in _FILES if (path / name).is_file()), None)
        if found is None:
            raise CorpusError(f"Expected one of {', '.join(_FILES)} in this folder.", path)
        path = found
    refuse_special(path, CorpusError)
    try:
        text = path.read_text(encoding="utf-8").lstrip("\ufeff")
        units = _json_units(json.loads(text)) if path.suffix.lower() == ".json" else _lines(text)
    except OSError as error:
        raise CorpusError(f"Cannot read a vocabulary: {error.strerror}.", path) from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise CorpusError(f"Not a vocabulary: {error}.", path) from error
    if not units:
        raise CorpusError("Expected a vocabulary with at least one unit, got an empty one.", path)
    return units


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.split()[0] for line in text.splitlines() if line.strip())


def _json_units(content: Any) -> tuple[str, ...]:
    """Keys of a vocabulary object, or first members of a list of pairs (Unigram)."""
    if "model" in content:
        added = [token["content"] for token in content.get("added_tokens", ())]
        vocabulary = content["model"]["vocab"]
        if isinstance(vocabulary, list):
            vocabulary = [pair[0] for pair in vocabulary]
        units = tuple(dict.fromkeys([*added, *vocabulary]))
        if other := [unit for unit in units if not isinstance(unit, str)]:
            raise ValueError(f"expected units of text, got {other[0]!r:.40}")
        return units
    if not isinstance(content, dict):
        raise ValueError("expected an object of units")
    return tuple(content)
