"""What notebooks show of a result: its tables, and nothing that runs."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from lingap.errors import ConfigError
from lingap.gap import GapResults, performance_gaps, score_levels, text_gap
from lingap.report.notebook import tables_html
from lingap.report.rounding import fixed
from lingap.text.display import MOST_LANGUAGES
from modules import loaded_by


class Page(HTMLParser):
    """Text of the cells of each table, the open elements, and every element's name."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.names, self.open = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]
        self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += text


def test_a_performance_gap_is_its_row_of_scores(data):
    gap = data.performance[0]
    [table] = Page(gap._repr_html_()).tables
    heads, row = table
    shown = {
        head.split(" ")[0] if len(head.split(" ")[0]) == 3 else head: cell
        for head, cell in zip(heads, row, strict=True)
    }
    assert row[0].startswith(gap.system)
    for code, score in gap.scores.items():
        assert shown[code].startswith(fixed(100 * score, 1))
    assert shown["Mean RPD %"].startswith(fixed(gap.mean_rpd, 2))


def test_a_linguistic_gap_has_the_matrix_of_pairs(data):
    gap = data.linguistic[0]
    *_, matrix = Page(gap._repr_html_()).tables
    assert len(matrix) == len(gap.languages) + 1
    assert fixed(gap.cka_debiased[0][1], 3) in matrix[1]
    assert fixed(gap.cka[1][0], 3) in matrix[2]


def test_all_gaps_lead_with_the_answer(data):
    gaps = GapResults(performance=data.performance, linguistic=data.linguistic)
    shown = gaps._repr_html_()
    assert shown.index("Named entities") < shown.index("<table")
    assert len(Page(shown).tables) >= 2


def test_further_tables_are_folded(data):
    gaps = GapResults(performance=data.performance, linguistic=data.linguistic)
    shown = gaps._repr_html_()
    unfolded = re.sub(r"<details>.*?</details>", "", shown)
    assert unfolded.count("<table") == 3 < shown.count("<table")
    assert re.search(r"<details><summary>[^<]+ \(\d+\)</summary><div", shown)


def test_kinds_without_a_table_show_their_rows(data):
    levels = score_levels(data.performance)
    [table] = Page(levels[0]._repr_html_()).tables
    assert len(table) == len(levels[0].to_rows()) + 1


def test_an_input_gap_of_many_languages_has_no_matrix():
    texts = {f"x{at:02}": [[chr(97 + at % 20), "b"], ["c"]] for at in range(MOST_LANGUAGES + 1)}
    few = dict(list(texts.items())[:3])
    assert len(Page(text_gap(few, representation="character")._repr_html_()).tables) == 2
    assert len(Page(text_gap(texts, representation="character")._repr_html_()).tables) == 1


def test_names_are_text_and_nothing_runs(data):
    hostile = dataclasses.replace(data.performance[0], system="<script>x</script>\x1b[31m")
    shown = hostile._repr_html_()
    page = Page(shown)
    assert "script" not in page.names
    assert "link" not in page.names
    assert "<script>x</script>" in page.tables[0][1][0]
    assert "\x1b" not in shown


def test_what_is_no_result_is_refused():
    with pytest.raises(ConfigError, match="got int"):
        tables_html(3)


def test_only_a_notebook_pays_for_it():
    loaded = loaded_by("from lingap import PerformanceGap, ExperimentResult")
    assert "lingap.gap.performance" in loaded
    assert not [name for name in loaded if name.startswith("lingap.report")]


def test_gaps_of_scores_show_themselves():
    rows = [
        {"system": name, "task": "t", "language": code, "score": score}
        for name, scores in (("a", (0.9, 0.5)), ("b", (0.8, 0.7)))
        for code, score in zip(("eng", "swa"), scores, strict=True)
    ]
    first, _ = performance_gaps(rows)
    assert "90.0" in first._repr_html_()
