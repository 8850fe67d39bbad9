"""The page in a real browser: no error, no request, charts that respond, scripts that stay text."""

import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lingap.gap import linguistic_gap, output_gap, performance_gaps, text_gap
from lingap.records import Score
from lingap.report import ReportData, render_html
from lingap.report.charts import chart_data
from lingap.report.reader_answer import parts_for
from pages import open_page, point_at


@pytest.fixture(scope="module")
def file(data, tmp_path_factory):
    pytest.importorskip("plotly")
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_html(data), encoding="utf-8")
    return path


@pytest.fixture(
    scope="module",
    params=[{"width": 1280, "height": 900}, {"width": 390, "height": 844}],
    ids=["desk", "phone"],
)
def page(browser, file, request):
    with open_page(browser, viewport=request.param, offline=True) as page:
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        yield page


def test_it_fits_and_every_chart_is_drawn(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for chart in (
        "score-dots",
        "bar-gap",
        "bar-cka",
        "heatmap",
        "left-cloud",
        "right-cloud",
        "scatter",
        "curves",
        "encoder-curves",
    ):
        assert page.locator(f"#{chart} svg.main-svg").count() > 0, chart
    assert page.locator("#panel-sinkhorn").is_hidden()  # nothing was measured
    assert page.locator("#bar-gap .errorbar path").count() > 0
    assert page.locator("#similarity").count() == 1


def test_hostile_text_is_shown_as_text(page):
    assert "<script>window.hacked = true</script>" in page.locator("h1").inner_text()
    page.locator("#row-choice").fill("1")
    shown = page.locator("#translations").inner_text()
    assert "<script>window.hacked = true</script>" in shown
    assert "<a href='javascript:window.hacked = true'>x</a>" in shown
    assert page.locator("a[href^='javascript']").count() == 0


def test_headings_sort_by_click_and_by_key(page, data):
    scores = {gap.system: gap.scores["eng"] for gap in data.performance}
    rows = page.locator("#table-scores-ner-span_f1 tbody tr td:first-child")

    def names():
        return [text.split("\n")[0] for text in rows.all_inner_texts()]

    head = page.locator("#table-scores-ner-span_f1 th").nth(1)
    head.locator("button").click()
    assert names() == sorted(scores, key=scores.get)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").press("Enter")
    assert names() == sorted(scores, key=scores.get, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"


def test_the_heat_map_answers_and_switches(page, data):
    caption = page.locator("#heat-caption")
    before = caption.inner_text()
    assert "Above the diagonal: character" in before
    assert "below: phoneme" in before
    page.select_option("#heat-lower", "subword")
    page.select_option("#heat-measure", "cka")
    gap = next(g for g in data.linguistic if (g.system, g.layer) == ("subword", "input"))
    assert f"below: subword (mean {gap.mean_cka:.3f})" in caption.inner_text()
    page.select_option("#heat-layer", "last · CLDR names")
    assert "last hidden layer" in caption.inner_text()
    z = page.evaluate("document.getElementById('heatmap').data[0].z")
    upper = next(g for g in data.linguistic if (g.system, g.layer) == ("character", "last"))
    assert z[0][1] == pytest.approx(upper.cka[0][1], abs=1e-4)
    assert z[0][0] is None
    page.locator("#heatmap").scroll_into_view_if_needed()
    box = page.locator("#heatmap .nsewdrag").first.bounding_box()
    point_at(page, box, 0.8, 0.3, "document.querySelector('#heatmap .hovertext') !== null")
    assert "character" in page.locator("#heatmap .hovertext").text_content()


def test_curves_open_on_what_was_measured_on_dev_data(page):
    assert page.locator("#curve-measure").input_value() == "dev_span_f1"
    assert page.locator("#encoder-measure").input_value() == "bits_per_character"
    offered = page.locator("#curve-measure option").all_inner_texts()
    assert offered == ["dev span f1", "loss", "learning rate"]


@pytest.mark.parametrize("width", [1280, 390])
def test_outputs_and_texts_alone_have_heat_maps(browser, tmp_path, width):
    pytest.importorskip("plotly")
    rng = np.random.default_rng(0)
    clouds = {code: rng.dirichlet((9, 1, 1), size=30) for code in ("eng", "kor", "urd")}
    texts = {code: [rng.choice(list("abc"), 9).tolist() for _ in range(30)] for code in clouds}
    data = ReportData(
        "foreign",
        outputs=tuple(output_gap(clouds, system=name, corpus="c") for name in ("one", "two")),
        inputs=(text_gap(texts, representation="character", corpus="c"),),
    )
    path = tmp_path / "report.html"
    path.write_text(render_html(data), encoding="utf-8")
    with open_page(browser, viewport={"width": width, "height": 800}) as page:
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "Above the diagonal: one" in page.locator("#out-caption").inner_text()
        told = page.locator("#text-caption").inner_text()
        assert told.startswith("n-gram divergence, bit, c. chara")
        page.select_option("#out-measure", "divergence")
        z = page.evaluate("document.getElementById('output-map').data[0].z")
        assert z[0][1] == pytest.approx(data.outputs[0].divergence[0][1], abs=1e-4)


def test_the_scatter_says_its_rank_correlation(page, data):
    said = page.locator("#scatter-caption").inner_text()
    rows = [row for row in data.correlations if row.predictor == "debiased CKA, input layer"]
    expected = " ".join(
        f"{row.system}: Spearman R {row.spearman:.3f}, Kendall τ {row.kendall:.3f}, over 28 points; "
        f"p {row.spearman_p_languages:.3f} when languages are exchanged."
        for row in rows
    )
    assert len(rows) == 3
    assert said == expected.replace("-", "−")


def test_a_gap_without_an_interval_has_no_error_bar(browser, tmp_path):
    pytest.importorskip("plotly")
    rows = [Score("one", "pos", code, "accuracy", v) for code, v in (("eng", 0.9), ("kor", 0.6))]
    path = tmp_path / "report.html"
    path.write_text(render_html(ReportData("x", performance=tuple(performance_gaps(rows)))))
    with open_page(browser) as page:
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert page.locator("#bar-gap .point").count() == 1
        assert page.locator("#bar-gap .errorbar path").count() == 0
        assert page.locator("#similarity").count() == 0  # which the page above has
        assert "Made by lingap." in page.locator("footer").inner_text()


def test_odd_and_long_names_stand_beside_their_bars_on_a_phone(browser, tmp_path):
    pytest.importorskip("plotly")
    names = ["2024", "1", "<b>x</b>", "a" * 300]
    rows = [Score(name, "NER/PER", code, "f1", value)
            for name in names for code, value in (("eng", 0.9), ("kor", 0.6))]  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(render_html(ReportData(names[3], performance=tuple(performance_gaps(rows)))))
    with open_page(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shown = page.locator("#bar-gap .xtick text").all_text_contents()
        assert shown == [*names[:3], "a" * 19 + "…"]


def test_a_sentence_shows_its_translations_in_their_direction(page):
    page.locator("#row-choice").fill("0")
    lines = page.locator("#translations p")
    assert lines.count() == 4
    assert page.locator("#translations [lang=urd]").get_attribute("dir") == "rtl"
    assert page.locator("#translations [lang=kor]").inner_text() == "대한민국"
    page.locator("#row-choice").press("ArrowRight")
    page.locator("#row-choice").press("ArrowRight")
    assert page.locator("#translations [lang=kor]").inner_text() == "목요일"
    marks = page.evaluate("document.getElementById('left-cloud').data.at(-1).x.length")
    assert marks == 4  # the sentence in each of the four languages


def test_pointing_at_a_point_finds_its_translations(page):
    page.locator("#left-cloud").scroll_into_view_if_needed()
    points = page.locator("#left-cloud .scatterlayer .trace").nth(1).locator("path.point")
    box = points.nth(2).bounding_box()
    point_at(page, box, 0.5, 0.5, "document.getElementById('row-number').textContent === '3'")
    assert page.locator("#translations [lang=eng]").inner_text() == "Thursday"


def test_scripts_have_glyphs(page):
    """A missing glyph is drawn as the same box for every letter; real ones differ in their ink."""
    inks = page.evaluate(
        """() => ['\\u0634', '\\u0915', '\\uD55C', '\\u{10FFFD}'].map((letter) => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 60;
          const pen = canvas.getContext('2d');
          pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
          pen.fillText(letter, 8, 44);
          return pen.getImageData(0, 0, 60, 60).data.join();
        })"""
    )
    if lacking := [name for name, ink in zip(("Arabic", "Devanagari", "Hangul"), inks, strict=False)
                   if ink == inks[3]]:  # fmt: skip
        pytest.skip(f"this machine has no font for {', '.join(lacking)}")
    assert len(set(inks)) == 4


def test_bars_change_with_the_pair(page, data):
    page.select_option("#bar-pair", "eng–kor")
    shown = page.evaluate("document.getElementById('bar-gap').data[0].y")
    at = data.performance[0].languages.index("kor")
    assert shown == pytest.approx([gap.rpd[0][at] for gap in data.performance])


def test_a_chart_that_fails_says_why_and_leaves_the_others(browser, data, tmp_path, monkeypatch):
    pytest.importorskip("plotly")
    file = tmp_path / "report.html"
    broken = {**chart_data(data), "bars": [None]}
    monkeypatch.setattr("lingap.report.html.chart_data", lambda data: broken)
    file.write_text(render_html(data), encoding="utf-8")
    with open_page(browser, viewport={"width": 1280, "height": 900}, offline=True) as page:
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert "cannot be drawn" in page.locator("#bar-gap").inner_text()
        for chart in ("score-dots", "heatmap", "left-cloud", "curves"):
            assert page.locator(f"#{chart} svg.main-svg").count() > 0, chart


def test_a_browser_that_cannot_unpack_the_charts_says_so_and_has_the_tables(browser, file):
    with open_page(browser, viewport={"width": 1280, "height": 900}, offline=True) as page:
        page.add_init_script("delete window.DecompressionStream")
        page.goto(file.as_uri())
        page.wait_for_selector("#heatmap .warn")
        assert "needs a browser of 2023 or later" in page.locator("#score-dots").inner_text()
        assert page.locator("#table-scores-ner-span_f1 tbody tr").count() > 0


def test_one_language_and_no_number_leave_a_page_with_its_charts(browser, data, tmp_path):
    """CKA of one language has no pair; a point without a place is not drawn."""
    pytest.importorskip("plotly")
    one = linguistic_gap({"kor": np.eye(8)[:, :4]}, system="character", layer="input", corpus="x")
    projection = replace(data.projections[0], x=(float("inf"), *data.projections[0].x[1:]))
    odd = replace(data, linguistic=(one,), projections=(projection,))
    file = tmp_path / "report.html"
    file.write_text(render_html(odd), encoding="utf-8")
    with open_page(browser, viewport={"width": 390, "height": 844}, offline=True) as page:
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert "One language only" in page.locator("#similarity").inner_text()
        for chart in ("score-dots", "left-cloud", "curves"):
            assert page.locator(f"#{chart} svg.main-svg").count() > 0, chart


LONG = (
    "zgh", "acq", "acm", "dik", "azb", "fuv", "nno", "apc", "kmr", "nob", "quy", "aeb", "apd", "ary",
    "arz", "ckb", "gla", "hat", "knc", "nso",
)  # fmt: skip


@pytest.fixture(scope="module")
def twenty(tmp_path_factory):
    """A page of twenty languages with long names, in two systems."""
    pytest.importorskip("plotly")
    rng = np.random.default_rng(0)
    base = rng.normal(size=(40, 8))
    gaps = tuple(
        linguistic_gap(
            {code: base + noise * rng.normal(size=base.shape) for code in LONG},
            system=system, layer="input", corpus="c", n_permutations=10,
        )
        for system, noise in (("character", 1.2), ("phoneme", 0.5))
    )  # fmt: skip
    rows = [
        Score(system, "ner", code, "span_f1", rng.uniform(0.3, 0.9))
        for system in ("character", "phoneme")
        for code in LONG
    ]
    data = ReportData("x", linguistic=gaps, performance=tuple(performance_gaps(rows)))
    path = tmp_path_factory.mktemp("twenty") / "report.html"
    path.write_text(render_html(data), encoding="utf-8")
    return path


def distances(page, chart, axis):
    """Distance of neighbouring labels of an axis across their writing, and the height of a line."""
    return page.evaluate(
        """([chart, axis]) => [...document.querySelectorAll(`#${chart} .${axis}tick text`)].map((one) => {
          const turned = /rotate\\((-?[\\d.]+)/.exec(one.getAttribute("transform") || "");
          const place = one.getBoundingClientRect(), own = one.getBBox();
          return { turned: turned ? Number(turned[1]) * Math.PI / 180 : 0, size: parseFloat(getComputedStyle(one).fontSize),
            lines: Math.max(1, one.querySelectorAll("tspan").length), text: one.textContent,
            x: turned ? place.left : place.left + place.width / 2, y: place.top + place.height / 2 };
        })""",
        [chart, axis],
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_labels_of_twenty_long_names_do_not_overlap(browser, twenty, width):
    with open_page(browser, viewport={"width": width, "height": 900}) as page:
        page.goto(twenty.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        rows = distances(page, "score-dots", "y")
        assert len(rows) == 20
        assert any("Standard" in row["text"] and "(zgh)" in row["text"] for row in rows)
        for one, other in pairwise(sorted(rows, key=lambda row: row["y"])):
            assert other["y"] - one["y"] >= one["size"] * (one["lines"] + other["lines"]) / 2
        for axis, across in (("x", "x"), ("y", "y")):
            labels = distances(page, "heatmap", axis)
            for one, other in pairwise(sorted(labels, key=lambda row: row[across])):
                apart = other[across] - one[across]
                if axis == "x":
                    apart *= abs(math.sin(one["turned"]))
                assert apart >= one["size"], (one, other)
        if width > 1000:
            assert {row["text"] for row in labels} >= {"Southwestern Dinka (dik)"}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("n", [2, 5, 6, 9])
def test_a_map_of_few_languages_names_them_where_the_page_has_room(browser, tmp_path, n):
    rng = np.random.default_rng(0)
    codes = ("amh", "eng", "fra", "hin", "kor", "swa", "fin", "urd", "tur")[:n]
    gap = linguistic_gap(
        {code: rng.normal(size=(40, 8)) for code in codes}, system="s", corpus="c",
        layer="input", n_permutations=10,
    )  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(render_html(ReportData("x", linguistic=(gap,))), encoding="utf-8")
    for width, said in ((1300, {"Amharic (amh)", "English (eng)"}), (390, {"amh", "eng"})):
        if (n, width) == (2, 390):
            continue
        with open_page(browser, viewport={"width": width, "height": 900}) as page:
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready=yes]")
            for axis in "xy":
                assert {row["text"] for row in distances(page, "heatmap", axis)} >= said


def luminance(rgb):
    parts = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def rgb_of(text):
    if text.startswith("#"):
        return [int(text[i : i + 2], 16) for i in (1, 3, 5)]
    return [float(part) for part in re.findall(r"[\d.]+", text)[:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_digits_on_the_heat_map_can_be_read(browser, file, scheme):
    """Contrast of 4.5:1 at least, as WCAG asks of text, by the colours that plotly draws."""
    with open_page(browser, viewport={"width": 1280, "height": 900}, color_scheme=scheme) as page:
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        cells, numbers = page.evaluate("document.getElementById('heatmap').data")
        scale = [(place, rgb_of(colour)) for place, colour in cells["colorscale"]]
        assert len(numbers["text"]) == 8 * 7
        drawn = iter(zip(numbers["textfont"]["color"], numbers["text"], strict=True))
        for value in (value for row in cells["z"] for value in row if value is not None):
            share = (value - cells["zmin"]) / (cells["zmax"] - cells["zmin"])
            back = [
                np.interp(share, *zip(*((at, rgb[k]) for at, rgb in scale), strict=False))
                for k in range(3)
            ]
            colour, text = next(drawn)
            assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.006)
            assert contrast(back, rgb_of(colour)) >= 4.5
        drawn_text = page.locator("#heatmap .textpoint text").first
        assert rgb_of(drawn_text.evaluate("one => getComputedStyle(one).fill")) == rgb_of(
            numbers["textfont"]["color"][0]
        )


def test_wide_tables_say_that_they_go_on(page):
    table = page.locator("#results .scroll").filter(has=page.locator("#table-scores-ner-span_f1"))
    said = table.evaluate("one => (one.previousElementSibling || {}).className === 'sideways' "
                          "? one.previousElementSibling.textContent : ''")  # fmt: skip
    hidden = table.evaluate(
        "one => [...one.querySelectorAll('th')].filter((head) => head.getBoundingClientRect().right "
        "> one.getBoundingClientRect().right + 1).length"
    )
    assert bool(said) == (table.evaluate("one => one.scrollWidth > one.clientWidth"))
    if hidden:
        assert said == f"{hidden} more column{'s' * (hidden > 1)}: scroll sideways →"


def test_the_page_answers_for_a_language(page, data):
    assert page.locator("#reader-answer").inner_text() == ""
    page.select_option("#reader-language", "urd")
    said = page.locator("#reader-answer").inner_text()
    expected = list(parts_for(data, "urd"))
    for part in expected:
        assert part.verdict in said
        assert part.detail in said
    assert "Place of Urdu" in said
    page.select_option("#reader-language", "")
    assert page.locator("#reader-answer").inner_text() == ""
