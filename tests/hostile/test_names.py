"""Names of systems, tasks, measures and corpora may hold anything: nothing of it acts."""

import csv
import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lingap.cli import app, main
from lingap.gap import linguistic_gap, performance_gaps
from lingap.records import Score
from lingap.report import ReportData, render_html
from lingap.report.csv_files import to_csv
from lingap.report.export import write_report
from lingap.report.latex import escaped as latex
from lingap.report.latex import to_latex
from lingap.report.markdown import escaped as markdown
from lingap.report.markdown import to_markdown
from lingap.report.side_tables import all_tables
from lingap.text.display import shown

STEERING = "\x1b[31m\x07\x9b1m\u202e\u2066\r\n\x00\ud800"
HOSTILE = [
    "../../up", "/etc/x", "..", "a\\b", "NER/PER", "con", "nul.tex", "x" * 5_000, "ner\n", "",
    "}\\input{/etc/passwd}\\newwrite\\w\\immediate\\openout\\w=x.tex", "$\\frac{$", "$x$", "_hidden",
    "[1cm]", "*", "%", "a & b # c ~ d ^ e", "`x` <b>|</b>", "# x", "- x", "1. x", "---",
    "https://example.org www.example.org a@example.org", "=1+1", "@SUM(1)", "＝1", "2024",
    "</script><script>window.hacked=1</script>", STEERING, "[/red]", "हिन्दी", "مكتوب",
]  # fmt: skip


def gaps(name, task=None, metric="accuracy"):
    rows = [
        Score(system, name if task is None else task, code, metric, value)
        for system, level in ((name or "-", 0.5), ("other", 0.6))
        for code, value in (("eng", level), ("kor", level + 0.2), ("hin", level - 0.1))
    ]
    return performance_gaps(rows, n_resamples=0)


def data_of(name):
    import numpy as np

    rng = np.random.default_rng(0)
    vectors = {code: rng.normal(size=(9, 3)) for code in ("eng", "kor", "hin")}
    like = linguistic_gap(vectors, system=name, layer=name, corpus=name, n_permutations=0)
    return ReportData(
        name, config={name: name}, performance=tuple(gaps(name)), linguistic=(like,), notes=(name,)
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_files_have_names_that_any_disk_takes(name):
    from lingap.report.figures import _figures

    data = data_of(name)
    names = [table.name for table in all_tables(data)] + [one for one, *_ in _figures(data)]
    for one in names:
        assert re.fullmatch(r"[a-z0-9_-]{1,200}", one)
    assert len(names) == len(set(names))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["html", "latex", "csv"])  # and svg below
def test_every_format_is_written_and_nothing_outside(tmp_path, name, kind):
    pytest.importorskip("matplotlib")
    out = tmp_path / "a" / "b"
    written = write_report(data_of(name), out, kind=kind)
    assert {*written} == {*out.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["latex", "markdown", "csv"])
def test_a_task_with_a_slash_has_a_report(tmp_path, kind):
    pytest.importorskip("matplotlib")
    data = ReportData("x", performance=tuple(gaps("one", "NER/PER", "../f1")))
    assert len(write_report(data, tmp_path / "out", kind=kind)) > 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_names_that_differ_have_files_that_differ_on_any_disk():
    tasks = ["ner", "NER", "n/er", "n_er", "n-er", "ner ", "nér", "n", "x" * 300, "x" * 301]
    performance = [gap for task in tasks for metric in ("accuracy", "er_accuracy", "Accuracy")
                   for gap in gaps("one", task, metric)]  # fmt: skip
    names = [table.name for table in all_tables(ReportData("x", performance=tuple(performance)))]
    assert len({name.lower() for name in names}) == len(names) == 60


@pytest.mark.parametrize("name", HOSTILE)
def test_latex_has_no_command_of_a_name(name):
    def commands(text):
        return set(re.findall(r"\\[A-Za-z]+", text))

    found, plain = to_latex(data_of(name)), to_latex(data_of("plain"))
    allowed = {"\\textbackslash", "\\textasciicircum", "\\textasciitilde", "\\textless", "\\texttt",
               "\\textgreater", "\\textbar", "\\textquotedbl"}  # fmt: skip
    assert commands(found) - commands(plain) <= allowed
    assert found.count("\\begin{") == found.count("\\end{")
    body = re.sub(r"\\[{}%]", "", found.split("\\begin{document}")[1])
    assert body.count("{") == body.count("}")
    assert "%" not in body
    assert not re.search(r"(\\\\|rule)\s*[\[*]", body)  # nothing that they take for an argument
    assert all(c.isascii() or unicodedata.category(c)[0] == "L" for c in found)
    for label in re.findall(r"\\label\{(.*?)\}", found):
        assert re.fullmatch(r"tab:[a-z0-9_-]+", label)


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_renders_names_as_text(name):
    markdown_it = pytest.importorskip("markdown_it")
    text = to_markdown(data_of(name))
    found = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {part.type for token in found for part in (token, *(token.children or ()))}
    assert not kinds & {
        "html_inline", "html_block", "link_open", "image", "code_inline", "fence", "code_block",
        "em_open", "bullet_list_open", "ordered_list_open", "hr",
    }  # fmt: skip
    headings = [token.tag for token in found if token.type == "heading_open"]
    assert set(headings) == {"h1", "h2"}
    assert headings.count("h1") == 1
    assert not re.search(r"(?<!\\):(?=//)|\bwww\.|(?<!\\)[$@]", text.replace("&amp;", ""))
    widths = {line.replace("\\|", "").count("|") for line in text.splitlines() if "other" in line}
    assert len(widths - {0}) <= 2  # scores, and gaps to English


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_has_no_markup_or_steering_of_a_name(name):
    pytest.importorskip("plotly")
    page = render_html(data_of(name))
    outside = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert "<script>window" not in outside
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", outside
    )
    ids = re.findall(r'id="([^"]*)"', outside)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9_-]+", one) for one in ids)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_of_a_csv_is_a_formula(name):
    for text in to_csv(data_of(name)).values():
        text.encode()
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                assert cell[:1] not in tuple("=+@＝\t\r") or not cell
                assert cell[:1] != "-" or float(cell) < 0


@pytest.mark.parametrize("name", ["$\\frac{$", "_hidden", STEERING, "x" * 5_000, "a_b^c\\alpha"])
def test_figures_show_names_as_text(name):
    pytest.importorskip("matplotlib")
    from lingap.report import panels
    from lingap.report.figures import figure_files

    for _, content in figure_files(data_of(name)).values():
        assert len(content) < 2e6
    label = panels.short_label(name)
    assert not label.startswith("_")
    assert len(label) <= panels.LONGEST_LABEL + 1


@pytest.mark.parametrize("kind", ["scores", "outputs", "text"])
def test_no_name_steers_the_terminal(tmp_path, kind, capsys, monkeypatch):
    name = "evil\x1b[31m\x9b\u202e"
    if kind == "scores":
        file = tmp_path / "s.jsonl"
        rows = [{"system": name, "task": name, "language": code, "score": value}
                for code, value in (("eng", 0.5), ("kor", 0.0), ("hin", 0.0))]  # fmt: skip
        file.write_text("\n".join(map(json.dumps, rows)))
    else:
        file = tmp_path / name
        file.mkdir()
    monkeypatch.setattr("sys.argv", ["lingap", "gap", kind, str(file)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == (0 if kind == "scores" else 2)
    assert "evil" in said.out + said.err
    assert not re.search("[\x1b\x9b\u202e]", said.out + said.err)


def test_a_report_names_its_file_without_steering(tmp_path):
    folder = tmp_path / "evil\x1b[31m"
    folder.mkdir()
    (folder / "s.csv").write_text("system,language,score\na,eng,90\na,kor,60\n")
    done = CliRunner().invoke(app, ["report", str(folder / "s.csv"), "-f", "csv"])
    assert done.exit_code == 0
    assert "Written: " in done.output
    assert "\x1b" not in done.output


def test_half_a_surrogate_pair_in_a_table_has_a_report(tmp_path):
    pytest.importorskip("plotly")
    rows = [{"system": "x\ud800", "language": code, "score": 0.5} for code in ("eng", "kor")]
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = CliRunner().invoke(app, ["report", str(tmp_path / "s.jsonl")])
    assert done.exit_code == 0, done.exception
    assert "x\ufffd" in (tmp_path / "s.report.html").read_text(encoding="utf-8")


def test_json_in_the_terminal_means_the_same_and_steers_nothing(tmp_path):
    name = "x\x1b[31m\x9b\u202e\ud800y"
    rows = [{"system": name, "language": code, "score": 0.5} for code in ("eng", "kor")]
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = CliRunner().invoke(app, ["gap", "scores", str(tmp_path / "s.jsonl"), "--json"])
    assert done.exit_code == 0, done.exception
    assert not re.search("[\x1b\x9b\u202e]", done.stdout)
    assert json.loads(done.stdout)["performance"][0]["system"] == name


def test_progress_shows_titles_as_text(capsys):
    from types import SimpleNamespace

    from rich.console import Console

    from lingap.cli.experiment_progress import _bars, _lines
    from lingap.experiments.forecast import Forecast

    job = SimpleNamespace(id="a", kind="run", title="[/red] \x1b[31mx", n_steps=10)
    for tell in _lines([job], Forecast([job], {"a": 1.0}, {"a": 0.0})):
        tell(job, "done", 10)
    assert capsys.readouterr().err.startswith("1/1 [/red] \ufffd[31mx: done")
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    for tell in _bars(console, [job], Forecast([job], {"a": 1.0}, {"a": 0.0})):
        tell(job, "started", 0)
        tell(job, "step", 5)
    shown = re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())
    assert "[/red] \ufffd[31mx" in shown


def test_hostile_names_in_latex_compile_and_write_nothing_else(tmp_path):
    import shutil
    import subprocess

    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not here")
    rows = [gap for name in HOSTILE for gap in gaps(name, "}\\input{x}")[:1]]
    data = ReportData("[1cm]\\openout", performance=tuple(rows), notes=tuple(HOSTILE))
    (tmp_path / "report.tex").write_text(to_latex(data), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
        cwd=tmp_path, capture_output=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert {path.suffix for path in tmp_path.iterdir()} <= {".tex", ".aux", ".log", ".pdf"}
    assert {path.stem for path in tmp_path.iterdir()} == {"report"}


@given(st.text(st.characters(), max_size=60))
def test_markdown_gives_any_text_back(text):
    markdown_it = pytest.importorskip("markdown_it")
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    expected = shown(" ".join(text.split()))
    for before, after in (("# ", ""), ("", ""), ("| a |\n| - |\n| ", " |")):
        part = reader.parse(f"{before}{markdown(text)}{after}\n")
        if not expected.strip():
            continue
        inline = [one for one in part if one.type == "inline"][-1]
        assert {child.type for child in inline.children} <= {"text", "text_special"}
        assert "".join(child.content for child in inline.children).strip() == expected.strip()


@given(st.text(st.characters(), max_size=60))
def test_latex_of_any_text_is_balanced_and_has_no_argument_comment_or_control(text):
    made = latex(text)
    plain = re.sub(r"\\[{}%&#$_]", "", made)
    assert plain.count("{") == plain.count("}")
    assert not set(plain) & set("%&#_^~") - {"~"} or "\u00a0" in text
    assert not re.match(r"[\[*]", made)
    assert made.isprintable() or not made
