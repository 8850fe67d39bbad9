"""Errors reach the user from another process as they were raised."""

import pickle

import pytest

from lingap.errors import HubError, LingapError, MetricError, MissingExtra, TrainingError


@pytest.mark.parametrize(
    "error",
    [
        HubError("org/model: not found", "absent"),
        MissingExtra("cluster", "The engine ray"),
        TrainingError("The loss is NaN", history=[{"step": 3.0, "loss": 1.5}]),
        MetricError("a name that is not there"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_after_pickling(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert isinstance(again, LingapError)
    assert str(again) == str(error)
    assert again.__dict__ == error.__dict__
