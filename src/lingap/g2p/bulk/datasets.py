"""A ``datasets.Dataset`` with a column of phonemes added."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lingap.errors import G2PError
from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.records import ADDED_FIELD, check_value, spell_values
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.storage.digests import digest_of

_ROWS_AT_ONCE = 5_000


class _Batch:
    """Spells batches in any process, and writes their coverages to a folder."""

    def __init__(self, phonemizer: Phonemizer, column: str, folder: str):
        self._phonemizer = phonemizer
        self._column = column
        self._folder = folder
        self._speller: LineSpeller | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_speller": None}

    def __call__(self, batch: Any, places: list[int]) -> dict[str, list[Any]]:
        if self._speller is None:
            self._speller = LineSpeller(self._phonemizer)
        values = batch[self._column]
        for value, place in zip(values, places, strict=True):
            check_value({self._column: value}, self._column, "dataset", place + 1)
        answers, coverage = spell_values(self._speller, list(values))
        with (Path(self._folder) / f"{places[0]:012}").open("wb") as file:
            pickle.dump(coverage, file)
        return {ADDED_FIELD: answers}


def phonemize_dataset(
    dataset: Any, phonemizer: Phonemizer, *, column: str = "text", processes: int = 1
) -> tuple[Any, G2PCoverage]:
    """Add the column ``phonemes`` to a ``datasets.Dataset``.

    `datasets` caches the result under a fingerprint of the data and the provenance, so the same
    call again reads it from disk; its coverage is then empty, since nothing was phonemized.

    Args:
        dataset: Dataset with a column of texts or of lists of words.
        phonemizer: Language, back end, policies, segmenter.
        column: Name of that column.
        processes: Processes to use.

    Returns:
        The new dataset, and the coverage.

    Raises:
        G2PError: For anything but a ``datasets.Dataset``.
        CorpusError: For a column that is missing or holds neither texts nor lists of words.
    """
    datasets = sys.modules.get("datasets")  # imported by whoever made the dataset
    if datasets is None or not isinstance(dataset, datasets.Dataset):
        raise G2PError(
            f"Expected a datasets.Dataset, got {type(dataset).__name__}. Pass one split of a "
            "DatasetDict; write a streamed dataset to JSON Lines first."
        )
    check_value(dict.fromkeys(dataset.column_names), column, "dataset", 0)
    phonemizer.split("")  # reports a missing segmenter before any work
    total = phonemizer.new_counter()
    facts = json.dumps([_fingerprint(dataset), column, sorted(phonemizer.provenance().items())])
    with TemporaryDirectory(prefix="lingap-") as folder:
        mapped = dataset.map(
            _Batch(phonemizer, column, folder),
            with_indices=True,
            batched=True,
            batch_size=_ROWS_AT_ONCE,
            num_proc=processes if processes > 1 else None,
            new_fingerprint=digest_of(facts, 16),
            desc=f"phonemes ({phonemizer.language.code})",
        )
        for path in sorted(Path(folder).iterdir()):
            with path.open("rb") as file:
                total.merge(pickle.load(file))
    return mapped, total.snapshot()


def _fingerprint(dataset: Any) -> str:
    """The fingerprint of `datasets` for a dataset's content.

    It has no public name, and a hash of our own would have to read all data.
    """
    return str(dataset._fingerprint)
