"""Specifications name their jobs; records come back as they were written, or are refused by name."""

import json

import pytest

from lingap.errors import StoreError
from lingap.experiments.config_parts import CorpusChoice
from lingap.experiments.records import PlannedJob, PlanRecord, read_plan, read_record
from lingap.experiments.specs import PretrainSpec, RunSpec

MAKERS = ("pretrain_record", "trial_record", "run_record", "failed_record")


def write(root, record, kind=None):
    path = root / (kind or record.config.kind) / record.run_id / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record.model_dump(mode="json")), encoding="utf-8")
    return path


@pytest.mark.parametrize("maker", MAKERS)
def test_each_record_comes_back_as_it_was_written(tmp_path, stored, maker):
    record = getattr(stored, maker)("abc", files={"x": 3})
    path = write(tmp_path, record)
    assert read_record(path) == record
    (tmp_path / "named").symlink_to(path.parent, target_is_directory=True)
    assert read_record(tmp_path / "named" / "run.json") == record


@pytest.mark.parametrize("maker", ["pretrain_spec", "trial_spec", "run_spec"])
def test_a_record_without_its_kind_is_of_the_kind_of_its_folder(tmp_path, stored, maker):
    """As lingap wrote them before specifications had a kind."""
    record = stored.failed_record(spec=getattr(stored, maker)())
    path = write(tmp_path, record)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["config"]["kind"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_record(path) == record


def changed(content, place, value):
    *steps, last = place.split(".")
    for step in steps:
        content = content[int(step) if step.isdecimal() else step]
    if value is None:
        del content[last]
    else:
        content[last] = value


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("run_id", "other", "is not the record of abc"),
        ("status", "begun", "status: expected done or failed, got 'begun'"),
        ("config.kind", "sweep", r"config\.kind: .*'runs'"),
        ("config.kind", "trials", r"config\.kind: .*'runs'"),
        ("config.seed", "first", r"config\.seed: .*integer"),
        ("config.learning_rate", 1.0, r"config\.learning_rate: Extra inputs"),
        ("config.corpus.path", 3, r"config\.corpus\.path: .*string"),
        ("scores.0.value", "high", r"scores\.0\.value: .*number"),
        ("scores.0.metric", None, r"scores\.0\.metric: .*required"),
        ("settings", None, "settings: Field required"),
        ("files", [], "files: .*mapping|files: .*dictionary"),
        ("speed", 3, "speed: Extra inputs"),
    ],
)
def test_a_damaged_record_is_refused_with_file_and_place(tmp_path, stored, place, value, told):
    path = write(tmp_path, stored.run_record())
    content = json.loads(path.read_text(encoding="utf-8"))
    changed(content, place, value)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StoreError, match=rf"abc.run\.json.*{told}"):
        read_record(path)


def test_a_failed_record_in_the_folder_of_another_kind_is_refused(tmp_path, stored):
    path = write(tmp_path, stored.failed_record(spec=stored.trial_spec()), kind="runs")
    with pytest.raises(StoreError, match=r"run\.json, config\.kind: expected 'runs'.*'trials'"):
        read_record(path)


def test_a_folder_of_no_kind_is_refused(tmp_path, stored):
    path = write(tmp_path, stored.run_record(), kind="sweeps")
    with pytest.raises(
        StoreError, match="'sweeps' is not a kind of job; known: pretraining, trials"
    ):
        read_record(path)


def test_a_plan_comes_back_as_it_was_written(tmp_path, stored):
    jobs = {
        kind: (PlannedJob(id=kind, title="x", config=spec, labels=("a",)),)
        for kind, spec in (
            ("pretraining", stored.pretrain_spec()), ("trials", stored.trial_spec()),
            ("runs", stored.run_spec()),
        )
    }  # fmt: skip
    plan = PlanRecord(config={"name": "x"}, versions={"lingap": "1"}, planned="now", **jobs)
    path = tmp_path / "experiment.json"
    content = plan.model_dump(mode="json")
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_plan(path) == plan
    for wrong in (5, [5], None):
        path.write_text(json.dumps(content | {"trials": wrong}), encoding="utf-8")
        with pytest.raises(StoreError, match=r"experiment\.json, trials"):
            read_plan(path)
    content["runs"][0]["config"]["protocol"] = "few-shot"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StoreError, match=r"experiment\.json, runs\.0\.config\.runs\.protocol: "):
        read_plan(path)


def test_places_of_corpora_and_the_kind_name_no_job(stored):
    for spec in (stored.trial_spec, stored.run_spec):
        here, there = (spec(corpus=CorpusChoice(name="ner", path=p)) for p in ("/a", "/b"))
        assert here.digest() == there.digest()
        assert here.digest() != spec(corpus=CorpusChoice(name="cldr")).digest()
        assert here.digest() != spec(seed=1).digest()
    spec = stored.run_spec(parallel=CorpusChoice(name="flores", path="/a"))
    assert spec.digest() == stored.run_spec(parallel=CorpusChoice(name="flores")).digest()
    assert spec.digest() != stored.run_spec().digest()


def test_the_digest_of_a_specification_is_the_one_that_stores_were_written_with(stored):
    """A change here makes every stored job a stranger: raise the recipe and say so."""
    assert [stored.pretrain_spec().digest(), stored.trial_spec().digest()] == PINNED[:2]
    assert stored.run_spec().digest() == PINNED[2]
    for model in (PretrainSpec, RunSpec):
        assert model.model_config["frozen"]


PINNED = ["9e163e637025", "6458305a79aa", "6e32a0e71f8b"]
