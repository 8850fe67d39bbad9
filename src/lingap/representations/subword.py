"""Subwords: pieces of a word, from a vocabulary trained on text or a published tokenizer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, MissingExtra, in_one_line
from lingap.records import Sentence
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.pieces import (
    Algorithm,
    learn_pieces,
    tokenizers_library,
    tokenizers_version,
    without_pieces,
)
from lingap.representations.protocol import REPRESENTATIONS, WordSpeller, check_options
from lingap.representations.tokenizer_class import check_class, told_faults
from lingap.representations.vocabulary import pieces_of
from lingap.storage.digests import digest_of
from lingap.storage.model_config import safe_config
from lingap.storage.special_files import refuse_special
from lingap.text.units import BOUNDARY, UNKNOWN

_NEVER = 1000.0  # below any score: a unit that text does not give

SUBWORDS = "subwords.json"
"""The file of a matched encoder that holds its subword tokenizer."""


def fast_tokenizer(source: Path | str, *, revision: str | None = None) -> Any:
    """A fast tokenizer of ``transformers``, as :func:`text_tokenizer`.

    Raises:
        ConfigError: Also for a tokenizer in Python.
    """
    found = text_tokenizer(source, revision=revision)
    if not getattr(found, "is_fast", False):
        raise ConfigError(
            f"{source}: {type(found).__name__} is not a fast tokenizer; subwords need one "
            "(tokenizer.json)."
        )
    return found


def text_tokenizer(source: Path | str, *, revision: str | None = None) -> Any:
    """A tokenizer of ``transformers`` from a folder or a pinned commit of a hub id.

    Raises:
        ConfigError: When there is none, or only one with custom code.
        StoreError: As :func:`lingap.storage.model_config.safe_config`.
        MissingExtra: Without ``transformers``.
    """
    try:
        import transformers
    except ImportError as error:
        raise MissingExtra("train", "The tokenizer of a published encoder") from error
    folder = find_checkpoint(source, revision, weights=False)
    config = safe_config(folder)
    vocabularies = [path for pattern in _VOCABULARIES for path in folder.glob(pattern)]
    for path in vocabularies:
        refuse_special(path, ConfigError)
    is_listed = any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    if not is_listed and any(folder.glob("*.model")) and _lacks_sentencepiece():
        raise MissingExtra("sentencepiece", f"The SentencePiece vocabulary of {folder}")
    check_class(folder, config)
    try:
        found = transformers.AutoTokenizer.from_pretrained(
            folder, config=config, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # malformed files fail in many ways
        fault = in_one_line(error)
        if not vocabularies:
            fault = f"it has no vocabulary ({', '.join(_VOCABULARIES)})."
        raise ConfigError(f"{folder} holds no readable tokenizer: {fault}") from error
    own = found.vocab_files_names.values()
    if own and not any((folder / name).is_file() for name in ("tokenizer.json", *own)):
        raise ConfigError(  # transformers makes one without a piece, to which all is unknown
            f"{folder}: its tokenizer ({type(found).__name__}) has no vocabulary there; expected "
            f"tokenizer.json or {' and '.join(sorted({*own} - {'tokenizer.json'}))}. "
            "Or does the model read phonemes?"
        )
    return found


_VOCABULARIES = ("tokenizer.json", "vocab*.txt", "vocab*.json", "merges.txt", "*.model")


def _lacks_sentencepiece() -> bool:
    """Whether a package is missing with which ``transformers`` reads a model of SentencePiece."""
    if find_spec("sentencepiece") is None or find_spec("google") is None:
        return True
    return find_spec("google.protobuf") is None


class Subwords(WordSpeller):
    """Pieces of words: a vocabulary trained here, or any fast tokenizer.

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
        self._unknown_id: int | None = None
        self._says_nothing = {UNKNOWN}
        if isinstance(tokenizer, str | Path):
            self._tokenizer = _from_json(tokenizer)
            model = json.loads(self._tokenizer.to_str())["model"]
            self._unknown = model.get("unk_token")
            if model["type"] == "Unigram":  # its unknown pieces are told by their number
                self._unknown_id = model["unk_id"]
                self._says_nothing.add(BOUNDARY)  # the start of a word alone
        else:
            self._unknown = tokenizer.unk_token
            self._tokenizer = tokenizers_library().Tokenizer.from_str(
                tokenizer.backend_tokenizer.to_str()
            )
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
        check_options(cls.name, train_subwords, options, given=("sentences", "apart"))
        return None

    @property
    def n_pieces(self) -> int:
        """Number of pieces, including the alphabet."""
        return int(self._tokenizer.get_vocab_size())

    @property
    def units(self) -> tuple[str, ...]:
        """Pieces that an encoder needs besides those of its text, which can occur in other text.

        Of WordPiece none: it has been so, and scores depend on it.
        """
        model = json.loads(self.to_json())["model"]
        return () if model["type"] == "WordPiece" else tuple(pieces_of(model))

    def to_json(self) -> str:
        """The tokenizer as the text of a ``tokenizer.json``."""
        return str(self._tokenizer.to_str())

    def numbered(self, table: Mapping[str, int]) -> Any:
        """The tokenizer with other ids.

        Args:
            table: Id of every unit: its pieces, and others, which text never gives.
        """
        content = json.loads(self.to_json())
        model = content["model"]
        if model["type"] == "Unigram":
            scores = dict(model["vocab"])
            never = min(scores.values(), default=0.0) - _NEVER
            ordered = sorted(table, key=table.__getitem__)
            model |= {
                "vocab": [[unit, scores.get(unit, never)] for unit in ordered],
                "unk_id": table[UNKNOWN],
            }
        else:
            model["vocab"] = dict(table)
        return tokenizers_library().Tokenizer.from_str(json.dumps({**content, "added_tokens": []}))

    def spell(self, words: list[str], language: str) -> list[tuple[str, ...]]:
        """Pieces of each word; none if they are all unknown."""
        with told_faults("subword"):
            encoded = self._tokenizer.encode_batch(
                [[f"{self._space}{word}"] for word in words],
                is_pretokenized=True,
                add_special_tokens=False,
            )
        found = []
        for word in encoded:
            pieces = tuple(
                UNKNOWN if number == self._unknown_id or piece == self._unknown else piece
                for number, piece in zip(word.ids, word.tokens, strict=True)
            )
            found.append(() if set(pieces) <= self._says_nothing else pieces)
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
        return tokenizers_library().Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises a bare Exception
        raise ConfigError(f"{source} is not a tokenizer.json: {error}") from error


def train_subwords(
    sentences: Iterable[Sentence],
    *,
    vocabulary_size: int = 4000,
    algorithm: Algorithm = "wordpiece",
    apart: str = "",
) -> Subwords:
    """Train a vocabulary of pieces on the words of sentences of any languages.

    Args:
        sentences: Training text; never dev or test.
        vocabulary_size: Number of pieces, including the alphabet.
        algorithm: ``wordpiece`` (Schuster & Nakajima 2012) and ``bpe`` (Sennrich et al. 2016) join
            the most frequent neighbours; WordPiece cuts a word by its longest pieces, BPE by its
            joins in order. ``unigram`` (Kudo 2018) keeps the pieces that make the text most
            likely, and cuts a word so that it is (extra ``sentencepiece``).
        apart: Characters that are pieces of their own wherever they occur, such as a mark before a
            word.

    Raises:
        ConfigError: When the size is not a whole number from 1 to :data:`MOST_PIECES`, or for
            another algorithm.
        MissingExtra: Without the ``tokenizers`` package, or ``sentencepiece`` for ``unigram``.
    """
    texts = [" ".join(s.words) for s in sentences]
    return Subwords(learn_pieces(texts, vocabulary_size, algorithm, apart=apart).to_str())


def is_learned(name: str) -> bool:
    """Whether a representation's units are learned from text, so that an encoder carries them."""
    return issubclass(REPRESENTATIONS[name], Subwords)


def learned_representation(name: str, folder: Path, options: Mapping[str, Any]) -> Subwords:
    """A representation with the pieces that lie in an encoder's folder."""
    made: Subwords = REPRESENTATIONS[name](folder / SUBWORDS, **without_pieces(options))
    return made
