"""The loop over work, with an engine whose processes die as told."""

from collections import deque

import pytest

from lingap.engines.here import Here
from lingap.engines.loop import work_through
from lingap.engines.processes import Processes
from pieces_of_work import double, pieces


class Dying:
    """A pool of `room` places in which pieces die as often as `deaths` says."""

    tries = 3

    def __init__(self, deaths, room=2):
        self.deaths, self.room = dict(deaths), room
        self.running, self.most, self.is_open = deque(), 0, False

    @property
    def n_busy(self):
        return len(self.running)

    @property
    def has_room(self):
        return len(self.running) < self.room

    def start(self, item):
        assert self.has_room
        self.running.append(item)
        self.most = max(self.most, len(self.running))

    def wait(self, hear):
        item = self.running.popleft()
        hear(item, "started", None)
        if self.deaths.get(item.id, 0):
            self.deaths[item.id] -= 1
            hear(item, "died", "killed")
        else:
            hear(item, "end", item.id.upper())

    def __enter__(self):
        self.is_open = True
        return self

    def __exit__(self, *_):
        self.is_open = False


def test_what_dies_is_tried_again_and_each_result_is_taken_once():
    work, pool = pieces("abcd"), Dying({"b": 2})
    work_through(work, pool)
    assert sorted(work.ended) == [(name, name.upper()) for name in "abcd"]
    assert sorted(name for name, _, _ in work.told) == sorted("abbbcd")
    assert pool.most == 2
    assert not pool.is_open


def test_what_dies_each_time_is_given_up_and_the_rest_goes_on():
    work = pieces("abc")
    work_through(work, Dying({"b": 3}))
    assert dict(work.ended) == {"a": "A", "b": "its process died 3 times (killed)", "c": "C"}


def test_an_engine_is_closed_when_a_result_cannot_be_taken():
    def full(item, result):
        raise OSError("disk full")

    work, pool = pieces("ab"), Dying({})
    work.end = full
    with pytest.raises(OSError, match="disk full"):
        work_through(work, pool)
    assert not pool.is_open


def test_the_engines_of_this_machine_do_the_same():
    found = []
    for pool in (Here(double), Processes(double, 2)):
        work = pieces("abc")
        work_through(work, pool)
        found.append((sorted(work.ended), sorted(work.told, key=str)))
    assert found[0] == found[1]
    assert found[0][0] == [("a", "aa"), ("b", "bb"), ("c", "cc")]
