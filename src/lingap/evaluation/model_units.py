"""Units of whole sentences by a model's own tokenizer, in Rust or in Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lingap.errors import ConfigError
from lingap.representations.tokenizer_class import told_faults

SAMPLE = "one two three four five six seven"


class TextUnits:
    """What a model reads of a sentence, special units included.

    A special unit's name within a text is text.

    Args:
        tokenizer: Of ``transformers``: a fast one, or one in Python such as ByT5's.
        max_units: Units that the model reads at once.
    """

    def __init__(self, tokenizer: Any, max_units: int):
        self.max_units = int(min(max_units, _stated_limit(tokenizer)))
        self._tokenizer = tokenizer
        self._fast: Any = None
        if tokenizer.is_fast:
            import tokenizers

            self._fast = tokenizers.Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
            self._fast.encode_special_tokens = True
            self._fast.no_padding()
            self._fast.enable_truncation(self.max_units)

    def ids(self, texts: Sequence[str]) -> tuple[list[list[int]], int]:
        """Numbers of the units of each sentence, and how many sentences were cut."""
        if self._fast is not None:
            with told_faults(self._tokenizer.name_or_path):
                encoded = self._fast.encode_batch_fast(list(texts))
            return [one.ids for one in encoded], sum(bool(one.overflowing) for one in encoded)
        rows = [self._in_python(text) for text in texts]
        cut = [at for at, row in enumerate(rows) if len(row) > self.max_units]
        for at in cut:
            rows[at] = self._in_python(texts[at], truncation=True, max_length=self.max_units)
        return rows, len(cut)

    def opens(self, prefix: str) -> bool:
        """Whether a unit of the tokenizer's own stands before a text."""
        row = self.ids([prefix + SAMPLE])[0][0]
        return bool(row) and row[0] in self._tokenizer.all_special_ids

    def _in_python(self, text: str, **options: Any) -> list[int]:
        found: list[int] = self._tokenizer(text, split_special_tokens=True, **options)["input_ids"]
        return found


def _stated_limit(tokenizer: Any) -> float:
    """The units that the tokenizer's files say the model reads; a huge number where none do."""
    limit = tokenizer.model_max_length
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise ConfigError(
            f"{tokenizer.name_or_path}: model_max_length of its tokenizer is {limit!r:.40}; "
            "expected a number from 1."
        )
    return limit
