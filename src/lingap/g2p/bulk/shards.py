"""Parquet files to be phonemized one by one, and what an output says of how it was made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from lingap.errors import G2PError
from lingap.g2p.bulk.records import Records, parquet, parquet_file, parquet_schema
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.storage.digests import digest_of
from lingap.storage.places import Place

KEY, COVERAGE = "made_from", "coverage"  # in the metadata of an output, after "lingap."


def made_from(source: Place, name: str, column: str, provenance: Mapping[str, str]) -> str:
    """Digest of everything that an output depends on: content of the source, column, provenance."""
    facts = [name.rpartition("/")[2], source.mark(name), column, sorted(provenance.items())]
    return digest_of(json.dumps(facts))


def metadata(target: Place, name: str) -> Mapping[bytes, bytes] | None:
    """Metadata of a Parquet file; None for one that is missing, truncated, or not Parquet."""
    try:
        with target.open(name) as file:
            return parquet().read_metadata(file).metadata or {}
    except (OSError, ValueError):
        return None


def coverage_if_made_from(found: Mapping[bytes, bytes] | None, key: str) -> G2PCoverage | None:
    """The coverage in an output's metadata, where it is whole and made from this."""
    if found is None or found.get(f"lingap.{KEY}".encode()) != key.encode():
        return None
    try:
        return G2PCoverage.from_json(found.get(f"lingap.{COVERAGE}".encode(), b"").decode())
    except (G2PError, UnicodeDecodeError):
        return None


def write_shard(
    aside: Path,
    source: Path,
    column: str,
    provenance: Mapping[str, str],
    key: str,
    results: Iterable[tuple[Records, CoverageCounter]],
    coverage: CoverageCounter,
) -> None:
    """Write a file's records with their phonemes, and add up their coverage, which it then holds.

    Args:
        aside: Where to write.
        source: The file read.
        column: Column with texts or lists of words.
        provenance: Of the phonemes.
        key: Of :func:`made_from`.
        results: Batches of records, perhaps empty, and their coverage.
        coverage: An empty counter.
    """
    schema = parquet_schema(source, column, {**provenance, KEY: key})
    with parquet_file(aside, schema) as file:
        for records, part in results:
            if records:
                file.write(records)
            coverage.merge(part)
        file.note({f"lingap.{COVERAGE}": coverage.snapshot().to_json()})
