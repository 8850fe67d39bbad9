"""Encoded text, kept for other jobs: the same again, and never a damaged one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lingap.experiments.encoded import cached, read_encoded, write_encoded
from lingap.tasks import Instance


def instance(seed, n=7, n_items=3):
    draw = np.random.default_rng(seed)
    arrays = [draw.integers(-100, 70_000, size=k, dtype=np.int32) for k in (n, n, n, n_items)]
    return Instance(*arrays, sentence=seed, first_item=seed % 3, scored=(0, n_items))


def keep(folder, make, **key):
    return cached(folder, {"k": 1, **key}, make, write=write_encoded, read=read_encoded)


@pytest.mark.parametrize("sizes", [[], [(1, 1)], [(7, 3), (2, 0), (0, 0), (300, 9)]])
def test_what_was_kept_is_what_was_made(tmp_path, sizes):
    made = [instance(i, *size) for i, size in enumerate(sizes)], {"words": 5}
    assert keep(tmp_path, lambda: made) is made
    instances, counts = keep(tmp_path, lambda: pytest.fail("made twice"))
    assert counts == {"words": 5}
    assert len(instances) == len(sizes)
    for one, other in zip(instances, made[0], strict=True):
        for name in Instance.__slots__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert one.ids.dtype == np.int32
    assert keep(tmp_path, lambda: ([], {}), k=2) == ([], {})  # another key


def test_a_damaged_file_is_made_again(tmp_path):
    made = [instance(i) for i in range(9)], {"words": 5}
    keep(tmp_path, lambda: made)
    (path,) = (p for p in tmp_path.iterdir() if p.suffix != ".lock")
    whole = path.read_bytes()
    for content in (b"", whole[:40], whole[:-8], b"x" * len(whole)):
        path.write_bytes(content)
        assert keep(tmp_path, lambda: made) is made
        assert path.read_bytes() == whole


def test_two_that_want_the_same_make_it_once(tmp_path):
    calls, second = [], threading.Event()

    def make():
        calls.append(1)
        if len(calls) > 1:
            second.set()
        second.wait(0.5)  # time for another to come, which must not: no pass depends on it
        return [instance(1)], {}

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: keep(tmp_path, make), range(3)))
    assert len(calls) == 1
    assert [[one.sentence for one in instances] for instances, _ in found] == [[1]] * 3


def test_what_could_not_be_written_leaves_nothing(tmp_path):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        cached(tmp_path, {}, lambda: 1, write=fail, read=fail)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]
