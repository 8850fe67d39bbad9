"""An experiment folder, or gaps of numbers made elsewhere, as :class:`ReportData`.

Reads JSON only, so a report needs neither the training libraries nor a finished experiment: what
is not there yet is told as missing, what is damaged is an error that names the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.experiments.records import PlanRecord, read_plan
from lingap.gap import LinguisticGap, PerformanceGap, performance_gaps
from lingap.gap.compare import GapComparison, compare_gaps, why_not
from lingap.gap.correlation import GapCorrelation
from lingap.gap.coverage import require_languages
from lingap.gap.output import OutputGap
from lingap.gap.score_tables import read_scores
from lingap.gap.text import TextGap
from lingap.records import Score
from lingap.report.correlations import correlations_of, pair_points
from lingap.report.projecting import FILE, stored_or_made
from lingap.report.rounding import p_value
from lingap.report.run_records import encoder_rows, run_rows
from lingap.report.summary import (
    Correlation,
    CoverageRow,
    OutputDistance,
    PretrainingRow,
    Projection,
    ReportData,
    RunRow,
)
from lingap.storage.json_file import read_json

_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")

MINIATURE_PARAMETERS = 20_000_000
"""Encoders below this are called a miniature; BERT-base has 110 million."""


def read_folder(path: Path, *, project: bool = True) -> ReportData:
    """What is there to report of an experiment folder, of a JSON file of gaps, or of scores.

    Args:
        path: A folder with ``experiment.json`` or ``gaps.json``; a JSON file as ``lingap gap …
            --json`` writes it; or a table of scores as ``lingap gap scores`` reads it.
        project: Whether parallel sentences are put into two dimensions where that was not done
            before (seconds); the result is kept in the folder as ``projection.json``.

    Raises:
        StoreError: When it is none of them, or a file in it is damaged.
        MetricError: For a malformed table of scores.
    """
    if path.is_file():
        if path.suffix.lower() in _TABLES or _holds_scores(path):
            return _of_scores(path)
        if path.suffix.lower() != ".json":
            raise StoreError(
                f"{path}: expected an experiment's folder, a .json that `lingap gap … --json` "
                f"wrote, or a table of scores ({', '.join(_TABLES)} or .json)."
            )
        found = _gaps(path)
        return _with_points(
            ReportData(
                title=path.stem,
                performance=found.performance,
                linguistic=found.linguistic,
                comparisons=found.comparisons,
                output_distances=_distances(found.outputs),
                correlations=found.correlations,
                outputs=found.outputs,
                inputs=found.inputs,
            )
        )
    if not path.is_dir():
        raise StoreError(
            f"{path} is not there. Give an experiment's folder, a JSON of gaps or a table of "
            "scores."
        )
    if not (path / "experiment.json").is_file() and not (path / "gaps.json").is_file():
        raise StoreError(
            f"{path} holds neither experiment.json nor gaps.json, so it is no experiment of lingap."
        )
    return _with_points(_read_experiment(path, project))


def _holds_scores(path: Path) -> bool:
    """Whether a JSON file holds rows of scores rather than gaps made of them."""
    if path.suffix.lower() != ".json":
        return False
    content = read_json(path)
    if isinstance(content, Mapping) and isinstance(content.get("scores"), list):
        return True
    rows = content if isinstance(content, list) else []
    return bool(rows) and all(
        isinstance(row, Mapping) and not any(isinstance(v, list | dict) for v in row.values())
        for row in rows
    )


def _of_scores(path: Path) -> ReportData:
    """The gaps of a table of scores, as ``lingap gap scores`` would take them."""
    read = read_scores(path)
    rows, notes = require_languages(read.scores, where=str(path))
    return ReportData(
        title=path.stem,
        performance=tuple(performance_gaps(rows)),
        comparisons=tuple(compare_gaps(rows)),
        notes=(*read.notes, *notes, *_not_compared(rows)),
    )


def _not_compared(scores: Sequence[Score]) -> list[str]:
    """Why pairs of systems were not compared; that one seed shows nothing is said elsewhere."""
    return why_not(scores) if len({score.seed for score in scores}) > 1 else []


def _of_trainings(runs: Sequence[RunRow], encoders: Sequence[PretrainingRow]) -> Iterator[str]:
    """What trainings noted, each sort of note once with where it was."""
    noted: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        for note in run.notes:
            noted[note].append(f"{run.system}, {run.task}, {'+'.join(run.languages)}, {run.seed}")
    for row in encoders:
        for note in row.notes:
            noted[note].append(f"pre-training of {row.system}")
    for note, places in noted.items():
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        yield f"{'; '.join(places[:3])}{more}: {note}."


def _read_experiment(path: Path, project: bool) -> ReportData:
    planned = (path / "experiment.json").is_file()
    plan = read_plan(path / "experiment.json") if planned else PlanRecord(config={})
    found = _gaps(path / "gaps.json") if (path / "gaps.json").is_file() else Gaps()
    runs = tuple(run_rows(path, plan))
    encoders = tuple(encoder_rows(path, plan))
    config = plan.config
    coverage = _optional(path / "coverage.json", [])
    sizes = [row.n_parameters for row in encoders if row.n_parameters]
    notes = []
    scores = [score for run in runs if run.status == "done" for score in run.scores]
    performance, comparisons = found.performance, found.comparisons
    if scores and not performance:
        notes.append(
            "The gaps are of the runs that are done so far; those of vectors are measured at the "
            "experiment's end."
        )
        performance = tuple(performance_gaps(scores))
    elif scores and _later_runs(path) and _other_scores(performance, scores):
        notes.append(
            "Runs ended after gaps.json was written. Performance gaps are taken anew from all runs "
            "that are done; what was measured on vectors and outputs is of the earlier ones."
        )
        performance, comparisons = tuple(performance_gaps(scores)), ()
    if scores and not comparisons:
        comparisons = tuple(compare_gaps(scores))
    notes += [*_not_compared(scores), *_of_trainings(runs, encoders)]
    return ReportData(
        title=str(config.get("name") or path.resolve().name),
        config=flattened(config),
        versions=plan.versions,
        created=_moment(plan.planned),
        runs=runs,
        performance=performance,
        linguistic=found.linguistic,
        comparisons=comparisons,
        correlations=found.correlations,
        output_distances=_distances(found.outputs),
        outputs=found.outputs,
        inputs=found.inputs,
        coverage=tuple(_coverage(row, path / "coverage.json") for row in coverage),
        pretraining=encoders,
        projections=tuple(_projections(path, config, runs if project else ())),
        miniature=bool(sizes) and max(sizes) < MINIATURE_PARAMETERS,
        notes=tuple(notes),
    )


def _later_runs(path: Path) -> bool:
    """Whether a run ended after the gaps were written."""
    written = (path / "gaps.json").stat().st_mtime
    return any(file.stat().st_mtime > written for file in path.glob("runs/*/run.json"))


def _other_scores(stored: Sequence[PerformanceGap], scores: Sequence[Score]) -> bool:
    """Whether stored gaps rest on other scores than those of the runs that are done."""

    def content(gaps: Sequence[PerformanceGap]) -> set[tuple[Any, ...]]:
        return {
            (gap.task, gap.metric, gap.system, gap.n_seeds, language, round(value, 9))
            for gap in gaps
            for language, value in gap.scores.items()
        }

    return content(stored) != content(performance_gaps(scores, n_resamples=0))


def _with_points(data: ReportData) -> ReportData:
    points = pair_points(data.performance, data.linguistic, data.output_distances)
    return replace(data, points=points, correlations=data.correlations or correlations_of(points))


def _moment(text: str) -> str:
    """A stored time to the minute.

    >>> _moment("2026-11-23T09:03:07+00:00")
    '2026-11-23 09:03 UTC'
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return text


def _optional(path: Path, default: Any) -> Any:
    return read_json(path) if path.is_file() else default


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a file of gaps holds."""

    performance: tuple[PerformanceGap, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    inputs: tuple[TextGap, ...] = ()
    correlations: tuple[Correlation, ...] = ()


def _gaps(path: Path) -> Gaps:
    """Gaps from a mapping of lists by kind, a list of any kinds, or a single one."""
    content = read_json(path)
    rows = [content]
    if isinstance(content, list):
        rows = content
    elif isinstance(content, Mapping) and all(
        isinstance(part, list) or part is None for part in content.values()
    ):
        rows = [row for part in content.values() for row in part or ()]
    found: dict[str, list[Any]] = {}
    for row in rows:
        try:
            _sort_in(row, found)
        except MetricError as error:
            raise StoreError(f"{path} is damaged: {error}") from error
        except LookupError as error:
            raise StoreError(
                f"{path}: expected gaps as `lingap gap … --json` writes them, found {row!r:.80}."
            ) from error
    if not found and path.name != "gaps.json":
        raise StoreError(f"{path} holds no gap; expected what `lingap gap … --json` writes.")
    return Gaps(**{kind: tuple(items) for kind, items in found.items()})


def _sort_in(row: Any, found: dict[str, list[Any]]) -> None:
    """Put a row with its kind, told by a field that only it has; LookupError for any other."""
    fields = set(row) if isinstance(row, Mapping) else set()
    if "cka" in fields:
        found.setdefault("linguistic", []).append(LinguisticGap.from_dict(row))
    elif "rpd" in fields:
        found.setdefault("performance", []).append(PerformanceGap.from_dict(row))
    elif {"first", "second", "difference"} <= fields:
        found.setdefault("comparisons", []).append(GapComparison.from_dict(row))
    elif "divergence" in fields:
        found.setdefault("outputs", []).append(OutputGap.from_dict(row))
    elif "inventory_overlap" in fields:
        found.setdefault("inputs", []).append(TextGap.from_dict(row))
    elif "kendall" in fields:
        one = GapCorrelation.from_dict(row)
        found.setdefault("correlations", []).append(
            Correlation(
                "", one.predictor, one.n_points, one.spearman, one.spearman_p, one.kendall,
                one.kendall_p, one.spearman_interval, one.kendall_interval,
                note=f"by blocks of a seed: p {p_value(one.spearman_p_blocks or 0.0)} (R), "
                f"{p_value(one.kendall_p_blocks or 0.0)} (τ)",
            )
        )  # fmt: skip
    else:
        raise LookupError


def _distances(gaps: Sequence[OutputGap]) -> tuple[OutputDistance, ...]:
    """The Sinkhorn distance of each pair, for the charts that set it beside other gaps."""
    return tuple(
        OutputDistance(gap.system, "", (one, other), gap.distance[i][j])
        for gap in gaps
        for i, one in enumerate(gap.languages)
        for j, other in enumerate(gap.languages)
        if i < j
    )


def flattened(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings as dotted names.

    >>> flattened({"seeds": [0, 1], "encoder": {"layers": 2}, "source": None})
    {'seeds': '0, 1', 'encoder.layers': '2', 'source': 'none'}
    """
    found: dict[str, str] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= flattened(value, f"{name}.")
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            for place, item in enumerate(value, 1):
                found |= flattened(
                    item if isinstance(item, Mapping) else {"": item}, f"{name}.{place}."
                )
        elif isinstance(value, list | tuple):
            found[name] = ", ".join(map(str, value))
        else:
            found[name] = "none" if value in (None, "") else str(value)
    return found


def _coverage(row: Mapping[str, Any], path: Path) -> CoverageRow:
    try:
        unmapped = {str(character): int(n) for character, n in row.get("unmapped", {}).items()}
        by_character: Mapping[str, Sequence[str]] = row.get("examples", {})
        examples: dict[str, str] = {}
        for character in sorted(unmapped, key=lambda one: -unmapped[one]):
            for word in by_character.get(character, ())[:2]:
                examples[word] = " ".join(filter(None, (examples.get(word, ""), character)))
        return CoverageRow(
            language=str(row["language"]),
            backend=str(row["backend"]),
            words=int(row["words"]),
            types=int(row["types"]),
            empty_words=int(row["empty_words"]),
            unmapped=unmapped,
            unmapped_words=row.get("words_with_unmapped"),
            examples=tuple(examples.items()),
            losses={str(name): int(n) for name, n in row.get("notes", {}).items()},
            task=str(row.get("task", "")),
            system=str(row.get("system", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path} is damaged: {type(error).__name__} {error}") from error


def _projections(path: Path, config: Mapping[str, Any], runs: Sequence[RunRow]) -> list[Projection]:
    content: Any
    if runs and (path / "gaps.json").is_file():
        try:
            content = stored_or_made(path, config, runs)
        except (MetricError, ValueError) as error:
            raise StoreError(f"{path}: vectors or {FILE} are damaged: {error}") from error
    else:
        content = _optional(path / FILE, [])
    found = []
    for row in [content] if isinstance(content, Mapping) else content:
        try:
            points = row["points"]
            found.append(
                Projection(
                    system=str(row["system"]),
                    layer=str(row["layer"]),
                    method=str(row["method"]),
                    languages=tuple(str(point["language"]) for point in points),
                    rows=tuple(int(point["row"]) for point in points),
                    x=tuple(float(point["x"]) for point in points),
                    y=tuple(float(point["y"]) for point in points),
                    texts={code: tuple(texts) for code, texts in row.get("texts", {}).items()},
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(f"{path / 'projection.json'} is damaged: {error!r}") from error
    return found
