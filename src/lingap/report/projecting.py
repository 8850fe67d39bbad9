"""Parallel sentences of an experiment in two dimensions, drawn once and kept beside it.

A projection is a picture of stored vectors, not a score: nothing is concluded from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lingap.errors import LingapError
from lingap.report.summary import RunRow
from lingap.storage.atomic import write_whole

MAX_POINTS = 360
MAX_ROWS = 100
FILE = "projection.json"


def stored_or_made(folder: Path, config: Mapping[str, Any], runs: Sequence[RunRow]) -> list[Any]:
    """The projections of an experiment: those stored for these runs, or else made anew and stored.

    Args:
        folder: The experiment.
        config: Its configuration as run.
        runs: Its runs; the first seed of each system is drawn, if all its languages are done.
    """
    chosen = _complete(runs)
    names = sorted(run.run_id for own in chosen.values() for run in own)
    path = folder / FILE
    if path.is_file():
        stored = json.loads(path.read_text(encoding="utf-8"))
        rows = stored if isinstance(stored, list) else [stored]
        own = [row.get("runs", names) for row in rows if isinstance(row, dict)]
        if not chosen or len(own) < len(rows) or names in own:
            return rows
    made = [
        {**drawn, "runs": names}
        for system, own in chosen.items()
        if (drawn := _drawn(folder, config, system, own)) is not None
    ]
    if made:
        _store(path, made)
    return made


def _complete(runs: Sequence[RunRow]) -> dict[str, list[RunRow]]:
    """System to the runs of its first task and seed, where all of them are done."""
    found: dict[str, list[RunRow]] = {}
    for run in runs:
        own = found.setdefault(run.system, [])
        if not own or (own[0].task, own[0].seed) == (run.task, run.seed):
            own.append(run)
    return {
        system: own
        for system, own in found.items()
        if all(run.status == "done" for run in own)
        and len({score.language for run in own for score in run.scores}) > 1
    }


def _drawn(
    folder: Path, config: Mapping[str, Any], system: str, runs: Sequence[RunRow]
) -> dict[str, Any] | None:
    from lingap.gap.safetensors_file import read_tensor, tensor_names

    layer = "last" if runs[0].task == "nli" else "input"
    vectors: dict[str, Any] = {}
    for run in runs:
        path = folder / "runs" / run.run_id / "embeddings.safetensors"
        if not path.is_file():
            continue
        for name in tensor_names(path):
            language, _, own_layer = name.rpartition("/")
            if own_layer == layer:
                vectors[language] = read_tensor(path, name)
    order = config.get("languages") or tuple(vectors)
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


def project(vectors: Mapping[str, Any], *, seed: int = 0) -> list[dict[str, Any]]:
    """Coordinates by t-SNE (van der Maaten & Hinton 2008), all languages in one picture.

    Args:
        vectors: Language to its vectors, (n, d); row i is the same sentence everywhere.
        seed: Of the optimization.
    """
    import numpy as np
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

    rows = np.concatenate([np.asarray(own, dtype=np.float32) for own in vectors.values()])
    perplexity = min(30.0, (len(rows) - 1) / 4)
    start = "pca" if min(rows.shape) >= 2 else "random"
    draw = TSNE(perplexity=perplexity, init=start, random_state=seed, max_iter=500)
    with threadpool_limits(1):  # with so few points, threads mostly wait for each other
        made = draw.fit_transform(rows)
    labels = [(code, row) for code, own in vectors.items() for row in range(len(own))]
    return [
        {"language": code, "row": row, "x": round(float(x), 3), "y": round(float(y), 3)}
        for (code, row), (x, y) in zip(labels, made, strict=True)
    ]


def _texts(
    config: Mapping[str, Any], languages: list[str], kept: list[int], n_rows: int
) -> dict[str, Any]:
    """The sentences behind the rows; none where the corpus is gone or has changed."""
    from lingap.corpora import load_parallel

    try:
        choice = config["parallel"]
        corpus = load_parallel(
            choice["name"],
            languages=config["languages"],
            path=choice.get("path"),
            **choice.get("options", {}),
        )
        if len(corpus) != n_rows:
            return {}
        return {
            code: [" ".join(corpus.sentences[code][row].words) for row in kept]
            for code in languages
        }
    except (LingapError, LookupError, TypeError, ValueError, OSError):
        return {}


def _store(path: Path, made: list[Any]) -> None:
    with suppress(OSError):  # a folder that is only read: it is drawn again the next time
        write_whole(path, json.dumps(made, ensure_ascii=False))
