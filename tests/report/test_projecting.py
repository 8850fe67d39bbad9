"""Parallel sentences in two dimensions: drawn once, kept, and drawn anew when the runs change."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lingap.records import Score
from lingap.report.projecting import FILE, project, stored_or_made
from lingap.report.summary import RunRow

CODES = ("eng", "kor", "hin")
CONFIG = {"languages": list(CODES), "task": "ner", "parallel": {"name": "no such corpus"}}


def run_of(code, seed=0, status="done"):
    score = Score("phoneme", "ner", code, "span_f1", 0.5, seed)
    scores = (score,) if status == "done" else ()
    return RunRow(
        f"{code}{seed}", "phoneme", "ner", "in-language", (code,), seed, status, scores=scores
    )


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


def test_it_is_drawn_once_and_again_when_the_runs_change(folder):
    runs = [run_of(code, seed) for code in CODES for seed in (0, 1)]
    (made,) = stored_or_made(folder, CONFIG, runs)
    assert made["runs"] == ["eng0", "hin0", "kor0"]  # the first seed
    assert made["layer"] == "input"
    assert made["texts"] == {}  # the corpus is not there, so there is no text
    assert len(made["points"]) == 120
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"t-SNE"', '"kept"'), encoding="utf-8")
    assert stored_or_made(folder, CONFIG, runs)[0]["method"] == "kept"
    later = [replace(run, run_id=run.run_id.replace("0", "1")) for run in runs if run.seed == 0]
    assert stored_or_made(folder, CONFIG, later)[0]["method"] == "t-SNE"


def test_an_unfinished_system_is_not_drawn(folder):
    runs = [run_of("eng"), run_of("kor"), run_of("hin", status="missing")]
    assert stored_or_made(folder, CONFIG, runs) == []
    assert not (folder / FILE).exists()


def test_a_projection_by_others_is_left_alone(folder):
    own = {"system": "mine", "layer": "last", "method": "UMAP", "points": [], "texts": {}}
    (folder / FILE).write_text(json.dumps(own), encoding="utf-8")
    assert stored_or_made(folder, CONFIG, [run_of(code) for code in CODES]) == [own]


def test_texts_are_those_of_the_rows_and_never_of_another_corpus(folder):
    path = folder / "parallel" / "devtest"
    path.mkdir(parents=True)
    for word, tag in (("sentence", "eng_Latn"), ("문장", "kor_Hang"), ("वाक्य", "hin_Deva")):
        lines = [f"{word} {row}" for row in range(40)]
        (path / f"{tag}.devtest").write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = {**CONFIG, "parallel": {"name": "flores", "path": str(folder / "parallel")}}
    runs = [run_of(code) for code in CODES]
    (made,) = stored_or_made(folder, config, runs)
    assert made["texts"]["kor"][3] == "문장 3"
    (folder / FILE).unlink()
    for file in path.iterdir():  # a row less than there are vectors
        file.write_text(
            "".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]),
            encoding="utf-8",
        )
    (made,) = stored_or_made(folder, config, runs)
    assert made["texts"] == {}
