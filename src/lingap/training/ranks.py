"""One training over several processes, which ``torchrun`` started: its ranks."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from lingap.errors import ConfigError

Value = TypeVar("Value")


def n_ranks() -> int:
    """Processes of the training that this one is part of; 1 when ``torchrun`` did not start it."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "RANK" in os.environ else 1


def rank() -> int:
    """Which of them this one is, from 0; the first alone writes results."""
    return int(os.environ["RANK"]) if n_ranks() > 1 else 0


def refuse_sharding() -> None:
    """Raise ConfigError where ``accelerate launch`` asks for weights that are spread over ranks.

    Every rank here holds all weights; without this, the ranks would wait for each other for ever.
    """
    for name in ("FSDP", "DEEPSPEED", "MEGATRON_LM"):
        if os.environ.get(f"ACCELERATE_USE_{name}", "").lower() == "true":
            raise ConfigError(
                f"{name} is asked for (ACCELERATE_USE_{name}=true), and every process of lingap "
                "holds all weights. Start it by torchrun or accelerate launch --multi_gpu."
            )


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
