"""Which jobs may be done now, whatever the engine."""

import errno
import importlib.util
import json
from pathlib import Path

import pytest

from lingap.errors import MissingExtra, TrainingError
from lingap.experiments import Experiment
from lingap.experiments.plan import Job
from lingap.experiments.schedule import Outcome, Schedule, outcome_of
from lingap.experiments.store import Store


@pytest.fixture
def job(stored):
    def make(name, *needs, spec=None):
        return Job(spec or stored.run_spec(), needs, 1, name, id=name)

    return make


@pytest.fixture
def told():
    return []


@pytest.fixture
def schedule(told, tmp_path, job):
    jobs = [job("encoder"), job("first", "encoder"), job("second", "encoder"), job("alone")]
    return Schedule(jobs, tmp_path, lambda one, event, _: told.append((one.id, event)))


def names(jobs):
    return [one.id for one in jobs]


def test_a_job_waits_for_what_it_needs(schedule):
    encoder, alone = schedule.ready()
    assert names([encoder, alone]) == ["encoder", "alone"]
    assert list(schedule.ready()) == []
    schedule.end(encoder, Outcome())
    assert names(schedule.ready()) == ["first", "second"]
    assert len(schedule) == 0


def test_in_one_pass_a_job_follows_the_one_it_needs(schedule):
    done = []
    for one in schedule.ready():
        done.append(one.id)
        schedule.end(one, Outcome())
    assert done == ["encoder", "first", "second", "alone"]


def test_what_needs_a_failed_job_fails_with_it_and_the_rest_goes_on(schedule, told):
    done = []
    for one in schedule.ready():
        done.append(one.id)
        schedule.end(one, Outcome("no memory") if one.id == "encoder" else Outcome())
    assert done == ["encoder", "alone"]
    assert [(f.job.id, f.reason) for f in schedule.failures] == [
        ("encoder", "no memory"),
        ("first", "encoder failed before it"),
        ("second", "encoder failed before it"),
    ]
    assert told == [
        ("encoder", "failed"), ("first", "failed"), ("second", "failed"), ("alone", "done"),
    ]  # fmt: skip


def test_a_trial_that_failed_stays_so_and_its_run_goes_on(told, tmp_path, job, stored):
    trials = [job(name, "encoder", spec=stored.trial_spec()) for name in ("one", "two")]
    jobs = [job("encoder"), *trials, job("run", "encoder", "one", "two")]
    schedule = Schedule(jobs, tmp_path, lambda one, event, _: told.append((one.id, event)))
    for one in schedule.ready():
        schedule.end(one, Outcome("no memory") if one.id == "two" else Outcome())
    assert told[-2:] == [("two", "failed"), ("run", "done")]
    store = Store(tmp_path)
    assert store.is_done("trials", "two")
    assert store.record("trials", "two").reason == "no memory"
    assert store.record("trials", "two").best_dev is None
    # One that was never begun, for want of its encoder, is tried again.
    schedule = Schedule(jobs[:2], tmp_path, lambda *_: None)
    schedule.end(next(schedule.ready()), Outcome("no disk"))
    assert list(schedule.ready()) == []
    assert store.record("trials", "one").status == "failed"


def test_a_job_that_is_put_back_is_ready_again(schedule):
    encoder = next(schedule.ready())
    schedule.again(encoder)
    assert next(schedule.ready()) is encoder


def test_a_fault_of_the_disk_ends_everything(schedule, tmp_path):
    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    encoder = next(schedule.ready())
    outcome = outcome_of(full, tmp_path)
    assert outcome.disk_fault == errno.ENOSPC
    with pytest.raises(OSError, match="No space left"):
        schedule.end(encoder, outcome)


def test_an_outcome_keeps_the_reason_and_the_curve(tmp_path):
    def diverge():
        raise TrainingError("The loss is nan.", history=[{"step": 1, "loss": 9.0}])

    outcome = outcome_of(diverge, tmp_path)
    assert outcome.reason == "The loss is nan."
    assert outcome.history == ({"step": 1, "loss": 9.0},)
    assert "diverge" in outcome.details
    assert outcome_of(lambda: 1 / 0, tmp_path).reason == "ZeroDivisionError: division by zero"


def test_a_file_elsewhere_that_may_not_be_read_is_no_fault_of_the_disk(tmp_path):
    def locked(path):
        def work():
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        return work

    root = tmp_path / "x"
    root.mkdir()
    assert outcome_of(locked(tmp_path / "corpus.txt"), root).disk_fault is None
    assert outcome_of(locked(root / "runs"), root).disk_fault == errno.EACCES
    assert "Permission denied" in outcome_of(locked(tmp_path / "corpus.txt"), root).reason


def test_a_failure_is_on_record_before_the_rest_ends(schedule, tmp_path):
    encoder = next(schedule.ready())
    schedule.end(encoder, Outcome("no memory", "where", ({"step": 1, "loss": 2.0},)))
    stored = json.loads((tmp_path / "runs" / "encoder" / "run.json").read_text(encoding="utf-8"))
    assert (stored["status"], stored["reason"]) == ("failed", "no memory")
    assert stored["history"] == [{"step": 1, "loss": 2.0}]


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_ray_that_is_not_installed_is_named(tmp_path):
    tiny = Path(__file__).parents[1] / "data" / "tiny.yaml"
    with pytest.raises(MissingExtra, match=r"lingap\[cluster\]"):
        Experiment.from_yaml(tiny).run(tmp_path / "x", engine="ray")


@pytest.mark.slow
def test_ray_gives_the_same_rows(tmp_path):
    pytest.importorskip("ray", reason="the extra cluster is not installed")
    tiny = Experiment.from_yaml(Path(__file__).parents[1] / "data" / "tiny.yaml")
    assert tiny.run(tmp_path / "ray", engine="ray").failures == ()
    assert tiny.run(tmp_path / "here", n_workers=0).failures == ()

    def rows(folder):
        found = {}
        for path in folder.glob("runs/*/run.json"):
            record = json.loads(path.read_text(encoding="utf-8"))
            found[path.parent.name] = (record["scores"], record["history"])
        return found

    assert rows(tmp_path / "ray") == rows(tmp_path / "here")
    assert len(rows(tmp_path / "ray")) == 6
