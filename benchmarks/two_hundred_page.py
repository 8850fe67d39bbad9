"""The page and the figures of `benchmarks/two_hundred.py`, from what its folder holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lingap.errors import MetricError
from lingap.experiments import ExperimentResult, StoredExperiment
from lingap.experiments.item_counts import read_test_items
from lingap.experiments.records import CoverageRecord, RunRecord
from lingap.experiments.store import Store
from lingap.g2p.choice import measured_errors
from lingap.g2p.protocol import BACKENDS, reader_of
from lingap.gap import (
    LinguisticGap,
    PerformanceGap,
    ScoreComparison,
    compare_by_language,
    mark_at_baseline,
    performance_gaps,
)
from lingap.gap.correlation import FEWEST_PAIRS
from lingap.gap.explain import FEWEST_OF_MODEL, explain_scores
from lingap.gap.language_features import LanguageFeatures, language_features
from lingap.languages import get_language
from lingap.metrics import (
    compare_over_sentences,
    f1_of_sums,
    gap_change,
    holm,
    rank_correlation,
    relative_percentage_difference,
)
from lingap.metrics.family_permutations import number_association
from lingap.metrics.language_permutations import mantel_test

PAIRS = (
    ("phoneme-subword", "subword"), ("broad phoneme-subword", "subword"),
    ("romanized-subword", "subword"), ("phoneme-subword", "romanized-subword"),
    ("broad phoneme-subword", "romanized-subword"),
    ("phoneme", "character"), ("phoneme", "romanized"), ("articulatory", "character"),
    ("mixed", "character"),
)  # fmt: skip
"""What is compared: pieces with pieces, single units with single units."""
EXPLAINED = PAIRS[:4]
"""Those whose gain is set beside features of the languages."""
FEWEST_OF_GROUP = 4
"""Languages of a family or script that has a row of its own."""
MOST_NAMED = 8
MOST_LISTED = 24

Table = dict[str, float]
"""Language to a value."""


@dataclass(frozen=True, eq=False)
class Part:
    """One experiment.

    Args:
        result: Its gaps.
        stored: Its records.
        runs: Those whose seed is complete in all representations of the task.
    """

    result: ExperimentResult
    stored: StoredExperiment
    runs: Sequence[RunRecord]


@dataclass(frozen=True)
class Study:
    """What was scored and measured.

    Args:
        parts: The experiments, of different representations in the same languages.
        scores: (task, system) to language to accuracy in percent, the mean over seeds.
        gaps: (task, system) to its performance gap.
        source: Task to the language trained on; English for the others.
    """

    parts: Sequence[Part]
    scores: Mapping[tuple[str, str], Table]
    gaps: Mapping[tuple[str, str], PerformanceGap]
    source: Mapping[str, str]

    @property
    def runs(self) -> list[RunRecord]:
        """Those of all parts."""
        return [run for part in self.parts for run in part.runs]

    @property
    def tasks(self) -> list[str]:
        """In the order of the plan, those that were run."""
        return list(dict.fromkeys(task for task, _ in self.scores))

    def systems(self, task: str = "") -> list[str]:
        """Representations that were run, in the order of the plans: for a task, or at all."""
        ran = [system for own, system in self.scores if task in ("", own)]
        return list(dict.fromkeys(ran))

    def part_of(self, task: str, systems: Sequence[str]) -> Part | None:
        """The experiment that has these representations of a task."""
        for part in self.parts:
            ran = {run.config.representation for run in part.runs if run.config.title == task}
            if ran.issuperset(systems):
                return part
        return None

    @property
    def linguistic(self) -> list[LinguisticGap]:
        """Those of all parts, task by task."""
        found = [
            gap
            for part in self.parts
            for gap in part.result.gaps.linguistic
            if any(run.config.title == gap.task for run in part.runs)
        ]
        return sorted(found, key=lambda gap: self.tasks.index(gap.task) if gap.task else 0)

    @property
    def plan(self) -> dict[str, Any]:
        """The configuration of the first part as it was run."""
        return self.parts[0].stored.plan.config.model_dump(mode="json")

    @property
    def languages(self) -> tuple[str, ...]:
        """All that were run."""
        return tuple(self.parts[0].stored.plan.config.languages)


def read_study(*folders: Path) -> Study:
    """Read folders of experiments, finished or not; seeds and tasks that lack runs are left out.

    Of a task and representation that several experiments have, the first is taken.
    """
    parts: list[Part] = []
    gaps: list[PerformanceGap] = []
    source = {}
    for folder in folders:
        if not (folder / "experiment.json").is_file():
            continue
        part = read_part(folder, {(gap.task, gap.system) for gap in gaps})
        parts.append(part)
        scores = [score for run in part.runs for score in run.own_scores]
        gaps += mark_at_baseline(performance_gaps(scores), scores, part.result.gaps.baselines)
        for run in part.runs:
            alone = run.config.protocol == "zero-shot"
            source[run.config.title] = run.config.train_languages[0] if alone else "eng"
    order = list(source)
    gaps.sort(key=lambda gap: order.index(gap.task))
    by_system = {(gap.task, gap.system): gap for gap in gaps}
    scores_of = {
        key: {code: 100 * value for code, value in gap.scores.items()}
        for key, gap in by_system.items()
    }
    return Study(parts, scores_of, by_system, source)


def read_part(folder: Path, known: Collection[tuple[str, str]]) -> Part:
    """One experiment: the runs of the seeds that all representations of a task have.

    Args:
        folder: The experiment's.
        known: Tasks and representations that are left out.
    """
    stored = StoredExperiment.read(folder, planned=True)
    done = [job.record for job in stored.runs if isinstance(job.record, RunRecord)]
    planned: dict[tuple[str, str, int], int] = defaultdict(int)
    for job in stored.runs:
        spec = job.planned.config
        planned[spec.title, spec.representation, spec.seed] += 1
    for record in done:
        spec = record.config
        planned[spec.title, spec.representation, spec.seed] -= 1
    complete: dict[tuple[str, str], set[int]] = defaultdict(set)
    for (task, system, seed), left in planned.items():
        if not left:
            complete[task, system].add(seed)
    shared: dict[str, set[int]] = {}  # seeds that all representations of a task have
    for (task, _), own in complete.items():
        shared[task] = shared.get(task, own) & own
    runs = [
        run for run in done
        if run.config.seed in complete[run.config.title, run.config.representation]
        & shared.get(run.config.title, set())
        and (run.config.title, run.config.representation) not in known
    ]  # fmt: skip
    return Part(ExperimentResult.read(folder), stored, runs)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, left: int = 1) -> str:
    """A table in Markdown; the first columns are aligned left."""
    lines = [f"| {' | '.join(head)} |"]
    lines.append("|" + " :--- |" * left + " ---: |" * (len(head) - left))
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines)


def small(p: float | None) -> str:
    """A p-value.

    >>> small(0.03), small(1e-40), small(None)
    ('0.030', '1e-40', '–')
    """
    if p is None:
        return "–"
    if p < 1e-300:
        return "< 1e-300"
    return f"{p:.3f}" if p >= 0.001 else f"{p:.0e}".replace("e-0", "e-")


def name_of(code: str) -> str:
    """The English name."""
    return get_language(code).name


def groups_of(codes: Iterable[str], kind: str) -> dict[str, list[str]]:
    """Families or scripts with enough of the languages, the largest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        found[getattr(get_language(code), kind)].append(code)
    large = {name: codes for name, codes in found.items() if len(codes) >= FEWEST_OF_GROUP}
    return dict(sorted(large.items(), key=lambda one: (-len(one[1]), one[0])))


def overview(study: Study) -> str:
    """Mean, ends and gaps of each task and representation."""
    rows = []
    for task in study.tasks:
        for system in study.systems(task):
            own = np.sort([*study.scores[task, system].values()])
            gap, tenth = study.gaps[task, system], max(1, len(own) // 10)
            rpd = "–" if gap.mean_rpd is None else f"{gap.mean_rpd:.1f}"
            corrected = "–" if gap.mean_rpd_corrected is None else f"{gap.mean_rpd_corrected:.1f}"
            rows.append(
                (task, system, gap.n_seeds, len(own), f"{own.mean():.1f}",
                 f"{own[:tenth].mean():.1f}", f"{own[-tenth:].mean():.1f}",
                 f"{100 * (gap.std or 0):.1f}", rpd, corrected, len(gap.at_baseline))
            )  # fmt: skip
    head = (
        "Trained", "Representation", "Seeds", "Languages", "Mean", "Lowest tenth",
        "Highest tenth", "Std", "Mean RPD %", "Corrected", "At baseline",
    )  # fmt: skip
    return table(head, rows, left=2)


@cache
def counts_of(part: Part, task: str) -> Mapping[tuple[str, str, str, str, int], np.ndarray]:
    """(task, measure, system, language, seed) to the counts of each test sentence."""
    runs = [run for run in part.runs if run.config.title == task]
    scores = [score for run in runs for score in run.own_scores]
    return read_test_items(Store(part.result.folder), runs, scores).counts


def by_sentences(part: Part, task: str, pair: tuple[str, str]) -> list[float]:
    """For each seed p of no difference in mean RPD, by exchanging the systems of a sentence."""
    sides: dict[int, dict[str, dict[str, np.ndarray]]] = defaultdict(lambda: defaultdict(dict))
    for (_, _, system, language, seed), counts in counts_of(part, task).items():
        sides[seed][system][language] = counts
    return [
        compare_over_sentences(own[pair[0]], own[pair[1]], f1_of_sums, n_resamples=0).p_value
        for _, own in sorted(sides.items())
    ]


def gaps_compared(study: Study) -> str:
    """Differences of mean RPD to the rival, tested, and from which languages they come."""
    rows: list[list[str]] = []
    tests: list[list[float]] = []
    for part in study.parts:
        for one in part.result.gaps.comparisons:
            for pair in PAIRS:
                gaps = [study.gaps.get((one.task, system)) for system in pair]
                if one.gap != "mean_rpd" or {one.first, one.second} != set(pair):
                    continue
                if study.part_of(one.task, pair) is not part or any(
                    gap is None or gap.learned_little for gap in gaps
                ):
                    continue
                new, old = (study.scores[one.task, system] for system in pair)
                moved = gap_change([old[c] / 100 for c in old], [new[c] / 100 for c in old])
                told = one.difference if one.corrected is None else one.corrected
                rows.append(
                    [one.task, *pair, f"{moved.change:+.1f}", f"{moved.by_rising:+.1f}",
                     f"{moved.by_falling:+.1f}", f"{told if one.first == pair[0] else -told:+.1f}"]
                )  # fmt: skip
                tests.append(by_sentences(part, one.task, pair))
    adjusted = iter(holm([p for own in tests for p in own]) if tests else ())
    for row, own in zip(rows, tests, strict=True):
        row.append(", ".join(small(next(adjusted)) for _ in own))
    head = (
        "Trained", "Representation", "Against", "Change", "By rising", "By falling", "Corrected",
        "p by seed, Holm",
    )  # fmt: skip
    return table(head, rows, left=3)


def above_baseline(study: Study) -> str:
    """The languages that each representation learned."""
    rows = []
    for task in study.tasks:
        for system in study.systems(task):
            own = study.scores[task, system]
            known = sorted(
                set(own) - set(study.gaps[task, system].at_baseline),
                key=lambda code: (-own[code], code),
            )
            shown = ", ".join(f"{code} {own[code]:.0f}" for code in known[:MOST_LISTED])
            rows.append((task, system, len(known), shown or "–"))
    head = ("Trained", "Representation", "Languages", f"The best {MOST_LISTED}")
    return table(head, rows, left=2)


def by_group(study: Study, task: str, kind: str) -> str:
    """Mean accuracy of each family or script, and its mean RPD to the source language."""
    rows = []
    source = study.source[task]
    scored = study.scores[task, study.systems(task)[0]]
    groups = groups_of(scored, kind)
    if kind == "script":
        groups["other than Latn"] = [c for c in scored if get_language(c).script != "Latn"]
    for name, codes in groups.items():
        cells = []
        for system in study.systems(task):
            own = study.scores[task, system]
            mine = [own[code] for code in codes if code in own and code != source]
            if not mine:
                break
            gap = np.mean([relative_percentage_difference(own[source], one) for one in mine])
            cells += [f"{np.mean(mine):.1f}", f"{gap:.0f}"]
        else:
            rows.append((name, len(codes), *cells))
    head = [kind.capitalize(), "n"]
    for system in study.systems(task):
        head += [system, "RPD"]
    return table(head, rows)


def linguistic(study: Study) -> str:
    """Mean debiased CKA over pairs, of like and unlike languages, and to English."""
    rows = []
    for one in study.linguistic:
        codes, values = one.languages, np.array(one.similarity.values)
        upper = np.triu(np.ones_like(values, dtype=bool), 1)
        rows_of = [get_language(code) for code in codes]
        family = np.array([row.family for row in rows_of])
        script = np.array([row.script for row in rows_of])
        kin, alike = family[:, None] == family, script[:, None] == script
        at = codes.index("eng")
        to_english = np.delete(values[at], at).mean()
        parts = [upper, upper & kin & alike, upper & kin & ~alike, upper & ~kin & alike,
                 upper & ~kin & ~alike]  # fmt: skip
        within = len(one.within_floor) / upper.sum()
        rows.append(
            (one.task or "all", one.system, *(f"{values[part].mean():.3f}" for part in parts),
             f"{to_english:.3f}", f"{within:.0%}")
        )  # fmt: skip
    head = (
        "Trained", "Representation", "All pairs", "Same family and script", "Same family only",
        "Same script only", "Neither", "To English", "Within the floor",
    )  # fmt: skip
    return table(head, rows, left=2)


Compared = Mapping[tuple[str, str], Mapping[str, ScoreComparison]]
"""Phonemes and their rival to language to the comparison of both."""


def compared(study: Study, task: str) -> Compared:
    """Phonemes with each rival that was run; p adjusted over the languages."""
    found = {}
    for pair in PAIRS:
        if (part := study.part_of(task, pair)) is None:
            continue
        runs = [run for run in part.runs if run.config.title == task]
        own = [s for run in runs for s in run.own_scores if s.system in pair]
        rows = compare_by_language(own, items=counts_of(part, task))
        found[pair] = {row.language: row for row in rows}
    return found


def learned(study: Study, task: str, pair: tuple[str, str]) -> list[str]:
    """Languages in which one of two representations at least is above the baseline.

    In the others a difference is one of guesses: of the label that each gives to what it cannot
    read.
    """
    low = [set(study.gaps[task, system].at_baseline) for system in pair]
    return [code for code in study.scores[task, pair[0]] if not all(code in own for own in low)]


def gain(row: ScoreComparison, phonemes: str) -> float:
    """Phonemes less the rival, in points."""
    return 100 * (row.difference if row.best == phonemes else -row.difference)


def helped(study: Study, rows: Mapping[str, Compared]) -> str:
    """Counts of languages that a representation helps or hurts, and the ends of the list."""
    lines = []
    for task, pairs in rows.items():
        for (phonemes, rival), by_language in pairs.items():
            codes = learned(study, task, (phonemes, rival))
            gains = {code: gain(by_language[code], phonemes) for code in codes}
            if not gains:
                continue
            order = sorted(gains, key=lambda code: gains[code])
            sure = [
                code for code in codes
                if (row := by_language[code]).p_holm is not None and row.p_holm <= 0.05
            ]  # fmt: skip
            up, down = (sum(sign * one > 0 for one in gains.values()) for sign in (1, -1))
            lines.append(
                (task, phonemes, rival, len(codes), f"{np.mean([*gains.values()]):+.1f}",
                 up, sum(gains[code] > 0 for code in sure), down,
                 sum(gains[code] < 0 for code in sure),
                 _ends(order[: -MOST_NAMED - 1 : -1], gains), _ends(order[:MOST_NAMED], gains))
            )  # fmt: skip
    head = (
        "Trained", "Representation", "Against", "Languages", "Mean", "Helped", "surely", "Hurt",
        "surely", "Helped most", "Hurt most",
    )  # fmt: skip
    return table(head, lines, left=3)


def _ends(codes: Sequence[str], gains: Mapping[str, float]) -> str:
    return ", ".join(f"{code} {round(gains[code]) or 0:+d}" for code in codes)


def coverage_of(study: Study) -> dict[str, CoverageRecord]:
    """Language to what its phonemes cost: the same for all representations that use them."""
    return {row.language: row for part in study.parts for row in part.stored.coverage}


def own_features(study: Study, task: str) -> LanguageFeatures:
    """Features of the languages: distances to the source, script, and what the text costs."""
    source = study.source[task]
    known = language_features(study.languages, reference=source, inventory=False)
    cover = coverage_of(study)
    numbers = {name: of for name, of in known.numbers.items() if "inventory" not in name}
    errors = measured_errors()
    unmapped, error = [], []
    for code in study.languages:
        row = cover.get(code)
        backend = "" if row is None else row.backend.removeprefix("auto (").removesuffix(")")
        unmapped.append(np.nan if row is None else _share(row.words_with_unmapped, row.words))
        error.append(errors.get(code, {}).get(backend, np.nan))
    numbers["G2P error, where measured"] = np.array(error)
    numbers["words with unmapped characters"] = np.array(unmapped)
    numbers |= _relatives(study.languages)
    counts = _counts(study, task)
    for name, (system, above, below) in _SHARES.items():
        if system not in counts:
            continue
        numbers[name] = np.array(
            [_share(*(counts[system].get(code, {}).get(key) for key in (above, below)))
             for code in study.languages]
        )  # fmt: skip
    script = get_language(source).script
    same = tuple(
        "same" if get_language(code).script == script else "other" for code in study.languages
    )
    categories = {**known.categories, f"script of {source}": same}
    return replace(known, numbers=numbers, categories=categories)


def _relatives(languages: Sequence[str]) -> dict[str, np.ndarray]:
    """How many languages of the text of pre-training are of a language's family, by script."""
    rows = [get_language(code) for code in languages]
    all_of, other = [], []
    for own in map(get_language, languages):
        kin = [row for row in rows if row.family == own.family and row.code != own.code]
        all_of.append(len(kin))
        other.append(sum(row.script != own.script for row in kin))
    return {
        "relatives in pre-training": np.array(all_of, dtype=float),
        "of them in other scripts": np.array(other, dtype=float),
    }


_SHARES = {
    "subwords per word": ("subword", "units", "words"),
    "unknown subwords": ("subword", "units_unknown", "units"),
    "pieces of phonemes per word": ("phoneme-subword", "units", "words"),
    "unknown pieces of phonemes": ("phoneme-subword", "units_unknown", "units"),
    "characters per word": ("character", "units", "words"),
    "phonemes per word": ("phoneme", "units", "words"),
}
"""Feature to system, numerator and denominator, counted over the test sentences."""


def _share(above: float | None, below: float | None) -> float:
    return float("nan") if above is None or not below else above / below


def _counts(study: Study, task: str) -> dict[str, dict[str, Mapping[str, int]]]:
    found: dict[str, dict[str, Mapping[str, int]]] = defaultdict(dict)
    for run in study.runs:
        for score in run.scores if run.config.title == task else ():
            found[score.system][score.language] = {"words": 0, **score.counts}
    return found


def predicted(study: Study, rows: Mapping[str, Compared]) -> str:
    """What goes with the gain over each rival."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    head = ["Feature"]
    for task, pairs in rows.items():
        features = own_features(study, task)
        for (phonemes, rival), by_language in pairs.items():
            if (phonemes, rival) not in EXPLAINED:
                continue
            codes = learned(study, task, (phonemes, rival))
            gains = {code: gain(by_language[code], phonemes) for code in codes}
            if len(gains) < FEWEST_OF_MODEL:
                continue
            # From 0 to 1, in the same order: what is explained are ranks.
            scaled = {code: (100 + one) / 200 for code, one in gains.items()}
            try:
                made = explain_scores(scaled, features, task=task, system=rival)
            except MetricError:  # the same gain in all languages
                continue
            head.append(column := f"{task}: {phonemes} over {rival}")
            for one in made.features:
                name = one.feature.replace(f" to {study.source[task]}", " to the source")
                name = name.replace(f"script of {study.source[task]}", "the source's script")
                told = "–" if one.value is None else f"{one.value:+.2f}"
                if one.measure != "spearman" and one.value is not None:
                    told = f"η² {one.value:.2f}"
                sure = "" if one.p_holm is None or one.p_holm > 0.05 else " *"
                cells[name][column] = f"{told} ({small(one.p_within)}, {one.n_known}){sure}"
    if not cells:
        return (
            f"Nothing can be said: in no task are {FEWEST_OF_MODEL} languages above the baseline."
        )
    full = [(name, *(own.get(one, "–") for one in head[1:])) for name, own in cells.items()]
    told = (
        "Spearman's R (η² of ranks of categories) of the gain with each feature, and in brackets p "
        "from permutations within families, and the languages of which the feature is known; * "
        "where p is 0.05 or less after Holm's adjustment for all features of the column."
    )
    return f"{table(head, full)}\n\n{told}"


def correlations(study: Study) -> str:
    """The paper's Table 3 over all languages: naive p beside those that permute languages."""
    rows = []
    for task in study.tasks:
        source = study.source[task]
        for system in study.systems(task):
            found = [
                one for one in study.linguistic
                if one.system == system and one.task in ("", task)
            ]  # fmt: skip
            scores = study.scores[task, system]
            if not found or len(scores) < FEWEST_PAIRS or len({*scores.values()}) < 3:
                continue
            one = found[0]
            codes = [code for code in one.languages if code in scores]
            place = [one.languages.index(code) for code in codes]
            similar = np.array(one.similarity.values)[np.ix_(place, place)]
            value = np.array([scores[code] for code in codes])
            gaps = 200 * np.abs(value[:, None] - value) / (value[:, None] + value)
            at = codes.index(source)
            others = [i for i in range(len(codes)) if i != at]
            families = [get_language(codes[i]).family for i in others]
            own = rank_correlation(
                gaps[at, others], similar[at, others], n_permutations=0, n_resamples=0
            )
            kin = number_association(gaps[at, others], similar[at, others], families, n_resamples=0)
            upper = np.triu_indices(len(codes), 1)
            naive = rank_correlation(
                gaps[upper], similar[upper], n_permutations=0, n_resamples=0
            ).spearman
            value_of_pairs, p_mantel = mantel_test(gaps, similar, n_permutations=1999)
            rows.append(
                (task, system, len(others), f"{own.spearman.value:+.2f}",
                 small(own.spearman.p_value), small(kin.p_within), len(upper[0]),
                 f"{value_of_pairs:+.2f}", small(naive.p_value), small(p_mantel))
            )  # fmt: skip
    head = (
        "Trained", "Representation", "Languages", "R to the source", "p", "p in families", "Pairs",
        "R of pairs", "naive p", "Mantel's p",
    )  # fmt: skip
    return table(head, rows, left=2)


def every_language(study: Study) -> str:
    """All scores."""
    backends = {code: row.backend for code, row in coverage_of(study).items()}
    errors = measured_errors()
    rows = []
    for code in sorted(study.languages, key=lambda one: (get_language(one).family, one)):
        row = get_language(code)
        backend = backends.get(code, "").removeprefix("auto (").removesuffix(")")
        error = errors.get(code, {}).get(backend)
        cells = [
            "–" if (one := study.scores[task, system].get(code)) is None else f"{one:.0f}"
            for task in study.tasks
            for system in study.systems(task)
        ]
        told = "–" if error is None else f"{error:.0f}"
        if (reader := reader_of(BACKENDS["auto"], row)).code != code:
            backend += f" as {reader.code}"
        rows.append((code, row.name, row.family, row.script, backend, told, *cells))
    head = ["Code", "Language", "Family", "Script", "G2P", "Error %"]
    head += [f"{task}: {system}" for task in study.tasks for system in study.systems(task)]
    return table(head, rows, left=5)


def conditions(study: Study) -> str:
    """Sizes and lengths of training, as they were run."""
    plan = study.plan
    encoder, text = plan["encoder"], plan["pretraining"]
    found = [
        f"encoders of {encoder['layers']} layers of width {encoder['hidden_size']}, pre-trained in "
        f"{text['training']['steps']} steps of {text['training']['batch_size']} sentences from "
        f"{_text_share(text['text'][0])} of the dev sentences"
    ]
    plans = [part.stored.plan.config.model_dump(mode="json") for part in study.parts]
    for task in {task["name"]: task for one in plans for task in one["tasks"]}.values():
        tuned = task["finetuning"] or plan["finetuning"]
        length = f"{tuned['epochs']} epochs" if tuned["epochs"] else f"{tuned['steps']} steps"
        found.append(f"{task['name']}: {length} of {tuned['batch_size']} sentences at a time")
    sentences = plan.get("parallel_sentences") or "all"
    return "; ".join(found) + f"; {sentences} sentences of devtest."


def _text_share(text: Mapping[str, Any]) -> str:
    return "all" if text["train_share"] is None else f"{text['train_share']:.0%}"


def page(study: Study, about: str) -> str:
    """The reference page."""
    stored = [part.stored for part in study.parts]
    encoders = [job.record for one in stored for job in one.encoders if job.record is not None]
    seconds = sum(getattr(one, "seconds", 0) or 0 for one in (*study.runs, *encoders))
    rows = {task: compared(study, task) for task in study.tasks}
    dropped = stored[0].plan.dropped
    parts = [
        "# Two hundred languages",
        f"Written by `python benchmarks/two_hundred.py`. {about}",
        f"{len(study.languages)} languages; {conditions(study)} {len(study.runs)} of "
        f"{len({job.planned.id for one in stored for job in one.runs})} runs are done and of a "
        f"seed that all representations of their task have, in {seconds / 3600:.1f} hours of a "
        "shared machine.",
        "## Scores and performance gaps",
        overview(study),
        "Accuracy in percent over 204 sentences a language. *Lowest tenth*: mean of the tenth of "
        "the languages with the lowest scores. *Corrected*: without what noise in the scores "
        "alone would add. *At baseline*: languages whose score is not shown to be above that of "
        "the most frequent label.",
        "Changes of mean RPD against another representation, where both are above the baseline in "
        "most languages: by languages whose score rises and by those whose score falls; "
        "corrected for noise; tested for each seed by exchanging the two in test sentences, which "
        "says nothing about another training.",
        gaps_compared(study),
        "## Languages above the baseline",
        above_baseline(study),
    ]
    for task in rows:
        parts += [f"## Trained {task}: families and scripts"]
        parts += [by_group(study, task, kind) for kind in ("family", "script")]
    parts += [
        f"Mean accuracy of families and scripts of {FEWEST_OF_GROUP} languages or more, and mean "
        "RPD of their languages to the one trained on (to English if trained on all or in "
        "language).",
        "## Linguistic gap",
        linguistic(study),
        "Debiased CKA of the input embeddings over FLORES-200's devtest, mean over pairs of "
        "languages. *Within the floor*: pairs that are no more similar than shuffled sentences.",
        "## Languages that a representation helps and hurts",
        helped(study, rows),
        "Accuracy less that with the other representation, in points, in languages "
        "in which one of them at least is above the baseline: elsewhere a difference is one of "
        "guesses, of the label that an encoder gives to what it cannot read. *Surely*: p "
        "of a paired test over seeds and test sentences is 0.05 or less after Holm's adjustment "
        "for all languages.",
        "## What goes with the gain",
        predicted(study, rows),
        "## Performance gap against linguistic gap",
        correlations(study),
        "Table 3 of Jung et al. (2024) over languages: Spearman's R of the RPD with debiased CKA. "
        "To the source: each language and the one trained on (English, if trained on all); of "
        "pairs: every pair of languages. The naive p treats pairs as independent.",
        "## Every language",
        every_language(study),
    ]
    if dropped:
        parts += ["## Left out", "\n".join(f"- {line}" for line in dropped)]
    return "\n\n".join(parts) + "\n"


def figures(study: Study, folder: Path) -> None:
    """Scores by family, and those of phonemes against those of their rival."""
    import matplotlib

    matplotlib.use("Agg")
    _families(study, folder / "two-hundred-families.png")
    _gains(study, folder / "two-hundred-phonemes.png")


def _families(study: Study, path: Path) -> None:
    from matplotlib import pyplot

    from lingap.report.figures import COLOURS

    families = groups_of(study.languages, "family")
    tasks = [task for task in study.tasks if task != "in language"]
    systems = [s for s in study.systems() if not study.gaps["joint", s].learned_little]
    figure, axes = pyplot.subplots(1, len(tasks), figsize=(3.1 * len(tasks), 7), sharey=True)
    for axis, task in zip(np.atleast_1d(axes), tasks, strict=True):
        for at, codes in enumerate(families.values()):
            for place, system in enumerate(systems):
                if (task, system) not in study.scores:
                    continue
                own = [study.scores[task, system][code] for code in codes]
                y = at + 0.8 * ((place + 0.5) / len(systems) - 0.5)
                axis.scatter(own, [y] * len(own), s=4, color=COLOURS[place], alpha=0.35, lw=0)
                axis.scatter(
                    np.mean(own), y, s=26, color=COLOURS[place], marker="|", lw=2,
                    label=system if not at else None,
                )  # fmt: skip
        axis.set_title(f"Trained {task}", fontsize=10, loc="left")
        axis.set_xlabel("accuracy, %")
        axis.spines[["top", "right"]].set_visible(False)
    first = np.atleast_1d(axes)[0]
    first.set_yticks(range(len(families)), [f"{f} ({len(c)})" for f, c in families.items()])
    first.invert_yaxis()
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, ncols=len(labels), loc="lower center", frameon=False)
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def _gains(study: Study, path: Path) -> None:
    from matplotlib import pyplot

    from lingap.report.figures import COLOURS

    tasks = study.tasks
    pair = next(p for p in PAIRS if all((task, p[0]) in study.scores for task in tasks))
    figure, axes = pyplot.subplots(1, len(tasks), figsize=(2.8 * len(tasks), 3.5), sharey=True)
    labels = ("another script", "the script of the source (joint, in language: Latin)")
    for axis, task in zip(np.atleast_1d(axes), tasks, strict=True):
        script = get_language(study.source[task]).script
        phonemes, rival = (study.scores[task, system] for system in pair)
        for colour, same in ((COLOURS[1], False), (COLOURS[0], True)):
            codes = [c for c in rival if (get_language(c).script == script) == same]
            axis.scatter(
                [rival[code] for code in codes], [phonemes[code] for code in codes], s=9,
                color=colour, alpha=0.6, lw=0,
                label=labels[same],
            )  # fmt: skip
        apart = sorted(learned(study, task, pair), key=lambda c: -abs(phonemes[c] - rival[c]))
        for code in apart[:MOST_NAMED]:
            at = (rival[code], phonemes[code])
            axis.annotate(code, at, fontsize=6, xytext=(2, 2), textcoords="offset points")
        axis.axline((20, 20), slope=1, color="0.75", lw=0.7, zorder=0)
        axis.set_title(f"Trained {task}", fontsize=10, loc="left")
        axis.set_xlabel(f"{pair[1]}, accuracy %")
        axis.spines[["top", "right"]].set_visible(False)
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, ncols=2, loc="lower center", frameon=False, fontsize=8)
    np.atleast_1d(axes)[0].set_ylabel(f"{pair[0]}, accuracy %")
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
