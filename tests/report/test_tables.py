"""Tables say what the gaps say, in every format."""

import csv
import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from lingap.gap import performance_gaps
from lingap.records import Score
from lingap.report import terminal_report, terminal_table
from lingap.report.csv_files import to_csv
from lingap.report.latex import to_latex
from lingap.report.markdown import to_markdown
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import all_tables, unfinished_table
from lingap.report.source_tables import source_tables
from lingap.report.summary import PretrainingRow, ReportData
from lingap.report.tables import Building, Cell, Column
from lingap.report.terminal import FittedTable

# Table 1 of Jung et al. (2024), named entities.
PAPER = {
    "character": (87.13, 91.27, 91.80, 92.26, 93.14, 93.88, 84.11, 92.92, 90.45, 87.68),
    "phoneme": (83.61, 89.42, 89.60, 90.56, 91.89, 92.76, 87.19, 92.35, 89.23, 88.23),
}
CODES = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin")


def paper_data() -> ReportData:
    rows = [
        Score(system, "ner", code, "span_f1", value / 100)
        for system, values in PAPER.items()
        for code, value in zip(CODES, values, strict=True)
    ]
    return ReportData("Table 1", performance=tuple(performance_gaps(rows)))


def test_the_papers_table_comes_out_again():
    (table,) = result_tables(paper_data())
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts[0][:4] == ["character", "87.1", "91.3", "91.8"]
    assert texts[0][11:15] == ["90.5", "84.1", "0.0316", "4.02"]  # mean, lowest, Std, RPD
    assert texts[1][14] == "3.53"  # the paper prints 3.52, from unrounded scores
    assert len(texts[0]) == 15  # no vectors were compared, so there is no column for them
    assert table.columns[0].label == "System"


def test_table_2_comes_out_again():
    paper = {
        "subword": (80.80, 62.93, 61.57),
        "character": (75.02, 59.72, 56.55),
        "phoneme": (71.89, 60.88, 56.10),
    }
    rows = [
        Score(system, "nli", code, "accuracy", value / 100)
        for system, values in paper.items()
        for code, value in zip(("eng", "swa", "urd"), values, strict=True)
    ]
    (table,) = source_tables(ReportData("Table 2", performance=tuple(performance_gaps(rows))))
    texts = [[(cell.text, cell.detail) for cell in row.cells[2:]] for row in table.rows]
    assert texts == [
        [("24.87", "17.87"), ("27.01", "19.23")],
        [("22.71", "15.30"), ("28.08", "18.47")],
        [("16.59", "11.01"), ("24.67", "15.79")],
    ]


def test_without_english_there_is_no_table_2():
    rows = [Score("x", "ner", code, "span_f1", 0.5) for code in ("kor", "hin")]
    assert source_tables(ReportData("x", performance=tuple(performance_gaps(rows)))) == ()


def printed(renderable, width):
    console = Console(width=width, file=io.StringIO(), highlight=False, markup=False)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_number_is_cut_at_any_width(data, width):
    text = printed(terminal_table(data), width)
    assert "…" not in text
    for gap in data.performance:
        for value in gap.scores.values():
            assert f"{value * 100:.1f}" in text
    for gap in data.linguistic:
        if gap.layer == "input":
            assert f"{gap.mean_cka_debiased:.3f}" in text
    assert all(len(line) <= width for line in text.splitlines())


def test_rows_that_begin_alike_are_numbered_where_a_table_is_parted():
    table = (
        Building([("xnli", "one", 1.5), ("xnli", "two", 2.5)])
        .text("Task", lambda row: row[0])
        .text("System", lambda row: row[1])
        .column(Column("A rather long heading"), lambda row: Cell(str(row[2]), row[2]))
        .table("pairs", "Pairs")
    )
    wide, narrow = printed(FittedTable(table), 80), printed(FittedTable(table), 24)
    assert "#" not in wide
    assert [line.split() for line in narrow.splitlines() if line.startswith("2")] == [
        ["2", "xnli", "two"], ["2", "2.5"],
    ]  # fmt: skip


def test_terminal_takes_no_escape_from_data(make):
    evil = printed(terminal_report(make(title="x", notes=("red \x1b[31m alert \x07",))), 80)
    assert "alert" in evil
    assert "\x1b" not in evil
    assert "\x07" not in evil


def test_nothing_yet_is_a_sentence():
    assert printed(terminal_table(ReportData("x")), 80).strip() == "No result yet."


def test_failed_runs_come_first_with_their_reason(data):
    rows = unfinished_table(data).rows
    assert [row.cells[6].text for row in rows] == ["failed", "missing"]
    assert rows[0].cells[7].text.startswith("the loss is no number")


def test_csv_has_every_number_unrounded(data):
    files = {name: list(csv.DictReader(io.StringIO(text))) for name, text in to_csv(data).items()}
    assert len(files["scores.csv"]) == 24
    first, gap = files["scores.csv"][0], data.performance[0]
    assert float(first["score"]) == gap.scores[first["language"]]
    assert float(first["low"]) == gap.score_intervals[first["language"]].low
    assert len(files["linguistic_gap_pairs.csv"]) == 6 * 28
    assert len(files["runs.csv"]) == 74
    assert {row["status"] for row in files["runs.csv"]} == {"done", "failed", "missing"}
    assert [row["score"] for row in files["runs.csv"] if row["status"] != "done"] == ["", ""]
    run = next(row for row in files["runs.csv"] if row["run_id"] == "runckor1")
    (score,) = next(row for row in data.runs if row.run_id == "runckor1").scores
    assert [float(run[name]) for name in ("score", "low")] == [score.value, score.interval.low]
    assert [
        row["occurrences"] for row in files["g2p_coverage.csv"] if row["language"] == "eng"
    ] == ["0"]


def test_markdown_has_a_row_a_system_and_no_markup_of_data(data):
    text = to_markdown(data, figures=[("Bars", "bars.svg")])
    assert "| character 3 seeds |" in text
    assert "![Bars](bars.svg)" in text
    assert "<script" not in text
    assert "<a href" not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = {line.replace("\\|", "").count("|") for line in tables if "character 3 seeds" in line}
    assert widths == {len(result_tables(data)[0].columns) + 1}


def test_latex_is_balanced_and_plain_ascii_or_latin(data):
    text = to_latex(data)
    assert text.count("\\begin{") == text.count("\\end{")
    assert "\\toprule" in text
    assert "\\midrule" in text
    assert "U+06C2" in text
    assert all(character.isascii() or "À" <= character <= "ſ" for character in text)
    assert "<script>" not in text


def test_every_table_has_cells_for_its_columns(data):
    names = [table.name for table in all_tables(data)]
    assert len(names) == len(set(names))
    for table in all_tables(data):
        assert all(len(row.cells) == len(table.columns) for row in table.rows), table.name


def test_floor_and_layer_are_told_beside_cka(data):
    (table,) = result_tables(data)
    assert "input embedding layer, CLDR names, 60 parallel sentences" in table.caption
    floor = [row.cells[-1] for row in table.rows]
    assert all(cell.sort == pytest.approx(0.208, abs=0.01) for cell in floor)
    assert json.dumps([cell.detail for cell in floor]) == '["3 of 28 pairs within", "", ""]'


def test_a_failed_encoder_is_told_in_the_terminal(data):
    row = PretrainingRow("phoneme", None, None, status="failed", reason="no memory left")
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(terminal_report(replace(data, pretraining=(*data.pretraining, row))))
    text = console.export_text()
    assert "no memory left" in text
    assert "1\u202f234\u202f567" not in text  # encoders that ended are left to the page
