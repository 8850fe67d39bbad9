"""Subwords: pieces of a word, from a vocabulary trained on text or a published tokenizer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, MissingExtra
from lingap.records import Sentence
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.protocol import REPRESENTATIONS, WordSpeller, check_options
from lingap.storage.digests import digest_of
from lingap.storage.json_file import read_json
from lingap.storage.model_config import safe_config
from lingap.text.units import UNKNOWN


def _tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtra("train", "The subword representation") from error
    return tokenizers


def tokenizers_version() -> str:
    """Version of the ``tokenizers`` library."""
    return str(_tokenizers().__version__)


FEWEST_PIECES, MOST_PIECES = 100, 1_000_000
"""Sizes of a vocabulary in an experiment; :func:`train_subwords` alone also makes smaller ones."""

SUBWORDS = "subwords.json"
"""The file of a matched encoder that holds its subword tokenizer."""


def fast_tokenizer(source: Path | str, *, revision: str | None = None) -> Any:
    """A fast tokenizer of ``transformers`` from a folder or a pinned commit of a hub id.

    Raises:
        ConfigError: When there is none, or only one in Python or with custom code.
        StoreError: As :func:`lingap.storage.model_config.safe_config`.
        MissingExtra: Without ``transformers``.
    """
    try:
        import transformers
    except ImportError as error:
        raise MissingExtra("train", "The tokenizer of a published encoder") from error
    folder = find_checkpoint(source, revision)
    config = safe_config(folder)
    is_listed = any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    if not is_listed and any(folder.glob("*.model")) and find_spec("sentencepiece") is None:
        raise MissingExtra("sentencepiece", f"The SentencePiece vocabulary of {folder}")
    _check_class(folder, config)
    try:
        found = transformers.AutoTokenizer.from_pretrained(
            folder, config=config, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # malformed files fail in many ways
        raise ConfigError(f"{folder} holds no readable tokenizer: {error}") from error
    if not getattr(found, "is_fast", False):
        raise ConfigError(
            f"{folder}: {type(found).__name__} is not a fast tokenizer; subwords need one "
            "(tokenizer.json)."
        )
    return found


def _check_class(folder: Path, config: Any) -> None:
    """Refuse a class that is no fast tokenizer before it is used.

    ``transformers`` takes any of its names, and ``AutoModel`` would follow the folder's choices of
    code.
    """
    from transformers import PreTrainedTokenizerFast
    from transformers.models.auto.tokenization_auto import tokenizer_class_from_name

    path = folder / "tokenizer_config.json"
    given = read_json(path, finite=False) if path.is_file() else {}
    if not isinstance(given, dict):
        raise ConfigError(f"{path}: expected an object, got {type(given).__name__}.")
    for name in (given.get("tokenizer_class"), getattr(config, "tokenizer_class", None)):
        if name is None:
            continue
        found = tokenizer_class_from_name(name) if isinstance(name, str) else type(name)
        is_plain = getattr(found, "__name__", "") == "PythonBackend"  # read as a fast one
        is_fast = isinstance(found, type) and issubclass(found, PreTrainedTokenizerFast)
        if not (found is None or is_plain or is_fast):
            raise ConfigError(
                f"{folder}: {name!r:.60} is not a fast tokenizer; subwords need one "
                "(tokenizer.json)."
            )


class Subwords(WordSpeller):
    """Pieces of words: WordPiece (Schuster & Nakajima 2012) trained here, or any fast tokenizer.

    Words are tokenized one by one, like a pre-split sentence, so each piece knows its word and no
    boundary unit is needed.

    Args:
        tokenizer: A ``tokenizer.json`` or its text; a fast tokenizer of ``transformers``, or its
            folder or hub id.
        revision: Commit of a hub id.

    Raises:
        ConfigError: Without a tokenizer, or when the source holds none.
    """

    name = "subword"
    boundary = False

    def __init__(self, tokenizer: Path | str | Any | None = None, *, revision: str | None = None):
        super().__init__()
        self._space = ""
        if tokenizer is None:
            raise ConfigError(
                "The subword representation needs tokenizer=, the path of a tokenizer.json or the "
                "folder of a published encoder; or train one with "
                "lingap.representations.subword.train_subwords(sentences)."
            )
        if (
            isinstance(tokenizer, str | Path)
            and not str(tokenizer).lstrip().startswith("{")
            and (revision is not None or Path(tokenizer).is_dir())
        ):
            tokenizer = fast_tokenizer(tokenizer, revision=revision)
        if isinstance(tokenizer, str | Path):
            self._tokenizer = _from_json(tokenizer)
            self._unknown = getattr(self._tokenizer.model, "unk_token", None)
        else:
            self._unknown = tokenizer.unk_token
            self._tokenizer = _tokenizers().Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            # [SEP] within a text is text, and every word follows a space.
            self._tokenizer.encode_special_tokens = True
            self._space = _space_before_words(self._tokenizer)
        text = self._tokenizer.to_str()
        self._digest = digest_of(text, 12)

    @classmethod
    def learned(cls, sentences: Iterable[Sentence], **options: Any) -> Subwords:
        """Train the pieces on text; options as of :func:`train_subwords`."""
        return train_subwords(sentences, **options)

    @classmethod
    def base_of(cls, options: Mapping[str, Any]) -> Any:
        """What spells the words before they are cut into pieces; None for their text itself."""
        check_options(cls.name, train_subwords, options, given=("sentences",))
        return None

    @property
    def n_pieces(self) -> int:
        """Number of pieces, including the alphabet."""
        return int(self._tokenizer.get_vocab_size())

    def to_json(self) -> str:
        """The tokenizer as the text of a ``tokenizer.json``."""
        return str(self._tokenizer.to_str())

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Pieces of each word; none if they are all unknown."""
        encoded = self._tokenizer.encode_batch(
            [[f"{self._space}{word}"] for word in words],
            is_pretokenized=True,
            add_special_tokens=False,
        )
        found = []
        for word in encoded:
            pieces = tuple(UNKNOWN if p == self._unknown else p for p in word.tokens)
            found.append(() if set(pieces) <= {UNKNOWN} else pieces)
        return found

    def provenance(self) -> dict[str, str]:
        """Version of the library and digest of the tokenizer."""
        return {
            "representation": self.name,
            "tokenizers": tokenizers_version(),
            "tokenizer": self._digest,
        }


def _space_before_words(tokenizer: Any) -> str:
    """What is put before a word, so that it is read as one after a space also at the start.

    A byte-level step can add the space itself, unless steps before it (as in ModernBERT's kind) or
    a normalizer have split the word by then.
    """
    step = tokenizer.pre_tokenizer
    if getattr(step, "add_prefix_space", True) is False:
        step.add_prefix_space = True
        return ""
    content = json.loads(tokenizer.to_str())
    steps = [content.get(name) or {} for name in ("normalizer", "pre_tokenizer")]
    inner = [
        one for each in steps for one in each.get("pretokenizers", each.get("normalizers", ()))
    ]
    by_bytes = [one for one in (*steps, *inner) if one.get("type") == "ByteLevel"]
    adds = any(one.get("add_prefix_space") for one in by_bytes)
    return " " if by_bytes and not adds else ""


def _from_json(source: str | Path) -> Any:
    text = str(source)
    if not text.lstrip().startswith("{"):
        try:
            text = Path(source).read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"No tokenizer could be read from {source}: {error}") from error
    try:
        return _tokenizers().Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises a bare Exception
        raise ConfigError(f"{source} is not a tokenizer.json: {error}") from error


def check_vocabulary_size(size: Any, smallest: int = 1) -> None:
    """Raise ConfigError unless `size` is an int from `smallest` to :data:`MOST_PIECES`."""
    is_int = isinstance(size, int) and not isinstance(size, bool)
    if not is_int or not smallest <= size <= MOST_PIECES:
        raise ConfigError(
            f"vocabulary_size: expected a whole number of pieces from {smallest:,} to "
            f"{MOST_PIECES:,}, got {str(size)[:40] if is_int else repr(size)[:40]}."
        )


def train_subwords(sentences: Iterable[Sentence], *, vocabulary_size: int = 4000) -> Subwords:
    """Train a WordPiece vocabulary on the words of sentences of any languages.

    Args:
        sentences: Training text; never dev or test.
        vocabulary_size: Number of pieces, including the alphabet.

    Raises:
        ConfigError: When the size is not a whole number from 1 to :data:`MOST_PIECES`.
        MissingExtra: Without the ``tokenizers`` package.
    """
    check_vocabulary_size(vocabulary_size)
    tokenizers = _tokenizers()
    texts = [" ".join(s.words) for s in sentences]
    # The trainer numbers pieces inside words in the order seen, which is not fixed, and breaks ties
    # by number. With all of them given beforehand the result is reproducible.
    words = {word for text in texts for word in text.split()}
    inside = sorted({f"##{character}" for word in words for character in word[1:]})

    def untrained(vocabulary: dict[str, int] | None = None) -> Any:
        made = tokenizers.Tokenizer(
            tokenizers.models.WordPiece(
                vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=1000
            )
        )
        # Keeps words apart in training; in use they arrive one by one.
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


def is_learned(name: str) -> bool:
    """Whether a representation's units are learned from text, so that an encoder carries them."""
    return issubclass(REPRESENTATIONS[name], Subwords)


def learned_representation(name: str, folder: Path, options: Mapping[str, Any]) -> Subwords:
    """A representation with the pieces that lie in an encoder's folder."""
    kept = {key: value for key, value in options.items() if key != "vocabulary_size"}
    made: Subwords = REPRESENTATIONS[name](folder / SUBWORDS, **kept)
    return made
