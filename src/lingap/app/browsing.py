"""An experiment on the page: gaps over chosen languages, heat maps, and errors by word."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lingap.app.analysis import pronounce
from lingap.app.work import Work
from lingap.errors import ConfigError, LingapError
from lingap.g2p import DEFAULT_BACKEND
from lingap.gap import Baseline, LinguisticGap, PerformanceGap
from lingap.report.folder import read_folder
from lingap.report.result_tables import LAYER_NAMES, metric_name, task_name
from lingap.report.summary import ReportData, language_name, reads_right_to_left
from lingap.report.verdict import FoldedAnswer
from lingap.representations import Representation

MAX_ERRORS = 200
CONTEXT = 6


class Browser:
    """One experiment folder, read on first use and again when its files change."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._lock = threading.Lock()
        self._data: ReportData | None = None
        self._stamp: tuple[float, ...] = ()

    @property
    def data(self) -> ReportData:
        """What the report would show now."""
        stamp = tuple(
            path.stat().st_mtime
            for name in ("experiment.json", "gaps.json", "coverage.json", "runs")
            if (path := self.folder / name).exists()
        )
        with self._lock:
            if self._data is None or stamp != self._stamp:
                self._data = read_folder(self.folder)
                self._stamp = stamp
            return self._data

    def overview(self) -> dict[str, Any]:
        """The choices available, and the answer."""
        data = self.data
        told = FoldedAnswer.of(data)
        return {
            "title": data.title,
            "answer": {
                name: [[part.verdict, part.detail] for part in parts]
                for name, parts in (
                    ("lead", told.lead),
                    ("rest", told.rest),
                    ("cautions", told.cautions),
                )
            },
            "rest_title": told.rest_title,
            "tasks": [
                {
                    "task": gap.task,
                    "metric": gap.metric,
                    "name": f"{task_name(gap.task)}, {metric_name(gap.metric)}",
                }
                for gap in {(g.task, g.metric): g for g in data.performance}.values()
            ],
            "systems": list(data.systems),
            "layers": list(dict.fromkeys(gap.layer for gap in data.linguistic)),
            "layerNames": LAYER_NAMES,
            "languages": [
                {"code": code, "name": language_name(code), "rtl": reads_right_to_left(code)}
                for code in data.languages
            ],
            "unfinished": [
                [run.run_id, run.system, " ".join(run.languages), run.status, run.reason]
                for run in data.unfinished
            ],
        }

    def gaps(self, task: str, metric: str, layer: str, languages: Sequence[str]) -> dict[str, Any]:
        """Scores and gaps of each system over the chosen languages."""
        data = self.data
        similar: dict[str, LinguisticGap] = {}  # of encoders that learned this task, if of any
        for alike in data.linguistic:
            if alike.layer == layer and (not task or alike.task in ("", task)):
                similar.setdefault(alike.system, alike)
        rows = [
            _gap_row(gap, similar.get(gap.system), languages)
            for gap in data.performance
            if (gap.task, gap.metric) == (task, metric)
        ]
        maps = {system: _heat_map(gap, languages) for system, gap in similar.items()}
        known = [b for b in data.baselines if (b.task, b.metric) == (task, metric)]
        rows += [row for one in known for row in _baseline_rows(one, languages)]
        return {"rows": rows, "maps": maps}

    def errors(self, task: str, system: str, language: str, work: Work) -> dict[str, Any]:
        """Mislabelled words over all seeds, the most frequent first, with their phonemes."""
        from lingap.evaluation.prediction_files import read_predictions

        runs = [
            run
            for run in self.data.runs
            if (run.task, run.system, run.status) == (task, system, "done")
            and any(score.language == language for score in run.scores)
        ]
        n_words = 0
        wrong: Counter[tuple[str, str, str]] = Counter()
        examples: dict[tuple[str, str, str], list[list[str]]] = {}
        seen: Counter[str] = Counter()
        for run in runs:
            path = self.folder / "runs" / run.run_id / "predictions.parquet"
            if not path.is_file():
                continue
            work.step()
            for said in read_predictions(path):
                if said.language != language:
                    continue
                n_words += len(said.words)
                seen.update(said.words)
                for at, word in enumerate(said.words):
                    if said.gold[at] != said.predicted[at]:
                        key = (word, said.gold[at], said.predicted[at])
                        wrong[key] += 1
                        before, after = said.words[:at], said.words[at + 1 :]
                        context = [list(before[-CONTEXT:]), list(after[:CONTEXT])]
                        examples.setdefault(key, context)
        found: list[dict[str, Any]] = [
            {
                "word": word, "gold": gold, "predicted": predicted, "times": times,
                "seen": seen[word], "context": examples[word, gold, predicted],
            }
            for (word, gold, predicted), times in wrong.most_common(MAX_ERRORS)
        ]  # fmt: skip
        phonemes = _phonemes([row["word"] for row in found], language, self._backend(language))
        for row, units in zip(found, phonemes, strict=True):
            row["phonemes"] = units
        confusions: Counter[tuple[str, str]] = Counter()
        for (_, gold, predicted), times in wrong.items():
            confusions[gold, predicted] += times
        return {
            "runs": len(runs),
            "words": n_words,
            "wrong": sum(wrong.values()),
            "kinds": len(wrong),
            "confusions": [[*labels, n] for labels, n in confusions.most_common(12)],
            "errors": found,
        }

    def subwords(self) -> Representation | None:
        """The experiment's subword vocabulary, if it has one that can be read."""
        path = next(iter(sorted(self.folder.glob("pretraining/*/subwords.json"))), None)
        if path is None:
            return None
        from lingap.representations.subword import Subwords

        try:
            return Subwords(path)
        except LingapError:
            return None

    def _backend(self, language: str) -> str:
        rows = [row for row in self.data.coverage if row.language == language]
        return rows[0].backend if rows else DEFAULT_BACKEND


def _phonemes(words: list[str], language: str, backend: str) -> list[str]:
    try:
        return [" ".join(word.units) for word in pronounce(language, backend, words)]
    except LingapError:
        return [""] * len(words)


def _gap_row(
    gap: PerformanceGap, similarity: LinguisticGap | None, languages: Sequence[str]
) -> dict[str, Any]:
    from lingap.metrics import mean_rpd, score_std

    scores = {code: gap.scores[code] for code in languages if code in gap.scores}
    spread = rpd = None
    if len(scores) > 1:
        spread = float(score_std(scores))
        if sum(value == 0 for value in scores.values()) < 2:
            rpd = float(mean_rpd(scores))
    values = []
    if similarity:
        places = [similarity.languages.index(c) for c in languages if c in similarity.languages]
        matrix = similarity.similarity.values
        values = [matrix[i][j] for at, i in enumerate(places) for j in places[at + 1 :]]
    return {
        "system": gap.system,
        "nothing": [code for code in languages if code in gap.at_baseline],
        "scores": scores,
        "std": spread,
        "rpd": rpd,
        "cka": sum(values) / len(values) if values else None,
        "ckaName": similarity.similarity.name if similarity else None,
    }


def _baseline_rows(baseline: Baseline, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Scores of answering without reading; they have no gap."""
    rows = []
    for name, of in (("majority label", baseline.majority.get), ("chance", baseline.chance_in)):
        scores = {code: value for code in languages if (value := of(code)) is not None}
        if scores:
            gaps = dict.fromkeys(("std", "rpd", "cka", "ckaName"))
            rows.append({"system": name, "baseline": True, "scores": scores, **gaps})
    return rows


def _heat_map(gap: LinguisticGap, languages: Sequence[str]) -> dict[str, Any]:
    kept = [code for code in languages if code in gap.languages]
    places = [gap.languages.index(code) for code in kept]
    name, matrix, *_ = gap.similarity
    values = [[matrix[i][j] for j in places] for i in places]
    return {"languages": kept, "name": name, "values": values}


def checked(value: str | None, known: Sequence[str], what: str) -> str:
    """Return a query's value.

    Raises:
        ConfigError: If it is not a known one.
    """
    if value is None or value not in known:
        raise ConfigError(
            f"{what}: expected one of {', '.join(dict.fromkeys(known))}, got {value!r}."
        )
    return value
