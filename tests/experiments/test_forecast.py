"""The time that is left, by a clock that is set."""

import pytest

from lingap.experiments.forecast import Forecast
from lingap.experiments.plan import Job


@pytest.fixture
def at():
    return [0.0]


@pytest.fixture
def jobs(stored):
    encoder = Job(stored.pretrain_spec(), (), 10, "encoder", id="encoder")
    return [encoder, *(Job(stored.run_spec(), (), 10, f"run {i}", id=str(i)) for i in range(4))]


@pytest.fixture
def forecast(jobs, at):
    sizes = {"encoder": 100.0, "0": 10.0, "1": 10.0, "2": 10.0, "3": 10.0}
    return Forecast(jobs, sizes, dict.fromkeys(sizes, 0.0), lambda: at[0])


def test_nothing_is_said_before_something_is_known(forecast, jobs):
    assert forecast.seconds_left() is None
    forecast.hear(jobs[0], "started", 0)
    assert forecast.seconds_left() is None


def test_the_steps_of_a_running_job_tell_first(forecast, jobs, at):
    forecast.hear(jobs[0], "started", 0)
    at[0] = 20.0
    forecast.hear(jobs[0], "step", 2)
    assert forecast.seconds_left() == pytest.approx(80 + 40)


def test_each_kind_is_corrected_by_its_own_first_job(forecast, jobs, at):
    forecast.hear(jobs[0], "started", 0)
    at[0] = 200.0
    forecast.hear(jobs[0], "done", 10)
    assert forecast.seconds_left() == pytest.approx(2 * 40)
    forecast.hear(jobs[1], "started", 0)
    at[0] = 205.0
    forecast.hear(jobs[1], "done", 10)
    assert forecast.seconds_left() == pytest.approx(0.5 * 30)


def test_the_start_of_one_kind_is_not_taken_for_the_steps_of_another(forecast, jobs, at):
    forecast.hear(jobs[0], "started", 0)
    for at[0], step in ((300.0, 1), (310.0, 2), (390.0, 10)):
        forecast.hear(jobs[0], "step", step)
    assert forecast.seconds_left() == pytest.approx(40)
    forecast.hear(jobs[0], "done", 10)
    assert forecast.seconds_left() == pytest.approx(40)


def test_steps_are_only_a_part_of_a_job_that_reads_much(jobs, at):
    forecast = Forecast(jobs[1:2], {"0": 10.0}, {"0": 90.0}, lambda: at[0])
    forecast.hear(jobs[1], "started", 0)
    forecast.hear(jobs[1], "step", 1)
    at[0] = 9.0
    forecast.hear(jobs[1], "step", 10)
    assert forecast.seconds_left() == pytest.approx(90)


def test_what_runs_at_once_shares_the_time(forecast, jobs, at):
    forecast.hear(jobs[0], "failed", 0)
    for job in jobs[1:3]:
        forecast.hear(job, "started", 0)
    at[0] = 30.0
    for job in jobs[1:3]:
        forecast.hear(job, "done", 10)
    assert forecast.seconds_left() == pytest.approx(3 * 20 / 2)
    for job in jobs[3:]:
        forecast.hear(job, "started", 0)
    at[0] = 60.0
    for job in jobs[3:]:
        forecast.hear(job, "done", 10)
    assert forecast.seconds_left() == 0.0
