"""Arguments of public functions, checked against their annotations before any work.

A value of a wrong kind raises the error that the function documents, which names the argument,
what was expected and what came. Arrays (``Any``) and what only a function can judge, such as the
name of a measure, are left to it.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache, wraps
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from lingap.errors import LingapError

P = ParamSpec("P")
R = TypeVar("R")

_WORDS = {
    int: "a whole number", float: "a finite number", str: "text", bool: "True or False",
    Path: "a path", NoneType: "None",
}  # fmt: skip
_FROM_0 = ("seed", "n_resamples", "n_permutations", "n_draws")
_SHARES = ("level",)


def checked(error: type[LingapError]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a public function so that arguments of a wrong kind raise `error`.

    >>> from lingap.errors import MetricError
    >>> @checked(MetricError)
    ... def draws(seed: int) -> int:
    ...     return seed
    >>> draws(1.5)
    Traceback (most recent call last):
    lingap.errors.MetricError: seed: expected a whole number from 0, got 1.5 (float).
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for name, value in signature.bind(*args, **kwargs).arguments.items():
                if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                    continue
                hint = _hint(function, name)
                if not (_fits(value, hint) and _in_range(name, value)):
                    raise error(
                        f"{name}: expected {_expected(name, hint)}, got {_shown(value)} "
                        f"({type(value).__name__})."
                    )
            return function(*args, **kwargs)

        return call

    return decorate


@cache
def _hint(function: Callable[..., Any], name: str) -> Any:
    """The annotation of one argument; Any where it names what only type checkers import."""
    alone = SimpleNamespace(__annotations__={name: function.__annotations__.get(name, Any)})
    try:
        return get_type_hints(alone, globalns=getattr(function, "__globals__", {}))[name]
    except NameError:
        return Any


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the kind; items of sequences and mappings included."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inner)
    if hint is int:
        return isinstance(value, Integral) and not _is_bool(value)
    if hint is float:
        is_number = isinstance(value, Real) or _is_scalar(value)
        return is_number and not _is_bool(value) and math.isfinite(value)
    if hint is bool:
        return _is_bool(value)
    if hint is Path:
        return isinstance(value, os.PathLike)
    if origin is Literal:
        return isinstance(value, str)  # which ones there are, the function says
    if origin in (Sequence, list):
        if getattr(type(value), "holds", None) == inner[0]:  # one of ours that says so
            return True
        return _is_sequence(value) and _all_fit(value, inner[0])
    if origin in (Mapping, dict):
        return isinstance(value, Mapping) and all(
            _all_fit(part, one) for part, one in zip((value, value.values()), inner, strict=True)
        )
    if origin is tuple:
        return isinstance(value, tuple)
    if origin is Iterable:
        return hasattr(type(value), "__iter__") and getattr(value, "ndim", 1) > 0
    if origin is Callable:
        return callable(value) and not isinstance(value, type)
    if not isinstance(hint, type):
        return True
    from typing_extensions import is_protocol

    return is_protocol(hint) or isinstance(value, hint)


def _all_fit(values: Iterable[Any], hint: Any) -> bool:
    """Whether all items are of the kind; sequences may be text, whose items are its letters."""
    if hint is str:
        return set(map(type, values)) <= {str} or all(isinstance(value, str) for value in values)
    if hint is Hashable:
        return all(_is_hashable(value) for value in values)
    if get_origin(hint) is Sequence:
        return all(isinstance(value, str) or _fits(value, hint) for value in values)
    return hint is Any or all(_fits(value, hint) for value in values)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ == "bool_"


def _is_scalar(value: Any) -> bool:
    """Whether it is an array or tensor of a single real number."""
    return getattr(value, "ndim", None) == 0 and hasattr(value, "__float__")


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _is_sequence(value: Any) -> bool:
    is_collection = all(hasattr(value, name) for name in ("__len__", "__iter__", "__getitem__"))
    no_axes = getattr(value, "ndim", 1) == 0
    return is_collection and not no_axes and not isinstance(value, str | bytes | Mapping | type)


def _in_range(name: str, value: Any) -> bool:
    if value is None:
        return True
    return not (name in _FROM_0 and value < 0) and not (name in _SHARES and not 0 < value < 1)


def _expected(name: str, hint: Any) -> str:
    range_of = " from 0" if name in _FROM_0 else " between 0 and 1" if name in _SHARES else ""
    return _named(hint) + range_of


def _named(hint: Any, *, several: bool = False) -> str:
    """A kind in words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_named(one) for one in inner))
    if origin is Literal:
        return " or ".join(map(repr, inner))
    if origin in (Sequence, list):
        items = _PLURAL.get(inner[0])
        return f"a list of {items}" if items else "a list of lists"
    if origin in (Mapping, dict):
        return "a mapping"
    if origin is tuple:
        return "a tuple"
    if origin is Callable:
        return "a function"
    return _WORDS.get(hint) or str(getattr(hint, "__name__", hint))


_PLURAL = {
    str: "text", float: "finite numbers", int: "whole numbers", Any: "values",
    Hashable: "hashable values",
}  # fmt: skip


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
