"""Base of all gap results: JSON and back, rows, data frames."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lingap.arguments import checked
from lingap.errors import MetricError, MissingPackage
from lingap.gap.notebook import ShownInNotebooks
from lingap.records import Interval
from lingap.storage.json_file import lower_triangle, mirrored

if TYPE_CHECKING:
    import datasets
    import pandas
    from pydantic import TypeAdapter

_NOT_ALWAYS = ("exact", "classifier", "compression")
"""Matrices that are empty where they were not measured, and have no default."""

Row = dict[str, Any]
Matrix = tuple[tuple[float, ...], ...]


class HasRows:
    """What converts to rows of a table: a gap, scores that were read, an experiment's result."""

    __slots__ = ()

    def to_rows(self) -> list[Row]:
        """Rows of a table in long form, unrounded: column -> value."""
        raise NotImplementedError

    def to_pandas(self) -> pandas.DataFrame:
        """Return :meth:`to_rows` as a pandas data frame.

        Raises:
            MissingPackage: If pandas is not installed.
        """
        return to_pandas([self])

    def to_dataset(self) -> datasets.Dataset:
        """Return :meth:`to_rows` as a data set of the library ``datasets``.

        Raises:
            MissingPackage: If datasets is not installed.
        """
        return to_dataset([self])


class GapResult(ShownInNotebooks, HasRows):
    """A frozen dataclass that round-trips through JSON and converts to table rows."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "allow_inf_nan": False}
    _of_each_language: ClassVar[tuple[str, ...]] = ()
    """Fields that map every language, and nothing else, to a value."""

    def to_dict(self) -> Row:
        """Return what ``json.dumps(..., allow_nan=False)`` accepts.

        Raises:
            MetricError: For a value that is not finite.
        """
        found: Row = _adapter(type(self)).dump_python(self, mode="json")
        try:
            json.dumps(found, allow_nan=False)
        except ValueError as error:
            raise MetricError(f"{type(self).__name__}: a value is not finite ({error}).") from None
        return found

    def to_stored(self) -> Row:
        """Return :meth:`to_dict` with only the lower triangle of each symmetric matrix."""
        found = self.to_dict()
        for name in _matrices_of(type(self)):
            found[name] = lower_triangle(found[name])
        return found

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Rebuild a result from :meth:`to_dict` or :meth:`to_stored`.

        Raises:
            MetricError: For a missing or unknown field, or a wrong type; it names the place.
        """
        from pydantic import ValidationError

        if isinstance(data, Mapping):
            whole = {name: mirrored(data[name]) for name in _matrices_of(cls) if name in data}
            data = {**data, **whole}
        try:
            made: Self = _adapter(cls).validate_json(json.dumps(data), strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, (cls.__name__, *first["loc"])))
            if first["type"] == "unexpected_keyword_argument":
                raise MetricError(f"{place}: unknown field {first['loc'][-1]!r}.") from None
            found = "" if first["type"] == "missing" else f", got {first['input']!r:.80}"
            raise MetricError(f"{place}: {first['msg']}{found}.") from None
        made._check_matrices()
        for name in cls._of_each_language:
            if set(getattr(made, name)) != set(made.languages):  # type: ignore[attr-defined]
                raise MetricError(
                    f"{cls.__name__}.{name}: expected a value for each language, got those of "
                    f"{', '.join(getattr(made, name)) or 'none'}."
                )
        return made

    def _check_matrices(self) -> None:
        """Refuse matrices that have not one row and column for each language."""
        for name, may_be_empty in _matrices_of(type(self)).items():
            matrix, n = getattr(self, name), len(self.languages)  # type: ignore[attr-defined]
            if matrix == () and may_be_empty:
                continue
            if len(matrix) != n or any(len(row) != n for row in matrix):
                raise MetricError(
                    f"{type(self).__name__}.{name}: expected {n} rows and columns, one "
                    "for each language."
                )


def _matrices_of(cls: type) -> Mapping[str, bool]:
    """Fields that have a row and a column for each language, and whether they may be empty."""
    return {
        field.name: field.default == () or field.name in _NOT_ALWAYS
        for field in dataclasses.fields(cls)
        if field.type in ("Matrix", "tuple[tuple[float | None, ...], ...]")
    }


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(cls: type) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


@checked(MetricError)
def to_pandas(results: Iterable[HasRows]) -> pandas.DataFrame:
    """Rows of several results, such as those of all systems, as one pandas data frame.

    Raises:
        MetricError: For anything but results.
        MissingPackage: If pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise MissingPackage("A data frame needs pandas: pip install pandas") from error
    return pandas.DataFrame(_rows_of(results))


@checked(MetricError)
def to_dataset(results: Iterable[HasRows]) -> datasets.Dataset:
    """Rows of several results as one data set of the library ``datasets``, in memory.

    Columns are those of any row, None where a row lacks one. ``lingap report --format dataset``
    writes an experiment's as Parquet, with a data card.

    Raises:
        MetricError: For anything but results.
        MissingPackage: If datasets is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise MissingPackage("A data set needs datasets: pip install datasets") from error
    rows = _rows_of(results)
    names = dict.fromkeys(name for row in rows for name in row)
    return datasets.Dataset.from_dict({name: [row.get(name) for row in rows] for name in names})


def _rows_of(results: Iterable[HasRows]) -> list[Row]:
    rows: list[Row] = []
    for result in results:
        if isinstance(result, type) or not callable(getattr(result, "to_rows", None)):
            raise MetricError(
                "results: expected gaps or other results of lingap, got "
                f"{result!r:.60} ({type(result).__name__})."
            )
        rows += result.to_rows()
    return rows


def ends(name: str, interval: Interval | None) -> Row:
    """Both ends of an interval as columns; None if there is none.

    >>> ends("std", Interval(0.1, 0.2, 0.95, "x")), ends("", None)
    ({'std_low': 0.1, 'std_high': 0.2}, {'low': None, 'high': None})
    """
    start = f"{name}_" if name else ""
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    return {f"{start}low": low, f"{start}high": high}


def columns(result: object, names: str) -> Row:
    """Fields of a result as columns, in the order of `names`; an interval as both its ends.

    >>> columns(Interval(0.1, 0.2, 0.95, "x"), "level high")
    {'level': 0.95, 'high': 0.2}
    """
    row: Row = {}
    for name in names.split():
        value = getattr(result, name)
        if name.endswith("interval"):
            row |= ends(name.removesuffix("interval").rstrip("_"), value)
        else:
            row[name] = value
    return row


def matrix_rows(matrix: Iterable[Iterable[Any]]) -> Matrix:
    """A matrix as plain numbers in tuples."""
    return tuple(tuple(float(value) for value in row) for row in matrix)
