"""Ids of units."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from lingap.errors import ConfigError
from lingap.records import EncodedSentence
from lingap.text.units import BOUNDARY, UNKNOWN

Reads = Literal["units", "characters", "bytes"]
Numbered = Callable[[Mapping[str, int]], Any]
"""From a table of ids to a tokenizer of the library ``tokenizers`` that cuts words into pieces."""

PAD, CLS, SEP, MASK = "[PAD]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL_UNITS = (PAD, UNKNOWN, CLS, SEP, MASK)
"""The first ids of every vocabulary, in this order."""


def pieces_of(model: Mapping[str, Any]) -> dict[str, int]:
    """Piece to id, of the ``model`` of a ``tokenizer.json``; Unigram's are a list with scores."""
    vocabulary = model["vocab"]
    if isinstance(vocabulary, list):
        return {piece: number for number, (piece, _) in enumerate(vocabulary)}
    return dict(vocabulary)


class UnitIds(Protocol):
    """The ids of an encoder's units; a :class:`Vocabulary` is one."""

    @property
    def pad_id(self) -> int:
        """Fills short rows of a batch."""

    @property
    def unknown_id(self) -> int:
        """Stands for a unit that the encoder lacks."""

    @property
    def cls_id(self) -> int:
        """Opens every sentence or pair."""

    @property
    def sep_id(self) -> int:
        """Closes every sentence."""

    @property
    def mask_id(self) -> int | None:
        """Hides a unit; None if the encoder has no mask unit."""

    @property
    def n_separators(self) -> int:
        """Separators between the sentences of a pair: 1 as in BERT, 2 as in RoBERTa."""

    def __len__(self) -> int:
        """One more than the highest id."""

    def ids(self, units: Iterable[str], /) -> npt.NDArray[np.int32]:
        """Ids of the units, shape (n_units,)."""


class Vocabulary:
    """The units of a model, each with its id; the special ones come first.

    Args:
        units: All units in the order of their ids, :data:`SPECIAL_UNITS` first.

    Raises:
        ConfigError: For a repeated unit, or a list that does not start with the special units.
    """

    def __init__(self, units: Sequence[str]):
        if tuple(units[: len(SPECIAL_UNITS)]) != SPECIAL_UNITS:
            raise ConfigError(
                f"A vocabulary begins with {SPECIAL_UNITS}, this one with {units[:5]}."
            )
        self.units = tuple(units)
        self._ids = {unit: i for i, unit in enumerate(self.units)}
        if len(self._ids) != len(self.units):
            twice = [unit for unit, n in Counter(self.units).items() if n > 1]
            raise ConfigError(f"A vocabulary holds each unit once; repeated: {twice[:5]}.")

    pad_id, unknown_id, cls_id, sep_id, mask_id = range(len(SPECIAL_UNITS))
    n_separators = 1

    @classmethod
    def of(cls, sentences: Iterable[EncodedSentence], *, known: Iterable[str] = ()) -> Vocabulary:
        """The vocabulary of a text: its units by decreasing count, ties by code point.

        Args:
            sentences: Of the text.
            known: Units that it has also where the text does not have them.
        """
        counts: Counter[str] = Counter()
        for sentence in sentences:
            counts.update(sentence.units)
        for unit in (BOUNDARY, *known):
            counts[unit] += 1
        for unit in SPECIAL_UNITS:
            counts.pop(unit, None)
        return cls((*SPECIAL_UNITS, *sorted(counts, key=lambda unit: (-counts[unit], unit))))

    def __len__(self) -> int:
        """Number of units, the special ones included."""
        return len(self.units)

    def __contains__(self, unit: object) -> bool:
        return unit in self._ids

    def ids(self, units: Iterable[str]) -> npt.NDArray[np.int32]:
        """Ids of the units, shape (n_units,); a unit outside the vocabulary becomes unknown."""
        get, unknown = self._ids.get, self.unknown_id
        return np.fromiter((get(unit, unknown) for unit in units), dtype=np.int32)

    def save(
        self,
        folder: Path,
        *,
        reads: Reads = "units",
        max_units: int | None = None,
        numbered: Numbered | None = None,
    ) -> None:
        """Write a tokenizer for ``AutoTokenizer``; see :func:`save_units`."""
        core = None if numbered is None else numbered(self._ids)
        save_units(self._ids, self, folder, reads=reads, max_units=max_units, core=core)

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Load what :meth:`save` wrote."""
        path = folder / "tokenizer.json"
        try:
            ids = pieces_of(json.loads(path.read_text(encoding="utf-8"))["model"])
            return cls(sorted(ids, key=ids.__getitem__))
        except (
            OSError,
            RecursionError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            raise ConfigError(f"{path} holds no vocabulary of units: {error!r}") from error


def save_units(
    table: Mapping[str, int],
    ids: UnitIds,
    folder: Path,
    *,
    reads: Reads = "units",
    max_units: int | None = None,
    core: Any = None,
) -> None:
    """Write a table of units as a tokenizer for ``AutoTokenizer``.

    Args:
        table: Unit to id, including the special units.
        ids: Has the special ids.
        folder: For ``tokenizer.json`` and its config.
        reads: Input of the tokenizer: plain text that it splits into ``characters``
            or ``bytes``, or ``units`` such as phonemes with spaces between them.
        max_units: Units that the encoder reads at once; the tokenizer can truncate to it.
        core: Reads text instead: a tokenizer of the library ``tokenizers`` with these ids, which
            cuts words into pieces.
    """
    from tokenizers import processors
    from transformers import PreTrainedTokenizerFast

    unit_of = {number: unit for unit, number in table.items()}
    unknown, cls, sep = (unit_of[n] for n in (ids.unknown_id, ids.cls_id, ids.sep_id))
    if core is None:
        core = _whole_units(table, unknown, reads)
    separators = " ".join([sep] * ids.n_separators)
    core.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}",
        pair=f"{cls} $A {separators} $B:1 {sep}:1",
        special_tokens=[(cls, ids.cls_id), (sep, ids.sep_id)],
    )
    more: dict[str, Any] = {} if ids.mask_id is None else {"mask_token": unit_of[ids.mask_id]}
    if max_units is not None:
        more["model_max_length"] = max_units
    PreTrainedTokenizerFast(
        tokenizer_object=core, unk_token=unknown, pad_token=unit_of[ids.pad_id], cls_token=cls,
        sep_token=sep, **more,
    ).save_pretrained(folder)  # fmt: skip


def _whole_units(table: Mapping[str, int], unknown: str, reads: Reads) -> Any:
    """A tokenizer that looks each unit up in the table."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.WordLevel(dict(table), unk_token=unknown))
    if reads == "characters":
        spaces = normalizers.Replace(Regex(r"\s+"), BOUNDARY)
        steps = [normalizers.NFC(), normalizers.Strip(), spaces]
        made.normalizer = normalizers.Sequence(steps)
        made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    elif reads == "bytes":
        spaces = normalizers.Replace(Regex(r"\s+"), " ")
        named = [normalizers.Replace(*pair) for pair in _names_of_bytes()]
        steps = [normalizers.NFC(), normalizers.Strip(), spaces, normalizers.ByteLevel(), *named]
        made.normalizer = normalizers.Sequence(steps)
        made.pre_tokenizer = pre_tokenizers.Split(Regex(r"<..>"), "isolated")
    else:
        made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def _names_of_bytes() -> list[tuple[str, str]]:
    """What turns the characters that stand for bytes in ``tokenizers`` into names, in order.

    Those that names are made of go first, by way of private characters.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {byte: chr(byte) for byte in plain} | {
        byte: chr(256 + place) for place, byte in enumerate(others)
    }
    names = {byte: f"<{byte:02x}>" for byte in range(256)} | {ord(" "): BOUNDARY}
    first = [byte for byte in range(256) if letters[byte] in "<>0123456789abcdef"]
    private = {byte: chr(0xE000 + byte) for byte in first}
    return [
        *((letters[byte], private[byte]) for byte in first),
        *((letters[byte], names[byte]) for byte in range(256) if byte not in first),
        *((private[byte], names[byte]) for byte in first),
    ]
