"""One job, done from its specification alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lingap import __version__
from lingap.experiments.plan import Job
from lingap.experiments.records import DoneRecord
from lingap.experiments.specs import Kind, Progress
from lingap.experiments.store import Store
from lingap.languages import use_languages


def run_job(job: Job, root: Path, progress: Progress) -> Path:
    """Do a job; its result is staged for the store, see :meth:`~.store.Store.adopt`."""
    import torch

    from lingap.experiments.finetuning import finetune
    from lingap.experiments.grid_search import try_settings
    from lingap.experiments.pretraining import pretrain

    use_languages(one.row for one in job.spec.own or ())
    store = Store(root)
    works: dict[Kind, Callable[[Job, Store, Path, Progress], DoneRecord]] = {
        "pretraining": pretrain, "trials": try_settings, "runs": finetune
    }  # fmt: skip
    started = time.monotonic()

    def fill(folder: Path) -> DoneRecord:
        return works[job.kind](job, store, folder, progress).model_copy(
            update={
                "seconds": round(time.monotonic() - started, 2),
                "versions": versions(),
                "device": device_name(),
                "threads": torch.get_num_threads(),  # another number may add in another order
            }
        )

    return store.stage(job.kind, job.id, fill)


def device_name() -> str:
    """The device of computation: the name of a GPU, else ``cpu`` or ``mps``."""
    import torch

    from lingap.training import best_device

    device = best_device()
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on; "unknown" where a package tells none."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "lingap": __version__}
    for name in ("torch", "transformers", "numpy", "babel"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a source tree or an archive without metadata
            found[name] = "unknown"
    return found
