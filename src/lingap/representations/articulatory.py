"""Phonemes embedded by their articulatory features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from lingap.errors import ConfigError
from lingap.g2p import DEFAULT_BACKEND
from lingap.g2p.ipa.articulation import features_of
from lingap.g2p.vendored import vendored_version
from lingap.representations.phoneme import Phonemes, as_policies
from lingap.representations.prosody import of_unit, on_vowels

COMPOSED = "articulatory.safetensors"
"""``features`` (n_units, n_features) and ``weights`` (n_features, width), whose product is the
embedding table that ``transformers`` reads."""


class Articulatory(Phonemes):
    """The units of :class:`Phonemes`, each embedded as a sum over its articulatory features.

    The features are PanPhon's (Mortensen et al. 2016): voiced, nasal, high … In a matched encoder
    the embedding of a unit is their product with trained weights, so that phonemes with similar
    articulation are close from the first step, and rare ones are trained along with common ones.
    The output layer shares the table, as in the other encoders. Length is one of the features.

    Args:
        backend, case, options: As of :class:`Phonemes`.
        prosody: ``units`` leaves tones units of their own and stress to the policy; ``features``
            keeps the stress that a back end marks, and makes stress and tone features of the
            syllable's vowel (:mod:`lingap.representations.prosody`).

    Raises:
        ConfigError: For another choice, or ``features`` where the policy drops stress.
    """

    name = "articulatory"

    def __init__(
        self,
        backend: str | Mapping[str, str] = DEFAULT_BACKEND,
        *,
        prosody: Literal["units", "features"] = "units",
        **options: Any,
    ):
        if prosody not in ("units", "features"):
            raise ConfigError(f"prosody: expected units or features, got {prosody!r}.")
        self.prosody = prosody
        if prosody == "features":
            given = options.get("policies", {})
            kept = {"stress": "keep", **given} if isinstance(given, Mapping) else given
            policies = as_policies(kept)
            if policies.stress == "drop":
                raise ConfigError(
                    "prosody=features and the policy stress=drop exclude each other: there is no "
                    "stress to make a feature of. Set stress: keep under policies, or leave "
                    "prosody out."
                )
            options["policies"] = policies
        super().__init__(backend, **options)

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """IPA segments of each word; as features, stress and tone are written at the vowel."""
        spelt = super().spell(words, language)
        return spelt if self.prosody == "units" else [on_vowels(units) for units in spelt]

    def provenance(self) -> dict[str, str]:
        """Provenance of the phonemes, and the version of the features."""
        facts = {**super().provenance(), "panphon": vendored_version("panphon")}
        told = {"prosody": "features, also of tone marks"} if self.prosody == "features" else {}
        return facts | told

    def unit_features(self, units: Sequence[str]) -> npt.NDArray[np.float32]:
        """Features of each unit of a vocabulary, shape (n_units, n_features).

        The first columns are PanPhon's, -1, 0 or 1; then those of prosody, if any. A unit that is
        not a segment (a mark, boundary or special unit), or has the same features as an earlier
        one, gets a column of its own, so that all units are distinct.
        """
        known: list[npt.NDArray[Any] | None] = [features_of(unit) for unit in units]
        if self.prosody == "features":
            known = _with_prosody(units)
        seen: set[bytes] = set()
        own: list[int] = []
        for place, signs in enumerate(known):
            if signs is None or not signs.any() or signs.tobytes() in seen:
                own.append(place)
            else:
                seen.add(signs.tobytes())
        width = next((len(signs) for signs in known if signs is not None), 0)
        found = np.zeros((len(units), width + len(own)), dtype=np.float32)
        for place, signs in enumerate(known):
            if signs is not None:
                found[place, :width] = signs
        found[own, width + np.arange(len(own))] = 1
        return found


def _with_prosody(units: Sequence[str]) -> list[npt.NDArray[Any] | None]:
    """Features of each unit's segment, then its prosody, then a column for each numbered tone."""
    parts = [of_unit(unit) for unit in units]
    numbers = sorted({part.number for part in parts} - {""})
    found: list[npt.NDArray[Any] | None] = []
    for part in parts:
        signs = features_of(part.segment)
        own = [float(part.number == number) for number in numbers]
        found.append(None if signs is None else np.array([*signs, *part.values, *own], np.float32))
    return found
