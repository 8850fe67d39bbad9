"""Parsed corpora on disk, as Arrow: read again without parsing, and never half a file.

A cache file is an Arrow IPC file, then a mark and the SHA-256 of all before it. It is written under
another name while records stream by, and moved into place when the pass is complete; one that is
damaged or of another content is made again.
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
from lingap.records import Sentence, SentencePair
from lingap.storage.atomic import sweep, whole_file
from lingap.storage.cache_folder import is_usable

_MARK = b"LINGAP01"
_TAIL = len(_MARK) + 32
_BATCH = 2000
_log = logging.getLogger(__name__)

Record = Sentence | SentencePair


def _arrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtra("data", "The cache of parsed corpora") from error
    return pa


def _schema(pa: Any) -> Any:
    words = pa.list_(pa.string())
    return pa.schema(
        [
            ("id", pa.string()),
            ("language", pa.string()),
            ("words", words),
            ("labels", words),
            ("second", words),
            ("label", pa.string()),
        ]
    )


def cached(
    records: Iterable[Record], *, fingerprint: str, folder: Path, counts: Counter[str]
) -> Iterator[Record]:
    """Records from the cache file of that fingerprint; else `records`, kept as they pass.

    A pass that stops early keeps nothing.

    Args:
        records: What to parse and keep; not touched when the cache is good.
        fingerprint: Names the content: corpus, files' digests, options.
        folder: Where cache files lie; one that cannot be written is warned of and left alone.
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
            writer.write_batch(
                pa.record_batch([[notes], [None], [None], [None], [None], [None]], schema)
            )
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()
        file.write(_MARK + digest)


def _batch(pa: Any, records: list[Record], schema: Any) -> Any:
    ids: list[str] = []
    languages: list[str] = []
    words: list[tuple[str, ...]] = []
    labels: list[tuple[str, ...] | None] = []
    second: list[tuple[str, ...] | None] = []
    label: list[str | None] = []
    for record in records:
        ids.append(record.id)
        if isinstance(record, Sentence):
            languages.append(record.language)
            words.append(record.words)
            labels.append(record.labels)
            second.append(None)
            label.append(None)
        else:
            languages.append(record.first.language)
            words.append(record.first.words)
            labels.append(None)
            second.append(record.second.words)
            label.append(record.label)
    return pa.record_batch([ids, languages, words, labels, second, label], schema)


def _lists(array: Any) -> list[tuple[str, ...] | None]:
    """Values of a list column as tuples; far quicker than asking each row."""
    values = array.flatten().to_pylist()
    result: list[tuple[str, ...] | None] = []
    at = 0
    lengths = array.value_lengths().to_pylist()
    for length in lengths:
        if length is None:
            result.append(None)
            continue
        result.append(tuple(values[at : at + length]))
        at += length
    return result


def _read(pa: Any, path: Path, counts: Counter[str]) -> Iterator[Record]:
    source = pa.memory_map(str(path))
    reader = pa.ipc.open_file(source, footer_offset=path.stat().st_size - _TAIL)
    last = reader.num_record_batches - 1
    notes = json.loads(reader.get_batch(last).column(0)[0].as_py())
    counts.clear()
    counts.update(notes["counts"])
    for number in range(last):
        batch = reader.get_batch(number)
        columns = batch.columns
        rows = zip(
            columns[0].to_pylist(),
            columns[1].to_pylist(),
            _lists(columns[2]),
            _lists(columns[3]),
            _lists(columns[4]),
            columns[5].to_pylist(),
            strict=True,
        )
        for name, language, words, labels, second, label in rows:
            if second is None:
                yield Sentence(name, language, words or (), labels)
            else:
                yield SentencePair(
                    name,
                    Sentence(f"{name}/premise", language, words or ()),
                    Sentence(f"{name}/hypothesis", language, second),
                    label,
                )
