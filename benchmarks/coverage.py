"""How often intervals hold the truth: simulations through the functions that users call.

    python benchmarks/coverage.py                # all parts, at 300 tables a row or fewer
    python benchmarks/coverage.py cka --write    # one part, into interval-coverage.md
    python benchmarks/coverage.py gaps --tables 600 --only "200 languages, spread 3 x" --write

Each part has a table in the page, and each row says of how many simulated tables it is a share. A
row is written as soon as it is done, and what is not asked for stays as it is, so a long part can
be stopped and continued with `--only`. Where a table takes long (200 languages, seeds, mlp)
a row has half or a quarter of `--tables`. Everything is seeded: a share of 300 tables is within
0.025 of the true one, of 100 within 0.04 (two standard errors).
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np

from lingap import performance_gaps
from lingap.gap import compare_by_language, linguistic_gap, output_gap, text_gap
from lingap.gap.rows import interval_of_items
from lingap.metrics import (
    compare_over_seeds,
    compare_over_sentences,
    gap_change,
    h_divergence,
    mean_rpd,
    pairwise_transport,
    rank_correlation,
    score_std,
)
from lingap.records import Interval, Score

PAGE = Path(__file__).parents[1] / "docs/reference/interval-coverage.md"
ENOUGH = 0.90
NOISE = 0.02  # standard error of a score


@dataclass(frozen=True)
class Row:
    """One setting: what was simulated, and how it came out."""

    interval: str
    setting: str
    tables: int
    truth: float
    plain: float  # median of the plain estimate
    corrected: float | None  # median of the corrected one, where there is one
    coverage: float


def truths(kind: str, n: int) -> np.ndarray:
    """True scores of n languages."""
    at = (np.arange(n) + 0.5) / n
    return {
        "equal": np.full(n, 0.6),
        "spread as the noise": 0.6 + NOISE * np.sqrt(12) * (at - 0.5),
        "spread 3 x noise": 0.6 + 3 * NOISE * np.sqrt(12) * (at - 0.5),
        "one outlier": np.where(at < 1 / n, 0.3, 0.6),
        "two groups": np.where(at < 0.5, 0.5, 0.6),
        "0.15 to 0.85": 0.15 + 0.7 * at,
    }[kind]


KINDS = (
    "equal", "spread as the noise", "spread 3 x noise", "one outlier", "two groups",
    "0.15 to 0.85",
)  # fmt: skip
GAP = {"mean RPD": ("mean_rpd", mean_rpd), "Std": ("std", score_std)}
Ends = tuple[float, float | None, Interval]
only = ""  # rows whose setting lacks it are drawn, so that the others stay the same, and left out


def _row(interval: str, setting: str, truth: float, found: list[Ends]) -> Row:
    held = [ends.low - 1e-9 <= truth <= ends.high + 1e-9 for _, _, ends in found]
    plain = float(np.median([one[0] for one in found]))
    corrected = [one[1] for one in found if one[1] is not None]
    middle = float(np.median(corrected)) if corrected else None
    return Row(interval, setting, len(found), truth, plain, middle, float(np.mean(held)))


def _random(setting: str) -> np.random.Generator:
    """Of one setting, whatever was drawn before."""
    return np.random.default_rng(zlib.crc32(setting.encode()))


def _gap_rows(
    label: str,
    setting: str,
    true: np.ndarray,
    draw: Callable[[], list[Score]],
    n_tables: int,
) -> Iterator[Row]:
    tables = [draw() for _ in range(n_tables)]
    if only not in setting:
        return
    gaps = [performance_gaps(scores)[0] for scores in tables]
    for title, (name, formula) in GAP.items():
        found = [
            (getattr(g, name), getattr(g, f"{name}_corrected"), getattr(g, f"{name}_interval"))
            for g in gaps
        ]
        yield _row(f"{title}, {label}", setting, formula(true), found)


def gaps(n_tables: int) -> Iterator[Row]:
    """One seed: intervals of gaps from those of the scores."""
    rng = np.random.default_rng(0)
    for n in (3, 10, 50, 200):
        for kind in KINDS:
            true = truths(kind, n)

            def draw(true: np.ndarray = true) -> list[Score]:
                half = 1.96 * NOISE
                return [
                    Score(
                        "s", "t", f"l{i}", "m", v, interval=Interval(v - half, v + half, 0.95, "")
                    )
                    for i, v in enumerate(np.abs(true + NOISE * rng.standard_normal(len(true))))
                ]

            few = n_tables if n < 100 else max(50, n_tables // 4)
            yield from _gap_rows("one seed", f"{n} languages, {kind}", true, draw, few)
    for n, lowest in ((3, 0.02), (4, 0.003), (10, 0.003), (50, 0.003)):
        for items in (100, 400, 2000)[n > 10 :]:  # with 100, half of 50 languages have none right
            true = np.geomspace(0.4, lowest, n)
            what = f"{n} languages, 0.4 down to {lowest}, {items} items"
            dice = _random(what)

            def draw_near_0(
                true: np.ndarray = true, items: int = items, dice: np.random.Generator = dice
            ) -> list[Score]:
                """Shares of right items; a table in which two languages have none is drawn anew."""
                shares = dice.binomial(items, true) / items
                while (shares == 0).sum() > 1:
                    shares = dice.binomial(items, true) / items
                return [
                    Score("s", "t", f"l{i}", "acc", v, interval=interval_of_items(v, items, "acc"))
                    for i, v in enumerate(map(float, shares))
                ]

            yield from _gap_rows("one seed", what, true, draw_near_0, n_tables)


def seeds(n_tables: int) -> Iterator[Row]:
    """Several seeds: intervals of gaps over seeds, with noise that is shared, own, and unlike."""
    rng = np.random.default_rng(1)
    for n_seeds in (2, 3, 5, 10):
        for n in (3, 10, 50):
            for kind, unlike in (
                ("equal", 1.0), ("spread as the noise", 1.0), ("two groups", 1.0),
                ("spread as the noise", 2.5),
            ):  # fmt: skip
                true = truths(kind, n)
                noise = NOISE * np.sqrt(n_seeds) * np.geomspace(1 / unlike, unlike, n)[:, None]

                def draw(
                    true: np.ndarray = true, noise: np.ndarray = noise, k: int = n_seeds
                ) -> list[Score]:
                    table = true[:, None] + noise * rng.standard_normal((len(true), k))
                    table = np.clip(table + 0.02 * rng.standard_normal(k), 0, 1)
                    return [
                        Score("s", "t", f"l{i}", "m", float(table[i, j]), j)
                        for i, j in np.ndindex(table.shape)
                    ]

                what = f"{n_seeds} seeds, {n} languages, {kind}"
                what += f", noise unlike by {unlike**2:.3g}" if unlike > 1 else ""
                yield from _gap_rows("over seeds", what, true, draw, n_tables // 2)
    for n_seeds, n, times in ((3, 4, 2), (3, 10, 3), (5, 10, 3), (10, 10, 3)):
        true = truths("one outlier", n)
        own = NOISE * np.sqrt(n_seeds) * np.where(true == true.min(), times, 1)[:, None]
        what = f"{n_seeds} seeds, {n} languages, one outlier, with {times} x the noise"
        dice = _random(what)

        def draw_outlier(
            true: np.ndarray = true, own: np.ndarray = own, k: int = n_seeds,
            dice: np.random.Generator = dice,
        ) -> list[Score]:  # fmt: skip
            table = np.clip(true[:, None] + own * dice.standard_normal((len(true), k)), 0, 1)
            return [
                Score("s", "t", f"l{i}", "m", float(table[i, j]), j)
                for i, j in np.ndindex(table.shape)
            ]

        yield from _gap_rows("over seeds", what, true, draw_outlier, n_tables)
    for n_seeds, n, kind in (
        (2, 3, "two groups"), (3, 10, "equal"), (3, 10, "two groups"), (5, 10, "equal"),
        (5, 10, "spread as the noise"), (5, 50, "two groups"),
    ):  # fmt: skip
        true = truths(kind, n)
        what = f"{n_seeds} seeds, {n} languages, {kind}, test items known"
        dice = _random(what)

        def draw_with_items(
            true: np.ndarray = true, k: int = n_seeds, dice: np.random.Generator = dice
        ) -> list[Score]:
            """What test items do is the same in all seeds, as much as seeds do in the mean."""
            items = true + NOISE * dice.standard_normal(len(true))
            own = NOISE * np.sqrt(k) * dice.standard_normal((len(true), k))
            table, half = np.clip(items[:, None] + own, 0, 1), 1.96 * NOISE
            return [
                Score("s", "t", f"l{i}", "m", v, j, interval=Interval(v - half, v + half, 0.95, ""))
                for i, j in np.ndindex(table.shape)
                for v in (float(table[i, j]),)
            ]

        yield from _gap_rows("over seeds", what, true, draw_with_items, n_tables)


def differences(n_tables: int) -> Iterator[Row]:
    """Difference of two systems' gaps: over seeds and over test sentences."""
    rng = np.random.default_rng(2)
    pairs = (("equal", "equal"), ("equal", "two groups"), ("two groups", "0.15 to 0.85"))
    for n in (3, 10):
        for a, b in pairs:
            truth = mean_rpd(truths(a, n)) - mean_rpd(truths(b, n))
            for n_seeds in (3, 5):
                noise = NOISE * np.sqrt(n_seeds)
                found = []
                for _ in range(n_tables):
                    tables = [
                        np.abs(truths(k, n)[:, None] + noise * rng.standard_normal((n, n_seeds)))
                        for k in (a, b)
                    ]
                    test = compare_over_seeds(*tables, n_permutations=1)
                    found.append((test.difference, test.corrected, test.interval))
                what = f"{n_seeds} seeds, {n} languages, {a} against {b}"
                yield _row("difference of mean RPD, over seeds", what, truth, found)
            found = []
            for _ in range(n_tables // 2):
                counts = [
                    {f"l{i}": _counts(rng, rate) for i, rate in enumerate(truths(k, n))}
                    for k in (a, b)
                ]
                test = compare_over_sentences(
                    *counts, lambda sums: sums[:, 0] / sums[:, 1], n_permutations=1, n_resamples=300
                )
                found.append((test.difference, test.corrected, test.interval))
            what = f"500 sentences, {n} languages, {a} against {b}"
            yield _row("difference of mean RPD, over sentences", what, truth, found)


def _counts(rng: np.random.Generator, rate: float, n: int = 500) -> np.ndarray:
    return np.stack([rng.random(n) < rate, np.ones(n)], axis=1).astype(float)


def cka(n_tables: int) -> Iterator[Row]:
    """Mean CKA of three languages whose sentences share some of their variance."""
    for share, n in ((0.0, 100), (0.5, 100), (0.8, 100), (0.95, 100), (0.0, 300), (0.8, 300)):
        setting = f"{n} sentences, 20 dimensions, shared {share:g}"
        if only not in setting:
            continue
        rng, scale = _random(setting), np.arange(1, 21) ** -0.5
        found = []
        for _ in range(n_tables):
            meaning = rng.standard_normal((n, 20))
            found.append(
                linguistic_gap(
                    {
                        f"l{i}": scale
                        * (share * meaning + (1 - share**2) ** 0.5 * rng.standard_normal((n, 20)))
                        for i in range(3)
                    },
                    n_permutations=0,
                )
            )
        debiased = [(g.mean_cka_debiased, None, g.mean_cka_debiased_interval) for g in found]
        biased = [(g.mean_cka, g.mean_cka_debiased, g.mean_cka_interval) for g in found]
        mean = float(np.mean([g.mean_cka for g in found]))
        yield _row("mean CKA, debiased", setting, share**4, debiased)
        yield _row("mean CKA, biased: its mean at this size", setting, mean, biased)
        yield _row("mean CKA, biased: of endless text", setting, share**4, biased)


def _outputs(
    rng: np.random.Generator, n: int, n_classes: int, shift: float, *, parallel: bool
) -> dict[str, np.ndarray]:
    """Output distributions in three languages, ever further from the first."""
    shared = rng.standard_normal((n, n_classes))
    clouds = {}
    for i in range(3):
        z = rng.standard_normal((n, n_classes))
        z = 1.5 * (0.6 * z + 0.8 * shared if parallel else z)
        z[:, 0] += shift * i
        e = np.exp(z)
        clouds[f"l{i}"] = e / e.sum(axis=1, keepdims=True)
    return clouds


def outputs(n_tables: int) -> Iterator[Row]:
    """Mean Sinkhorn divergence of output distributions, from equal clouds to far ones."""
    for n_classes, shift, parallel in (
        (3, 0.0, False), (3, 0.0, True), (9, 0.0, False), (3, 0.25, False), (3, 0.5, True),
        (9, 0.5, False), (3, 1.0, False), (9, 1.0, True), (3, 2.0, False),
    ):  # fmt: skip
        what = f"{n_classes} classes, " + (f"shifted by {shift:g}" if shift else "equal")
        what += ", parallel" if parallel else ""
        if only not in what:
            continue
        rng, many, upper = _random(what), [], np.triu_indices(3, 1)
        for _ in range(16 if shift else 0):
            clouds = _outputs(rng, 500, n_classes, shift, parallel=parallel)
            big = pairwise_transport(clouds, bias=True)
            many.append(float((big.divergence - big.divergence_bias)[upper].mean()))
        truth = float(np.mean(many)) if many else 0.0
        for n in (100, 300):
            found = []
            for _ in range(n_tables):
                clouds = _outputs(rng, n, n_classes, shift, parallel=parallel)
                g = output_gap(clouds, system="s")
                found.append(
                    (g.mean_divergence, g.mean_divergence_corrected, g.mean_divergence_interval)
                )
            yield _row("mean Sinkhorn divergence", f"{n} sentences, {what}", truth, found)


def classifiers(n_tables: int) -> Iterator[Row]:
    """H-divergence of two Gaussians one standard deviation apart, or none, in 3 dimensions or more.

    The best classifier's is known; those trained on few sentences in many dimensions stay below.
    """
    best = 2 * (1 - 2 * 0.308538)  # the best error is Phi(-1/2)
    few = (20, 20), (40, 30), (60, 15), (400, 20), (400, 40)
    for family, sizes, apart, width, truth in (
        *(("linear", s, 1.0, 3, best) for s in few),
        *(("product", s, 1.0, 3, best) for s in ((40, 30), (100, 100), (400, 40))),
        *(("linear", s, 1.0, 3, best) for s in ((100, 100), (300, 300), (300, 200), (1900, 100))),
        ("linear", (300, 300), 0.0, 3, 0.0), ("linear", (1900, 100), 0.0, 3, 0.0),
        *(("product", s, 1.0, 3, best) for s in ((300, 300), (300, 200), (1900, 100))),
        *(("linear", (300, 300), 1.0, width, best) for width in (16, 64)),
        ("linear", (2000, 2000), 1.0, 64, best), ("product", (300, 300), 1.0, 16, best),
        *(("mlp", s, 1.0, 3, None) for s in ((100, 100), (120, 80), (400, 40))),
    ):  # fmt: skip
        setting = f"{family}, {sizes[0]:,} and {sizes[1]:,} sentences, {apart:g} apart"
        setting += f", {width} dimensions" if width > 3 else ""
        if only not in setting:
            continue
        rng, found = _random(setting), []
        for k in range(n_tables if family != "mlp" else max(20, n_tables // 4)):
            x, y = (rng.standard_normal((n, width)) for n in sizes)
            y[:, 0] += apart
            one = h_divergence(x, y, family=family, seed=k)
            found.append((one.estimate, None, one.interval))
        if truth is not None:
            yield _row("H-divergence: of the best classifier", setting, truth, found)
        if truth is None or width > 3 or min(sizes) < 100:
            mean = float(np.mean([one[0] for one in found]))
            yield _row("H-divergence: its mean at this size", setting, mean, found)


def texts(n_tables: int) -> Iterator[Row]:
    """Text gaps of three languages over 60 units: alike, or each with its own frequencies."""
    for n in (200, 600):
        for kind in (
            "equal",
            "unlike",
            "unlike, one with half the text",
            "unlike, hardly a unit shared",
        ):
            setting = f"{n} sentences, {kind}"
            if only not in setting:
                continue
            rng, found = _random(setting), []
            units = np.array([chr(ord("A") + i) for i in range(60)])
            base = np.arange(1, 61) ** (-2.0 if "hardly" in kind else -1.2)
            for _ in range(n_tables):
                made = {}
                for i in range(3):
                    weights = base if kind == "equal" else np.roll(base, 3 * i)
                    size = n // 2 if i == 2 and "half" in kind else n
                    drawn = rng.choice(60, size=(size, 12), p=weights / weights.sum())
                    made[f"l{i}"] = [tuple(units[row]) for row in drawn]
                found.append(text_gap(made, representation="character", classifier=n == 200))
            for measure in found[0].means:
                truth = float(np.mean([g.means[measure] for g in found]))
                rows = [
                    (g.means[measure], None, ends)
                    for g in found
                    if (ends := g.intervals[measure]) is not None
                ]
                if rows:
                    yield _row(f"text gap, {measure}: its mean at this size", setting, truth, rows)


def correlations(n_tables: int) -> Iterator[Row]:
    """Tests of no correlation over pairs of languages, and intervals over seeds."""
    for n, kind in ((5, "distances"), (25, "distances"), *((n, "sums") for n in (5, 8, 15))):
        what = "unrelated distances" if kind == "distances" else "unrelated, some far from all"
        setting = f"{n} languages, {what}"
        if only not in setting:
            continue
        rng, pairs = _random(setting), list(zip(*np.triu_indices(n, 1), strict=True))
        names = [(f"l{i:02}", f"l{j:02}") for i, j in pairs]
        tests = []
        for _ in range(n_tables):
            gap, other = (
                np.array(
                    [abs(v[i] - v[j]) if kind == "distances" else v[i] + v[j] for i, j in pairs]
                )
                for v in rng.standard_normal((2, n))
            )
            tests.append(
                rank_correlation(gap, other, languages=names, n_permutations=499, n_resamples=0)
            )
        for label, name in (("pairs as points", "p_value"), ("Mantel", "p_languages")):
            values = [t.spearman.value for t in tests]
            quiet = [getattr(t.spearman, name) > 0.05 for t in tests]
            yield Row(
                f"rank correlation, p above 0.05 ({label})", setting, len(tests), 0.0,
                float(np.median(values)), None, float(np.mean(quiet)),
            )  # fmt: skip
    for n, shared in ((15, 0.0), (15, 0.5), (30, 0.5), (30, 0.9)):
        setting = f"{n} seeds, 2 languages, correlation {shared:g}"
        if only not in setting:
            continue
        rng, found = _random(setting), []
        truth = float(6 / np.pi * np.arcsin(shared / 2))
        for _ in range(n_tables):
            x = rng.standard_normal((n, 2))
            y = shared * x + (1 - shared**2) ** 0.5 * rng.standard_normal((n, 2))
            one = rank_correlation(
                x.ravel(), y.ravel(), blocks=list(np.repeat(np.arange(n), 2)), n_permutations=0,
                n_resamples=499,
            ).spearman  # fmt: skip
            found.append((one.value, None, one.interval))
        yield _row("rank correlation, over seeds", setting, truth, found)


def languages(n_tables: int) -> Iterator[Row]:
    """Two systems in one language, over seeds and test items together; and a system's own score.

    Items have an ease that all models share, one of each system, and noise of each model; a seed
    shifts all items of a model. Counted with paired items, and from the scores' intervals alone.
    """
    n, ahead = 300, 0.3
    for n_seeds, shift in ((1, 0.0), *((k, s) for k in (2, 3, 5) for s in (0.0, 0.05, 0.15, 0.5))):
        setting = f"{n_seeds} seeds, {n} items, seeds vary by {shift:g}"
        if only not in setting:
            continue
        rng, found = _random(setting), {"paired": [], "unpaired": [], "score": []}
        spread = float(np.sqrt(1 + 0.25 + 0.36 + shift**2))
        best = NormalDist().cdf(ahead / spread)
        for _ in range(n_tables):
            ease, rows, items = rng.standard_normal(n), [], {}
            for system, more in (("a", ahead), ("b", 0.0)):
                own = more + ease + 0.5 * rng.standard_normal(n)
                for seed in range(n_seeds):
                    x = own + shift * rng.standard_normal() + 0.6 * rng.standard_normal(n)
                    right = x > 0
                    value = float(right.mean())
                    half = 1.96 * float(np.sqrt(value * (1 - value) / n))
                    ends = Interval(value - half, value + half, 0.95, "normal")
                    rows.append(Score(system, "t", "l", "m", value, seed, n, {}, ends))
                    counts = np.stack([right, ~right, ~right], axis=1).astype(float)
                    items["t", "m", system, "l", seed] = counts
            for kind, known in (("paired", items), ("unpaired", None)):
                [one] = compare_by_language(rows, items=known)
                sign = 1 if one.best == "a" else -1
                ends = one.interval
                low, high = sorted((sign * ends.low, sign * ends.high))
                signed = Interval(low, high, ends.level, ends.method)
                found[kind].append((sign * one.difference, None, signed))
            gap = performance_gaps(rows)[0]
            found["score"].append((gap.scores["l"], None, gap.score_intervals["l"]))
        for kind, label in (("paired", "items paired"), ("unpaired", "from intervals of scores")):
            yield _row(f"difference of scores, {label}", setting, best - 0.5, found[kind])
        yield _row("score", setting, best, found["score"])


def origins(n_tables: int) -> Iterator[Row]:
    """What rising and falling languages add to a smaller gap, of three languages."""
    first = np.array([0.9, 0.6, 0.5])
    for name, second in (
        ("fall", [0.7, 0.6, 0.5]),
        ("rise", [0.9, 0.6, 0.7]),
        ("both", [0.8, 0.6, 0.6]),
    ):
        for error in (0.01, 0.03):
            setting = f"3 languages, some {name}, error {error:g}"
            if only not in setting:
                continue
            rng, found = _random(setting), {"by_rising": [], "by_falling": []}
            truth = gap_change(first, second)
            for _ in range(n_tables):
                a, b = (
                    np.clip(x + error * rng.standard_normal(3), 0.001, 1) for x in (first, second)
                )
                made = gap_change(a, b, errors=([error] * 3, [error] * 3))
                for side, rows in found.items():
                    rows.append((getattr(made, side), None, getattr(made, f"{side}_interval")))
            for side, rows in found.items():
                label = f"part {side.replace('_', ' ')}"
                yield _row(label, setting, getattr(truth, side), rows)


PARTS = {
    "gaps": gaps, "languages": languages, "origins": origins, "seeds": seeds,
    "differences": differences, "cka": cka, "outputs": outputs, "classifiers": classifiers,
    "texts": texts, "correlations": correlations,
}  # fmt: skip


def line_of(row: Row) -> str:
    """A row in Markdown; one below 0.90 is marked."""
    mark = "" if row.coverage >= ENOUGH else " **below 0.90**"
    corrected = "" if row.corrected is None else f"{row.corrected:.3g}"
    return (
        f"| {row.interval} | {row.setting} | {row.tables} | {row.truth:.3g} | {row.plain:.3g} | "
        f"{corrected} | {row.coverage:.3f}{mark} |"
    )


HEAD = [
    "| interval | setting | tables | true | plain, median | corrected, median | holds the truth |",
    "| --- | --- | --- | --- | --- | --- | --- |",
]


def written(page: str, part: str, lines: list[str], *, keep: bool) -> str:
    """The page with the rows of one part; with `keep`, those it has for other settings stay."""
    begin, end = f"<!-- coverage of {part}: begin -->\n", f"\n<!-- coverage of {part}: end -->"
    place = re.compile(re.escape(begin) + "(.*?)" + re.escape(end), re.DOTALL)
    found = place.search(page)
    if found is None:
        raise SystemExit(f"{PAGE}: expected {begin.strip()} and {end.strip()}.")
    if keep:
        new = {_key(line): line for line in lines}
        old = found[1].splitlines()[len(HEAD) :]
        lines = [new.pop(_key(line), line) for line in old] + list(new.values())
    return page[: found.start(1)] + "\n".join([*HEAD, *lines]) + page[found.end(1) :]


def write(part: str, lines: list[str], *, keep: bool) -> None:
    """Write rows into the page."""
    page = written(PAGE.read_text(encoding="utf-8"), part, lines, keep=keep)
    PAGE.write_text(page, encoding="utf-8")


def _key(line: str) -> tuple[str, ...]:
    return tuple(line.split("|")[1:3])


def main() -> None:
    """Run the parts asked for."""
    global only
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument("--tables", type=int, default=300, help="simulated tables a row")
    parser.add_argument("--only", default="", help="part of the settings' names")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    options = parser.parse_args()
    only = options.only
    for part in options.parts or PARTS:
        rows = []
        for row in PARTS[part](options.tables):
            if only in row.setting:
                rows.append(row)
                print(json.dumps(asdict(row)) if options.json else line_of(row), flush=True)
                if options.write:
                    write(part, [line_of(row)], keep=True)
        if options.write and not only:  # rows of settings that are no more
            write(part, [line_of(row) for row in rows], keep=False)


if __name__ == "__main__":
    main()
