"""lingap: measure and narrow the gap between languages.

Text becomes phonemes, phonemes become units that know their word, and encoders that differ in
nothing but the representation show what it changes: in scores (performance gap) and in vectors
(linguistic gap). After Jung et al. (2024), *Mitigating the Linguistic Gap with Phonemic
Representations for Robust Cross-lingual Transfer*.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap import metrics
    from lingap.corpora import load_corpus
    from lingap.experiments import Experiment
    from lingap.g2p import Phonemizer
    from lingap.representations import load_representation

__all__ = ["Experiment", "Phonemizer", "load_corpus", "load_representation", "metrics"]
__version__ = "0.1.0"

_HOME = {
    "Experiment": "lingap.experiments",
    "Phonemizer": "lingap.g2p",
    "load_corpus": "lingap.corpora",
    "load_representation": "lingap.representations",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that ``import lingap`` is quick."""
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name == "metrics":
        return importlib.import_module("lingap.metrics")
    raise AttributeError(f"module 'lingap' has no attribute {name!r}")
