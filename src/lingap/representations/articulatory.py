"""Phonemes embedded by their articulatory features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lingap.g2p.ipa.articulation import features_of
from lingap.g2p.vendored import vendored_version
from lingap.representations.phoneme import Phonemes

COMPOSED = "articulatory.safetensors"
"""``features`` (n_units, n_features) and ``weights`` (n_features, width), whose product is the
embedding table that ``transformers`` reads."""


class Articulatory(Phonemes):
    """The units of :class:`Phonemes`, each embedded as a sum over its articulatory features.

    The features are PanPhon's (Mortensen et al. 2016): voiced, nasal, high … In a matched encoder
    the embedding of a unit is their product with trained weights, so that phonemes with similar
    articulation are close from the first step, and rare ones are trained along with common ones.
    The output layer shares the table, as in the other encoders.
    """

    name = "articulatory"

    def provenance(self) -> dict[str, str]:
        """Provenance of the phonemes, and the version of the features."""
        return {**super().provenance(), "panphon": vendored_version("panphon")}

    def unit_features(self, units: Sequence[str]) -> npt.NDArray[np.float32]:
        """Features of each unit of a vocabulary, shape (n_units, n_features).

        The first columns are PanPhon's, -1, 0 or 1. A unit that is not a segment (a mark, boundary
        or special unit), or has the same features as an earlier one, gets a column of its own, so
        that all units are distinct.
        """
        known = [features_of(unit) for unit in units]
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
