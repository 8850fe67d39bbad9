"""Which languages lost between two sets of scores, such as before and after a change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lingap.errors import MetricError
from lingap.gap.chance import NEAR, Chance, above_chance, check_tasks, given_chance, known_chance
from lingap.gap.result import GapResult, Row, columns
from lingap.gap.rows import grouped
from lingap.gap.score_tables import Items, ScoreFile
from lingap.languages import language_name
from lingap.metrics.score_tables import rpd_or_none
from lingap.metrics.student import normal_interval, standard_error, t_quantile
from lingap.records import Interval, Score
from lingap.text.display import first_of

LEVEL = 0.95
_Key = tuple[str, str, str]  # task, metric, system


@dataclass(frozen=True, slots=True)
class LanguageLoss(GapResult):
    """What one language lost: its score before minus its score after, 0 to 1.

    Args:
        language: Its code.
        before: Score before.
        after: Score after; None if it has none any more.
        loss: `before` - `after`; above 0 where it lost.
        interval: Of the loss, by shared test items, seeds or the scores' intervals; None without.
        too_much: Whether it lost more than is allowed, or has no score any more.
    """

    language: str
    before: float
    after: float | None
    loss: float | None
    interval: Interval | None
    too_much: bool

    def to_rows(self) -> list[Row]:
        """Return the language's row."""
        return [columns(self, "language before after loss interval too_much")]


@dataclass(frozen=True, slots=True)
class GapCheck(GapResult):
    """One system on one task before and after.

    Args:
        task: The task.
        metric: The measure.
        system: The system after.
        losses: One per language, the largest loss first.
        mean: Mean score over the shared languages before and after.
        worst_share: Mean of the lowest `worst` percent of the languages before and after, each
            time of those that are then the lowest.
        n_worst: Languages that these are.
        mean_rpd: Mean RPD over the shared languages before and after, percent.
        max_loss: What a language, and the lowest ones in the mean, may lose, 0 to 1.
        passed: Whether none lost more.
        added: Languages that only the scores after have.
        system_before: The system before, if it has another name; else empty.
        notes: Sentences on what is near chance before or after.
    """

    task: str
    metric: str
    system: str
    losses: tuple[LanguageLoss, ...]
    mean: tuple[float, float]
    worst_share: tuple[float, float]
    n_worst: int
    mean_rpd: tuple[float | None, float | None]
    max_loss: float
    passed: bool
    added: tuple[str, ...] = ()
    system_before: str = ""
    notes: tuple[str, ...] = ()

    def to_rows(self) -> list[Row]:
        """Return a row for each language."""
        return [
            {"task": self.task, "system": self.system, **one.to_rows()[0]} for one in self.losses
        ]

    def to_markdown(self, *, most: int = 20) -> str:
        """A short report for a pull request: the verdict, and the languages that lost most."""
        lost = [one for one in self.losses if one.too_much]
        points, n = f"{100 * self.max_loss:g} points", len(self.losses)
        if self.passed:
            said = f"passed: none of {n} languages lost more than {points}"
        else:
            said = f"failed: {len(lost)} of {n} languages lost more than {points}"
            if not lost:
                said = f"failed: the lowest {self.n_worst} languages lost more than {points}"
        who = f"{self.system_before} → {self.system}" if self.system_before else self.system
        lines = [f"### Gap check {said}", "", f"{who}, {self.task} ({self.metric})", ""]
        told = lost or [one for one in self.losses if (one.loss or 0) > 0]
        shown = told[:most]
        if shown:
            lines += ["| language | before | after | change | 95 % interval |",
                      "| --- | ---: | ---: | ---: | ---: |"]  # fmt: skip
            lines += [_line(one) for one in shown]
            more = len(told) - len(shown)
            lines += [f"\nand {more} more that lost.\n" if more > 0 else ""]
        facts = [
            f"Mean {_change(self.mean)}",
            f"lowest {self.n_worst} of {n} languages {_change(self.worst_share)}",
        ]
        before, after = self.mean_rpd
        if before is not None and after is not None:
            facts.append(f"mean RPD {before:.2f} → {after:.2f} %")
        lines.append(f"{'; '.join(facts)}.")
        if self.added:
            added = first_of([*map(_named, self.added)], most)
            lines.append(f"Not compared, without a score before: {added}.")
        lines += self.notes
        return "\n".join(lines) + "\n"


def check_scores(
    new: ScoreFile,
    old: ScoreFile,
    *,
    max_loss: float = 2.0,
    worst: float = 10.0,
    certain: bool = False,
    chance: Mapping[str, float] | None = None,
) -> list[GapCheck]:
    """Compare the scores of each system and task with earlier ones, language by language.

    Where both have a single system, it is compared whatever its name.

    Args:
        new: As :func:`~lingap.gap.read_scores` or :func:`~lingap.gap.read_results` gives them.
        old: The earlier ones.
        max_loss: Points of 100 that a language may lose, and the mean of the lowest ones.
        worst: The percentage of languages that are the lowest ones; one at least.
        certain: Whether a loss counts only if the whole interval is above `max_loss`.
        chance: Task to the score of guessing, ``""`` for all; None for a small table of tasks.

    Raises:
        MetricError: For an allowance or a percentage out of range, no system and task in common,
            or a task of a system compared that has no scores any more.
    """
    if not 0 <= max_loss <= 100 or not 0 < worst <= 100:
        raise MetricError(
            f"max_loss is from 0 to 100 points and worst above 0 to 100 percent; got {max_loss:g} "
            f"and {worst:g}."
        )
    if old.guessed and new.guessed and old.scale != new.scale:
        told = {"unit": "0 to 1", "percent": "0 to 100"}
        raise MetricError(
            f"The scores before look like {told[old.scale]}, those after like {told[new.scale]}. "
            "Pass scale=, if both are on one; else write them on one."
        )
    sides = grouped(old.scores), grouped(new.scores)
    pairs = _matched(*sides)
    if not pairs:
        names = [", ".join(dict.fromkeys(f"{k[2]} ({k[0]})" for k in side)) for side in sides]
        raise MetricError(
            f"No system and task in common: before {names[0]}; after {names[1]}. Pass systems= or "
            "tasks=, or name the systems alike."
        )
    compared = {before for before, _ in pairs}
    systems = {system for *_, system in compared}
    if lost := [key for key in sides[0] if key[2] in systems and key not in compared]:
        names = [f"{task} ({metric}, {system})" for task, metric, system in lost]
        raise MetricError(
            f"{first_of(names, 4)}: scores before, and none after. Add them, or pass tasks= or "
            "metrics=, those to compare."
        )
    check_tasks(chance or {}, (task for task, *_ in sides[1]))
    found = []
    for before, after in pairs:
        losses = [
            _loss(language, own, sides[1][after].get(language), (old.items, new.items),
                  max_loss / 100, certain)
            for language, own in sides[0][before].items()
        ]  # fmt: skip
        level = given_chance(chance or {}, after[0]) or known_chance(*after[:2])
        made = _check(after, losses, max_loss / 100, worst / 100, level)
        added = tuple(code for code in sides[1][after] if code not in sides[0][before])
        renamed = "" if before[2] == after[2] else before[2]
        found.append(replace(made, added=added, system_before=renamed))
    return found


def not_compared(new: ScoreFile, old: ScoreFile) -> list[str]:
    """Sentences on systems that only one of the two has, as :func:`check_scores` compares them."""
    sides = grouped(old.scores), grouped(new.scores)
    pairs = _matched(*sides)
    notes = []
    for at, when in ((0, "after"), (1, "before")):
        compared = {pair[at][2] for pair in pairs}
        if alone := [
            name for name in dict.fromkeys(k[2] for k in sides[at]) if name not in compared
        ]:
            notes.append(f"Not compared, without scores {when}: {first_of(alone, 6)}.")
    return notes


_Side = dict[_Key, dict[str, dict[int, Score]]]


def _matched(old: _Side, new: _Side) -> list[tuple[_Key, _Key]]:
    """Same task, measure and system; or same task and measure where each has a single system."""
    pairs = [(key, key) for key in new if key in old]
    if pairs:
        return pairs
    if len({k[2] for k in old}) == len({k[2] for k in new}) == 1:
        by_task = {key[:2]: key for key in old}
        return [(by_task[key[:2]], key) for key in new if key[:2] in by_task]
    return []


def _near_chance(losses: Sequence[LanguageLoss], chance: Chance | None) -> tuple[str, ...]:
    """Sentences on when, and in which languages, the system is near chance."""
    if chance is None:
        return ()
    level = f"{chance.value:.3g} ({chance.source})"
    notes: dict[str, list[str]] = {}
    for when, scores in (
        ("before", {one.language: one.before for one in losses}),
        ("after", {one.language: one.after or 0.0 for one in losses}),
    ):
        shares = above_chance(np.array([*scores.values()]), chance.value)
        low = [_named(name) for name, one in zip(scores, shares, strict=True) if one < NEAR]
        if shares.mean() < NEAR:
            notes.setdefault("so its gaps and changes say little", []).append(when)
        elif low:
            notes.setdefault(f"in {first_of(low, 6)}", []).append(when)
    return tuple(
        f"Near chance {' and '.join(times)}, {level}, {what}." for what, times in notes.items()
    )


def _loss(
    language: str,
    before: dict[int, Score],
    after: dict[int, Score] | None,
    items: tuple[Items, Items],
    max_loss: float,
    certain: bool,
) -> LanguageLoss:
    if after is None:
        return LanguageLoss(language, _mean(before), None, None, None, True)
    interval = _interval(before, after, *items)
    loss = _mean(before) - _mean(after)
    over = interval.low if certain and interval is not None else loss
    too_much = over > max_loss + 1e-12
    return LanguageLoss(language, _mean(before), _mean(after), loss, interval, too_much)


def _check(
    key: _Key, losses: Sequence[LanguageLoss], max_loss: float, worst: float, chance: Chance | None
) -> GapCheck:
    shared = [one for one in losses if one.after is not None]
    if not shared:
        raise MetricError(f"{key[2]} ({key[0]}): no language in common before and after.")
    values = [[one.before for one in shared], [one.after or 0.0 for one in shared]]
    n_worst = max(1, math.ceil(worst * len(shared) - 1e-9))
    low, low_after = (float(np.mean(np.sort(side)[:n_worst])) for side in values)
    means = float(np.mean(values[0])), float(np.mean(values[1]))
    task, metric, system = key
    rpds = [rpd_or_none(np.array(side)) for side in values]
    return GapCheck(
        task=task, metric=metric, system=system,
        losses=tuple(sorted(losses, key=lambda one: -math.inf if one.loss is None else -one.loss)),
        mean=means, worst_share=(low, low_after), n_worst=n_worst, mean_rpd=(rpds[0], rpds[1]),
        max_loss=max_loss,
        passed=not any(one.too_much for one in losses) and low - low_after <= max_loss + 1e-12,
        notes=_near_chance(shared, chance),
    )  # fmt: skip


def _mean(by_seed: dict[int, Score]) -> float:
    return float(np.mean([score.value for score in by_seed.values()]))


def _interval(
    before: dict[int, Score], after: dict[int, Score], old: Items, new: Items
) -> Interval | None:
    """Of the loss: over shared seeds, shared test items, or from the scores' own intervals."""
    seeds = sorted(before.keys() & after.keys())
    if len(seeds) > 1:
        loss = np.array([before[s].value - after[s].value for s in seeds])
        half = t_quantile(LEVEL, len(seeds) - 1) * float(loss.std(ddof=1)) / math.sqrt(len(seeds))
        return Interval(loss.mean() - half, loss.mean() + half, LEVEL, "Student's t, paired seeds")
    if len(before) > 1 or len(after) > 1:
        return None
    first, then = next(iter(before.values())), next(iter(after.values()))
    items = [
        side.get((s.system, s.task, s.metric, s.language, s.seed), {})
        for s, side in ((first, old), (then, new))
    ]
    common = items[0].keys() & items[1].keys()
    loss_value = first.value - then.value
    if len(common) > 1 and len(common) == len(items[0]) == len(items[1]):
        loss = np.array([items[0][name] - items[1][name] for name in common])
        error = float(loss.std(ddof=1)) / math.sqrt(len(loss))
        return normal_interval(loss_value, error, level=LEVEL, method="paired test items")
    if first.interval is None or then.interval is None:
        return None
    error = math.hypot(standard_error(first.interval), standard_error(then.interval))
    return normal_interval(loss_value, error, level=LEVEL, method="as if independent")


def _line(one: LanguageLoss) -> str:
    after = "none" if one.after is None else f"{100 * one.after:.1f}"
    change = "" if one.loss is None else f"{-100 * one.loss:+.1f}".replace("-", "−")
    ends_text = ""
    if one.interval is not None:
        ends_text = f"{-100 * one.interval.high:+.1f} to {-100 * one.interval.low:+.1f}"
    name = _named(one.language).replace("|", "\\|")
    return (
        f"| {name} | {100 * one.before:.1f} | {after} | {change} | {ends_text.replace('-', '−')} |"
    )


def _named(code: str) -> str:
    """A language's name and code; the code alone where no table knows it."""
    name = language_name(code)
    return code if name == code else f"{name} ({code})"


def _change(values: tuple[float, float]) -> str:
    return f"{100 * values[0]:.1f} → {100 * values[1]:.1f}"
