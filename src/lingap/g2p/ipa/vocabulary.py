"""The closed list of units that a model knows, and pronunciations fitted to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast, get_args

from lingap.errors import G2PError
from lingap.g2p.protocol import Pronunciation

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
            from lingap.g2p.ipa.vocabulary_fit import fit_units

            found = fit_units(new, self.vocabulary.units, "nearest").mapping
            self._stand_ins |= {unit: found[unit].unit if unit in found else "" for unit in new}
        units = tuple(self._stand_ins.get(unit) or unit for unit in pronunciation.units)
        stand_ins = tuple(self._stand_ins[unit] for unit in lacking)
        return replace(pronunciation, units=units, lacking=lacking, stand_ins=stand_ins)
