"""Parallel sentences of an experiment in two dimensions, drawn at its end and kept in its folder.

A projection is a picture of stored vectors, not a score: nothing is concluded from it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lingap.errors import LingapError, MetricError, StoreError
from lingap.experiments.data import parallel_rows
from lingap.experiments.records import KeptConfig, RunRecord
from lingap.experiments.specs import PretrainSpec
from lingap.experiments.stored import StoredExperiment
from lingap.storage.atomic import set_aside, write_whole
from lingap.storage.json_file import read_json
from lingap.tasks import of_whole_texts

_log = logging.getLogger("lingap")

MAX_POINTS = 360
MAX_ROWS = 100
FILE = "projection.json"


@dataclass(frozen=True, slots=True)
class Projection:
    """Parallel sentences in two dimensions.

    Args:
        system: Whose vectors.
        layer: Which layer.
        method: How they were projected, such as ``t-SNE``.
        languages: One code a point; length n_points.
        rows: The parallel row of each point; length n_points.
        x: First coordinate; length n_points.
        y: Second coordinate; length n_points.
        texts: Language to its sentences by row.
    """

    system: str
    layer: str
    method: str
    languages: tuple[str, ...]
    rows: tuple[int, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_projections(folder: Path) -> list[Projection]:
    """The projections kept with an experiment; none where none were drawn.

    Raises:
        StoreError: When the file is damaged.
    """
    path = folder / FILE
    content = read_json(path) if path.is_file() else []
    try:
        return [_projection(row) for row in ([content] if isinstance(content, dict) else content)]
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise StoreError(f"{path} is damaged: {error!r}.") from error


def set_aside_if_damaged(folder: Path) -> None:
    """Move a damaged file of projections out of the way, with a warning: it can be made anew."""
    try:
        read_projections(folder)
    except StoreError as error:
        _log.warning("%s It is set aside as %s and made anew.", error, set_aside(folder / FILE))


def draw_projections(stored: StoredExperiment) -> None:
    """Project the sentences of an experiment and keep them, unless those kept are of its runs.

    The first seed of each system is drawn, if all its runs are done. A file that another method
    made stays.

    Raises:
        StoreError: When vectors or the file of projections are damaged.
    """
    chosen = _complete(stored)
    names = sorted(run.run_id for own in chosen.values() for run in own)
    path = stored.folder / FILE
    if not chosen or (path.is_file() and not _outdated(path, names)):
        return
    try:
        made = [
            {**drawn, "runs": names}
            for system, runs in chosen.items()
            if (drawn := _drawn(stored.folder, stored.plan.config, system, runs)) is not None
        ]
    except (MetricError, ValueError) as error:
        raise StoreError(f"{stored.folder}: vectors are damaged: {error}") from error
    if made:
        write_whole(path, json.dumps(made, ensure_ascii=False))


def _projection(row: Mapping[str, Any]) -> Projection:
    points = row["points"]
    return Projection(
        system=str(row["system"]),
        layer=str(row["layer"]),
        method=str(row["method"]),
        languages=tuple(str(point["language"]) for point in points),
        rows=tuple(int(point["row"]) for point in points),
        x=tuple(float(point["x"]) for point in points),
        y=tuple(float(point["y"]) for point in points),
        texts={code: tuple(texts) for code, texts in row.get("texts", {}).items()},
    )


def _outdated(path: Path, names: list[str]) -> bool:
    """Whether the file is our own and of other runs."""
    kept = read_json(path)
    rows = kept if isinstance(kept, list) else [kept]
    own = [row.get("runs") for row in rows if isinstance(row, dict)]
    return len(own) == len(rows) and None not in own and names not in own


def _complete(stored: StoredExperiment) -> dict[str, list[RunRecord]]:
    """System to the runs of its first task and seed, where all of them are done."""
    found: dict[str, list[RunRecord | None]] = {}
    first: dict[str, tuple[str, int]] = {}
    for job in stored.runs:
        spec = job.planned.config
        assert not isinstance(spec, PretrainSpec)  # it lies in the folder of runs
        if first.setdefault(spec.representation, (spec.title, spec.seed)) == (
            spec.title,
            spec.seed,
        ):
            record = job.record if isinstance(job.record, RunRecord) else None
            found.setdefault(spec.representation, []).append(record)
    done = {system: [run for run in own if run is not None] for system, own in found.items()}
    return {
        system: own
        for system, own in done.items()
        if len(own) == len(found[system])
        and len({score.language for run in own for score in run.scores}) > 1
    }


def _drawn(
    folder: Path, config: KeptConfig, system: str, runs: Sequence[RunRecord]
) -> dict[str, Any] | None:
    from lingap.gap.safetensors_file import read_tensor, tensor_names

    layer = "last" if of_whole_texts(runs[0].config.task) else "input"
    vectors: dict[str, Any] = {}
    for run in runs:
        path = folder / "runs" / run.run_id / "embeddings.safetensors"
        if not path.is_file():
            continue
        for name in tensor_names(path):
            language, _, own_layer = name.rpartition("/")
            if own_layer == layer:
                vectors[language] = read_tensor(path, name)
    order = config.languages or tuple(vectors)
    vectors = {code: vectors[code] for code in order if code in vectors}
    if len(vectors) < 2 or len({len(rows) for rows in vectors.values()}) > 1:
        return None
    n_rows = len(next(iter(vectors.values())))
    kept = spread_rows(n_rows, len(vectors))
    if len(kept) * len(vectors) < 12:
        return None
    return {
        "system": system,
        "layer": layer,
        "method": "t-SNE",
        "points": project({code: rows[kept] for code, rows in vectors.items()}),
        "texts": _texts(config, list(vectors), kept, n_rows),
    }


def spread_rows(n_rows: int, n_languages: int) -> list[int]:
    """Rows to draw, spread evenly over all, so that the picture stays readable and quick.

    >>> spread_rows(10, 2), len(spread_rows(1000, 12))
    ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 30)
    """
    n = min(n_rows, MAX_ROWS, max(1, MAX_POINTS // n_languages))
    return [at * n_rows // n for at in range(n)]


def project(vectors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Coordinates by t-SNE (van der Maaten & Hinton 2008), all languages in one picture.

    Each language has vectors (n, d); row i is the same sentence everywhere.
    """
    import numpy as np
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

    rows = np.concatenate([np.asarray(own, dtype=np.float32) for own in vectors.values()])
    perplexity = min(30.0, (len(rows) - 1) / 4)
    start = "pca" if min(rows.shape) >= 2 else "random"
    draw = TSNE(perplexity=perplexity, init=start, random_state=0, max_iter=500)
    with threadpool_limits(1):  # with so few points, threads mostly wait for each other
        made = draw.fit_transform(rows)
    labels = [(code, row) for code, own in vectors.items() for row in range(len(own))]
    return [
        {"language": code, "row": row, "x": round(float(x), 3), "y": round(float(y), 3)}
        for (code, row), (x, y) in zip(labels, made, strict=True)
    ]


def _texts(
    config: KeptConfig, languages: list[str], kept: list[int], n_rows: int
) -> dict[str, Any]:
    """The sentences behind the rows; none where the corpus is gone or has changed."""
    try:
        texts = {
            code: parallel_rows(config.parallel, code, config.languages, config.parallel_sentences)
            for code in languages
        }
        if any(len(sentences) != n_rows for sentences in texts.values()):
            return {}
        return {
            code: [" ".join(sentences[row].words) for row in kept]
            for code, sentences in texts.items()
        }
    except (LingapError, TypeError, ValueError, OSError):
        return {}
