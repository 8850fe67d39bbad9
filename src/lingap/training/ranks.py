"""One training over several processes, which ``torchrun`` started: its ranks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from lingap.errors import ConfigError

Value = TypeVar("Value")

SHARDING = "ACCELERATE_USE_FSDP"
"""Set to ``true`` by ``accelerate launch --use_fsdp``: weights are to be spread over ranks."""


def n_ranks() -> int:
    """Processes of the training that this one is part of; 1 when ``torchrun`` did not start it."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "RANK" in os.environ else 1


def rank() -> int:
    """Which of them this one is, from 0; the first alone writes results."""
    return int(os.environ["RANK"]) if n_ranks() > 1 else 0


@contextmanager
def environment(name: str, value: str | None) -> Iterator[None]:
    """Set a variable of the environment for a while, or hide it (None)."""
    before = os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def refuse_sharding() -> None:
    """Raise ConfigError where ``accelerate launch`` asks for sharding other than FSDP's.

    Without this, the ranks would wait for each other for ever.
    """
    for name in ("DEEPSPEED", "MEGATRON_LM"):
        if os.environ.get(f"ACCELERATE_USE_{name}", "").lower() == "true":
            raise ConfigError(
                f"{name} is asked for (ACCELERATE_USE_{name}=true), which lingap does not have. "
                "Start it by torchrun; accelerate launch --use_fsdp spreads weights over GPUs."
            )
    for name in ("FSDP_OFFLOAD_PARAMS", "FSDP_ACTIVATION_CHECKPOINTING"):
        if is_sharding_wanted() and os.environ.get(name, "").lower() == "true":
            raise ConfigError(
                f"{name}=true is asked for, which lingap does not have. Set it to false; weights, "
                "gradients and optimizer states are spread over all GPUs."
            )


def is_sharding_wanted() -> bool:
    """Whether the environment asks for weights that are spread over several ranks."""
    return n_ranks() > 1 and os.environ.get(SHARDING, "").lower() == "true"


def from_first(value: Value) -> Value:
    """The value that the first rank has, on every rank, so that all decide alike.

    Each rank calls it at the same place; what the others pass is not used.
    """
    if n_ranks() == 1:
        return value
    from accelerate.utils import broadcast_object_list

    _state()
    values: list[Any] = [value]
    broadcast_object_list(values, from_process=0)
    return values[0]  # type: ignore[no-any-return]


def wait_for_all() -> None:
    """Wait until every rank is here."""
    if n_ranks() > 1:
        _state().wait_for_everyone()


def _state() -> Any:
    """The ranks, joined if they have not met."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available())
