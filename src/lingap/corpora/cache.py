"""Parsed corpora on disk, as Arrow: read again without parsing, and never half a file.

A cache file is an Arrow IPC file, then a mark and the SHA-256 of all before it. It is written while
records stream by, and moved into place when the pass is complete; a damaged one is made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lingap.errors import MissingExtra
from lingap.records import LabelledSentence, Record, Sentence, SentencePair
from lingap.storage.atomic import sweep, whole_file
from lingap.storage.cache_folder import is_usable

_MARK = b"LINGAP01"
_TAIL = len(_MARK) + 32
_BATCH = 2000
_NO_SECOND = (None,)  # of one sentence with a label; a Sentence has None there
_log = logging.getLogger(__name__)


def _arrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtra("data", "The cache of parsed corpora") from error
    return pa


def _schema(pa: Any) -> Any:
    text, words = pa.string(), pa.list_(pa.string())
    names = ("id", "language", "words", "labels", "second", "label")
    return pa.schema(zip(names, (text, text, words, words, words, text), strict=True))


def cached(
    records: Iterable[Record], *, fingerprint: str, folder: Path, counts: Counter[str]
) -> Iterator[Record]:
    """Records from the cache file of that fingerprint; else `records`, kept as they pass.

    A pass that stops early keeps nothing.

    Args:
        records: What to parse and keep; not touched when the cache is good.
        fingerprint: Names the content: corpus, files' digests, options.
        folder: Where cache files are; where it cannot be written, a warning says so.
        counts: Lossy steps; filled by `records`, or from the cache as they were then.

    Raises:
        MissingExtra: Without pyarrow.
        CorpusError: What `records` raises; nothing is kept then.
    """
    pa = _arrow()
    path = folder / f"{fingerprint}.arrow"
    if _is_whole(path):
        yield from _read(pa, path, counts)
    elif not is_usable(folder):
        yield from records
    else:
        yield from _kept(pa, records, path, fingerprint, counts)


def _is_whole(path: Path) -> bool:
    if not path.is_file():
        return False
    size = path.stat().st_size
    whole = False
    if size > _TAIL:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[size - _TAIL : size - 32] == _MARK:
                with memoryview(data) as view, view[: size - _TAIL] as body:
                    whole = hashlib.sha256(body).digest() == data[size - 32 :]
    if not whole:
        _log.warning("%s is damaged; it is made again.", path)
    return whole


def _kept(
    pa: Any, records: Iterable[Record], path: Path, fingerprint: str, counts: Counter[str]
) -> Iterator[Record]:
    schema = _schema(pa)
    sweep(path.parent)
    with whole_file(path) as scratch, scratch.open("w+b") as file:
        with pa.ipc.new_file(pa.PythonFile(file, mode="w"), schema) as writer:
            batch: list[Record] = []
            for record in records:
                batch.append(record)
                if len(batch) == _BATCH:
                    writer.write_batch(_batch(pa, batch, schema))
                    batch = []
                yield record
            if batch:
                writer.write_batch(_batch(pa, batch, schema))
            notes = json.dumps({"counts": dict(counts), "fingerprint": fingerprint})
            writer.write_batch(pa.record_batch([[notes], *[[None]] * 5], schema))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.write(_MARK + digest)


def _batch(pa: Any, records: list[Record], schema: Any) -> Any:
    columns = zip(*map(_values, records), strict=True)
    return pa.record_batch(list(map(list, columns)), schema)


def _values(record: Record) -> tuple[Any, ...]:
    if isinstance(record, Sentence):
        return record.id, record.language, record.words, record.labels, None, None
    first, *rest = record.sentences
    second = rest[0].words if rest else _NO_SECOND
    return record.id, first.language, first.words, None, second, record.label


def _lists(array: Any) -> list[tuple[str, ...] | None]:
    """Values of a list column as tuples; far quicker than asking each row."""
    values = array.flatten().to_pylist()
    result: list[tuple[str, ...] | None] = []
    at = 0
    for length in array.value_lengths().to_pylist():
        result.append(None if length is None else tuple(values[at : at + length]))
        at += length or 0
    return result


def _read(pa: Any, path: Path, counts: Counter[str]) -> Iterator[Record]:
    source = pa.memory_map(str(path))
    reader = pa.ipc.open_file(source, footer_offset=path.stat().st_size - _TAIL)
    last = reader.num_record_batches - 1
    notes = json.loads(reader.get_batch(last).column(0)[0].as_py())
    counts.clear()
    found = notes["counts"].items()  # two once had another spelling
    counts.update({name.replace("normalised", "normalized"): n for name, n in found})
    for number in range(last):
        batch = reader.get_batch(number)
        columns = [
            _lists(column) if at in (2, 3, 4) else column.to_pylist()
            for at, column in enumerate(batch.columns)
        ]
        rows = zip(*columns, strict=True)
        for name, language, words, labels, second, label in rows:
            if second is None:
                yield Sentence(name, language, words or (), labels)
            elif second == _NO_SECOND:
                yield LabelledSentence(name, Sentence(name, language, words or ()), label)
            else:
                yield SentencePair(
                    name,
                    Sentence(f"{name}/premise", language, words or ()),
                    Sentence(f"{name}/hypothesis", language, second),
                    label,
                )
