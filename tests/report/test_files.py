"""Experiment folders and files of gaps in, report files out."""

import csv
import io
import json
import os
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

import stored_records as stored
from lingap.errors import ConfigError, MetricError, StoreError
from lingap.experiments.records import PlannedJob, PlanRecord
from lingap.gap import divergence_pairs, linguistic_gap, pair_points, text_gap, with_checks
from lingap.gap.correlation import correlate_gaps
from lingap.gap.output import output_gap
from lingap.report import answer, figures, render_html
from lingap.report.charts import chart_data
from lingap.report.csv_files import to_csv
from lingap.report.distance_tables import output_table
from lingap.report.export import FORMATS, write_report
from lingap.report.figures import figure_files
from lingap.report.folder import read_folder
from lingap.report.side_tables import correlation_table


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def run_record(run_id, system, language, value, seed=0, **changes):
    return stored.run_record(
        run_id,
        stored.run_spec(system, (language,), seed=seed),
        scores=(stored.score(system, language, value, seed),),
        history=({"step": 0, "loss": 2.0}, {"step": 10, "loss": 1.0, "dev": 0.4}),
        **changes,
    )


def write_record(root, record):
    path = root / record.config.kind / record.run_id / "run.json"
    write(path, record.model_dump(mode="json"))


def write_plan(root, *runs, config=None, encoders=()):
    """A plan of runs and encoders, given as pairs of id and specification."""

    def jobs(pairs):
        return tuple(PlannedJob(id=name, title=name, config=spec) for name, spec in pairs)

    config = config or {"name": "Names <b>", "seeds": [0], "encoder": {"layers": 2}, "source": None}
    plan = PlanRecord(
        config=config,
        runs=jobs(runs),
        pretraining=jobs(encoders),
        planned="2026-11-03T10:00:00+00:00",
    )
    write(root / "experiment.json", plan.model_dump(mode="json"))


@pytest.fixture
def experiment(tmp_path):
    """Four runs planned, two done, one failed, and no gaps yet."""
    done = [
        run_record("aa", "character", "eng", 0.8),
        run_record("bb", "character", "kor", 0.6),
        stored.failed_record("cc", stored.run_spec("phoneme", ("eng",))),
    ]
    encoder = stored.pretrain_record("e1")
    for record in (*done, encoder):
        write_record(tmp_path, record)
    planned = [(record.run_id, record.config) for record in done]
    planned.append(("dd", stored.run_spec("phoneme", ("kor",))))
    write_plan(tmp_path, *planned, encoders=[("e1", encoder.config)])
    write(tmp_path / "coverage.json", [{"language": "urd", "backend": "epitran", "words": 10, "types": 8, "empty_words": 1,
                                        "words_with_unmapped": 2, "unmapped": {"ۂ": 2}, "examples": {"ۂ": ["مکۂ"]},
                                        "notes": {"foreign script": 3}}])  # fmt: skip
    return tmp_path


def test_an_unfinished_experiment_is_read(experiment):
    data = read_folder(experiment)
    assert data.title == "Names <b>"
    assert data.created == "2026-11-03 10:00 UTC"
    assert data.config == {
        "name": "Names <b>",
        "seeds": "0",
        "encoder.layers": "2",
        "source": "none",
    }
    assert [(run.run_id, run.status, run.reason) for run in data.unfinished] == [
        ("cc", "failed", "no memory"), ("dd", "missing", "not finished yet"),
    ]  # fmt: skip
    assert data.unfinished[1].languages == ("kor",)
    (gap,) = data.performance  # of the scores that are there
    assert gap.mean_rpd == pytest.approx(200 * 0.2 / 1.4)
    assert data.pretraining[0].bits_per_character == 2.5
    assert data.miniature
    assert data.coverage[0].unmapped_words == 2
    assert data.coverage[0].examples == (("مکۂ", "ۂ"),)
    assert data.runs[0].scores[0].interval.high == pytest.approx(0.82)
    assert data.runs[0].history[1].values == {"loss": 1.0, "dev": 0.4}


def test_stored_gaps_and_projection_are_read(experiment, data):
    write(experiment / "gaps.json", {"performance": [g.to_dict() for g in data.performance],
                                     "linguistic": [g.to_dict() for g in data.linguistic]})  # fmt: skip
    points = [
        {"language": "eng", "row": 0, "x": 1.0, "y": 2.0},
        {"language": "kor", "row": 0, "x": 0.0, "y": 1.0},
    ]
    write(experiment / "projection.json", {"system": "phoneme", "layer": "input", "method": "t-SNE", "points": points,
                                           "texts": {"eng": ["one"], "kor": ["하나"]}})  # fmt: skip
    found = read_folder(experiment)
    assert found.performance == data.performance
    assert found.linguistic == data.linguistic
    assert found.projections[0].texts["kor"] == ("하나",)
    # A point for each pair, layer and system, with what is stored for that pair.
    assert len(found.points) == 3 * 2 * 28
    point = found.points[0]
    assert point.gap_percent == data.performance[0].rpd[0][1]
    assert point.value == data.linguistic[0].cka_debiased[0][1]
    assert {c.n_points for c in found.correlations} == {28}
    first = [p for p in found.points if (p.system, p.predictor) == (point.system, point.predictor)]
    theirs = scipy.stats.spearmanr([p.gap_percent for p in first], [p.value for p in first])
    ours = found.correlations[0]
    assert (ours.spearman, ours.spearman_p) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_gaps_older_than_the_runs_are_taken_anew(experiment, data):
    write(experiment / "gaps.json", {"performance": [g.to_dict() for g in data.performance],
                                     "linguistic": [g.to_dict() for g in data.linguistic]})  # fmt: skip
    os.utime(experiment / "gaps.json", (0, 0))
    found = read_folder(experiment)
    assert [gap.system for gap in found.performance] == ["character"]
    assert found.performance[0].mean_rpd == pytest.approx(200 * 0.2 / 1.4)
    assert found.linguistic == data.linguistic
    assert any("after gaps.json was written" in note for note in found.notes)


def test_a_clock_that_was_set_back_hides_no_run(experiment, data):
    """The file of gaps names its runs; those that ended later look older here."""
    gaps = {"performance": [g.to_dict() for g in data.performance]}
    for path in experiment.glob("runs/*/run.json"):
        os.utime(path, (0, 0))
    done = sorted(path.parent.name for path in experiment.glob("runs/*/run.json"))
    write(experiment / "gaps.json", {"runs": done, **gaps})
    assert read_folder(experiment).performance == data.performance
    write(experiment / "gaps.json", {"runs": ["another"], **gaps})
    found = read_folder(experiment)
    assert [gap.system for gap in found.performance] == ["character"]
    assert any("after gaps.json was written" in note for note in found.notes)


def test_what_a_training_noted_is_in_the_report(experiment):
    for name in ("aa", "bb"):
        path = experiment / "runs" / name / "run.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        write(path, {**record, "notes": ["step 3: out of memory with 64 positions at once"]})
    path = experiment / "pretraining/e1/run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    write(path, {**record, "notes": ["step 9: out of memory with 32 positions at once"]})
    assert read_folder(experiment).notes[-2:] == (
        "character, ner, eng, 0; character, ner, kor, 0: step 3: out of memory with 64 positions "
        "at once.",
        "pre-training of character: step 9: out of memory with 32 positions at once.",
    )


def test_the_report_of_an_experiment_in_which_two_languages_score_0(experiment):
    planned = []
    for at, (system, language, seed, value) in enumerate(
        (s, code, seed, 0.0 if s == "subword" else 0.5 + 0.1 * seed)
        for s in ("subword", "character", "phoneme") for code in ("eng", "kor") for seed in (0, 1)
    ):  # fmt: skip
        record = run_record(f"r{at}", system, language, value, seed)
        write_record(experiment, record)
        planned.append((record.run_id, record.config))
    write_plan(experiment, *planned, config={"name": "Zeros"})
    data = read_folder(experiment)
    assert [(c.first, c.second) for c in data.comparisons] == [("character", "phoneme")]
    assert [gap.mean_rpd is None for gap in data.performance] == [True, False, False]
    assert sum("0 and 0 is undefined" in note for note in data.notes) == 2
    for kind in ("html", "markdown", "latex", "csv"):
        assert write_report(data, experiment / kind, kind=kind)


def test_a_heat_map_of_systems_without_a_common_language_shows_one():
    one = figures.PairMatrix("one", ("eng", "kor"), [[0.0, 0.25], [0.5, 0.0]])
    other = figures.PairMatrix("other", ("fra", "eng"), [[0.0, 0.75], [None, 0.0]])
    (image,) = figures.heat_map(one, other, "x").axes[0].images
    assert image.get_array().filled(-1).tolist() == [[-1, 0.25], [0.5, -1]]
    third = figures.PairMatrix(
        "third", ("kor", "fra", "eng"), [[0, 0, 0.9], [0, 0, 0], [0.8, 0, 0]]
    )
    (image,) = figures.heat_map(one, third, "x").axes[0].images
    assert image.get_array().filled(-1).tolist() == [[-1, 0.25], [0.9, -1]]


def test_a_heat_map_of_many_languages_is_of_bounded_size():
    codes = tuple(f"l{at}" for at in range(300))
    matrix = figures.PairMatrix("one", codes, np.random.default_rng(0).random((300, 300)))
    assert max(figures.heat_map(matrix, matrix, "x").get_size_inches()) < figures.WIDEST_MAP + 3


def test_the_learning_figure_shows_dev_scores_not_the_rate(data):
    figure = figures.curves(data)
    assert figure.axes[0].get_ylabel().startswith("dev")


def test_the_scatter_names_its_rank_correlations(data):
    figure = figures.scatter(data)
    row = data.correlations[0]
    assert (row.predictor, row.system, row.n_points) == (
        "debiased CKA, input layer", "character", 28,
    )  # fmt: skip
    said = f"{row.system}: R = {row.spearman:.2f} (n = 28)".replace("-", "−")
    assert figure.axes[0].get_title().splitlines()[0] == said


def test_output_gaps_and_table_3_are_read(experiment, data):
    rng = np.random.default_rng(0)
    clouds = {code: rng.dirichlet((1, 1, 1), size=30) for code in data.performance[0].languages}
    outputs = output_gap(clouds, system="phoneme")
    table3 = correlate_gaps(rng.uniform(size=12), {"sinkhorn": rng.uniform(size=12)}, seeds=[0, 1, 2, 3] * 3,
                            n_permutations=99, n_resamples=50)  # fmt: skip
    write(experiment / "gaps.json", {
        "performance": [gap.to_dict() for gap in data.performance], "outputs": [outputs.to_dict()],
        "correlations": [row.to_dict() for row in table3], "comparisons": None,
    })  # fmt: skip
    found = read_folder(experiment)
    bars = {row["system"]: row for row in chart_data(found)["bars"]}
    assert bars["phoneme"]["sinkhorn"] == pytest.approx(outputs.mean_distance)
    assert bars["phoneme"]["pairs"]["eng–kor"]["sinkhorn"] == outputs.distance[0][3]
    assert bars["character"]["sinkhorn"] is None
    assert {point.predictor for point in found.points} == {"Sinkhorn distance"}
    assert found.correlations[0].spearman == table3[0].spearman
    (cells,) = [row.cells for row in correlation_table(found).rows]
    p = (table3[0].spearman_p_blocks, table3[0].kendall_p_blocks)
    assert cells[1].detail == f"by blocks of a seed: p {p[0]:.3f} (R), {p[1]:.3f} (τ)"
    [row] = csv.DictReader(io.StringIO(to_csv(found)["correlation.csv"]))
    assert list(row) == list(table3[0].to_rows()[0])
    assert float(row["spearman_p_blocks"]) == p[0]
    assert float(row["kendall_low"]) == table3[0].kendall_interval.low
    assert row["spearman_p_holm"] == row["spearman_p_blocks"]


def test_p_of_pairs_of_languages_is_mantels(data):
    """Beside the plain one in the table and in the file."""
    row = data.correlations[0]
    assert row.spearman_p_languages != row.spearman_p
    table = correlation_table(data)
    labels = [column.label for column in table.columns]
    assert labels.count("p (languages)") == labels.count("p") == 2
    cells = table.rows[0].cells
    assert cells[labels.index("p (languages)")].text == f"{row.spearman_p_languages:.3f}"
    assert "exchanges the languages (Mantel's test)" in table.caption
    header, first = to_csv(data)["correlation.csv"].splitlines()[:2]
    at = header.split(",").index("spearman_p_languages")
    assert float(next(csv.reader([first]))[at]) == row.spearman_p_languages


def test_outputs_show_the_corrected_divergence(data):
    rng = np.random.default_rng(0)
    gap = output_gap({c: rng.dirichlet((1, 1, 1), size=40) for c in ("eng", "kor")}, system="s")
    table = output_table(replace(data, outputs=(gap,)))
    labels = [column.label for column in table.columns]
    plain, corrected = (
        table.rows[0].cells[labels.index(label)]
        for label in ("Debiased divergence", "Divergence corrected")
    )
    assert (plain.text, plain.detail) == (f"{gap.mean_divergence:.4f}", "")
    assert corrected.text == f"{gap.mean_divergence_corrected:.4f}"
    assert corrected.detail.startswith("[0.0000, ")
    assert "noncentral chi-square" in table.caption
    old = replace(gap, mean_divergence_corrected=None, divergence_bias=())
    table = output_table(replace(data, outputs=(old,)))
    assert "Divergence corrected" not in [column.label for column in table.columns]


@pytest.mark.parametrize("shape", ["list", "single", "mapping"])
def test_gaps_of_foreign_scores_and_vectors_are_read(tmp_path, data, shape):
    rows = [gap.to_dict() for gap in (*data.performance[:1], *data.linguistic[:1])]
    content = {"list": rows, "single": rows[0], "mapping": {"a": rows[:1], "b": rows[1:]}}[shape]
    write(tmp_path / "mine.json", content)
    found = read_folder(tmp_path / "mine.json")
    assert found.title == "mine"
    assert found.performance == data.performance[:1]
    assert found.linguistic == (data.linguistic[:1] if shape != "single" else ())


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Gaps of outputs and of texts as ``lingap gap … --json`` writes them, each in a file."""
    rng = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("foreign")
    clouds = {code: rng.dirichlet((2, 1, 1), size=40) for code in ("eng", "kor", "urd")}
    outputs = output_gap(clouds, system="mine", corpus="pairs", exact=True)
    write(folder / "outputs.json", {"outputs": [outputs.to_dict()]})
    texts = [
        text_gap(
            {code: [rng.choice(list(units), 20).tolist() for _ in range(30)] for code in codes},
            representation=name,
            corpus="words",
        )
        for name, units, codes in (
            ("character", "abcde", ("eng", "kor")),
            ("phoneme", "pqr", ("eng", "kor")),
        )
    ]
    write(folder / "texts.json", {"text": [gap.to_dict() for gap in texts]})
    return folder, outputs, texts


def test_outputs_alone_make_a_report(foreign):
    folder, outputs, _ = foreign
    found = read_folder(folder / "outputs.json")
    assert found.outputs == (outputs,)
    assert found.languages == ("eng", "kor", "urd")
    said = answer(found)
    assert f"mean Sinkhorn distance {outputs.mean_distance:.4f}" in said
    assert "no result" not in said
    page = render_html(found)
    assert 'id="output-map"' in page
    assert f"{outputs.mean_exact:.4f}" in page
    pairs = to_csv(found)["output_gap_pairs.csv"].splitlines()
    assert pairs[2].split(",")[2:5] == ["eng", "urd", repr(outputs.distance[0][2])]
    assert chart_data(found)["outputMaps"][0]["measures"]["exact"]["values"][1][0] == round(
        outputs.exact[1][0], 4
    )
    assert list(figure_files(found)) == ["figure-outputs-pairs.svg"]


def test_texts_alone_make_a_report(foreign):
    folder, _, texts = foreign
    found = read_folder(folder / "texts.json")
    assert found.inputs == tuple(texts)
    assert f"{texts[1].means['jsd']:.3f} bit" in answer(found)
    rows = to_csv(found)["input_gap_pairs.csv"].splitlines()
    assert rows[1].startswith(f"character,words,eng,kor,{texts[0].inventory_overlap[0][1]!r},")
    assert 'id="input-map"' in render_html(found)
    assert list(figure_files(found)) == ["figure-inputs-words.svg"]


def test_bound_and_checks_of_vectors_are_shown(tmp_path):
    rng = np.random.default_rng(0)
    vectors = {code: rng.normal(size=(40, 4)) for code in ("eng", "kor")}
    gap = with_checks(linguistic_gap(vectors, system="mine", n_permutations=20), vectors)
    pairs = divergence_pairs(vectors, scores={"eng": 0.9, "kor": 0.6}, family="linear")
    write(tmp_path / "v.json", {"linguistic": [replace(gap, bounds=tuple(pairs)).to_dict()]})
    found = read_folder(tmp_path / "v.json")
    page = render_html(found)
    assert "Theorem 4.1" in page
    assert "vacuous" in page
    assert f"{np.mean([gap.retrieval[0][1], gap.retrieval[1][0]]):.4f}" in page
    assert to_csv(found)["bound.csv"].splitlines()[1].split(",")[12] == repr(pairs[0].left)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("s.csv", "system,language,score\na,eng,90\na,kor,60\n"),
        ("s.tsv", "system\teng\tkor\na\t0.9\t0.6\n"),
        ("s.jsonl", '{"eng": 0.9, "kor": 0.6}\n'),
        ("s.json", '[{"language": "en", "score": 0.9}, {"language": "ko", "score": 0.6}]'),
        ("s.json", '{"scores": [{"eng": 90, "kor": 60}]}'),
    ],
)
def test_a_table_of_scores_is_taken_as_it_is(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    [gap] = read_folder(tmp_path / name).performance
    assert gap.scores == pytest.approx({"eng": 0.9, "kor": 0.6})
    assert gap.mean_rpd == pytest.approx(40)


def test_a_faulty_table_of_scores_is_told_by_its_row(tmp_path):
    (tmp_path / "s.csv").write_text("language,score\neng,0.9\nkor,-1\n")
    with pytest.raises(MetricError, match=r"s\.csv:3: .*-1"):
        read_folder(tmp_path / "s.csv")


@pytest.mark.parametrize("name", ["page.html", "notes.txt", "x"])
def test_other_files_are_told_what_was_expected(tmp_path, name):
    (tmp_path / name).write_text("x")
    with pytest.raises(StoreError, match=r"expected an experiment's folder.*\.csv"):
        read_folder(tmp_path / name)


def test_json_nested_without_end_is_damaged(tmp_path):
    (tmp_path / "x.json").write_text("[" * 200_000)
    with pytest.raises(StoreError, match=r"x\.json is damaged"):
        read_folder(tmp_path / "x.json")


@pytest.mark.parametrize(
    "name", ["experiment.json", "coverage.json", "runs/aa/run.json", "pretraining/e1/run.json"]
)
@pytest.mark.parametrize("content", ["{broken", "[1, 2"])
def test_a_damaged_file_is_named(experiment, name, content):
    (experiment / name).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=name.rpartition("/")[2]):
        read_folder(experiment)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"words": "many"}, "0.words"), ({"unmapped": 3}, "0.unmapped"), ({"language": None}, "0.language"),
     ({"surplus": 1}, "0.surplus"), ({"examples": {"x": 3}}, "0.examples.x")],
)  # fmt: skip
def test_a_damaged_row_of_coverage_is_named(experiment, change, said):
    rows = json.loads((experiment / "coverage.json").read_text(encoding="utf-8"))
    write(experiment / "coverage.json", [{**rows[0], **change}])
    with pytest.raises(StoreError, match=rf"coverage\.json, {said}"):
        read_folder(experiment)


def test_a_job_whose_id_is_a_path_is_refused(experiment):
    plan = json.loads((experiment / "experiment.json").read_text(encoding="utf-8"))
    plan["runs"][0]["id"] = "../../elsewhere"
    write(experiment / "experiment.json", plan)
    with pytest.raises(StoreError, match=r"experiment\.json, runs\.0\.id"):
        read_folder(experiment)


@pytest.mark.parametrize(
    "content", [5, {"x": 1}, [{"cka": []}], [{"rpd": 3}], {"performance": [[]]}]
)
def test_foreign_json_is_refused(tmp_path, content):
    write(tmp_path / "gaps.json", content)
    with pytest.raises(StoreError, match=r"gaps\.json"):
        read_folder(tmp_path)


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(StoreError, match="not an experiment"):
        read_folder(tmp_path)
    with pytest.raises(StoreError, match="does not exist"):
        read_folder(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_written(tmp_path, data, kind):
    pytest.importorskip("plotly" if kind == "html" else "matplotlib")
    written = write_report(data, tmp_path / "deep/er", kind=kind)
    assert written
    assert all(path.stat().st_size > 50 for path in written)
    assert set(written) == {path for path in (tmp_path / "deep/er").rglob("*") if path.is_file()}


def test_an_unknown_format_and_an_unwritable_folder_are_refused(tmp_path, data):
    with pytest.raises(ConfigError, match="docx"):
        write_report(data, tmp_path, kind="docx")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        write_report(data, tmp_path / "file", kind="csv")


def test_figures_are_what_they_say_and_the_same_each_time(data):
    pytest.importorskip("matplotlib")
    starts = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG"}
    files = {kind: figure_files(data, kind=kind) for kind in starts}
    for kind, start in starts.items():
        assert len(files[kind]) == 6
        assert all(content.startswith(start) for _, content in files[kind].values())
    assert figure_files(data, kind="svg") == files["svg"]


def test_latex_compiles(tmp_path, data):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not here")
    pytest.importorskip("matplotlib")
    write_report(data, tmp_path, kind="latex")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
        cwd=tmp_path, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "report.pdf").stat().st_size > 10_000


def test_biased_cka_is_never_called_debiased(data):
    """Where the debiased value is undefined, as for one-hot vectors."""
    first = data.linguistic[0]
    one_hot = {code: np.eye(6) for code in first.languages}
    gap = linguistic_gap(one_hot, system=first.system, layer=first.layer, corpus=first.corpus)
    found = replace(data, linguistic=(gap,))
    [title] = [title for name, title, _ in figures._figures(found) if "figure-cka-biased" in name]
    assert title.startswith("CKA, ")
    bar = next(row for row in chart_data(found)["bars"] if row["system"] == gap.system)
    assert (bar["cka"], bar["ckaName"]) == (gap.mean_cka, "CKA")
    assert "<h3>CKA ↑</h3>" in render_html(found)
    assert "<h3>Debiased CKA ↑</h3>" in render_html(data)
    assert "<h3>Debiased CKA or CKA ↑</h3>" in render_html(
        replace(data, linguistic=(*data.linguistic[1:], gap))
    )
    points = pair_points(found.performance, [gap])
    assert {point.predictor for point in points} == {f"CKA, {gap.layer} layer"}


def test_a_figure_is_named_after_the_last_part_of_a_path_that_is_its_own():
    assert figures._last_parts(["a/dev", "b/dev", "/far/away/test", "words", "a/dev"]) == {
        "a/dev": "a/dev", "b/dev": "b/dev", "/far/away/test": "test", "words": "words",
    }  # fmt: skip
