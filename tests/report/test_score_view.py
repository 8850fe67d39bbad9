"""What a terminal shows of scores: all of a small table, of a large one the answer."""

import pytest

from lingap.gap.from_scores import score_gaps
from lingap.report.result_tables import result_tables
from lingap.report.score_view import score_view
from lingap.report.summary import ReportData
from lingap.report.terminal import MOST_LINES, n_lines

CODES = "eng deu fra spa ita por nld rus ukr pol ces hin urd ben arb swa yor zho jpn kor".split()


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def data(n_systems, n_languages, n_tasks=1):
    rows = [
        {"system": f"{who}-{at}", "task": f"t{task}", "language": code, "seed": seed}
        | {"score": 0.5 + 0.01 * ((at * 7 + k * 3 + seed) % 11)}
        for task in range(n_tasks)
        for at, who in enumerate(["a-model-whose-name-is-as-long-as-they-are"] * n_systems)
        for k, code in enumerate(CODES[:n_languages])
        for seed in range(2)
    ]
    found, _ = score_gaps(rows, n_resamples=0)
    return ReportData(
        title="t", performance=found.performance, levels=found.levels,
        comparisons=found.comparisons, origins=found.origins,
    )  # fmt: skip


def test_a_small_table_is_shown_whole():
    small = data(2, 3)
    assert score_view(small) == score_view(small, details=True)
    assert not score_view(small).left_out


@pytest.mark.parametrize("size", [(12, 20), (12, 4), (4, 20, 6), (2, 3, 40), (70, 3)])
def test_a_large_one_is_two_screens_and_says_what_is_left_out(size):
    large = data(*size)
    view, whole = score_view(large), score_view(large, details=True)
    assert n_lines(view.tables) <= MOST_LINES < n_lines(whole.tables)
    assert view.left_out
    assert not whole.left_out
    names = [table.name for table in view.tables]
    assert names[0].startswith("levels-")
    assert len(names) == len(set(names))


def test_what_is_cut_is_said():
    assert "35 of 40 tasks" in score_view(data(2, 3, 40)).left_out
    assert "systems of lower means" in score_view(data(70, 3)).left_out
    assert "systems of lower means" not in score_view(data(12, 20)).left_out


def test_a_brief_row_is_one_line_with_the_lowest_language():
    [first, *_] = score_view(data(12, 20)).tables
    assert all(not cell.detail for row in first.rows for cell in row.cells)
    lowest = next(at for at, column in enumerate(first.columns) if column.label == "Lowest")
    assert first.rows[0].cells[lowest].text.split()[1] in CODES


@pytest.mark.parametrize(("n", "shown"), [(19, False), (20, True)])
def test_the_lowest_tenth_stands_beside_the_gap_of_many_languages(n, shown):
    [brief, *_] = score_view(data(12, n)).tables
    assert ("Tenth" in [column.label for column in brief.columns]) is shown
    assert ("Tenth: mean of the lowest tenth" in brief.caption) is shown
    [alone, *_] = result_tables(data(1, n))
    labels = [column.label for column in alone.columns]
    assert ("Lowest tenth" in labels) is shown
    if shown:
        [gap] = data(1, n).performance
        assert alone.rows[0].cells[labels.index("Lowest tenth")].sort == gap.worst_tenth
        assert {len(row.cells) for row in alone.rows} == {len(labels)}


def test_gaps_that_were_asked_for_are_shown_in_any_case():
    asked = score_view(data(12, 20), source="eng")
    assert asked.tables[-1].title.endswith("gap to English")
    chance = score_view(data(12, 20), with_chance=True)
    assert chance.tables[0].name.startswith("levels-")
