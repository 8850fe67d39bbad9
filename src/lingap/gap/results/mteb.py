"""Results of mteb: ``results/<model>/<revision>/<Task>.json``, of versions 1 and 2 and before.

Source: the format of the results repository of the Massive Text Embedding Benchmark (Muennighoff
et al. 2023; Enevoldsen et al. 2025).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.gap.language_names import language_code
from lingap.gap.results.protocol import NO_NUMBER, Found, LeftOut, ResultRow, number

MAIN = "main_score"
_SPLITS = ("test", "validation", "dev", "train")
_MAIN_OF_OLD = ("accuracy", "max.ap", "cos_sim.ap", "cos_sim.spearman", "v_measure", "ndcg_at_10",
                "map")  # fmt: skip
_NOT_SCORES = ("evaluation_time", "hf_subset", "languages", "scores_per_experiment")
_REVISION = re.compile(r"[0-9a-f]{7,40}|external|no_revision_available|main|v?[0-9][0-9._]*")


class MtebReader:
    """Reads the test split (another one if there is none) and ``main_score`` by default."""

    name = "mteb"

    def recognizes(self, path: Path, content: Any) -> bool:
        """By the version that each file carries."""
        return isinstance(content, Mapping) and "mteb_version" in content

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """One row per subset of one language, and repeat of the experiment."""
        task = str(content.get("task_name") or content.get("mteb_dataset_name") or path.stem)
        splits = content.get("scores", content)
        known = [s for s in _SPLITS if isinstance(splits, Mapping) and s in splits]
        if not known:
            yield LeftOut("without a split that is known (test, validation, dev, train)", str(path))
            return
        for split in known[1:]:
            yield LeftOut(f"other splits than {known[0]}", f"{split} in {path}")
        system = _system(path)
        version = str(content.get("dataset_revision") or "")
        for at, entry in enumerate(_entries(splits[known[0]])):
            where = f"{path}, {known[0]}[{at}]"
            if not isinstance(entry, Mapping):
                yield LeftOut("no scores", where)
                continue
            language = _language(entry)
            if language is None:
                subset = entry.get("hf_subset")
                yield LeftOut("subsets of no language or of two", f"{task} {subset} in {path}")
                continue
            names = metrics or (MAIN,)
            got = 0
            for order, metric in enumerate(names):
                for seed, value in _values(entry, metric):
                    got += 1
                    yield ResultRow(
                        system=system, task=task, metric=metric, value=value, language=language,
                        seed=seed, order=order, version=version, where=where,
                    )  # fmt: skip
            if not got:
                yield LeftOut(f"{NO_NUMBER} ({', '.join(names)})", where, damaged=True)


def _system(path: Path) -> str:
    """The model: the folder above the revision's."""
    folders = path.resolve().parents
    at = 1 if _REVISION.fullmatch(folders[0].name) or (folders[0] / "model_meta.json").is_file() \
        else 0  # fmt: skip
    return folders[at].name or "model"


def _entries(split: Any) -> list[Any]:
    """A list of subsets, also from the old form: subset (or nothing) to its scores."""
    if isinstance(split, list):
        return split
    if not isinstance(split, Mapping):
        return []
    if any(number(v) is not None for k, v in split.items() if k not in _NOT_SCORES):
        return [{"hf_subset": "default", **split}]  # one language, which the file does not name
    return [
        {"hf_subset": name, **_flat(scores)}
        for name, scores in split.items()
        if isinstance(scores, Mapping)
    ]


def _flat(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Scores of the old form: nested ones as ``max.ap``, and the main one under its name."""
    found: dict[str, Any] = {}
    for name, value in scores.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": v for inner, v in value.items()}
        else:
            found[name] = value
    main = next((m for m in _MAIN_OF_OLD if number(found.get(m)) is not None), None)
    if number(found.get(MAIN)) is None and main is not None:
        found[MAIN] = found[main]
    return found


def _language(entry: Mapping[str, Any]) -> str | None:
    """The subset's name if it is a language's, else the one language that the entry lists."""
    subset = str(entry.get("hf_subset") or "")
    listed = entry.get("languages")
    languages = list(map(str, listed)) if isinstance(listed, list) else []
    if len(set(languages)) > 1:
        return None
    if subset and language_code(subset) is not None:
        return subset
    return languages[0] if languages else None


def _values(entry: Mapping[str, Any], metric: str) -> Iterator[tuple[int, float]]:
    """The measure in each repeat if those are given and agree with the mean, else the mean."""
    mean = number(entry.get(metric))
    if mean is None:
        return
    repeats = entry.get("scores_per_experiment")
    if isinstance(repeats, list) and len(repeats) > 1:
        names = [metric] if metric != MAIN else [
            name for name, value in entry.items() if value == mean and name != MAIN
        ]  # fmt: skip
        for name in names:
            values = [number(r.get(name)) if isinstance(r, Mapping) else None for r in repeats]
            known = [value for value in values if value is not None]
            if len(known) == len(values) and abs(sum(known) / len(known) - mean) < 1e-5:
                yield from enumerate(known)
                return
    yield 0, mean


READER = MtebReader()
