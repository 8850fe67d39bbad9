"""The engine ray itself, where it is installed: a local cluster of two cores."""

import os
import signal
import sys
from functools import partial

import pytest

from pieces_of_work import double, pieces

pytestmark = pytest.mark.slow
pytest.importorskip("ray", reason="the extra cluster is not installed")


@pytest.fixture
def cluster(monkeypatch):
    from lingap.engines.cluster import Cluster

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    return Cluster


def test_work_is_done_and_heard_of_as_by_the_engines_of_this_machine(cluster):
    from lingap.engines.loop import work_through

    work = pieces("abc")
    work_through(work, cluster(double))
    assert sorted(work.ended) == [("a", "aa"), ("b", "bb"), ("c", "cc")]
    assert sorted(event for _, event, _ in work.told) == ["started"] * 3 + ["step"] * 3


def dies_once(item, say, mark):
    if item.id == "b" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpriority(os.PRIO_PROCESS, 0)


def test_a_worker_that_is_killed_loses_nothing_and_none_is_of_low_priority(cluster, tmp_path):
    from lingap.engines.loop import work_through

    work = pieces("abcd")
    work_through(work, cluster(partial(dies_once, mark=tmp_path / "died")))
    here = os.getpriority(os.PRIO_PROCESS, 0)
    assert sorted(work.ended) == [(name, here) for name in "abcd"]


def test_a_gpu_is_shared(cluster, monkeypatch):
    """Ray believes what it is told of GPUs: four pieces with a quarter each run at a time."""
    import ray

    from lingap.engines import cluster as engine

    monkeypatch.setattr(engine, "connect", lambda: ray.init(num_cpus=4, num_gpus=1))
    with cluster(double, gpu_share=0.25) as pool:
        for item in pieces("abcd").ready():
            pool.start(item)
        while pool.n_busy:
            pool.wait(lambda *_: None)
        assert [node.n_gpus for node in pool.nodes] == [1]


def test_a_folder_that_a_machine_does_not_see_is_told_before_work(cluster, monkeypatch, tmp_path):
    from lingap.engines import nodes
    from lingap.engines.loop import work_through
    from lingap.errors import ConfigError

    class Gone:
        name = str(tmp_path / "elsewhere" / "sign")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(nodes, "_sign", lambda folder: Gone())
    work = pieces("a")
    with pytest.raises(ConfigError, match="does not see .*elsewhere"):
        work_through(work, cluster(double, shared=[tmp_path]))
    assert work.told == []


def test_another_lingap_is_told_before_work(cluster, monkeypatch):
    from lingap.engines import nodes
    from lingap.engines.loop import work_through
    from lingap.errors import ConfigError

    monkeypatch.setattr(nodes, "__version__", "99.0")
    with pytest.raises(ConfigError, match=r"has lingap .*, this machine 99\.0"):
        work_through(pieces("a"), cluster(double))
