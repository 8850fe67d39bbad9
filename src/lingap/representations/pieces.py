"""Learning the pieces of words from text: WordPiece, byte-pair encoding, unigram."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, Literal

from lingap.errors import ConfigError, MissingExtra
from lingap.text.units import BOUNDARY, UNKNOWN


def tokenizers_library() -> Any:
    """The library; MissingExtra without it."""
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtra("train", "The subword representation") from error
    return tokenizers


def tokenizers_version() -> str:
    """Version of the ``tokenizers`` library."""
    return str(tokenizers_library().__version__)


FEWEST_PIECES, MOST_PIECES = 100, 1_000_000
"""Sizes of a vocabulary in an experiment; :func:`train_subwords` alone also makes smaller ones."""

Algorithm = Literal["wordpiece", "bpe", "unigram"]
OF_PIECES: Mapping[str, Any] = {"vocabulary_size": 4000, "algorithm": "wordpiece"}
"""Options of learning pieces and their defaults, as against those of what is cut into pieces."""


def without_pieces(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options without those by which pieces are learned, which an encoder has learned."""
    return {key: value for key, value in options.items() if key not in OF_PIECES}


def check_pieces(
    vocabulary_size: Any = 4000, algorithm: Any = "wordpiece", *, fewest: int = 1
) -> None:
    """Refuse a size or a way to learn pieces as :func:`train_subwords` does, before any text."""
    size, is_int = vocabulary_size, type(vocabulary_size) is int
    if not is_int or not fewest <= size <= MOST_PIECES:
        raise ConfigError(
            f"vocabulary_size: expected a whole number of pieces from {fewest:,} to "
            f"{MOST_PIECES:,}, got {str(size)[:40] if is_int else repr(size)[:40]}."
        )
    if algorithm not in tuple(_LEARN):
        raise ConfigError(f"algorithm: expected {' or '.join(_LEARN)}, got {algorithm!r}.")
    if algorithm == "unigram" and find_spec("sentencepiece") is None:
        raise MissingExtra("sentencepiece", "algorithm=unigram")


def learn_pieces(
    texts: Sequence[str], vocabulary_size: int, algorithm: Algorithm, *, apart: str = ""
) -> Any:
    """A tokenizer of ``tokenizers``; arguments as of ``train_subwords``, `texts` in words.

    Raises:
        ConfigError, MissingExtra: As :func:`check_pieces`.
    """
    check_pieces(vocabulary_size, algorithm)
    learn = _LEARN[algorithm]
    if not apart:
        return learn([*texts], vocabulary_size)
    signs = re.compile(f"([{re.escape(apart)}])")
    made = learn([signs.sub(r" \1 ", text) for text in texts], vocabulary_size)
    steps, pattern = tokenizers_library().pre_tokenizers, tokenizers_library().Regex(signs.pattern)
    made.pre_tokenizer = steps.Sequence([steps.Split(pattern, "isolated"), made.pre_tokenizer])
    return made


def _joining(texts: list[str], vocabulary_size: int, *, by_length: bool) -> Any:
    """WordPiece (cut by length), or BPE."""
    tokenizers = tokenizers_library()
    # The trainer numbers pieces inside words in the order seen, which is not fixed, and breaks ties
    # by number. With all of them given beforehand the result is reproducible.
    words = {word for text in texts for word in text.split()}
    inside = sorted({f"##{character}" for word in words for character in word[1:]})

    def made(model: Any) -> Any:
        tokenizer = tokenizers.Tokenizer(model)
        # Keeps words apart in training; in use they arrive one by one.
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
        return tokenizer

    models, prefix = tokenizers.models, {"continuing_subword_prefix": "##"}
    wordpiece = {"unk_token": UNKNOWN, "max_input_chars_per_word": 1000}
    tokenizer = made(
        models.WordPiece(**wordpiece) if by_length else models.BPE(unk_token=UNKNOWN, **prefix)
    )
    kind = "WordPieceTrainer" if by_length else "BpeTrainer"
    trainer = getattr(tokenizers.trainers, kind)(
        vocab_size=max(vocabulary_size, len(inside) + 1),
        special_tokens=[UNKNOWN, *inside],
        show_progress=False,
        **prefix,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if by_length:
        return made(models.WordPiece(tokenizer.get_vocab(), **wordpiece))
    learned = json.loads(tokenizer.to_str())["model"]
    joins = [tuple(pair) for pair in learned["merges"]]
    return made(models.BPE(learned["vocab"], joins, unk_token=UNKNOWN, **prefix))


def _most_likely(texts: list[str], vocabulary_size: int) -> Any:
    """Unigram, by SentencePiece; a piece at the start of a word begins with ``▁``."""
    import sentencepiece

    tokenizers = tokenizers_library()
    alphabet = {character for text in texts for character in text}
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=file,
        model_type="unigram",
        vocab_size=max(vocabulary_size, len(alphabet) + 2),  # with the unknown piece and "▁"
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_name="identity",
        split_by_unicode_script=False,
        split_by_number=False,
        max_sentence_length=1 << 24,
        unk_id=0, unk_piece=UNKNOWN, bos_id=-1, eos_id=-1, pad_id=-1,
        num_threads=1,  # the same sums in the same order
        minloglevel=3,
    )  # fmt: skip
    learned = sentencepiece.SentencePieceProcessor(model_proto=file.getvalue())
    pieces = [(learned.id_to_piece(at), learned.get_score(at)) for at in range(len(learned))]
    made = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=0))
    steps = tokenizers.pre_tokenizers
    mark = steps.Metaspace(replacement=BOUNDARY, prepend_scheme="always", split=True)
    made.pre_tokenizer = steps.Sequence([steps.WhitespaceSplit(), mark])
    return made


_LEARN: Mapping[str, Callable[[list[str], int], Any]] = {
    "wordpiece": partial(_joining, by_length=True),
    "bpe": partial(_joining, by_length=False),
    "unigram": _most_likely,
}
