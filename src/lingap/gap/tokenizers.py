"""Tokenizers from anywhere, reduced to what is counted: tokens of texts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.errors import ConfigError, MissingExtra, MissingPackage, in_one_line
from lingap.g2p import DEFAULT_BACKEND
from lingap.gap.source_names import named_source, refuse_twice, told_apart
from lingap.gap.tokenizer_faults import ends_in_settings, fault_of_folder, fault_of_json
from lingap.records import Sentence
from lingap.representations import learn_words
from lingap.representations.pieces import without_pieces
from lingap.representations.tokenizer_class import told_faults
from lingap.storage.digests import digest_of
from lingap.storage.special_files import refuse_special

Counts = NDArray[np.int64]
Count = Callable[[Sequence[str], str], tuple[Counts, Counts]]
"""Texts and the code of their language to tokens of each text, and unknown ones among them."""
Split = Callable[[str, str], list[str]]
"""A text and the code of its language to its tokens as they are shown."""
PART = "·"
"""Shown for a token that is a further part of the character before it, such as of its bytes."""

_BATCH = 4096  # texts handed over at once, so that memory stays bounded
_RARE = "𐌰ꦀ𒀀"  # letters that few vocabularies have: Gothic, Javanese, cuneiform
_KINDS = (
    "a tokenizer.json, a folder or hub id of a model (id@revision), tiktoken:NAME, a .model of "
    "sentencepiece, or byte, character, phoneme, phoneme:BACKEND"
)


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A tokenizer that counts.

    Args:
        name: For tables.
        count: Counts tokens without special ones.
        vocabulary_size: Tokens that it knows; None where that is not bounded.
        pieces: Whether tokens are pieces of words, so that a word can be spelled out.
        origin: Version, digest or revision.
        split: The tokens that it counts, each as its stretch of the text, for display; None where
            they cannot be shown.
        n_dropped: Counts characters, without spaces, of which no token is made, of a tokenizer that
            makes none of what it does not know; None for all others.
    """

    name: str
    count: Count
    vocabulary_size: int | None = None
    pieces: bool = False
    origin: str = ""
    split: Split | None = None
    n_dropped: Callable[[Sequence[str]], int] | None = None


def load_tokenizer(source: str | Path) -> Tokenizer:
    """The tokenizer of a file, folder, hub id or name; no code of a model is run.

    Args:
        source: A ``tokenizer.json`` or a folder that holds one; the folder of a model that
            ``transformers`` reads as a fast tokenizer or one of bytes or characters; the folder of
            an encoder that lingap pre-trained, which is read as the encoder reads text; a hub id,
            with ``@revision`` if not its main branch; ``tiktoken:o200k_base``; a ``.model`` of
            sentencepiece; ``byte`` (UTF-8), ``character`` (code points); or lingap's ``phoneme``
            (``phoneme:epitran`` for one back end).

    Raises:
        ConfigError: For a source that is none of these, or a damaged file.
        HubError: For a hub id that cannot be had.
        MissingPackage: Without the package that reads it.
    """
    text = str(source)
    if text == "byte":
        return Tokenizer(text, _lengths(lambda line: len(_bytes(line))), 256, split=_as_bytes)
    if text == "character":
        return Tokenizer(text, _lengths(len), split=lambda line, _: list(line))
    kind, _, option = text.partition(":")
    if kind == "phoneme":
        return _phonemes(text, option or DEFAULT_BACKEND)
    if kind == "tiktoken":
        return _tiktoken(text, option)
    path = Path(source)
    refuse_special(path, ConfigError)
    if path.is_file():
        return (
            _sentencepiece(path) if path.suffix.lower() == ".model" else _from_json(path, path.name)
        )
    if path.is_dir():
        if (made := _of_encoder(path)) is not None:
            return made
        file = path / "tokenizer.json"
        return _from_json(file, _name_of(path)) if file.is_file() else _of_model(path)
    repo, _, revision = text.partition("@")
    if path.suffix or text.startswith((".", "/", "~")) or not 0 < repo.count("/") < 2:
        near = difflib.get_close_matches(text.lower(), ("byte", "character", "phoneme"), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ConfigError(
            f"No file, folder or tokenizer is called {text!r}.{hint} Expected {_KINDS}."
        )
    return _from_hub(repo, revision or "main")


def load_tokenizers(sources: Sequence[str]) -> list[Tokenizer]:
    """Several tokenizers, as by :func:`load_tokenizer`, each under a name of its own.

    ``NAME=SOURCE`` names a tokenizer; else two of one name are called by their sources.

    Raises:
        ConfigError: Also for a name or a file that is given twice.
    """
    given = [(source, *named_source(source)) for source in dict.fromkeys(sources)]
    refuse_twice([(name, place) for _, name, place in given], "tokenizer")
    made = [load_tokenizer(place) for _, _, place in given]
    names = told_apart(
        [
            (name or one.name, name or source)
            for (source, name, _), one in zip(given, made, strict=True)
        ],
        "tokenizers",
    )
    return [replace(one, name=name) for one, name in zip(made, names, strict=True)]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _as_bytes(text: str, _: str) -> list[str]:
    return [f"{byte:02x}" for byte in _bytes(text)]


def _stretches(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The text of each token by its place; :data:`PART` where it is within the one before.

    >>> _stretches("né", [(0, 1), (1, 2), (1, 2)])
    ['n', 'é', '·']
    """
    shown, end = [], 0
    for start, stop in spans:
        shown.append(text[start:stop] if stop > end else PART)
        end = max(end, stop)
    return shown


def _lengths(length: Callable[[str], int]) -> Count:
    def count(texts: Sequence[str], _: str) -> tuple[Counts, Counts]:
        return np.fromiter(map(length, texts), np.int64, len(texts)), np.zeros(len(texts), np.int64)

    return count


def _phonemes(name: str, backend: str) -> Tokenizer:
    from lingap.g2p import Phonemizer
    from lingap.languages import get_language
    from lingap.text.segmenters import writes_spaces

    made: dict[str, Phonemizer] = {}

    def reader(language: str) -> Phonemizer:
        if language not in made:
            segmenter = None if writes_spaces(get_language(language)) else "spaces"
            made[language] = Phonemizer(language, backend, segmenter=segmenter)
        return made[language]

    def count(texts: Sequence[str], language: str) -> tuple[Counts, Counts]:
        rows = [reader(language).text(text) for text in texts]
        unknown = [sum(not word.units for word in row) for row in rows]
        return np.array([len(row.units) for row in rows], np.int64), np.array(unknown, np.int64)

    def split(text: str, language: str) -> list[str]:
        return list(reader(language).text(text).units)

    return Tokenizer(name, count, split=split)


def _tiktoken(name: str, encoding: str) -> Tokenizer:
    try:
        import tiktoken
    except ImportError as error:
        raise MissingPackage(f"{name} needs tiktoken: pip install tiktoken") from error
    try:
        made = tiktoken.get_encoding(encoding)
    except Exception as error:  # an unknown name, or a file that cannot be fetched
        known = ", ".join(tiktoken.list_encoding_names())
        raise ConfigError(f"{name}: {in_one_line(error)} (encodings: {known}).") from error

    def count(texts: Sequence[str], _: str) -> tuple[Counts, Counts]:
        lengths = [len(ids) for ids in made.encode_ordinary_batch(list(texts))]
        return np.array(lengths, np.int64), np.zeros(len(texts), np.int64)

    def split(text: str, _: str) -> list[str]:
        _, starts = made.decode_with_offsets(made.encode_ordinary(text))
        return _stretches(text, list(zip(starts, [*starts[1:], len(text)], strict=True)))

    return Tokenizer(name, count, made.n_vocab, True, tiktoken.__version__, split)


def _sentencepiece(path: Path) -> Tokenizer:
    try:
        import sentencepiece
    except ImportError as error:
        raise MissingPackage(f"{path} needs sentencepiece: pip install sentencepiece") from error
    try:
        model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise ConfigError(
            f"{path}: not a model of sentencepiece ({in_one_line(error)})."
        ) from error
    content = path.read_bytes()
    if not ends_in_settings(content):
        raise ConfigError(
            f"{path}: a model of sentencepiece without the settings after its pieces: it is cut "
            "off; fetch it anew."
        )
    unknown_id = model.unk_id()

    def count(texts: Sequence[str], _: str) -> tuple[Counts, Counts]:
        return _of_ids(model.encode(list(texts)), unknown_id)

    def split(text: str, _: str) -> list[str]:
        return list(model.encode(text, out_type=str))

    return Tokenizer(path.stem, count, model.vocab_size(), True, digest_of(content, 12), split)


def _from_json(path: Path, name: str) -> Tokenizer:
    """A ``tokenizer.json``, by the library that defines the format."""
    refuse_special(path, ConfigError)
    content = path.read_bytes()
    try:
        text = content.decode().lstrip("\ufeff")
        made = _library().Tokenizer.from_str(text)
    except Exception as error:  # the library raises plain ones
        fault = fault_of_json(content, error)
        raise ConfigError(f"{path}: not a tokenizer.json that can be read ({fault}).") from error
    model = json.loads(text).get("model") or {}
    unknown = model.get("unk_token")
    if unknown is None and isinstance(model.get("unk_id"), int):  # Unigram
        unknown = model["vocab"][model["unk_id"]][0]
    return _counting(made, name, unknown, digest_of(content, 12))


def _of_model(folder: Path) -> Tokenizer:
    """What ``transformers`` reads of a folder: a fast tokenizer, or one of bytes or characters."""
    from lingap.representations.subword import text_tokenizer

    if not (folder / "config.json").is_file():
        raise ConfigError(f"{folder}: no tokenizer.json; {fault_of_folder(folder)}.")
    found, name = text_tokenizer(folder), _name_of(folder)
    if found.is_fast:
        made = _library().Tokenizer.from_str(found.backend_tokenizer.to_str())
        return _counting(made, name, found.unk_token, digest_of(made.to_str(), 12))

    def count(texts: Sequence[str], _: str) -> tuple[Counts, Counts]:
        told = {"add_special_tokens": False, "split_special_tokens": True, "verbose": False}
        rows = [found(text, **told)["input_ids"] for text in texts]
        return _of_ids(rows, found.unk_token_id)

    return Tokenizer(name, count, len(found), origin=type(found).__name__)


def _name_of(folder: Path) -> str:
    """As it was given: an encoder's folder can be a link to one that is named by its job."""
    return folder.absolute().name if folder.name not in ("", "..") else folder.resolve().name


def _of_encoder(folder: Path) -> Tokenizer | None:
    """The representation of an encoder that lingap pre-trained, by the record beside it.

    It reads text as the encoder does: pieces over phonemes need the phonemes first. None for a
    folder without a record, or of subwords, which are counted as those of any tokenizer.
    """
    from lingap.representations.published import published_representation
    from lingap.representations.trained_on import trained_on

    found = trained_on(folder)
    if found is None or found[0] == "subword":
        return None
    spell, ids = published_representation(found[0], folder, without_pieces(found[1]))

    def count(texts: Sequence[str], language: str) -> tuple[Counts, Counts]:
        words = [words_in(text, language) for text in texts]
        sentences = [Sentence(str(at), language, row) for at, row in enumerate(words)]
        learn_words(spell, sentences)
        rows = [spell.encode(one).units if one.words else () for one in sentences]
        unknown = [int((ids.ids(row) == ids.unknown_id).sum()) for row in rows]
        return np.array([len(row) for row in rows], np.int64), np.array(unknown, np.int64)

    return Tokenizer(
        _name_of(folder), count, len(ids), origin=f"{found[0]} of an encoder by lingap"
    )


def words_in(text: str, language: str) -> tuple[str, ...]:
    """Words of running text; of a language without spaces, what stands between spaces."""
    from lingap.languages import get_language
    from lingap.text.segmenters import make_segmenter, words_of, writes_spaces

    found = get_language(language)
    segment = make_segmenter(found, None if writes_spaces(found) else "spaces")
    return words_of(text, found.code, segment)


def _from_hub(repo: str, revision: str) -> Tokenizer:
    from lingap.storage.hub import snapshot

    folder, (path,) = snapshot(repo, revision, ["tokenizer.json"])
    read = _from_json(path, repo)
    return replace(read, name=repo, origin=folder.name)


def _counting(made: Any, name: str, unknown: str | None, origin: str) -> Tokenizer:
    made.no_truncation()
    made.no_padding()
    made.encode_special_tokens = True  # "</s>" within a text is text
    unknown_id = None if unknown is None else made.token_to_id(unknown)

    def count(texts: Sequence[str], _: str) -> tuple[Counts, Counts]:
        tokens, lost = list[int](), list[int]()
        for at in range(0, len(texts), _BATCH):
            with told_faults(name):
                part = list(texts[at : at + _BATCH])
                batch = made.encode_batch_fast(part, add_special_tokens=False)
            tokens += map(len, batch)
            if unknown_id is not None:
                lost += [row.ids.count(unknown_id) for row in batch]
        return np.array(tokens, np.int64), np.array(lost or [0] * len(texts), np.int64)

    def split(text: str, _: str) -> list[str]:
        return _stretches(text, made.encode(text, add_special_tokens=False).offsets)

    def n_dropped(texts: Sequence[str]) -> int:
        rows = made.encode_batch(list(texts), add_special_tokens=False)
        return sum(_uncovered(text, row.offsets) for text, row in zip(texts, rows, strict=True))

    size, dropped = made.get_vocab_size(), n_dropped if _drops(made) else None
    return Tokenizer(name, count, size, True, origin, split, dropped)


def _drops(made: Any) -> bool:
    """Whether a rare letter becomes no token at all."""
    try:
        return any(not made.encode(one, add_special_tokens=False).ids for one in _RARE)
    except Exception:  # it has no unknown token: a text that needs one is refused
        return False


def _uncovered(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Characters, without spaces, that are in no span.

    >>> _uncovered("a bc", [(0, 1), (3, 4)])
    1
    """
    covered = {at for start, stop in spans for at in range(start, stop)}
    return sum(at not in covered and not one.isspace() for at, one in enumerate(text))


def _of_ids(rows: Sequence[Sequence[int]], unknown_id: int | None) -> tuple[Counts, Counts]:
    unknown = [list[int | None](row).count(unknown_id) for row in rows]
    return np.array([len(row) for row in rows], np.int64), np.array(unknown, np.int64)


def _library() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtra("train", "Reading a tokenizer.json") from error
    return tokenizers
