"""The change of a gap, split among languages: hand counts, and what must hold of any scores."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.metrics import mean_rpd, score_std
from lingap.metrics.levelling import gap_change, gap_parts

GAPS = {"mean_rpd": mean_rpd, "std": score_std}
tables = st.integers(2, 6).flatmap(
    lambda n: st.tuples(*[st.lists(st.floats(0.01, 1.0), min_size=n, max_size=n)] * 2)
)
both = pytest.mark.parametrize("gap", GAPS)


def test_two_languages_by_hand():
    # 90 and 60: RPD 40. Either moves first: (80, 60) is 28.57, (90, 70) is 25, (80, 70) is 13.33.
    change = gap_change([0.9, 0.6], [0.8, 0.7])
    assert change.change == pytest.approx(40 / 3 - 40)
    assert change.by_falling == pytest.approx(((200 / 7 - 40) + (40 / 3 - 25)) / 2)
    assert change.by_rising == pytest.approx(((25 - 40) + (40 / 3 - 200 / 7)) / 2)
    assert change.mean_change == pytest.approx(0)
    assert not change.levelled_down


def test_levelling_down_and_up_are_told_apart():
    down = gap_change([0.9, 0.6, 0.6], [0.62, 0.6, 0.6])
    assert down.levelled_down
    assert (down.by_rising, down.by_falling) == (0, pytest.approx(down.change))
    up = gap_change([0.9, 0.6, 0.6], [0.9, 0.88, 0.89])
    assert not up.levelled_down
    assert (up.by_falling, up.by_rising) == (0, pytest.approx(up.change))
    wider = gap_change([0.9, 0.8], [0.85, 0.5])
    assert wider.mean_change < 0 < wider.change
    assert not wider.levelled_down  # worse, but nothing was levelled


@both
@given(table=tables)
def test_parts_add_up_to_the_change(gap, table):
    a, b = table
    change = gap_change(a, b, gap=gap)
    assert sum(change.parts) == pytest.approx(GAPS[gap](b) - GAPS[gap](a), abs=1e-7)
    assert change.by_rising + change.by_falling == pytest.approx(change.change, abs=1e-9)


@both
@given(table=tables)
def test_exchanged_systems_turn_every_sign(gap, table):
    there, back = gap_parts(*table, gap=gap), gap_parts(*reversed(table), gap=gap)
    assert there == pytest.approx(-back, abs=1e-9)


@both
@given(table=tables, at=st.integers(0, 5))
def test_who_stays_has_no_part_and_no_change_is_zero(gap, table, at):
    a, b = table
    b[at % len(a)] = a[at % len(a)]
    assert gap_parts(a, b, gap=gap)[at % len(a)] == pytest.approx(0, abs=1e-9)
    still = gap_change(a, a, gap=gap)
    assert (still.change, still.by_rising, still.by_falling, still.levelled_down) == (
        0,
        0,
        0,
        False,
    )


@given(table=tables)
def test_the_closed_form_is_the_mean_over_all_orders(table):
    a, b = map(np.array, table)
    if len(a) > 4:
        a, b = a[:4], b[:4]
    orders = list(permutations(range(len(a))))
    expected = np.zeros(len(a))
    for order in orders:
        now = a.copy()
        for i in order:
            before, now[i] = mean_rpd(now), b[i]
            expected[i] += (mean_rpd(now) - before) / len(orders)
    assert gap_parts(a, b) == pytest.approx(expected, abs=1e-7)


def test_intervals_hold_the_parts_and_are_the_same_each_time():
    given_errors = {"errors": ([0.01, 0.01, 0.01], [0.01, 0.01, 0.01]), "df": (4.0, np.inf)}
    change = gap_change([0.9, 0.6, 0.5], [0.7, 0.6, 0.55], **given_errors)
    assert change == gap_change([0.9, 0.6, 0.5], [0.7, 0.6, 0.55], **given_errors)
    for name in ("by_rising", "by_falling", "mean_change"):
        ends = getattr(change, f"{name}_interval")
        assert ends.low < getattr(change, name) < ends.high
    assert change.by_falling_interval.high < 0
    assert gap_change([0.9, 0.6], [0.7, 0.6]).by_falling_interval is None


def test_what_cannot_be_split():
    with pytest.raises(MetricError, match="same languages"):
        gap_change([0.9, 0.6], [0.9, 0.6, 0.5])
    with pytest.raises(MetricError, match="Two languages score 0"):
        gap_change([0.9, 0.6, 0.1], [0.0, 0.0, 0.1])
    assert gap_change([0.9, 0.0, 0.1], [0.0, 0.4, 0.1]).change == pytest.approx(
        mean_rpd([0.0, 0.4, 0.1]) - mean_rpd([0.9, 0.0, 0.1])
    )
    with pytest.raises(MetricError, match="gap is"):
        gap_change([0.9, 0.6], [0.9, 0.6], gap="range")
