"""Every representation by one protocol: score, gap, closeness and cost.

    python benchmarks/representations.py --out demo --write docs

The protocol is that of ``lingap demo``, with more representations: encoders of 2 layers of width 96
are pre-trained for 300 steps of 32 lines on the same names of Unicode CLDR in six languages,
fine-tuned for named entities (640 records) in Hindi or Serbian, and scored in that language and in
related ones, each in a script of its own. Languages, pairs, steps and measures were fixed before
the scores below. A first try (half as many records, Turkish besides) was stopped after a quarter of
its runs, since F1 stayed below 50 in the language itself, and near a guess elsewhere. ``character``
is what others are compared with. ``mixed`` reads each line twice, so it is also compared with
encoders of twice the layers that read it once: a step of theirs takes as long. Of the demo, one
encoder is pre-trained for each representation, which all seeds fine-tune. If interrupted, it
resumes, and the folder of a demo serves as a start; ``--show`` writes what is there. Written are
the page of all tables, and one table into the page that says what they mean.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lingap.experiments import ExperimentResult
from lingap.experiments.demo import demo_config
from lingap.experiments.records import PretrainRecord
from lingap.experiments.stored import StoredExperiment
from lingap.gap.changes import gap_origins
from lingap.records import Interval, Score
from study import carry_out, options, put, put_between

Results = Sequence[ExperimentResult]

BASE = "character"
_BROAD = {"inventory": {"srp": "written", "srp_Latn": "written", "default": "broad"}}
"""The alphabet is of FLORES-200, which lacks Serbian in Latin script."""
_HIDDEN = {"view_dropout": 0.5}
MORE: tuple[dict[str, Any], ...] = (
    {"name": "articulatory", "label": "articulatory, broad", "options": _BROAD},
    {"name": "mixed"},
    {
        "name": "phoneme-subword", "label": "phoneme pieces, unigram",
        "options": {"vocabulary_size": 4000, "algorithm": "unigram"},
    },
    {"name": "mixed", "label": "mixed, a view hidden", "options": _HIDDEN},
    {
        "name": "mixed", "label": "… tested on phonemes alone",
        "options": {**_HIDDEN, "test_view": "phonemes"},
    },
    {
        "name": "mixed", "label": "… tested on letters alone",
        "options": {**_HIDDEN, "test_view": "letters"},
    },
    {"name": "mixed", "label": "mixed, summed", "options": {**_HIDDEN, "join": "sum"}},
    {"name": "articulatory", "label": "articulatory, prosody", "options": {"prosody": "features"}},
    {"name": "phoneme", "label": "phoneme, broad", "options": _BROAD},
    {
        "name": "phoneme-subword", "label": "phoneme pieces, BPE",
        "options": {"vocabulary_size": 4000, "algorithm": "bpe"},
    },
    {
        "name": "subword", "label": "subword, unigram",
        "options": {"vocabulary_size": 4000, "algorithm": "unigram"},
    },
    {
        "name": "subword", "label": "subword, BPE",
        "options": {"vocabulary_size": 4000, "algorithm": "bpe"},
    },
)  # fmt: skip
"""Besides those of the demo, in the order in which they are made."""

TWICE: tuple[dict[str, Any], ...] = (
    {"name": "character", "label": "character, 4 layers"},
    {"name": "phoneme", "label": "phoneme, 4 layers"},
    {"name": "articulatory", "label": "articulatory, broad, 4 layers", "options": _BROAD},
)
"""With twice the layers, in an experiment of their own."""

GATED: tuple[dict[str, Any], ...] = ({"name": "mixed", "label": "mixed, gated"},)
"""With units that are weighed by a learned gate, so that each word leans on one view or the other;
in an experiment of their own."""


def plan(seeds: int) -> dict[str, Any]:
    """The demo's experiment with more representations."""
    given = demo_config(seeds=range(seeds)).model_dump(mode="json")
    given["representations"] += MORE
    return given


def twice(seeds: int) -> dict[str, Any]:
    """The same with encoders of twice the layers."""
    given = demo_config(seeds=range(seeds)).model_dump(mode="json")
    given["encoder"]["layers"] *= 2
    return {**given, "name": "Twice the layers", "representations": TWICE}


def gated(seeds: int) -> dict[str, Any]:
    """The same with gated units."""
    given = demo_config(seeds=range(seeds)).model_dump(mode="json")
    return {**given, "name": "Gated units", "pooling": "gated", "representations": GATED}


def ends(interval: Interval | None, digits: int, scale: float = 1.0) -> str:
    """An interval in brackets, or nothing."""
    if interval is None:
        return ""
    return f" ({scale * interval.low:.{digits}f}–{scale * interval.high:.{digits}f})"


def over_seeds(by_seed: dict[int, list[float]], n: int) -> str:
    """Mean over seeds of a mean over n scores, with Student's interval over seeds (95 %)."""
    from scipy.stats import t

    means = 100 * np.array([np.mean(found) for found in by_seed.values() if len(found) == n])
    if not len(means):
        return "–"
    if len(means) < 2:
        return f"{means[0]:.1f}"
    half = t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))
    return f"{means.mean():.1f} ± {half:.1f}"


def scores_of(results: Results) -> list[Score]:
    """Those of all experiments."""
    return [score for result in results for score in result.scores]


@dataclass(frozen=True)
class Columns:
    """Some columns of a table, one row a representation."""

    head: tuple[str, ...]
    rows: dict[str, list[str]]

    def only(self, *named: str) -> Columns:
        """Those whose name begins so."""
        kept = [at for at, name in enumerate(self.head) if name.startswith(named)]
        rows = {system: [cells[at] for at in kept] for system, cells in self.rows.items()}
        return Columns(tuple(self.head[at] for at in kept), rows)


def table(*parts: Columns) -> str:
    """Columns side by side in Markdown, for the representations of the first."""
    head = [name for part in parts for name in part.head]
    lines = [
        f"| representation | {' | '.join(head)} |",
        "| :--- |" + " ---: |" * len(head),
    ]
    for system in parts[0].rows:
        cells = [cell for part in parts for cell in part.rows.get(system, ["–"] * len(part.head))]
        lines.append(f"| {system} | {' | '.join(cells)} |")
    return "\n".join(lines)


def origin(results: Results, system: str) -> str:
    """The change of mean RPD from `BASE` to a representation, by rising and falling languages."""
    own = [
        replace(score, task="in language")
        for score in scores_of(results)
        if score.system in (BASE, system) and score.language == score.task.rpartition(" ")[2]
    ]
    found = next(iter(gap_origins(own)), None) if system != BASE else None
    if found is None:
        return ""
    parts = [
        (found.change, None),
        (found.by_rising, found.by_rising_interval),
        (found.by_falling, found.by_falling_interval),
    ]
    sign = 1 if found.first == BASE else -1  # told from the larger gap to the smaller
    if sign < 0:
        parts = [parts[0], parts[2], parts[1]]
    told = [
        f"{_rounded(sign * value):+.1f}" + ("" if limits is None else _turned(limits, sign))
        for value, limits in parts
    ]
    return f"{told[0]}: {told[1]} / {told[2]}"


def _turned(interval: Interval, sign: int) -> str:
    low, high = sorted((sign * interval.low, sign * interval.high))
    return f" ({_rounded(low):.1f} to {_rounded(high):.1f})"


def _rounded(value: float) -> float:
    return round(value, 1) + 0.0  # without -0.0


def levels(results: Results) -> Columns:
    """Score, worst language and gap in the language itself; score across; what the gap is from."""
    own = {
        gap.system: gap
        for result in results
        for gap in result.gaps.performance
        if gap.task.endswith("in language")
    }
    within: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    across: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for score in scores_of(results):
        source = score.task.rpartition(" ")[2]
        side = within if score.language == source else across
        side[score.system][score.seed or 0].append(score.value)
    n_across = max(len(found) for of in across.values() for found in of.values())
    rows = {}
    for system, gap in own.items():
        worst = gap.worst_language
        rows[system] = [
            str(gap.n_seeds),
            over_seeds(within[system], len(gap.languages)),
            f"{worst} {100 * gap.worst_score:.1f}{ends(gap.score_intervals.get(worst), 1, 100)}",
            over_seeds(across[system], n_across),
            f"{gap.mean_rpd or 0:.1f}{ends(gap.mean_rpd_interval, 1)}",
            f"{100 * (gap.std or 0):.1f}{ends(gap.std_interval, 1, 100)}",
            origin(results, system),
        ]
    head = (
        "seeds", "mean", "worst language", "across scripts", "mean RPD %", "Std",
        f"RPD against {BASE}: by rising / falling languages",
    )  # fmt: skip
    return Columns(head, rows)


def pairs(results: Results) -> list[str]:
    """The score of each pair of source and target."""
    values: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for score in scores_of(results):
        source = score.task.rpartition(" ")[2]
        values[source, score.language][score.system].append(100 * score.value)
    systems = list(dict.fromkeys(score.system for score in scores_of(results)))
    rows = [
        "| representation | " + " | ".join(f"{a}→{b}" for a, b in values) + " |",
        "| :--- |" + " ---: |" * len(values),
    ]
    for system in systems:
        cells = [f"{np.mean(of[system]):.0f}" if of[system] else "–" for of in values.values()]
        rows.append(f"| {system} | " + " | ".join(cells) + " |")
    return rows


def closeness(results: Results) -> Columns:
    """Debiased CKA of the input embeddings and the last layer, by source."""
    every = [gap for result in results for gap in result.gaps.linguistic]
    found = {(gap.system, gap.task, gap.layer): gap for gap in every}
    places = [
        (task, layer)
        for task in dict.fromkeys(g.task for g in every)
        for layer in ("input", "last")
    ]
    rows = {}
    for system in dict.fromkeys(gap.system for gap in every):
        rows[system] = [
            f"{gap.mean_cka_debiased:.2f}{ends(gap.mean_cka_debiased_interval, 2)}"
            if (gap := found.get((system, *place))) and gap.mean_cka_debiased is not None
            else "–"
            for place in places
        ]
    return Columns(tuple(f"CKA, {task}, {layer}" for task, layer in places), rows)


def seconds_a_step(folders: dict[str, Path], steps: int, rounds: int = 3) -> dict[str, float]:
    """CPU seconds of a step of masked language modelling, the encoders in turn; the least of all.

    A step is 32 rows of as many units as the representation needs for a line of the text.
    """
    import torch

    from lingap.models import MaskedLanguageModel
    from lingap.models.continued import load_masked_model

    torch.set_num_threads(1)
    least: dict[str, float] = {}
    made = {}
    for system, folder in folders.items():
        record = PretrainRecord.model_validate_json((folder / "run.json").read_text("utf-8"))
        length = round(record.counts["units"] / record.n_sentences) + 2
        model = MaskedLanguageModel(load_masked_model(folder, seed=0)[0])
        ids = torch.randint(5, record.vocabulary_size, (32, length))
        labels = torch.where(torch.rand(ids.shape) < 0.25, ids, -100)
        batch = {
            "input_ids": ids, "attention_mask": torch.ones_like(ids),
            "token_type_ids": torch.zeros_like(ids), "labels": labels,
        }  # fmt: skip
        made[system] = (model, batch, torch.optim.AdamW(model.parameters()))
    for _ in range(rounds):
        for system, (model, batch, optimizer) in made.items():
            for _ in range(steps):
                started = time.process_time()
                model(**batch)["loss"].backward()
                optimizer.step()
                optimizer.zero_grad()
                took = time.process_time() - started
                least[system] = min(least.get(system, took), took)
    return least


def costs(results: Results, steps: int) -> Columns:
    """Units of a line, weights, and CPU seconds of a step."""
    folders: dict[str, Path] = {}
    for folder in (result.folder for result in results):
        for job in StoredExperiment.read(folder).encoders:
            if isinstance(job.record, PretrainRecord):
                for label in job.planned.labels:
                    folders[label] = folder / "pretraining" / job.planned.id
    seconds = seconds_a_step(folders, steps)
    rows = {}
    for system, place in folders.items():
        record = PretrainRecord.model_validate_json((place / "run.json").read_text("utf-8"))
        rows[system] = [
            f"{record.counts['units'] / record.n_sentences:.1f}",
            f"{record.vocabulary_size:,}",
            f"{record.n_parameters:,}",
            f"{seconds[system] / seconds[BASE]:.2f}",
        ]
    return Columns(("units a line", "vocabulary", "weights", f"step, against {BASE}"), rows)


def page(results: Results, made: Sequence[Columns], steps: int) -> str:
    """The tables, from what is stored."""
    scored = {score.system for score in scores_of(results)}
    level, close, cost = made
    missing = sum(len(result.missing) for result in results)
    lacking = [
        of for one in (*MORE, *TWICE, *GATED) if (of := one.get("label", one["name"])) not in scored
    ]
    said = " ".join((__doc__ or "").split("\n\n", 2)[2].split()).replace("``", "`")
    parts = [
        "# Representations by one protocol",
        f"Written by `python benchmarks/representations.py`. {said}",
        "Span F1 × 100. ± is half of Student's interval over seeds of a mean, brackets are 95 % "
        "intervals over seeds and test items; of one seed there is no ±. RPD and Std are over the "
        "languages trained on, two here, so they say little, and without correction for noise; the "
        "change of RPD is split as in [How to read the "
        "gaps](../explanation/intervals.md#scores-in-one-language), with its intervals from scores "
        "drawn with their errors.",
        f"{missing} runs are missing." if missing else "",
        f"Not run yet: {'; '.join(lacking)}." if lacking else "",
        "## Score and gap",
        table(level),
        "## Pairs",
        "Trained on the first, scored in the second; means over seeds.",
        "\n".join(pairs(results)),
        "## Closeness",
        "Debiased CKA of parallel names, mean over pairs of a source and its targets; higher is "
        "closer. Intervals are over sentences.",
        table(close),
        "## Cost",
        f"A step: CPU time of 32 lines, the least of {3 * steps}, encoders in turn on one core.",
        table(cost),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def main() -> None:
    """Run what is not done and write the page."""
    parser = options(__doc__ or "", "representations", writes="folder docs: pages to write")
    parser.add_argument("--steps", type=int, default=10, help="timed, in each of three rounds")
    given = parser.parse_args()
    if given.write:
        put_between(None, given.write / "explanation" / "transfer.md", "representations")
    parts = ((plan, given.out), (twice, given.out / "twice"), (gated, given.out / "gated"))
    for seeds in () if given.show else range(1, given.seeds + 1):  # all before another seed
        for make, folder in parts:
            carry_out(make(seeds), folder, given)
    results = [ExperimentResult.read(folder) for _, folder in parts if folder.is_dir()]
    made = levels(results), closeness(results), costs(results, given.steps)
    text = page(results, made, given.steps)
    if given.write is None:
        print(text)
        return
    put(text, given.write / "reference" / "representations.md")
    level, close, cost = made
    short = table(
        level, close.only("CKA, ner from hin, last"), cost.only("units", "weights", "step")
    )
    put_between(short, given.write / "explanation" / "transfer.md", "representations")


if __name__ == "__main__":
    main()
