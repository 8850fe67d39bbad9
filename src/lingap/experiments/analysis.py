"""From the finished runs of a plan to its gaps, as the report reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from lingap.errors import MetricError, StoreError
from lingap.experiments.config import ExperimentConfig
from lingap.experiments.config_parts import TaskChoice
from lingap.experiments.correlation import SeedGaps, SeedOutputGaps, correlate_over_seeds
from lingap.experiments.finetuning import OUTPUTS
from lingap.experiments.item_counts import read_test_items
from lingap.experiments.plan import Plan
from lingap.experiments.records import RunRecord
from lingap.experiments.store import Store
from lingap.experiments.stored import COVERAGE, GAPS, own_language_scores
from lingap.gap import (
    GapCorrelation,
    GapResults,
    LinguisticGap,
    OutputGap,
    gaps_of_scores,
    linguistic_gap,
    mean_over_seeds,
    output_gap,
)
from lingap.gap.baselines import who_learned_nothing
from lingap.records import Score
from lingap.storage.json_file import write_json
from lingap.tasks import of_whole_texts
from lingap.text.display import in_a_title

UNKNOWN_SHARE = 0.01
"""Share of the units of parallel text; if more are unknown, the gap carries a warning."""

MAX_PAIRS = 1000
"""Test pairs whose output distributions are compared; the cost grows with their square."""

MOST_OF_OUTPUTS = 40
"""Languages whose outputs are compared; the cost grows with their square, to hours at 200."""

Array = npt.NDArray[np.float32]
Arrays = Mapping[str, Array]


def finished_runs(store: Store, plan: Plan) -> list[RunRecord]:
    """The records of the plan's finished runs, in its order; StoreError when one is damaged."""
    found = (store.record("runs", job.id) for job in plan.of("runs"))
    return [record for record in found if isinstance(record, RunRecord)]


def check_same_words(runs: Iterable[RunRecord]) -> None:
    """Raise a StoreError, naming the runs, unless all are based on the same words.

    For each task, language and split, the numbers of words must be equal: another task may draw
    another share of the same corpus.
    """
    seen: dict[tuple[str, str, str, str], dict[int, str]] = defaultdict(dict)
    for run in runs:
        spec = run.config
        trained = in_a_title(spec.train_languages)
        counted = {("dev", trained): run.n_items.dev}
        if spec.corpus.draw != "per-seed":  # else each seed has its own sentences
            counted["train", trained] = run.n_items.train
        counted |= {("test", score.language): score.n_words for score in run.scores}
        about = f"{run.run_id} ({spec.representation} {trained} seed {spec.seed})"
        for place, n in counted.items():
            seen[spec.title, spec.corpus.name, *place].setdefault(n, f"{n} in run {about}")
    for (_, corpus, split, language), numbers in seen.items():
        if len(numbers) > 1:
            raise StoreError(
                f"{corpus}, {language}, {split}: runs are not based on the same "
                f"words: {', '.join(numbers.values())}. A run or the corpus was changed; delete "
                "these folders under runs to have them recomputed."
            )


def _arrays(
    store: Store, runs: Iterable[RunRecord], file: str
) -> Iterator[tuple[RunRecord, Arrays]]:
    """Each run with the arrays of one of its files."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    for run in runs:
        path = store.folder("runs", run.run_id) / file
        try:
            arrays = load_file(path)
        except (OSError, SafetensorError) as error:
            raise StoreError(
                f"{path} is damaged ({error}). Delete {path.parent} to have it recomputed."
            ) from error
        yield run, arrays


def _linguistic(
    store: Store, config: ExperimentConfig, task: TaskChoice, runs: Sequence[RunRecord]
) -> SeedGaps:
    """The gap of each system and layer under each seed, of encoders fine-tuned for one task."""
    if not config.parallel:
        return {}
    text = " + ".join(text.name for text in config.parallel)
    languages = [c for c in config.languages_of(task) if c in config.measured_languages]
    of_encoder: dict[tuple[str, int], list[RunRecord]] = defaultdict(list)
    for run in runs:
        if run.config.parallel_languages:
            of_encoder[run.config.representation, run.config.seed].append(run)
    by_place: SeedGaps = defaultdict(dict)
    several = len(config.trained_tasks) > 1
    for (system, seed), own in of_encoder.items():  # vectors of one at a time: there may be many
        vectors: dict[str, dict[str, Array]] = defaultdict(dict)
        losses: dict[str, str] = {}
        for run, arrays in _arrays(store, own, "embeddings.safetensors"):
            for name, array in arrays.items():
                language, _, layer = name.partition("/")
                vectors[layer][language] = array
            losses |= _parallel_losses(run)
        for layer, found in vectors.items():
            if set(found) != set(languages):  # runs of this seed are missing
                continue
            try:
                gap = linguistic_gap(
                    {code: found[code] for code in languages},
                    system=system,
                    layer=layer,
                    corpus=f"{text} ({task.title})" if several else text,
                    n_permutations=0,  # the floor from exact moments over all pairings
                )
            except MetricError as error:
                raise MetricError(f"{system}, {layer} layer, seed {seed}: {error}") from error
            lost = [losses[code] for code in languages if code in losses]
            by_place[system, layer][seed] = replace(
                gap, task=task.title if several else "", warnings=(*gap.warnings, *lost)
            )
    return by_place


def _parallel_losses(run: RunRecord) -> dict[str, str]:
    """Language to a warning about units and words of the parallel text that were lost."""
    found = {}
    for code, n in run.parallel_counts.items():
        said = []
        if n["words_truncated"]:
            said.append(
                f"{n['words_truncated']} of {n['words']} words were truncated by the encoder"
            )
        if n["units_unknown"] > UNKNOWN_SHARE * n["units"]:
            share = n["units_unknown"] / n["units"]
            said.append(f"{share:.1%} of the units are not in the vocabulary")
        if said:
            found[code] = f"In the parallel text of {code} {' and '.join(said)}."
    return found


def _outputs(
    store: Store, languages: Sequence[str], task: TaskChoice, runs: Sequence[RunRecord]
) -> SeedOutputGaps:
    """The output gap of each system under each seed, for a task of pairs in several languages."""
    if not of_whole_texts(task.task) or not 2 <= len(languages) <= MOST_OF_OUTPUTS:
        return {}
    found = (
        (run.config.representation, run.config.seed, arrays)
        for run, arrays in _arrays(store, runs, OUTPUTS)
    )
    return output_gaps(found, languages, corpus=task.corpus.name)


def output_gaps(
    runs: Iterable[tuple[str, int, Arrays]],
    languages: Sequence[str],
    *,
    corpus: str,
) -> SeedOutputGaps:
    """The gap of each system under each seed; seeds that lack a language are left out.

    Args:
        runs: System, seed, and language to distributions (n_pairs, n_labels); up to
            :data:`MAX_PAIRS` pairs are used, spread evenly.
        languages: All that are compared, two or more.
        corpus: Name of the test pairs, for tables.
    """
    clouds: dict[tuple[str, int], dict[str, Array]] = defaultdict(dict)
    for system, seed, outputs in runs:
        for language, rows in outputs.items():
            n = min(len(rows), MAX_PAIRS)
            clouds[system, seed][language] = rows[np.arange(n) * len(rows) // n]
    by_system: SeedOutputGaps = defaultdict(dict)
    for (system, seed), found in clouds.items():
        if set(found) == set(languages):
            chosen = {code: found[code] for code in languages}
            by_system[system][seed] = output_gap(chosen, system=system, corpus=corpus)
    return by_system


def analyse(store: Store, plan: Plan) -> tuple[tuple[Score, ...], GapResults]:
    """Measure the gaps over the finished runs and write ``gaps.json`` and ``coverage.json``.

    Returns:
        The scores of the finished runs, in the order of the plan, and the gaps.

    Raises:
        StoreError: When a file is damaged, or runs were not scored on the same words.
    """
    config = plan.config
    runs = finished_runs(store, plan)
    check_same_words(runs)
    scores = tuple(score for run in runs for score in run.own_scores)
    compared = [*scores, *own_language_scores(runs)]
    items = read_test_items(store, runs, compared)
    of_scores = gaps_of_scores(
        compared, items=items.counts, baselines=items.baselines, one_label=items.one_label
    )
    nothing = who_learned_nothing(of_scores.performance)
    linguistic: list[LinguisticGap] = []
    output: list[OutputGap] = []
    correlations: list[GapCorrelation] = []
    for task in config.trained_tasks:
        of_task = [run for run in runs if run.config.title == task.title]
        languages = config.languages_of(task)
        by_layer = _linguistic(store, config, task, of_task)
        by_system = _outputs(store, languages, task, of_task)
        linguistic += [mean_over_seeds([*of.values()]) for of in by_layer.values()]
        output += [mean_over_seeds([*of.values()]) for of in by_system.values()]
        correlations += correlate_over_seeds(
            [s for s in scores if s.task == task.title and (s.task, s.system) not in nothing],
            by_layer,
            by_system,
            languages=languages,
            all_seeds=config.seeds,
            task=task.title,
            source=task.source,
        )
    gaps = replace(
        of_scores,
        linguistic=tuple(linguistic),
        outputs=tuple(output),
        correlations=tuple(correlations),
    ).with_correlations()
    write_json(store.root / GAPS, {"runs": [run.run_id for run in runs], **gaps.to_stored()})
    coverage = {}  # the same test text in all runs of a task, so the last one is as good as any
    for run in runs:
        of = {"task": run.config.title, "system": run.config.representation}
        for row in run.coverage:
            coverage[*of.values(), row.language, row.backend] = row.model_copy(update=of)
    rows = [row.model_dump(mode="json", exclude_defaults=True) for row in coverage.values()]
    write_json(store.root / COVERAGE, rows)
    return scores, gaps
