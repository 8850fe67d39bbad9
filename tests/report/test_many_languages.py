"""Scores in two hundred languages: short tables, by family, in order, and a page that can be searched."""

import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from lingap.gap import linguistic_gap, score_gaps
from lingap.gap.correlation import PairPoint
from lingap.gap.order import ManyLanguages, family_and_script
from lingap.report import terminal_report
from lingap.report.charts import MAX_POINTS, chart_data
from lingap.report.many_languages import MOST_SYSTEMS, many_language_tables
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import all_tables
from lingap.report.summary import ReportData
from lingap.report.verdict import MINIATURE, answer_parts

CODES = (Path(__file__).parents[1] / "data/language_codes/flores_200.txt").read_text().split()


@pytest.fixture(scope="module")
def data():
    rows = [
        {"system": f"m{k}", "task": "topic", "language": code, "score": 0.3 + at / 600 + k / 60}
        for k in range(14)
        for at, code in enumerate(CODES)
    ]
    gaps, _ = score_gaps(rows, n_resamples=0, compare=False)
    return ReportData("many", performance=gaps.performance, levels=gaps.levels)


def test_languages_are_rows_by_family_and_systems_columns(data):
    *groups, languages = many_language_tables(data)
    assert [table.columns[0].label for table in groups] == ["Family", "Script"]
    assert len(languages.rows) == len(CODES)
    assert len(languages.columns) == 3 + MOST_SYSTEMS
    assert languages.columns[3].label == "m13"  # the highest mean first
    families = [row.cells[1].text for row in languages.rows]
    runs = [name for at, name in enumerate(families) if at == 0 or families[at - 1] != name]
    assert len(runs) == len(set(families))  # each family in one stretch
    assert families[0] == max(set(families), key=families.count)
    assert sum(row.cells[1].sort for row in groups[0].rows) == len(CODES)
    assert "of 14" in languages.caption


def test_a_mean_of_a_family_is_that_of_its_languages(data):
    [family, *_] = many_language_tables(data)
    uralic = next(row for row in family.rows if row.cells[0].text == "Uralic")
    scores = data.performance[13].scores
    own = [score for code, score in scores.items() if family_and_script(code)[0] == "Uralic"]
    assert uralic.cells[1].sort == len(own) == 3
    assert uralic.cells[2].sort == pytest.approx(sum(own) / 3)
    assert uralic.cells[2].detail == f"{100 * min(own):.1f}–{100 * max(own):.1f}"


def test_no_table_is_wider_than_a_page_can_show(data):
    assert max(len(table.columns) for table in all_tables(data)) <= 3 + MOST_SYSTEMS
    [table] = result_tables(data)
    assert [column.label for column in table.columns][:3] == ["System", "Mean", "Lowest"]
    [short, _] = many_language_tables(data, most=5)
    assert len(short.rows) == 5
    assert "more with" in short.caption


def test_a_verdict_does_not_name_hundreds_of_languages(data):
    rows = score_gaps(
        [
            {"system": system, "language": code, "score": score, "stderr": 0.001 + 0.2 * far}
            for at, code in enumerate(CODES)
            for far in [at % 2]
            for system, score in (("a", 0.8), ("b", 0.7))
        ],
        n_resamples=0,
        compare=False,
    )[0]
    told = answer_parts(ReportData("v", performance=rows.performance, by_language=rows.by_language))
    assert any("more" in part.detail for part in told)
    assert max(len(part.verdict) + len(part.detail) for part in told) < 4_000


def of_systems(n):
    rows = [
        {"system": f"m{k:02d}", "language": code, "score": 0.9 - 0.02 * k * (1 + at), "n": 5000}
        for k in range(n)
        for at, code in enumerate(("eng", "swa"))
    ]
    found = score_gaps(rows, n_resamples=200)[0]
    return ReportData(
        "v", performance=found.performance, by_language=found.by_language,
        comparisons=found.comparisons, origins=found.origins, reader=("swa",),
    )  # fmt: skip


def test_a_verdict_does_not_name_all_pairs_of_many_systems():
    few = " ".join(part.verdict for part in answer_parts(of_systems(4)))
    assert "smaller with m00 than with m02 or m03 and smaller with m01 than with m03" in few
    many = of_systems(20)
    [gap] = [part for part in answer_parts(many) if "performance gap" in part.verdict]
    assert re.search(
        r"differs in \d+ of 190 pairs: it is smaller with m00 than with \d\d others, and larger with "
        r"m1\d than with \d\d\.$",
        gap.verdict,
    )
    assert "with m00 to " in gap.detail
    assert gap.detail.count(" with m") == 2
    assert "of 20 systems. Tests by the scores' own intervals, adjusted" in gap.detail
    assert all(len(part.detail) < 700 for part in answer_parts(many))
    with (console := Console(width=80)).capture() as capture:
        console.print(terminal_report(many))
    printed = capture.get()
    assert len(printed.splitlines()) < 150
    assert "Not shown: where a smaller gap comes from" in printed


def test_a_brief_report_is_two_screens_that_lead_with_statements_and_scores():
    notes = tuple(f"the note {number}" for number in range(5))
    many = replace(of_systems(20), miniature=True, notes=notes)
    with (console := Console(width=80)).capture() as capture:
        console.print(terminal_report(many, brief=True))
    lines = capture.get().splitlines()
    assert len(lines) <= 72
    text = " ".join(" ".join(lines).split())
    said = [part for part in answer_parts(many) if part.verdict or part.is_caution]
    assert said[-1].detail == MINIATURE
    assert all((part.verdict or part.detail) in text for part in said)
    assert not any(part.detail in text for part in said if part.verdict and part.detail)
    assert "all: score × 100 and gaps" in text
    assert "Not shown: scores of each language" in text
    assert "Note: the note 2" in text
    assert "and 2 more notes; the page has them" in text
    assert "--format terminal` prints them" in text


def test_a_brief_report_of_little_is_the_whole():
    few = of_systems(2)
    printed = []
    for brief in (False, True):
        with (console := Console(width=200)).capture() as capture:
            console.print(terminal_report(few, brief=brief))
        printed.append(capture.get())
    assert printed[0] == printed[1]


def test_charts_have_languages_by_family(data):
    drawn = chart_data(data)["scores"][0]["languages"]
    assert len(json.dumps(chart_data(data))) < 1_000_000  # no list of all pairs of each system
    assert drawn == ManyLanguages(data.performance[0].languages).by_family()
    assert len(drawn) == len(CODES)


def test_a_page_of_many_pairs_stays_small(data):
    draws = np.random.default_rng(0)
    few = CODES[:60]
    text = draws.normal(size=(10, 4))
    rows = {code: text + draws.normal(size=text.shape) for code in few}
    gap = linguistic_gap(rows, system="m0", layer="last", corpus="c", n_permutations=0)
    points = [
        PairPoint("m0", "topic", pair, "debiased CKA", gap.cka_debiased[0][1], 1.0)
        for pair in combinations(few, 2)
    ]
    drawn = chart_data(replace(data, linguistic=(gap,), points=tuple(points)))
    assert len(points) > MAX_POINTS == len(drawn["scatter"])
    assert {tuple(row[2:4]) for row in drawn["scatter"]} < {point.pair for point in points}
    [heat] = drawn["heatmaps"]
    place = {code: at for at, code in enumerate(few)}
    values = heat["measures"]["cka"]["values"]
    assert [len(row) for row in values] == list(range(1, 61))
    for i, one in enumerate(heat["languages"]):
        for j, other in enumerate(heat["languages"][: i + 1]):
            assert values[i][j] == pytest.approx(gap.cka[place[one]][place[other]], abs=5e-4)
    assert len(json.dumps(values, separators=(",", ":"))) < 60 * 61 / 2 * 7
