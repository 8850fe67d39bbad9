"""Score rows to performance gaps, embeddings to linguistic gaps, and what joins the two."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap.gap.linguistic import LinguisticGap, linguistic_gap
    from lingap.gap.performance import PerformanceGap, performance_gaps

_HOME = {
    "linguistic": ("LinguisticGap", "linguistic_gap"),
    "performance": ("PerformanceGap", "performance_gaps"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = ["LinguisticGap", "PerformanceGap", "linguistic_gap", "performance_gaps"]


def __getattr__(name: str) -> Any:
    """Load a public name's module when the name is first used."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'lingap.gap' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"lingap.gap.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
