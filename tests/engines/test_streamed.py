"""What a worker says, as a stream."""

import logging
import warnings
from dataclasses import dataclass

import pytest

from lingap.engines.streamed import events_of


@dataclass(frozen=True)
class Piece:
    id: str = "one"


def test_the_result_comes_last_and_steps_are_thinned_out():
    def work(item, say):
        for step in range(1000):
            say("step", step)
        return 42

    events = list(events_of(work, Piece()))
    assert events[0][0] == "started"
    assert events[-1] == ("end", 42)
    assert 1 <= len(events) - 2 < 50


@pytest.mark.filterwarnings("default")
def test_warnings_and_the_log_are_said_with_the_name_of_the_machine():
    def work(item, say):
        logging.getLogger("lingap.training").warning("out of %s", "memory")
        logging.getLogger("lingap").info("of no interest")
        warnings.warn("a cache was damaged", stacklevel=1)

    lines = [value for event, value in events_of(work, Piece()) if event == "log"]
    assert [line.partition(": ")[2] for line in lines] == ["out of memory", "a cache was damaged"]


def test_a_fault_of_the_program_is_raised():
    with pytest.raises(ZeroDivisionError):
        list(events_of(lambda item, say: 1 / 0, Piece()))
