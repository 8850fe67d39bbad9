"""The closed list of units that a model knows, and words written in those units alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.errors import G2PError
from lingap.g2p.protocol import Pronunciation

if TYPE_CHECKING:
    from lingap.g2p.ipa.vocabulary_fit import Nearest

POLICIES = ("report", "nearest")


@dataclass(frozen=True, slots=True)
class PhonemeVocabulary:
    """Units that a model knows, and what happens to others.

    Args:
        name: What the coverage calls it.
        units: The units, special ones included.
        policy: ``report`` counts a unit that is lacking and leaves it, ``nearest`` writes the
            known one with the least difference of articulatory features in its place, and counts.
    """

    name: str
    units: tuple[str, ...] = field(repr=False)
    policy: str = "report"

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise G2PError(f"Policy fit={self.policy!r} is not one of {', '.join(POLICIES)}.")
        if not self.units:
            raise G2PError("Expected a vocabulary with at least one unit, got an empty one.")

    @classmethod
    def of(
        cls, given: PhonemeVocabulary | Path | str | Sequence[str], policy: str = "report"
    ) -> PhonemeVocabulary:
        """Make one of a tokenizer's file or folder, or of units.

        Raises:
            CorpusError: When the file is missing or no vocabulary.
            G2PError: For an unknown policy.
        """
        if isinstance(given, PhonemeVocabulary):
            return given
        if isinstance(given, str | Path):
            from lingap.g2p.ipa.vocabulary_fit import read_vocabulary

            return cls(Path(given).name, read_vocabulary(Path(given)), policy)
        return cls(f"{len(given)} units", tuple(given), policy)

    def provenance(self) -> dict[str, str]:
        """Name, content and policy."""
        digest = hashlib.sha256("\n".join(sorted(self.units)).encode("utf-8", "surrogatepass"))
        return {
            "vocabulary": self.name,
            "vocabulary units": digest.hexdigest()[:12],
            "policy fit": self.policy,
        }


class UnitFitter:
    """Fits pronunciations to a vocabulary; each distinct unit is looked into once."""

    def __init__(self, vocabulary: PhonemeVocabulary):
        self.vocabulary = vocabulary
        self._known = frozenset(vocabulary.units)
        self._stand_ins: dict[str, Nearest | None] = {}

    def fitted(self, pronunciation: Pronunciation) -> Pronunciation:
        """The pronunciation with what the vocabulary lacks named, and under ``nearest`` replaced.

        A lacking unit without articulatory features (a digit, a mark) has no stand-in and stays.
        """
        if self._known.issuperset(pronunciation.units):
            return pronunciation
        lacking = tuple(unit for unit in pronunciation.units if unit not in self._known)
        if self.vocabulary.policy == "report":
            return replace(pronunciation, lacking=lacking)
        self._find(lacking)
        written = [self._stand_ins.get(unit) for unit in pronunciation.units]
        units = (
            to.unit if to else unit for unit, to in zip(pronunciation.units, written, strict=True)
        )
        stand_ins = tuple(to.unit if (to := self._stand_ins[unit]) else "" for unit in lacking)
        return replace(pronunciation, units=tuple(units), lacking=lacking, stand_ins=stand_ins)

    def _find(self, lacking: Sequence[str]) -> None:
        new = [unit for unit in dict.fromkeys(lacking) if unit not in self._stand_ins]
        if new:
            from lingap.g2p.ipa.vocabulary_fit import fit_units

            found = fit_units(new, self.vocabulary.units, "nearest").mapping
            self._stand_ins |= {unit: found.get(unit) for unit in new}
