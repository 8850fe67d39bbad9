"""Text for pre-training is kept apart from dev and test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lingap.experiments.config_parts import CorpusChoice


def check_apart(text: CorpusChoice, corpus: CorpusChoice) -> None:
    """Refuse pre-training text that is not kept apart from dev and test."""
    pairs: dict[str, tuple[Any, Any]] = {}
    if text.name == "cldr_text" and corpus.name == "cldr":
        for option, default in (("seed", 0), ("case", "lower"), ("kinds", None)):
            ours, theirs = (c.options.get(option, default) for c in (corpus, text))
            pairs[f"option {option}"] = ours, theirs
    if text.name == corpus.name and _same_place(text.path, corpus.path):
        for setting in ("splits", "dev_share", "draw_seed"):
            pairs[setting] = getattr(corpus, setting), getattr(text, setting)
    for setting, (ours, theirs) in pairs.items():
        if ours != theirs:
            raise ValueError(
                f"{setting} is {ours!r} in corpus but {theirs!r} in pretraining.text: both must "
                "split the data alike, or dev and test would be pre-trained on"
            )


def _same_place(one: str | None, other: str | None) -> bool:
    """Whether two paths lead to the same files."""
    if one is None or other is None:
        return one == other
    try:
        return Path(one).expanduser().resolve() == Path(other).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, or nobody's home folder
        return one == other
