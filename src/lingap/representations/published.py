"""What a published encoder reads: a representation, and the encoder's ids of its units."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError
from lingap.representations.articulatory import COMPOSED
from lingap.representations.mixed import JOINT
from lingap.representations.pieces import without_pieces
from lingap.representations.protocol import Representation, load_representation
from lingap.representations.subword import (
    SUBWORDS,
    Subwords,
    fast_tokenizer,
    is_learned,
    learned_representation,
)
from lingap.representations.trained_on import check_trained_on
from lingap.representations.unit_ids import BYTE_IDS, CodePoints, TableIds
from lingap.representations.vocabulary import UnitIds, pieces_of
from lingap.storage.model_config import TEXT_ENCODERS, read_model_config, refuse_other_models
from lingap.text.units import BOUNDARY, UNKNOWN

ROBERTA_LIKE = ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "xmod")
"""Model types with two separators between the sentences of a pair."""

_SPECIAL = {
    "pad_id": ("<pad>", "[PAD]"),
    "unknown_id": (UNKNOWN, "[UNK]"),
    "cls_id": ("<s>", "[CLS]"),
    "sep_id": ("</s>", "[SEP]"),
}
_MASKS = ("<mask>", "[MASK]")
_COMMON_PHONEMES = frozenset("aeioumnptkslbdf")


def published_representation(
    name: str, folder: Path, options: Mapping[str, Any]
) -> tuple[Representation, UnitIds]:
    """The representation that a checkpoint reads, and its ids of units.

    * ``subword``: the checkpoint's own fast tokenizer, word by word; T5 has no unit that opens a
      sentence, so the one that ends a sentence is at both ends;
    * ``character``: code points for CANINE, else the checkpoint's table of characters;
    * ``byte``: UTF-8 bytes for ByT5, framed as T5's;
    * ``phoneme``: IPA segments with ``▁`` between words, and the checkpoint's table of them, as
      XPhoneBERT (Nguyen et al. 2023) was trained; `options` choose the G2P back end.

    A folder written by lingap's pre-training works for each.

    Raises:
        ConfigError: When the checkpoint cannot read that representation.
    """
    kind = read_model_config(folder)["model_type"]
    check_trained_on(name, folder, options)
    if name not in _SIDES:
        return load_representation(name, **options), _table(folder, kind)
    if kind == "canine" and name != "character":
        raise ConfigError(f"{folder} is a CANINE and reads characters, not {name} units.")
    if (folder / SUBWORDS).is_file() and not is_learned(name):
        raise ConfigError(
            f"{folder} holds {SUBWORDS}: its units are pieces of words, and it is to read {name}."
        )
    return _SIDES[name](folder, kind, options)


def _subword(folder: Path, kind: str, options: Mapping[str, Any]) -> tuple[Representation, UnitIds]:
    is_own = (folder / SUBWORDS).is_file()
    if refused := without_pieces(options) if is_own else dict(options):
        raise ConfigError(
            f"A published encoder has its own subwords; remove the options {refused}."
        )
    if is_own:
        return Subwords(folder / SUBWORDS), _table(folder, kind)
    tokenizer = fast_tokenizer(folder)
    refuse_other_models(folder, read_model_config(folder))
    n_known, n_rows = len(tokenizer), _n_rows(folder)
    if 2 * n_known < n_rows:  # without its files transformers makes an empty one
        raise ConfigError(
            f"{folder} ({kind}): its tokenizer knows {n_known} of {n_rows} units; is it complete "
            "(tokenizer.json), and is it an encoder of subwords?"
        )
    if json.loads(tokenizer.backend_tokenizer.to_str())["model"]["type"] == "WordLevel":
        raise ConfigError(
            f"{folder}: its tokenizer knows whole units only (WordLevel), so it reads characters "
            "or phonemes, not subwords."
        )
    special = {
        "pad_id": tokenizer.pad_token_id,
        "cls_id": tokenizer.cls_token_id,
        "sep_id": tokenizer.sep_token_id,
    }
    if kind in TEXT_ENCODERS:
        special |= {"cls_id": tokenizer.eos_token_id, "sep_id": tokenizer.eos_token_id}
    if missing := [name for name, number in special.items() if number is None]:
        raise ConfigError(
            f"{folder}: its tokenizer has no {', '.join(m.removesuffix('_id') for m in missing)} "
            "token, so it does not belong to an encoder of whole sentences."
        )
    unknown = [tokenizer.unk_token_id, tokenizer.mask_token_id, tokenizer.pad_token_id]
    n_separators = tokenizer.num_special_tokens_to_add(pair=True) - 2
    return Subwords(tokenizer), TableIds(
        table=tokenizer.get_vocab(),
        unknown_id=next(number for number in unknown if number is not None),
        mask_id=tokenizer.mask_token_id,
        n_separators=n_separators if n_separators in (1, 2) else _n_separators(kind),
        **special,
    )


def _character(
    folder: Path, kind: str, options: Mapping[str, Any]
) -> tuple[Representation, UnitIds]:
    spell = load_representation("character", **options)
    if kind == "canine":
        return spell, CodePoints()
    ids = _table(folder, kind)
    characters = sum(len(unit) == 1 for unit in ids.table)
    if 2 * characters < len(ids.table):
        raise ConfigError(
            f"{folder} ({kind}) has {characters} single characters in {len(ids.table)} units; "
            "the character representation needs CANINE or an encoder over characters."
        )
    return spell, ids


def _phoneme(folder: Path, kind: str, options: Mapping[str, Any]) -> tuple[Representation, UnitIds]:
    ids = _table(folder, kind)
    missing = sorted(_COMMON_PHONEMES - ids.table.keys())
    if BOUNDARY not in ids or 2 * len(missing) > len(_COMMON_PHONEMES):
        raise ConfigError(
            f"{folder} ({kind}) lacks {BOUNDARY!r} between words or most common phonemes "
            f"({', '.join(missing) or 'none missing'}), so it was not trained on phonemes."
        )
    return load_representation("phoneme", **options), ids


def _byte(folder: Path, kind: str, options: Mapping[str, Any]) -> tuple[Representation, UnitIds]:
    spell = load_representation("byte", **options)
    if kind not in TEXT_ENCODERS:
        ids = _table(folder, kind)
        if 2 * len(BYTE_IDS.keys() & ids.table.keys()) < len(ids.table):
            raise ConfigError(
                f"{folder} ({kind}): its vocabulary is not of bytes (<00> to <ff>), so it cannot "
                "read byte."
            )
        return spell, ids
    rows = _n_rows(folder)
    if not len(BYTE_IDS) + 3 <= rows < 1000:
        raise ConfigError(
            f"{folder} ({kind}) has {rows} units; a ByT5, which reads bytes, has 384."
        )
    table = {**BYTE_IDS, BOUNDARY: BYTE_IDS["<20>"], "<pad>": 0, "</s>": 1, "<unk>": 2}
    return spell, TableIds(table=table, pad_id=0, unknown_id=2, cls_id=1, sep_id=1)


def _articulatory(
    folder: Path, kind: str, options: Mapping[str, Any]
) -> tuple[Representation, UnitIds]:
    if not (folder / COMPOSED).is_file():
        raise ConfigError(
            f"{folder} holds no {COMPOSED}: its embeddings are not composed of articulatory "
            "features. Read it as phoneme, or give an encoder pre-trained by lingap."
        )
    return load_representation("articulatory", **options), _phoneme(folder, kind, {})[1]


def _respelled_subword(
    name: str, folder: Path, kind: str, options: Mapping[str, Any]
) -> tuple[Representation, UnitIds]:
    if not (folder / SUBWORDS).is_file():
        over = name.removesuffix("-subword")
        raise ConfigError(
            f"{folder} holds no {SUBWORDS}: its pieces are not those of {name}. Give an encoder "
            f"pre-trained by lingap over {name}, or read this one as subword or {over}."
        )
    return learned_representation(name, folder, options), _table(folder, kind)


def _mixed(folder: Path, kind: str, options: Mapping[str, Any]) -> tuple[Representation, UnitIds]:
    ids, spell = _table(folder, kind), load_representation("mixed", **options)
    join = getattr(spell, "join", "mark")
    found = "mark" if JOINT in ids else "sum" if any(JOINT in unit for unit in ids.table) else None
    if found is None:
        raise ConfigError(
            f"{folder} ({kind}) lacks {JOINT!r} between letters and phonemes, so it was not "
            "trained on mixed. Read it as character or phoneme, whichever it was trained on."
        )
    if found != join:
        raise ConfigError(
            f"{folder} ({kind}) was trained on mixed with join={found}, and is to read "
            f"join={join}. Set join: {found} among the options."
        )
    return spell, ids


def _romanized(
    folder: Path, kind: str, options: Mapping[str, Any]
) -> tuple[Representation, UnitIds]:
    return load_representation("romanized", **options), _character(folder, kind, {})[1]


_SIDES: dict[str, Callable[[Path, str, Mapping[str, Any]], tuple[Representation, UnitIds]]] = {
    "articulatory": _articulatory,
    "subword": _subword,
    "character": _character,
    "byte": _byte,
    "mixed": _mixed,
    "phoneme": _phoneme,
    "phoneme-subword": partial(_respelled_subword, "phoneme-subword"),
    "romanized": _romanized,
    "romanized-subword": partial(_respelled_subword, "romanized-subword"),
}


def _n_rows(folder: Path) -> int:
    """Rows of the embedding table by ``config.json``; 0 where it does not say."""
    found = read_model_config(folder).get("vocab_size", 0)
    if not isinstance(found, int):
        raise ConfigError(
            f"{folder / 'config.json'}, vocab_size: expected a whole number, got {found!r:.80}."
        )
    return found


def _n_separators(kind: str) -> int:
    return 2 if kind in ROBERTA_LIKE else 1


def _table(folder: Path, kind: str) -> TableIds:
    """The checkpoint's table of whole units, from the first file that has it."""
    table = _word_level(folder)
    for name, read in (("vocab.json", _mapping), ("vocab.txt", _listing)):
        if table is None and (folder / name).is_file():
            table = read(folder / name)
    if table is None:
        raise ConfigError(f"{folder} holds no tokenizer.json, vocab.json or vocab.txt.")
    if any(unit.startswith("##") for unit in table) and not (folder / SUBWORDS).is_file():
        raise ConfigError(
            f"{folder}: its vocabulary consists of word pieces (##), not whole units."
        )
    special = {}
    for role, names in _SPECIAL.items():
        found = [table[name] for name in names if name in table]
        if not found:
            raise ConfigError(f"{folder}: none of {' '.join(names)} is in its vocabulary.")
        special[role] = found[0]
    masks = [table[name] for name in _MASKS if name in table]
    return TableIds(
        table=table,
        mask_id=masks[0] if masks else None,
        n_separators=_n_separators(kind),
        **special,
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8").lstrip("\ufeff"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error


def _word_level(folder: Path) -> dict[str, int] | None:
    path = folder / "tokenizer.json"
    if not path.is_file():
        return None
    content = _json(path)
    own_subwords = (folder / SUBWORDS).is_file()  # a table of word pieces
    try:
        model = content["model"]
        kind = model.get("type")
        added = {row["content"]: row["id"] for row in content.get("added_tokens") or ()}
        table = {**pieces_of(model), **added} if kind == "WordLevel" or own_subwords else None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{path} is not a tokenizer's file: {error!r}.") from error
    if table is None:
        raise ConfigError(
            f"{path} splits text into pieces ({kind}); expected a table of whole units (WordLevel)."
        )
    return _numbered(table, path)


def _mapping(path: Path) -> dict[str, int]:
    return _numbered(_json(path), path)


def _numbered(content: Any, path: Path) -> dict[str, int]:
    if not isinstance(content, dict) or not all(
        isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in content.values()
    ):
        raise ConfigError(f"{path}: expected a mapping of units to numbers from 0.")
    return content


def _listing(path: Path) -> dict[str, int]:
    """One unit per line, numbered by line; or fairseq's ``unit count`` after its special units."""
    try:
        lines = path.read_text(encoding="utf-8").lstrip("\ufeff").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    parts = [line.rpartition(" ") for line in lines]
    units = lines
    if all(unit and count.isdecimal() for unit, _, count in parts):
        units = [unit for unit, _, _ in parts]
        if "<s>" not in units:
            units = ["<s>", "<pad>", "</s>", "<unk>", *units]
        if "<mask>" not in units:
            units = [*units, "<mask>"]
    if len(set(units)) < len(units):
        twice = sorted(unit for unit, n in Counter(units).items() if n > 1)[:5]
        raise ConfigError(f"{path}: expected each unit once; repeated: {twice}.")
    return {unit: number for number, unit in enumerate(units)}
