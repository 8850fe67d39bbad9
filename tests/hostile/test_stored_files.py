"""Files of an experiment that were damaged: named when read, set aside and made anew when run."""

import copy
import json
import logging
import math
import random

import numpy as np
import pytest

import stored_records as make
from lingap.errors import LingapError, StoreError
from lingap.experiments import Experiment, ExperimentResult
from lingap.experiments.projecting import set_aside_if_damaged
from lingap.experiments.records import PlannedJob, PlanRecord
from lingap.experiments.store import Store
from lingap.gap import GapResults, compare_gaps, linguistic_gap, performance_gaps
from lingap.report.folder import read_folder
from lingap.report.terminal import terminal_report
from lingap.storage.json_file import as_json

VALUES = (None, True, 3, -1, 10**400, 0.5, math.nan, math.inf, "", "x", [], [None], ["x"], {}, {"a": None}, [[]])  # fmt: skip
RUN, ENCODER, FAILED = "runs/charactereng0/run.json", "pretraining/e1/run.json", "runs/f1/run.json"
DAMAGES = [  # file, place, value; the value of an absent place is put there
    (RUN, (), []), (RUN, (), "x"), (RUN, ("scores",), 3), (RUN, ("scores", 0), {}), (RUN, ("config",), None),
    (RUN, ("scores", 0, "value"), math.nan), (RUN, ("scores", 0, "value"), "high"),
    (RUN, ("scores", 0, "seed"), 10**400), (RUN, ("history", 0, "step"), math.inf),
    (RUN, ("history", 0, "loss"), 10**400), (RUN, ("history", 0), []), (RUN, ("coverage",), {"a": 1}),
    (RUN, ("n_items",), []), (RUN, ("settings", "learning_rate"), math.inf), (RUN, ("files",), {"x": "y"}),
    (ENCODER, (), None), (ENCODER, ("heldout_bits_per_character",), 3), (ENCODER, ("n_parameters",), "many"),
    (ENCODER, ("history", 0, "step"), math.nan), (FAILED, ("reason",), None), (FAILED, ("status",), "done"),
    ("experiment.json", (), []), ("experiment.json", ("config",), []), ("experiment.json", ("runs",), {}),
    ("experiment.json", ("runs", 0), None), ("experiment.json", ("runs", 0, "config"), 3),
    ("experiment.json", ("versions",), [1]), ("experiment.json", ("runs", 0, "id"), 3),
    ("gaps.json", (), 3), ("gaps.json", (), "x"), ("gaps.json", ("performance",), {"a": 1}),
    ("gaps.json", ("performance", 0, "rpd", 0), [None]), ("gaps.json", ("linguistic", 0, "cka"), []),
    ("gaps.json", ("linguistic", 0, "cka_debiased", 1), [1.0]), ("gaps.json", ("linguistic", 0, "cka", 0, 0), "x"),
    ("coverage.json", (), True), ("coverage.json", (), {}), ("coverage.json", (0,), 3),
    ("coverage.json", (0, "words"), math.inf), ("coverage.json", (0, "empty_words"), 10**400),
    ("coverage.json", (0, "unmapped"), []), ("projection.json", (), 3), ("projection.json", (0,), []),
    ("projection.json", (0, "points", 0, "x"), "x"), ("projection.json", (0, "points", 0, "row"), math.inf),
    ("projection.json", (0, "texts"), [1]),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The files of an experiment, path to content."""
    runs = []
    history = (
        {"step": 1, "loss": 2.0, "learning_rate": 0.1},
        {"step": 2, "epoch": 1.0, "dev": 0.5},
    )
    coverage = {
        "language": "eng", "backend": "epitran", "words": 3, "types": 2, "empty_words": 0,
        "unmapped": {"x": 1}, "examples": {"x": ["ax"]}, "notes": {"n": 1},
    }  # fmt: skip
    for system in ("character", "phoneme"):
        for place, code in enumerate(("eng", "fra", "kor")):
            score = make.score(system, code, 0.5 + 0.1 * place, 0)
            runs.append(make.run_record(
                f"{system}{code}0", make.run_spec(system, (code,)), scores=(score,), history=history,
                coverage=(coverage,),
            ))  # fmt: skip
    failed = make.failed_record("f1", make.run_spec("character", ("ita",)))
    encoder = make.pretrain_record("e1", history=history[:1])
    plan = PlanRecord(
        config={"name": "x", "languages": ["eng", "fra", "kor"]},
        runs=[
            PlannedJob(id=one.run_id, title=one.run_id, config=one.config)
            for one in (*runs, failed)
        ],
        pretraining=[PlannedJob(id="e1", title="e1", config=encoder.config)],
    )
    scores = [score for run in runs for score in run.own_scores]
    draw = np.random.default_rng(0)
    vectors = {code: draw.normal(size=(30, 4)) for code in ("eng", "fra", "kor")}
    gaps = GapResults(
        performance=tuple(performance_gaps(scores, n_resamples=20)),
        comparisons=tuple(compare_gaps(scores, n_resamples=20)),
        linguistic=(linguistic_gap(vectors, system="character", layer="input", n_permutations=0),),
    ).with_correlations()
    point = {"language": "eng", "row": 0, "x": 0.1, "y": 0.2}
    shown = {"system": "character", "layer": "input", "method": "t-SNE", "points": [point] * 4}
    return {
        **{f"{r.config.kind}/{r.run_id}/run.json": r.model_dump(mode="json") for r in (*runs, failed, encoder)},
        "experiment.json": plan.model_dump(mode="json"), "gaps.json": gaps.to_dict(),
        "coverage.json": [{"task": "ner", "system": "character", **coverage}],
        "projection.json": [{**shown, "texts": {"eng": ["a"]}, "runs": []}],
    }  # fmt: skip


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")


def changed(content, place, value):
    if not place:
        return value
    content = inner = copy.deepcopy(content)
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return content


def read_all(folder):
    repr(ExperimentResult.read(folder))
    terminal_report(read_folder(folder))


def test_the_whole_folder_is_read(whole, tmp_path):
    write(tmp_path, whole)
    read_all(tmp_path)


@pytest.mark.parametrize(("file", "place", "value"), DAMAGES)
def test_a_file_of_a_wrong_shape_is_named(whole, tmp_path, file, place, value):
    write(tmp_path, whole | {file: changed(whole[file], place, value)})
    with pytest.raises(StoreError, match=file):
        read_all(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"\0", b"9" * 5000])
@pytest.mark.parametrize(
    "file", ["experiment.json", "gaps.json", "coverage.json", "projection.json", RUN]
)
def test_a_file_that_is_no_json_is_named(whole, tmp_path, file, content):
    write(tmp_path, whole)
    (tmp_path / file).write_bytes(content)
    with pytest.raises(StoreError, match=file):
        read_all(tmp_path)


def places(content, place=()):
    yield place
    items = content.items() if isinstance(content, dict) else ()
    for name, value in list(enumerate(content[:2])) if isinstance(content, list) else items:
        yield from places(value, (*place, name))


@pytest.mark.slow
def test_no_change_of_one_value_is_a_traceback(whole, tmp_path):
    draw = random.Random(0)
    for file, content in whole.items():
        cases = [(place, value) for place in places(content) for value in VALUES]
        write(tmp_path, whole)
        for place, value in draw.sample(cases, min(150, len(cases))):
            write(tmp_path, {file: changed(content, place, value)})
            try:
                read_all(tmp_path)
            except LingapError:
                continue
        write(tmp_path, {file: content})


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"run_id": "abc"}', b'{"run_id": "abc", "status": "done"}']
)
def test_a_damaged_job_is_set_aside_before_anything_is_done(tmp_path, caplog, damage):
    store = Store(tmp_path)
    store.commit("runs", "abc", lambda folder: make.run_record("abc"))
    store.set_aside_damaged("runs", "abc")
    assert store.is_done("runs", "abc")
    (tmp_path / "runs/abc/run.json").write_bytes(damage)
    with caplog.at_level(logging.WARNING, logger="lingap"):
        store.set_aside_damaged("runs", "abc")
    assert not store.is_done("runs", "abc")
    assert (tmp_path / "work/damaged-runs-abc/run.json").read_bytes() == damage
    assert "run.json" in caplog.text
    assert "computed anew" in caplog.text
    assert "Delete" not in caplog.text


def test_damaged_vectors_are_found_before_anything_is_done(tmp_path):
    def fill(folder):
        (folder / "embeddings.safetensors").write_bytes(b"\0" * 100)  # of the size it was written
        return make.run_record("abc")

    store = Store(tmp_path)
    store.commit("runs", "abc", fill)
    assert store.is_done("runs", "abc")
    store.set_aside_damaged("runs", "abc")
    assert not store.is_done("runs", "abc")


@pytest.mark.parametrize("damage", ["", "3", "[3]", '[{"points": 3}]', '{"points": [{}]}'])
def test_a_damaged_projection_is_set_aside(tmp_path, caplog, damage):
    (tmp_path / "projection.json").write_text(damage)
    set_aside_if_damaged(tmp_path)
    assert not (tmp_path / "projection.json").exists()
    assert (tmp_path / "damaged-projection.json").read_text() == damage
    assert "made anew" in caplog.text


def test_a_name_that_is_no_utf_8_is_stored(tmp_path):
    text = as_json({"path": "caf\udce9"})
    assert json.loads(text.encode()) == {"path": "caf\udce9"}


@pytest.mark.slow
def test_a_run_with_damaged_jobs_computes_them_anew(tmp_path, caplog):
    pytest.importorskip("torch", reason="needs the extra train")
    experiment = Experiment({
        "name": "x", "task": "ner", "corpus": {"name": "cldr", "options": {"train_size": 20, "test_size": 20, "dev_size": 20}},
        "languages": ["eng", "fra"], "representations": [{"name": "character"}], "parallel": {"name": "cldr_names"},
        "encoder": {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32, "max_units": 192},
        "pretraining": {"text": {"name": "cldr_text", "options": {"train_size": 20}}, "training": {"steps": 3, "batch_size": 8}},
        "finetuning": {"steps": 3, "batch_size": 8},
    })  # fmt: skip
    before = experiment.run(tmp_path, n_workers=0)
    first, second = sorted((tmp_path / "runs").iterdir())
    (first / "run.json").write_text("[]")
    vectors = second / "embeddings.safetensors"
    vectors.write_bytes(b"\xff" * vectors.stat().st_size)
    (encoder,) = (tmp_path / "pretraining").iterdir()
    (encoder / "model.safetensors").unlink()
    for name in ("gaps.json", "coverage.json", "projection.json", "experiment.json"):
        (tmp_path / name).write_text("3")
    with pytest.raises(StoreError):
        ExperimentResult.read(tmp_path)
    after = experiment.run(tmp_path, n_workers=0)
    assert after.scores == before.scores
    assert not after.failures
    assert len(list((tmp_path / "work").glob("damaged-*"))) == 3
    read_all(tmp_path)
