"""The units of a G2P back end that a phoneme vocabulary lacks, and the nearest that it knows.

A model such as XPhoneBERT (Nguyen et al. 2023) knows a closed list of units; all others become its
unknown unit. The policy ``report`` lists them; ``nearest`` also maps each to the known unit with
the smallest weighted difference of articulatory features.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lingap.errors import CorpusError
from lingap.g2p.ipa.articulation import feature_weights, features_of
from lingap.g2p.ipa.vocabulary import FitPolicy, check_fit

_FILES = ("tokenizer.json", "vocab.json", "vocab.txt", "dict.txt")


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

    def apply(self, units: Iterable[str]) -> tuple[str, ...]:
        """Units with each mapped one replaced."""
        return tuple(self.mapping[unit].unit if unit in self.mapping else unit for unit in units)

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
    spellings: dict[str, str] = {}
    segments: list[str] = []
    rows = []
    for unit in vocabulary:
        spellings.setdefault(_plain(unit), unit)
        features = features_of(unit) if unit and unit[0].isalpha() else None
        if features is not None:
            segments.append(unit)
            rows.append(features)
    table = np.array(rows, dtype=np.float64).reshape(len(rows), -1)
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
    try:
        text = path.read_text(encoding="utf-8")
        units = _json_units(json.loads(text)) if path.suffix == ".json" else _lines(text)
    except OSError as error:
        raise CorpusError(f"Cannot read a vocabulary: {error.strerror}.", path) from error
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
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
        return tuple(dict.fromkeys([*added, *vocabulary]))
    if not isinstance(content, dict):
        raise ValueError("expected an object of units")
    return tuple(content)
