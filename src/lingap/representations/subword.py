"""Subwords: pieces of a word from a vocabulary trained on text (WordPiece)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, MissingExtra
from lingap.records import Sentence
from lingap.representations.protocol import UNKNOWN, WordSpeller


def _tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtra("train", "The subword representation") from error
    return tokenizers


def tokenizers_version() -> str:
    """Version of the library that trains and reads subword vocabularies."""
    return str(_tokenizers().__version__)


class Subwords(WordSpeller):
    """WordPiece units (Schuster & Nakajima 2012); a piece inside a word begins with ``##``.

    Words are read one by one, so no boundary unit is needed: a piece without ``##`` begins a word.

    Args:
        tokenizer: A ``tokenizer.json`` as :func:`train_subwords` writes, or its text.

    Raises:
        ConfigError: When no tokenizer is given or the file holds none.
    """

    name = "subword"
    boundary = False

    def __init__(self, tokenizer: Path | str | None = None):
        super().__init__()
        if tokenizer is None:
            raise ConfigError(
                "The subword representation needs tokenizer=, the path of a tokenizer.json: "
                "train one with lingap.representations.subword.train_subwords(sentences)."
            )
        text = str(tokenizer)
        if not text.lstrip().startswith("{"):
            try:
                text = Path(tokenizer).read_text(encoding="utf-8")
            except OSError as error:
                raise ConfigError(
                    f"No tokenizer could be read from {tokenizer}: {error}"
                ) from error
        try:
            self._tokenizer = _tokenizers().Tokenizer.from_str(text)
        except Exception as error:  # tokenizers raises bare Exception for a malformed file
            raise ConfigError(f"{tokenizer} is not a tokenizer.json: {error}") from error
        self._digest = hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_json(self) -> str:
        """The tokenizer as the text of a ``tokenizer.json``."""
        return str(self._tokenizer.to_str())

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Pieces of each word; a word with a piece outside the vocabulary has none."""
        encoded = self._tokenizer.encode_batch(
            [[word] for word in words], is_pretokenized=True, add_special_tokens=False
        )
        return [() if UNKNOWN in e.tokens else tuple(e.tokens) for e in encoded]

    def provenance(self) -> dict[str, str]:
        """Version of the library and digest of the tokenizer."""
        return {
            "representation": self.name,
            "tokenizers": tokenizers_version(),
            "tokenizer": self._digest,
        }


def train_subwords(sentences: Iterable[Sentence], *, vocabulary_size: int = 4000) -> Subwords:
    """Train a WordPiece vocabulary on the words of all sentences, whatever their language.

    Args:
        sentences: Training text; never dev or test.
        vocabulary_size: Pieces in all, the alphabet included.

    Raises:
        MissingExtra: Without the ``tokenizers`` package.
    """
    tokenizers = _tokenizers()
    texts = [" ".join(s.words) for s in sentences]
    # The trainer numbers pieces inside words as it meets them, in no fixed order, and breaks ties
    # by number. Told all of them beforehand, it gives the same vocabulary for the same text.
    words = {word for text in texts for word in text.split()}
    inside = sorted({f"##{character}" for word in words for character in word[1:]})

    def untrained(vocabulary: dict[str, int] | None = None) -> Any:
        made = tokenizers.Tokenizer(
            tokenizers.models.WordPiece(
                vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=1000
            )
        )
        # Words arrive one by one; a white-space split only keeps them apart while counting.
        made.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
        return made

    tokenizer = untrained()
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=max(vocabulary_size, len(inside) + 1),
        special_tokens=[UNKNOWN, *inside],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return Subwords(untrained(tokenizer.get_vocab()).to_str())
