"""Prediction files, one row per word: Parquet, TSV or CoNLL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import AlignmentError, MissingExtra, StoreError
from lingap.records import Prediction
from lingap.storage.parquet_batches import batches
from lingap.storage.special_files import refuse_special
from lingap.tasks import Scoring, make_task
from lingap.text.numbers import whole
from lingap.text.words import nfc

_COLUMNS = ("sentence_id", "language", "position", "word", "gold", "predicted")
_Row = tuple[str, str, int, str, str, str]
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {written: meant for meant, written in _ESCAPES.items()}


def _pyarrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("data", "Reading and writing Parquet") from error
    return pyarrow


def write_predictions(path: Path, predictions: Sequence[Prediction], *, run_id: str = "") -> None:
    r"""Write predictions in the format of the suffix.

    ``.parquet`` and ``.tsv`` have the columns ``sentence_id, language, position, word, gold,
    predicted, run``, one row per word (a pair of sentences is one row, its text the word).
    ``.conll`` has ``word, gold, predicted`` separated by tabs, ``# sent_id``, ``# language`` and
    ``# run`` before each sentence, and a blank line after it. In both text formats a backslash, tab
    or line break within a word is written as ``\\``, ``\t``, ``\n``, ``\r``.

    Args:
        path: The file.
        predictions: Of any number of sentences.
        run_id: The run that made them.

    Raises:
        StoreError: For another suffix, or a sentence without words, which would have no row.
    """
    empty = [p.sentence_id for p in predictions if not p.words]
    if empty:
        raise StoreError(f"{path}: {empty[0]!r} has no words, so it would have no row.")
    if path.suffix.lower() == ".parquet":
        _write_parquet(path, predictions, run_id)
    else:
        make = {".tsv": _tsv_lines, ".conll": _conll_lines}.get(path.suffix.lower())
        if make is None:
            raise StoreError(
                f"{path}: predictions are written as .parquet, .tsv or .conll; change the suffix."
            )
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in make(predictions, run_id))


def read_predictions(path: str | Path) -> list[Prediction]:
    """Read what :func:`write_predictions` wrote, so that it can be scored again.

    Raises:
        StoreError: When the file cannot be read or violates its format.
    """
    path = Path(path)
    readers = {".parquet": _read_parquet, ".tsv": _read_tsv, ".conll": _read_conll}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise StoreError(f"{path}: predictions are read from .parquet, .tsv or .conll.")
    refuse_special(path)
    try:
        return list(_sentences(read(path)))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, AlignmentError) as error:
        raise StoreError(f"{path} holds no predictions: {error}") from error


def score_file(path: str | Path, task: str) -> dict[str, Scoring]:
    """Score a file of predictions again: language to its scores.

    Args:
        path: As :func:`read_predictions` reads it.
        task: ``ner``, ``nli`` or ``pos``.

    Raises:
        StoreError: As there; and where no predicted label of a language is among its gold ones,
            which must then be spelled in another way, or where most gold spans begin with I.
        UnknownName: For a task that is not registered.
    """
    by_language: dict[str, list[Prediction]] = {}
    for prediction in read_predictions(path):
        by_language.setdefault(prediction.language, []).append(prediction)
    for language, found in by_language.items():
        gold, predicted = ({x for p in found for x in getattr(p, n)} for n in ("gold", "predicted"))
        if not gold & predicted:
            shown = [", ".join(map(repr, sorted(labels)[:6])) for labels in (gold, predicted)]
            raise StoreError(
                f"{path}, {language}: no predicted label is among the gold ones ({shown[0]}), but "
                f"{shown[1]}. Spell both alike, case and spaces included."
            )
    scorer = make_task(task, ())  # scoring needs no label set
    scored = {language: scorer.score(found) for language, found in by_language.items()}
    for language, found in by_language.items():
        begun = sum(label[:2] == "B-" for p in found for label in p.gold)
        if (inside := scored[language].counts.get("invalid_gold", 0)) > begun:
            raise StoreError(
                f"{path}, {language}: {inside:,} gold spans begin with I-, {begun:,} with B-, as "
                "in IOB1. Convert the labels to IOB2, where every span begins with B-."
            )
    return scored


def _rows(predictions: Iterable[Prediction]) -> Iterator[_Row]:
    for p in predictions:
        for place, triple in enumerate(zip(p.words, p.gold, p.predicted, strict=True)):
            yield (p.sentence_id, p.language, place, *triple)


def _label(text: str) -> str:
    """A label in NFC, as corpora give them; AlignmentError with white space at an end."""
    if text != text.strip():
        raise AlignmentError(
            f"the label {text!r} has white space at an end, so it equals no other; remove it."
        )
    return nfc(text)


def _sentences(rows: Iterable[_Row]) -> Iterator[Prediction]:
    """Rows to sentences: its rows are consecutive, and position 0 starts the next one."""
    part: list[_Row] = []

    def made() -> Prediction:
        return Prediction(
            part[0][0],
            part[0][1],
            words=tuple(row[3] for row in part),
            gold=tuple(_label(row[4]) for row in part),
            predicted=tuple(_label(row[5]) for row in part),
        )

    for row in rows:
        if row[2] == 0:
            if part:
                yield made()
            part = []
        elif row[2] != len(part) or row[:2] != part[0][:2]:
            raise AlignmentError(
                f"word {row[2]} of {row[0]!r} does not follow word {len(part) - 1} of "
                f"{part[0][0] if part else None!r}; its rows must be consecutive, in order."
            )
        part.append(row)
    if part:
        yield made()


def _write_parquet(path: Path, predictions: Sequence[Prediction], run_id: str) -> None:
    pyarrow = _pyarrow()
    rows = list(_rows(predictions))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    types = [pyarrow.string(), pyarrow.string(), pyarrow.int32(), *[pyarrow.string()] * 3]
    arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    arrays.append(pyarrow.array([run_id] * len(rows), pyarrow.string()))
    table = pyarrow.table(arrays, names=[*_COLUMNS, "run"])
    pyarrow.parquet.write_table(table, path, compression="zstd")


def _read_parquet(path: Path) -> list[_Row]:
    pyarrow = _pyarrow()
    try:
        schema = pyarrow.parquet.read_schema(path)
        for name in _COLUMNS:
            if len(schema.get_all_field_indices(name)) > 1:
                raise StoreError(f"{path}: the column {name} occurs twice; keep one.")
        with pyarrow.parquet.ParquetFile(path) as file:
            read = batches(file, path, error=StoreError, columns=_COLUMNS)
            kinds = pyarrow.schema([schema.field(name) for name in _COLUMNS])
            table = pyarrow.Table.from_batches(list(read), kinds)
        for name in _COLUMNS:
            if table[name].null_count:
                raise StoreError(f"{path}: {name} has {table[name].null_count} empty values.")
            _check_type(path, name, table.schema.field(name).type)
        columns = {name: table[name].to_pylist() for name in _COLUMNS}
        columns["sentence_id"] = [str(name) for name in columns["sentence_id"]]
        return list(zip(*(columns[name] for name in _COLUMNS), strict=True))
    except (OSError, KeyError, pyarrow.ArrowException) as error:
        raise StoreError(f"{path} holds no predictions ({', '.join(_COLUMNS)}): {error}") from error


def _check_type(path: Path, name: str, kind: Any) -> None:
    """Refuse what would never equal a label of text: bytes, numbers, truth values."""
    from pyarrow import types

    plain = kind.value_type if types.is_dictionary(kind) else kind
    fits = {"text": types.is_string(plain) or types.is_large_string(plain)}
    fits["whole numbers"] = types.is_integer(plain)
    expected = {"position": ["whole numbers"], "sentence_id": [*fits]}.get(name, ["text"])
    if not any(fits[one] for one in expected):
        raise StoreError(
            f"{path}: {name} holds values of type {kind}; expected {' or '.join(expected)}. "
            "Convert the column and write the file again."
        )


def _escaped(text: str) -> str:
    return re.sub(r"[\\\t\n\r]", lambda found: _ESCAPES[found[0]], text)


def _plain(text: str) -> str:
    return re.sub(r"\\[\\tnr]", lambda found: _PLAIN[found[0]], text)


def _tsv_lines(predictions: Sequence[Prediction], run_id: str) -> Iterator[str]:
    yield "\t".join((*_COLUMNS, "run"))
    for row in _rows(predictions):
        yield "\t".join(_escaped(str(value)) for value in (*row, run_id))


def _lines(path: Path) -> list[str]:
    """Lines, without the byte-order mark or CRLF that an editor may have added."""
    lines = path.read_bytes().decode().lstrip("\ufeff").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    return [line.removesuffix("\r") for line in lines]  # ours hold no bare one


def _read_tsv(path: Path) -> Iterator[_Row]:
    head, *lines = _lines(path) or [""]
    names = head.split("\t")
    if missing := [name for name in _COLUMNS if name not in names]:
        raise StoreError(f"{path}:1: the header lacks {', '.join(missing)}.")
    if twice := [name for name in _COLUMNS if names.count(name) > 1]:
        raise StoreError(f"{path}:1: a column occurs twice: {', '.join(twice)}.")
    places = [names.index(name) for name in _COLUMNS]
    for number, line in enumerate(lines, 2):
        values = [_plain(value) for value in line.split("\t")]
        try:
            if len(values) != len(names):
                raise ValueError(line)
            place = whole(values[names.index("position")])
        except ValueError:
            raise StoreError(
                f"{path}:{number}: expected {len(names)} columns and a number as position, got "
                f"{line!r:.80}."
            ) from None
        name, language, _, word, gold, predicted = (values[at] for at in places)
        if not gold or not predicted:
            raise StoreError(f"{path}:{number}: a label is empty.")
        yield name, language, place, word, gold, predicted


def _conll_lines(predictions: Sequence[Prediction], run_id: str) -> Iterator[str]:
    for p in predictions:
        yield f"# sent_id = {_escaped(p.sentence_id)}"
        yield f"# language = {_escaped(p.language)}"
        yield f"# run = {_escaped(run_id)}"
        for triple in zip(p.words, p.gold, p.predicted, strict=True):
            yield "\t".join(_escaped(value) for value in triple)
        yield ""


def _read_conll(path: Path) -> Iterator[_Row]:
    about: dict[str, str] = {}
    place = 0
    for number, line in enumerate(_lines(path), 1):
        values = line.split("\t")
        if not line:
            about, place = {}, 0
        elif line.startswith("# ") and len(values) == 1:  # a row of words has tabs
            key, _, value = line[2:].partition(" = ")
            about[key] = _plain(value)
        elif len(values) == 3 and {"sent_id", "language"} <= set(about):
            word, gold, predicted = (_plain(value) for value in values)
            yield about["sent_id"], about["language"], place, word, gold, predicted
            place += 1
        else:
            raise StoreError(
                f"{path}:{number}: expected word, gold and predicted, separated by tabs, after "
                f"# sent_id and # language; got {line!r:.80}."
            )
