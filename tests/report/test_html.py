"""The page is one file that trusts nothing in the data."""

import base64
import gzip
import hashlib
import html
import json
import re

import pytest

from lingap.gap import linguistic_gap, performance_gaps
from lingap.records import Score
from lingap.report import ReportData, render_html
from lingap.report.reader_answer import parts_for
from lingap.report.verdict import LEADING, answer_parts

pytest.importorskip("plotly")


@pytest.fixture(scope="module")
def page(data):
    return render_html(data)


def policy_of(page):
    content = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    return dict(part.split(" ", 1) for part in html.unescape(content).split("; "))


def unpacked(page, name):
    content = re.search(rf'<script type="application/gzip" id="{name}">([\w+/=]*)</script>', page)
    return gzip.decompress(base64.b64decode(content[1])).decode()


def scripts_of(page):
    plain = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return [*plain, unpacked(page, "plotly")]


def outside_of(page):
    """The page without its scripts and without what they unpack."""
    return re.sub(
        r"<script(?: type=\"application/gzip\"[^>]*)?>.*?</script>", "", page, flags=re.DOTALL
    )


def test_the_policy_allows_these_scripts_and_nothing_else(page):
    policy = policy_of(page)
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() + "'"
        for code in scripts_of(page)
    }
    assert set(policy["script-src"].split()) == hashes
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in " ".join(policy.values())
    nonce = re.fullmatch(r"'nonce-(\w+)'", policy["style-src"])[1]
    assert re.findall(r"<style[^>]*>", page) == [f'<style nonce="{nonce}">']


def test_plotly_is_there_once_and_nothing_is_fetched(page):
    assert sum(script.count("* plotly.js v") for script in scripts_of(page)) == 1
    outside = outside_of(page)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)", outside)
    assert "http" not in re.sub(r"http-equiv", "", outside)
    assert "url(" not in outside


def test_data_never_become_markup(page):
    outside = outside_of(page)
    assert "<script>window" not in outside
    assert "<a href='javascript" not in outside
    assert "&lt;script&gt;window.hacked = true&lt;/script&gt;" in outside


def test_the_charts_data_are_packed_as_they_are(page, data):
    charts = json.loads(unpacked(page, "chart-data"))
    assert [one["system"] for one in charts["heatmaps"]] == ["character", "subword", "phoneme"] * 2
    assert charts["projections"][0]["texts"]["eng"]["1"] == "<script>window.hacked = true</script>"
    assert charts["bars"][0]["pairs"]["eng–fra"]["gap"] == data.performance[0].rpd[0][1]


@pytest.mark.parametrize("reader", [(), ("swa",)])
def test_a_long_answer_is_folded_after_what_leads_it(reader):
    def said_of(n_tasks):
        rows = [
            Score(system, f"task {k}", code, "f1", value)
            for k in range(n_tasks)
            for system, values in (("a", (0.8, 0.7)), ("b", (0.7, 0.5)))
            for code, value in zip(("eng", "swa"), values, strict=True)
        ]
        gaps = tuple(performance_gaps(rows))
        found = ReportData("long", performance=gaps, miniature=True, reader=reader)
        return found, html.unescape(outside_of(render_html(found)))

    found, said = said_of(9)
    leading = len(parts_for(found, "swa")) if reader else LEADING
    start, fold = said.index('id="answer"'), said.index("The rest of the answer: ")
    end = said.index("</details>", fold)
    *places, caution = [
        said.index(part.verdict or part.detail, start) for part in answer_parts(found)
    ]
    assert sum(place < fold for place in places) == leading
    assert all(place < end for place in places)
    assert caution > end  # what is said of all of it is not folded
    assert "The rest of the answer" not in said_of(1)[1]


def test_size(page):
    assert len(page.encode()) < 4e6


def test_the_same_data_give_the_same_page(page, data):
    assert render_html(data) == page


def test_headings_sort_and_cells_carry_their_value(page, data):
    gap = data.performance[0]
    assert f'data-sort="{gap.mean_rpd}"' in page
    assert '<th scope="col" aria-sort="none" class="num"' in page


def test_an_empty_experiment_has_a_page():
    page = render_html(ReportData("Nothing yet"))
    assert "There is no result yet." in page
    assert 'id="results"' not in page


def test_embeddings_alone_have_a_page(data):
    import numpy as np

    rows = {code: np.random.default_rng(at).normal(size=(9, 40)) for at, code in enumerate("ab")}
    gap = linguistic_gap(rows, system="mine", layer="pooled", n_permutations=20)
    page = render_html(ReportData("Foreign", linguistic=(gap,)))
    assert 'id="heatmap"' in page
    assert 'id="table-linguistic-gap"' in page
    assert f'data-sort="{gap.mean_cka_debiased}"' in page
