"""Weights, gradients and optimizer states spread over ranks, by PyTorch's ``fully_shard`` (FSDP).

Accelerate shards on GPUs only, so it is not asked to. Checkpoints hold whole weights and states, so
that any number of ranks can resume them, also without sharding.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.utils.parametrize import ParametrizationList

from lingap.training.ranks import n_ranks


def sharded_copy(model: nn.Module, device: torch.device) -> nn.Module:
    """A copy whose parameters are spread over all ranks: layer by layer, then the rest."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (n_ranks(),))
    spread = copy.deepcopy(model)
    for part in dict.fromkeys((*_layers(spread), spread)):  # a shared layer once
        fully_shard(part, mesh=mesh)
    return spread


def _layers(module: nn.Module) -> Iterator[nn.Module]:
    """The items of the outermost lists of modules: the layers of an encoder."""
    for child in module.children():
        if isinstance(child, nn.ModuleList) and not isinstance(child, ParametrizationList):
            yield from (layer for layer in child if any(True for _ in layer.parameters()))
        else:
            yield from _layers(child)


def whole_weights(model: nn.Module) -> dict[str, Tensor]:
    """A copy of all weights in the CPU's memory; where they are spread, each rank calls it."""
    return {
        name: _whole(value.detach()).cpu().clone() for name, value in model.state_dict().items()
    }


def spread_weights(model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Give each rank its part of whole weights; those of the first rank count."""
    with torch.no_grad():
        for name, value in model.state_dict().items():
            value.copy_(_spread(weights[name], value))


def spread_states(optimizer: torch.optim.Optimizer) -> None:
    """Let an optimizer give and take whole states; each rank then asks for them."""
    optimizer.register_state_dict_post_hook(_gather_states)
    optimizer.register_load_state_dict_pre_hook(_spread_states)


def _gather_states(_: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    state["state"] = {
        place: {k: _whole(v).cpu() if isinstance(v, Tensor) else v for k, v in values.items()}
        for place, values in state["state"].items()
    }


def _spread_states(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> dict[str, Any]:
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    spread = {
        place: {
            k: _spread(v, weights[place]) if isinstance(v, Tensor) and v.ndim else v
            for k, v in values.items()
        }
        for place, values in state["state"].items()
    }
    return {**state, "state": spread}


def _whole(value: Tensor) -> Tensor:
    return value.full_tensor() if isinstance(value, DTensor) else value


def _spread(value: Tensor, like: Tensor) -> Tensor:
    if not isinstance(like, DTensor):
        return value
    return distribute_tensor(value.to(like.device), like.device_mesh, like.placements)
