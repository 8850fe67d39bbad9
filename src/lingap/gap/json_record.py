"""Results as JSON and back: nested tuples, mappings and intervals, by the types they declare."""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from lingap.errors import MetricError


class JsonRecord:
    """A frozen dataclass that goes to JSON and comes back equal."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Give what ``json.dumps(..., allow_nan=False)`` takes."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild what :meth:`to_dict` gave.

        Raises:
            MetricError: For a missing or an unknown field, or a value of another type.
        """
        result: Self = _build(cls, data, cls.__name__)
        return result


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise MetricError(f"A result holds {value}, which is no answer.")
    return value


def _build(cls: type, data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise MetricError(f"{where}: expected an object, found {type(data).__name__}.")
    hints = get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls)}
    unknown = sorted(set(data) - set(fields))
    missing = sorted(
        name
        for name, f in fields.items()
        if name not in data
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    )
    if unknown or missing:
        raise MetricError(f"{where}: unknown fields {unknown}, missing fields {missing}.")
    return cls(**{k: _typed(hints[k], v, f"{where}.{k}") for k, v in data.items()})


def _typed(hint: Any, value: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _typed(next(a for a in args if a is not type(None)), value, where)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where)
    if origin is tuple and isinstance(value, list | tuple):
        kinds = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        if len(kinds) == len(value):
            return tuple(_typed(k, v, where) for k, v in zip(kinds, value, strict=True))
    elif origin is not None and issubclass(origin, Mapping) and isinstance(value, Mapping):
        return {key: _typed(args[1], item, f"{where}[{key!r}]") for key, item in value.items()}
    elif hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif isinstance(hint, type) and type(value) is hint:
        return value
    raise MetricError(f"{where}: expected {hint}, found {value!r:.80}.")
