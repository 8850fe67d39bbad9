"""Two commands that write at one place at once: one is refused, and nothing is made of two."""

import json
import threading

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import StoreError
from lingap.report.export import write_report
from lingap.report.folder import read_folder
from lingap.storage.outputs import held

pytestmark = pytest.mark.usefixtures("own_cache")
TABLE = "language,score\neng,{}\nkor,0.4\n"


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def tables(folder):
    made = []
    for name, score in (("one", 0.8), ("two", 0.5)):
        made.append(folder / f"{name}.csv")
        made[-1].write_text(TABLE.format(score))
    return made


def test_a_report_into_a_folder_where_another_is_written_is_refused(tmp_path):
    one, _ = tables(tmp_path)
    (tmp_path / "out").mkdir()
    with held(tmp_path / "out" / "report"):
        done = run("report", one, "-o", tmp_path / "out")
    assert isinstance(done.exception, StoreError)
    assert "Another lingap is writing" in str(done.exception)
    assert list((tmp_path / "out").iterdir()) == []
    assert run("report", one, "-o", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("kind", ["csv", "markdown"])
def test_of_many_reports_into_one_folder_one_is_written_whole(tmp_path, kind):
    pytest.importorskip("matplotlib")
    data = {path: read_folder(path) for path in tables(tmp_path)}
    out, faults, whole = tmp_path / "out", [], {}
    for path, one in data.items():
        alone = tmp_path / path.stem
        whole[path] = {p.name: p.read_bytes() for p in write_report(one, alone, kind=kind)}

    def write(path):
        try:
            write_report(data[path], out, kind=kind, source=path)
        except StoreError as error:
            faults.append(str(error))

    threads = [threading.Thread(target=write, args=(path,)) for path in [*data] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {p.name: p.read_bytes() for p in out.iterdir()}
    texts = [{n: b for n, b in files.items() if n.endswith((".csv", ".md"))} for files in whole.values()]  # fmt: skip
    assert {n: b for n, b in made.items() if n.endswith((".csv", ".md"))} in texts
    assert faults
    assert all("Another lingap" in one or "there already" in one for one in faults)


@pytest.mark.parametrize(
    ("verb", "name", "more"),
    [("scores", "page.html", ()), ("explain", "x.md", ("--no-phonemes", "--permutations", "99"))],
)
def test_a_file_of_the_same_name_in_another_folder_is_another_source(
    tmp_path, monkeypatch, verb, name, more
):
    pytest.importorskip("plotly")
    rows = "".join(f"{c},{0.9 - i / 20}\n" for i, c in enumerate("eng fra rus hin tur fin".split()))
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scores.csv").write_text(f"language,score\n{rows}")
    for folder in ("a", "a", "b"):
        monkeypatch.chdir(tmp_path / folder)
        done = run("gap", verb, "scores.csv", *more, "-o", tmp_path / name)
        if folder == "a":
            assert done.exit_code == 0, done.output
            before = (tmp_path / name).read_bytes()
    assert "there already" in str(done.exception)
    assert (tmp_path / name).read_bytes() == before


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    pytest.importorskip("transformers", reason="needs the extra train")
    import checkpoints as make

    folder = tmp_path_factory.mktemp("models") / "bert"
    folder.mkdir()
    return make.bert(folder)


@pytest.fixture
def text(tmp_path):
    folder = tmp_path / "text"
    folder.mkdir()
    for code, line in (("eng", "a"), ("fra", "b"), ("kor", "c")):
        rows = [f"{line} {'w' * i} {'o' * (i % 3)}" for i in range(8)]
        (folder / f"{code}.txt").write_text("\n".join(rows) + "\n")
    return folder


def test_two_models_into_one_folder(tmp_path, model, text):
    out = tmp_path / "out"
    out.mkdir()
    asked = ["gap", "model", model, "--text", text, "--permutations", "0", "-o", out]
    with held(out / "gap model"):
        done = run(*asked)
    assert "Another lingap is writing" in str(done.exception)
    assert list(out.iterdir()) == []
    assert run(*asked).exit_code == 0
    assert run(*asked, "--layer", "0").exit_code == 0  # its own earlier one
    before = (out / "gaps.json").read_bytes()
    (tmp_path / "other").mkdir()
    for path in text.iterdir():
        (tmp_path / "other" / path.name).write_text(path.read_text() + "new w\n")
    other = [tmp_path / "other" if one == text else one for one in asked]
    done = run(*other)
    assert "there already" in str(done.exception)
    assert (out / "gaps.json").read_bytes() == before


def test_a_second_run_of_the_same_model_and_text_does_not_lose_its_vectors(
    model, text, monkeypatch
):
    """The first removes the vectors in the cache when it is done."""
    from lingap.gap import model as of_model

    asked = ["gap", "model", str(model), "--text", str(text), "--permutations", "0", "--json"]
    alone = json.loads(run(*asked).stdout)
    compare, second = of_model.layer_gaps, []

    def between(*given, **named):
        monkeypatch.setattr(of_model, "layer_gaps", compare)
        second.append(json.loads(run(*asked).stdout))
        return compare(*given, **named)

    monkeypatch.setattr(of_model, "layer_gaps", between)
    first = json.loads(run(*asked).stdout)
    assert [first, *second] == [alone, alone]
