"""The page and the figure of scores of many systems: small, closed, and safe with any name."""

import itertools
import math
import re

import pytest

from lingap.gap import score_gaps
from lingap.report.scores_page import scores_figure, scores_page, short_names
from lingap.report.summary import ReportData
from lingap.report.svg import LETTER, labels, spread, ticks

CODES = [
    "eng", "fra", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "urd", "swa", "deu", "spa", "por",
    "rus", "pol", "nld", "swe", "dan", "ces", "slk", "bul", "hrv", "srp", "ell", "heb", "ara", "fas",
    "tha", "vie", "ind", "msa", "jpn", "zho", "mya", "khm", "lao", "amh", "som", "yor", "ibo", "hau",
    "zul", "xho", "afr", "isl", "lav", "lit", "est", "cat",
]  # fmt: skip


def data(n_systems, codes=CODES, **names):
    rows = [
        {"system": names.get(f"m{k}", f"organisation__a-rather-long-model-name-{k}"), "task": "xnli",
         "metric": "acc", **{c: 0.35 + 0.6 * k / n_systems * (1 - at / 80) for at, c in enumerate(codes)}}
        for k in range(n_systems)
    ]  # fmt: skip
    gaps, read = score_gaps(rows, n_resamples=0, compare=False)
    return ReportData("many", performance=gaps.performance, levels=gaps.levels, notes=read.notes)


def test_200_models_in_50_languages_make_a_page_below_3_mb_that_needs_nothing():
    page = scores_page(data(200))
    assert len(page.encode()) < 3_000_000
    assert page.count("<svg") == 4
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page == scores_page(data(200))
    table = page[page.index("<tbody>") :]
    assert table.index("model-name-199<") < table.index("model-name-0<")  # the highest mean first
    assert "near chance" in page


def test_names_are_text():
    page = scores_page(data(2, ["eng", "swa"], m0="<script>alert(1)</script>", m1="b\x1b[31m"))
    assert "<script>alert" not in page
    assert "\x1b" not in page


def test_each_chart_names_its_parts():
    page = scores_page(data(3, ["eng", "swa", "urd"]))
    assert re.search(r"<title>organisation__a-rather-long-model-name-2: mean ", page)
    assert "<title>Swahili: " in page


def test_names_of_systems_cover_no_dot():
    placed = [(f"model-{k}", 300.0 + 20 * k, 200.0 + 3 * k) for k in range(8)]
    dots = [(x, y) for _, x, y in placed]
    texts = re.findall(r'<text x="(\d+)" y="(\d+)" text-anchor="start">(.*?)<', "".join(
        labels(placed, 460, dots)
    ))  # fmt: skip
    assert len(texts) == 8
    for left, base, text in texts:
        for x, y in dots:
            beside = x + 4 < int(left) or x - 4 > int(left) + LETTER * len(text)
            assert beside or abs(int(base) - 4 - y) > 9


def test_a_map_names_its_languages():
    page = scores_page(data(3, ["eng", "swa", "urd"]))
    for code, name in (("eng", "English"), ("swa", "Swahili"), ("urd", "Urdu")):
        assert f"<title>{code}</title>{name}</text>" in page


def test_short_names_are_those_that_tell_systems_apart():
    assert short_names(["a__x", "b__x", "c/y", "z"]) == ["a__x", "b__x", "y", "z"]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.49, 0.95), (0, 140), (3, 3.02), (0, 7)])
def test_ticks_are_few_and_within(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 12
    assert all(low <= tick <= high + 1e-9 for tick in found)


def test_the_printed_figure_is_the_same_for_the_same_data():
    pytest.importorskip("matplotlib")
    small = data(4, ["eng", "swa", "urd"])
    assert scores_figure(small) == scores_figure(small)
    assert scores_figure(small, kind="png").startswith(b"\x89PNG")


def levels(rows):
    gaps, _ = score_gaps(rows, n_resamples=0, compare=False)
    return ReportData("few", performance=gaps.performance, levels=gaps.levels)


def test_the_legend_of_the_printed_figure_is_that_of_all_panels():
    pytest.importorskip("matplotlib")
    rows = [
        {"system": system, "task": task, "eng": high, "swa": low}
        for task, guess in (("xnli", 0.34), ("sib200", 0.7))
        for system, high, low in (("a", 0.9, 0.8), ("b", 0.8, 0.5), ("c", guess, guess - 0.02))
    ]
    assert [one.task for one in levels(rows).levels if one.near_chance] == ["xnli"]
    assert b"<!-- near chance -->" in scores_figure(levels(rows), kind="svg")


def test_numbers_of_points_at_one_place_do_not_cover_each_other():
    pytest.importorskip("matplotlib")
    rows = [
        {"system": f"m{k}", "task": "t", "eng": 0.8 + k / 1e4, "swa": 0.7 + k / 1e4}
        for k in range(3)
    ] + [{"system": "far", "task": "t", "eng": 0.9, "swa": 0.3}]
    drawing = scores_figure(levels(rows), kind="svg").decode()
    places = [
        tuple(map(float, re.search(rf"<!-- {at} -->\s*<g [^>]*translate\((\S+) (\S+)\)", drawing).groups()))
        for at in (1, 2, 3)
    ]  # fmt: skip
    assert all(math.dist(a, b) > 6 for a, b in itertools.combinations(places, 2))


def test_names_that_are_near_are_spread_about_their_own_places():
    assert spread([(100, "a"), (50, "b")], 0, 200) == [(50, "b"), (100, "a")]
    assert spread([(50, "a"), (50, "b"), (150, "c")], 0, 200) == [(44, "a"), (56, "b"), (150, "c")]
    assert [y for y, _ in spread([(0, "a"), (0, "b")], 10, 200)] == [10, 22]
    assert [y for y, _ in spread([(200, "a"), (199, "b")], 10, 200)] == [188, 200]
    assert spread([], 0, 10) == []
