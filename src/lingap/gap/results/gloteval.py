"""Results of GlotEval: ``scores.json`` with ``benchmarks``, languages and pairs of languages.

Source: the format of GlotEval's result files (Luo et al. 2025).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.gap.results.protocol import NO_NUMBER, Found, LeftOut, ResultRow, number

_NOT_MEASURES = frozenset(("num_samples", "num_predictions"))


class GlotEvalReader:
    """In translation, the language is the side that varies; the direction is part of the task."""

    name = "GlotEval"

    def recognizes(self, path: Path, content: Any) -> bool:
        """By ``model_signature`` (or a model's name) beside ``benchmarks``."""
        return isinstance(content, Mapping) and isinstance(content.get("benchmarks"), Mapping)

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """One row per language and measure of each benchmark."""
        system = str(content.get("model_signature") or content.get("model_name") or path.stem)
        for name, benchmark in content["benchmarks"].items():
            where = f"{path}, {name}"
            results = benchmark.get("results") if isinstance(benchmark, Mapping) else None
            if not isinstance(results, Mapping):
                yield LeftOut("no results", where)
                continue
            settings = benchmark.get("benchmark_params")
            settings = settings if isinstance(settings, Mapping) else {}
            pairs = [key.split("->") for key in results if key.count("->") == 1]
            fixed = _fixed(pairs, str(settings.get("central_lang") or ""))
            for key, scores in results.items():
                if not isinstance(scores, Mapping):
                    yield LeftOut("no scores", f"{where}: {key}")
                    continue
                language, direction = _side(key, fixed)
                if language is None:
                    yield LeftOut("pairs of languages without a common side", f"{where}: {key}")
                    continue
                measures = {
                    k.removesuffix("_score"): value
                    for k, v in scores.items()
                    if k not in _NOT_MEASURES and (value := number(v)) is not None
                }
                if not measures:
                    yield LeftOut(NO_NUMBER, f"{where}: {key}", damaged=True)
                for order, (metric, value) in enumerate(measures.items()):
                    yield ResultRow(
                        system=system,
                        task=_task(name, direction, settings),
                        metric=metric,
                        value=value,
                        language=language,
                        n=int(number(scores.get("num_samples")) or 0),
                        order=order,
                        date=str(content.get("test_time") or ""),
                        where=f"{where}: {key}",
                    )


def _fixed(pairs: list[list[str]], central: str) -> tuple[int, str] | None:
    """Which side of all pairs is the same language, 0 or 1, and that language."""
    for side in (1, 0):
        names = {pair[side] for pair in pairs}
        if names == {central} or (len(names) == 1 and len(pairs) > 1):
            return side, names.pop()
    return None


def _side(key: str, fixed: tuple[int, str] | None) -> tuple[str | None, str]:
    """The language of a key, and the direction: ``X→eng``."""
    if "->" not in key:
        return key, ""
    if fixed is None or key.count("->") != 1:
        return None, ""
    side, name = fixed
    pair = key.split("->")
    return pair[1 - side], f"X→{name}" if side else f"{name}→X"


def _task(name: str, direction: str, settings: Mapping[str, Any]) -> str:
    """The benchmark with what makes its scores another measurement."""
    prompts, shots = settings.get("prompt_language"), settings.get("n_shots")
    parts = [direction, f"prompts {prompts}" if prompts else "", f"{shots}-shot" if shots else ""]
    return ", ".join(filter(None, (name, *parts)))


READER = GlotEvalReader()
