"""Parallel sentences in two dimensions: drawn once, kept, and drawn anew when the runs change."""

import json

import numpy as np
import pytest

from lingap.errors import StoreError
from lingap.experiments.projecting import FILE, draw_projections, project, read_projections
from lingap.experiments.records import PlannedJob, PlanRecord
from lingap.experiments.stored import StoredExperiment, StoredJob

CODES = ("eng", "kor", "hin")
CONFIG = {"languages": list(CODES), "task": "ner", "parallel": {"name": "no such corpus"}}


@pytest.fixture
def run_of(stored):
    def make(code, seed=0, name="", ended=True):
        name, spec = name or f"{code}{seed}", stored.run_spec("phoneme", (code,), seed=seed)
        job = PlannedJob(id=name, title=name, config=spec)
        return StoredJob(job, stored.run_record(name, spec) if ended else None)

    return make


def drawn(folder, runs, config=CONFIG):
    """The projections, and what is kept of them."""
    kept = folder / FILE
    draw_projections(StoredExperiment(folder, PlanRecord(config=config), tuple(runs), ()))
    found = read_projections(folder)
    return found, json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else None


@pytest.fixture
def folder(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    rng = np.random.default_rng(0)
    for code in CODES:
        for seed in (0, 1):
            home = tmp_path / "runs" / f"{code}{seed}"
            home.mkdir(parents=True)
            arrays = {
                f"{code}/{layer}": rng.normal(size=(40, 8)).astype(np.float32)
                for layer in ("input", "last")
            }
            safetensors.save_file(arrays, home / "embeddings.safetensors")
    (tmp_path / "gaps.json").write_text("{}")
    return tmp_path


def test_translations_that_are_alike_lie_together():
    base = np.repeat(np.eye(6) * 50, 5, axis=0)  # six groups of five sentences
    rng = np.random.default_rng(0)
    points = project({code: base + rng.normal(size=base.shape) for code in CODES})
    assert len(points) == 90
    assert [(p["language"], p["row"]) for p in points[28:32]] == [
        ("eng", 28),
        ("eng", 29),
        ("kor", 0),
        ("kor", 1),
    ]
    places = np.array([(p["x"], p["y"]) for p in points])
    groups = np.array([p["row"] // 5 for p in points])
    centres = np.array([places[groups == g].mean(axis=0) for g in range(6)])
    nearest = np.linalg.norm(places[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == groups).all()


def test_it_is_drawn_once_and_again_when_the_runs_change(folder, run_of):
    runs = [run_of(code, seed) for code in CODES for seed in (0, 1)]
    (made,), (kept,) = drawn(folder, runs)
    assert kept["runs"] == ["eng0", "hin0", "kor0"]  # the first seed
    assert made.layer == "input"
    assert made.texts == {}  # the corpus is not there, so there is no text
    assert len(made.rows) == len(made.x) == 120
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"t-SNE"', '"kept"'), encoding="utf-8")
    assert drawn(folder, runs)[0][0].method == "kept"
    later = [run_of(code, 0, f"{code}1") for code in CODES]
    assert drawn(folder, later)[0][0].method == "t-SNE"


def test_an_unfinished_system_is_not_drawn(folder, run_of):
    runs = [run_of("eng"), run_of("kor"), run_of("hin", ended=False)]
    assert drawn(folder, runs) == ([], None)


def test_reading_draws_nothing(folder):
    assert read_projections(folder) == []
    assert not (folder / FILE).exists()


def test_a_projection_by_others_is_left_alone(folder, run_of):
    point = {"language": "eng", "row": 0, "x": 1, "y": 2.5}
    own = {"system": "mine", "layer": "last", "method": "UMAP", "points": [point], "texts": {}}
    (folder / FILE).write_text(json.dumps(own), encoding="utf-8")
    (found,), kept = drawn(folder, [run_of(code) for code in CODES])
    assert kept == own
    assert (found.method, found.languages, found.x, found.y) == ("UMAP", ("eng",), (1.0,), (2.5,))


@pytest.mark.parametrize("content", ["{", "[3]", '[{"system": "x"}]'])
def test_a_damaged_projection_is_named(folder, run_of, content):
    (folder / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=r"projection\.json"):
        drawn(folder, [run_of(code) for code in CODES])


def test_texts_are_those_of_the_rows_and_never_of_another_corpus(folder, run_of):
    path = folder / "parallel" / "devtest"
    path.mkdir(parents=True)
    for word, tag in (("sentence", "eng_Latn"), ("문장", "kor_Hang"), ("वाक्य", "hin_Deva")):
        lines = [f"{word} {row}" for row in range(40)]
        (path / f"{tag}.devtest").write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = {**CONFIG, "parallel": {"name": "flores", "path": str(folder / "parallel")}}
    runs = [run_of(code) for code in CODES]
    (made,), _ = drawn(folder, runs, config)
    assert made.texts["kor"][3] == "문장 3"
    (folder / FILE).unlink()
    for file in path.iterdir():  # a row less than there are vectors
        file.write_text(
            "".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]),
            encoding="utf-8",
        )
    (made,), _ = drawn(folder, runs, config)
    assert made.texts == {}
