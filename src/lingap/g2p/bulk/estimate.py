"""How long a folder will take, from a sample of its files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.records import parquet, read_parquet, spell_records
from lingap.g2p.bulk.spread import Shard
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.places import Place

SAMPLE_SECONDS = 5.0
"""Time to sample, at most; one batch of records is read in any case."""

N_SAMPLED = 5
"""Files sampled: the largest, the smallest, and some between."""

GROWTH = 0.65
"""Exponent of Heaps' law: of *n* times as many words, *n* to this power as many are distinct."""


@dataclass(frozen=True, slots=True)
class FolderCost:
    """What a folder is estimated to take.

    Args:
        seconds: Of one core.
        longest_seconds: Of the largest file, which one core does.
        words: Running words.
        types: Distinct words.
        sampled_words: Running words of the sample.
    """

    seconds: float
    longest_seconds: float
    words: float
    types: float
    sampled_words: int

    def wall_seconds(self, n_cpus: int) -> float:
        """Time with so many cores."""
        return max(self.seconds / n_cpus, self.longest_seconds)


def estimate(
    shards: Sequence[Shard], source: Place, column: str, phonemizer: Phonemizer
) -> FolderCost:
    """Estimate the time of files from batches of some of them, phonemized and thrown away.

    A batch is spelled twice: the second time tells what a known word costs, the difference what a
    new one does. Running words grow with the bytes, distinct ones by Heaps' law.

    Args:
        shards: Largest first.
        source: Their folder.
        column: With texts or lists of words.
        phonemizer: Language, back end, policies. Its word cache keeps what is spelled.
    """
    speller = LineSpeller(phonemizer)
    speller.spell(b"a\n")  # loads the back end, once a process
    coverage = phonemizer.new_counter()
    first = again = 0.0
    sampled_bytes = 0.0
    step = max((len(shards) - 1) / max(N_SAMPLED - 1, 1), 1)
    places = sorted({round(i * step) for i in range(N_SAMPLED) if round(i * step) < len(shards)})
    for place in places:
        if first + again > SAMPLE_SECONDS:
            break
        shard = shards[place]
        with source.fetched(shard.id) as path:
            n_rows = max(parquet().read_metadata(path).num_rows, 1)
            for records in islice(read_parquet(path, column), 1):
                begun = time.perf_counter()
                _, part = spell_records(speller, (column, records))
                known = time.perf_counter()
                spell_records(speller, (column, records))
                first += known - begun
                again += time.perf_counter() - known
                coverage.merge(part)
                sampled_bytes += shard.n_bytes * len(records) / n_rows
    found = coverage.snapshot()
    times = sum(shard.n_bytes for shard in shards) / max(sampled_bytes, 1)
    a_word = again / max(found.words, 1)
    a_type = max(first - again, 0.0) / max(found.types, 1)
    types = found.types * times**GROWTH
    seconds = found.words * times * a_word + types * a_type
    share = shards[0].n_bytes / max(sum(shard.n_bytes for shard in shards), 1)
    return FolderCost(seconds, seconds * share, found.words * times, types, found.words)
