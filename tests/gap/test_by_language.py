"""The best system of a language, systems that learned nothing, and where a smaller gap comes from."""

from dataclasses import replace

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.gap import (
    Baseline,
    GapResults,
    compare_by_language,
    gap_origins,
    gaps_of_scores,
    mark_at_baseline,
    performance_gaps,
    read_gaps,
)
from lingap.metrics import holm, levelling
from lingap.records import Interval, Score
from lingap.storage.json_file import write_json


def scores(system, values, half=0.025, task="pos"):
    """Language to its scores by seed."""
    return [
        Score(system, task, code, "word_f1", value, seed, 900, {},
              None if half is None else Interval(max(0, value - half), value + half, 0.95, "x"))
        for code, by_seed in values.items() for seed, value in enumerate(by_seed)
    ]  # fmt: skip


FINNISH = scores("subword", {"fin": (0.39, 0.40)}) + scores(
    "character", {"fin": (0.010, 0.012)}, half=0.004
)


def test_subwords_are_better_for_finnish():
    (found,) = compare_by_language(FINNISH)
    assert (found.best, found.other, found.rank) == ("subword", "character", 2)
    assert found.difference == pytest.approx(0.384)
    assert 0.35 < found.interval.low < 0.384 < found.interval.high < 0.42
    assert found.p_holm < 1e-6
    assert "seeds and test items" in found.interval.method


def test_equal_seeds_are_not_certain():
    same = scores("a", {"fin": (0.546, 0.546)}) + scores("b", {"fin": (0.540, 0.540)})
    (found,) = compare_by_language(same)
    assert found.interval.low < 0 < found.interval.high
    assert found.p_holm > 0.05
    (gap, _) = performance_gaps(same)
    ends = gap.score_intervals["fin"]
    assert ends.high - ends.low == pytest.approx(0.05, rel=0.05)
    (blind,) = compare_by_language([replace(row, interval=None) for row in same])
    assert (blind.p_value, blind.interval) == (None, None)
    assert "nothing says how much is chance" in blind.reason


def test_what_is_not_known_of_one_system_is_not_taken_to_be_nothing():
    known = scores("a", {"fin": (0.7,), "eng": (0.9,)})
    blind = scores("b", {"fin": (0.5,), "eng": (0.9,)}, half=None)
    for both in (known + blind, scores("a", {"fin": (0.7, 0.71), "eng": (0.9, 0.8)}) + blind):
        for found in compare_by_language(both):
            assert (found.p_value, found.interval) == (None, None)
            assert "One seed without an interval" in found.reason
        [origin] = gap_origins(both)
        assert (origin.by_rising_interval, origin.mean_change_interval) == (None, None)
    part = [*known, blind[0], *scores("b", {"eng": (0.9,)})]  # of one language only
    [origin] = gap_origins(part)
    assert origin.mean_change_interval is None
    assert {c.language for c in compare_by_language(part) if c.interval} == {"eng"}


def test_errors_over_items_of_one_system_alone_do_not_count():
    both = scores("a", {"fin": (0.7, 0.71)}) + scores("b", {"fin": (0.5, 0.53)}, half=None)
    [mixed] = compare_by_language(both)
    [plain] = compare_by_language([replace(row, interval=None) for row in both])
    assert mixed.interval == plain.interval
    assert mixed.interval.method == "Student's t over seeds"


def test_items_pair_the_systems():
    rng = np.random.default_rng(0)
    ease = rng.random(400)
    rows, items = [], {}
    for system, share in (("a", 0.72), ("b", 0.70)):
        for seed in range(2):
            right = ease < share
            key = ("pos", "word_f1", system, "fin", seed)
            items[key] = np.stack([right, ~right, ~right], axis=1).astype(float)
            value = float(right.mean())
            rows.append(
                Score(system, "pos", "fin", "word_f1", value, seed, 400, {},
                      Interval(value - 0.045, value + 0.045, 0.95, "x"))
            )  # fmt: skip
    (apart,), (paired,) = compare_by_language(rows), compare_by_language(rows, items=items)
    assert (apart.n_items, paired.n_items) == (0, 400)
    assert paired.p_value < 0.05 < apart.p_value


def test_all_pairs_of_all_languages_count_in_the_adjustment():
    rows = [
        row
        for i, system in enumerate("abc")
        for row in scores(system, dict.fromkeys(("eng", "fin"), (0.5 + 0.04 * i,)))
    ]
    found = compare_by_language(rows)
    assert [(row.language, row.other) for row in found] == [
        ("eng", "b"), ("eng", "a"), ("fin", "b"), ("fin", "a"),
    ]  # fmt: skip
    assert [r.p_holm for r in found] == pytest.approx(
        holm([r.p_value for r in found], n_tests=6).tolist()
    )
    with pytest.raises(MetricError, match="n_tests is 1"):
        holm([0.1, 0.2], n_tests=1)


NOUN = Baseline(
    "pos", "word_f1", {"eng": 0.22, "fin": 0.386}, {"eng": "NOUN", "fin": "NOUN"}, 1 / 17
)


def test_who_learned_nothing_takes_part_in_no_comparison_of_gaps():
    good = scores("subword", {"eng": (0.9, 0.91), "fin": (0.7, 0.71)})
    noun = scores("joint", {"eng": (0.22, 0.22), "fin": (0.386, 0.386)})
    other = scores("phoneme", {"eng": (0.8, 0.81), "fin": (0.75, 0.76)})
    found = gaps_of_scores(good + noun + other, baselines=[NOUN])
    assert [gap.learned_nothing for gap in found.performance] == [False, True, False]
    assert {(c.first, c.second) for c in found.comparisons} == {("subword", "phoneme")}
    assert {(c.first, c.second) for c in found.origins} == {("subword", "phoneme")}
    assert len(found.by_language) == 4  # its scores stay
    assert found.points == []


def test_partly_learned_is_marked_by_language():
    rows = scores("s", {"eng": (0.9,), "fin": (0.39,)})
    (gap,) = mark_at_baseline(performance_gaps(rows), rows, [NOUN])
    assert gap.at_baseline == ("fin",)  # 0.39 is above 0.386, and not by more than its error
    assert not gap.learned_nothing
    (gap,) = mark_at_baseline(performance_gaps(rows), rows, (), {("pos", "s", "eng")})
    assert gap.at_baseline == ("eng",)
    zeros = scores("s", {"eng": (0.0,), "fin": (0.0,)}, half=None)
    (gap,) = mark_at_baseline(performance_gaps(zeros), zeros)
    assert gap.learned_nothing


def test_from_the_larger_gap_to_the_smaller():
    rows = scores("a", {"eng": (0.9,), "fin": (0.6,)}) + scores("b", {"eng": (0.7,), "fin": (0.6,)})
    (found,) = gap_origins(rows[::-1])
    assert (found.first, found.second, found.levelled_down) == ("a", "b", True)
    assert found.by_falling == pytest.approx(found.change)
    assert sum(found.parts.values()) == pytest.approx(found.change)
    assert found.by_falling_interval.high < 0
    (blind,) = gap_origins([replace(row, interval=None) for row in rows])
    assert blind.by_falling_interval is None


def test_origins_of_many_pairs_are_those_of_each_pair_and_draw_a_system_once(monkeypatch):
    names, codes = "abcd", ("eng", "fin", "swa")
    rows = [
        row
        for at, name in enumerate(names)
        for row in scores(name, {c: (0.9 - 0.1 * at * k,) for k, c in enumerate(codes)})
    ]
    drawn = []
    draw = levelling._drawn
    monkeypatch.setattr(levelling, "_drawn", lambda *args: drawn.append(1) or draw(*args))
    together = {frozenset((one.first, one.second)): one for one in gap_origins(rows)}
    assert len(drawn) == len(names)
    assert len(together) == 6
    for pair, one in together.items():
        (alone,) = gap_origins([row for row in rows if row.system in pair])
        assert one.parts == pytest.approx(alone.parts)
        assert (one.first, one.second) == (alone.first, alone.second)
        for end in ("low", "high"):
            values = [getattr(each.by_falling_interval, end) for each in (one, alone)]
            assert values[0] == pytest.approx(values[1], abs=0.5)


def test_systems_of_other_languages_are_split_over_those_they_share():
    rows = scores("a", {"eng": (0.9,), "fin": (0.6,)}) + scores("b", {"eng": (0.7,), "fin": (0.6,)})
    rows += scores("c", {"eng": (0.8,), "fin": (0.5,), "swa": (0.4,)}) + scores("d", {"swa": (1,)})
    found = {(one.first, one.second): set(one.parts) for one in gap_origins(rows)}
    assert len(found) == 3
    assert set(map(frozenset, found.values())) == {frozenset(("eng", "fin"))}


def test_each_step_is_told_before_it_begins():
    rows = scores("a", {"eng": (0.9,), "fin": (0.6,)}) + scores("b", {"eng": (0.7,), "fin": (0.6,)})
    told = []
    gaps_of_scores(rows, tell=lambda *step: told.append(step))
    assert [n_done for _, n_done, _ in told] == list(range(5))
    assert {total for *_, total in told} == {5}
    for against, compare, total in (("a", True, 3), (None, False, 3)):
        told.clear()
        gaps_of_scores(rows, compare=compare, against=against, tell=lambda *step: told.append(step))
        assert told[-1][1:] == (total - 1, total)


def test_they_come_back_from_a_file(tmp_path):
    rows = (
        FINNISH + scores("subword", {"eng": (0.8, 0.8)}) + scores("character", {"eng": (0.7, 0.7)})
    )
    found = gaps_of_scores(rows, baselines=[NOUN])
    assert found.by_language
    assert found.origins
    write_json(tmp_path / "gaps.json", found.to_dict())
    back = read_gaps(tmp_path / "gaps.json")
    assert isinstance(back, GapResults)
    for kind in ("by_language", "origins", "baselines", "performance"):
        assert getattr(back, kind) == getattr(found, kind)
