"""The back end charsiu: ByT5 for a hundred languages (Zhu, Zhang and Jurgens 2022).

XPhoneBERT's own preprocessing (Nguyen et al. 2023) reads words with these models.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lingap.errors import G2PError, HubError, LanguageError, MissingExtra
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription
from lingap.languages import Language
from lingap.storage.hub import snapshot

MODEL = "charsiu/g2p_multilingual_byT5_tiny_16_layers_100"
_DEFAULTS = {"model": MODEL, "revision": "main", "batch": "64", "device": "cpu", "tag": ""}
_BYTES_A_WORD = 100  # generated at most, as in the models' own evaluation
_FIRST_BYTE = 3  # ByT5's token of byte 0, after padding, end and unknown
_END = 1
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")  # the first kind that is there is read


class CharsiuBackend:
    """ByT5 trained on pronunciation dictionaries.

    Options:
        model: Hub id, or a local folder in the same layout.
        revision: Of a hub id; name a commit for a run that shall be repeatable. What was fetched
            before is read without asking the hub whether there is a newer one.
        batch: Words at a time.
        device: Of torch, such as ``cuda``.
        tag: The model's language tag, where it is not the usual one (``eng-uk``).
    """

    name = "charsiu"

    def languages(self) -> Mapping[str, str]:
        """Code to the tag that the models were trained with."""
        return tags()

    def missing(self) -> str | None:
        """How to install it, or None."""
        there = installed_version("torch") and installed_version("transformers")
        return None if there else "pip install 'lingap[train]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Model, its revision or the digest of its folder, and the tag; not batch and device."""
        chosen = _options(language, options)
        folder = Path(chosen["model"])
        revision = _digest(folder) if folder.is_dir() else chosen["revision"]
        return {
            "charsiu model": folder.name if folder.is_dir() else chosen["model"],
            "charsiu revision": revision,
            "charsiu tag": chosen["tag"],
            "transformers": installed_version("transformers") or "",
        }

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load the model; only a hub id that was never fetched asks the hub."""
        chosen = _options(language, options)
        if self.missing() is not None:
            raise MissingExtra("train", "The back end charsiu")
        return _ByT5(
            chosen["model"],
            chosen["revision"],
            chosen["tag"],
            batch=int(chosen["batch"]),
            device=chosen["device"],
        )


def _options(language: Language, options: Mapping[str, str]) -> dict[str, str]:
    for name in options:
        if name not in _DEFAULTS:
            raise G2PError(
                f"The back end charsiu has no option {name!r}. Known: {', '.join(_DEFAULTS)}."
            )
    chosen = _DEFAULTS | dict(options)
    if not chosen["batch"].isdecimal() or int(chosen["batch"]) < 1:
        raise G2PError(f"Option batch is a number of words, at least 1; got {chosen['batch']!r}.")
    chosen["tag"] = chosen["tag"] or tags().get(language.code, "")
    if not chosen["tag"]:
        raise LanguageError(
            f"The models of charsiu were not trained on {language.name} ({language.code}). "
            "`lingap languages --backend charsiu` lists what they know."
        )
    return chosen


@cache
def tags() -> Mapping[str, str]:
    """Language code to charsiu's tag."""
    text = resources.files(__package__).joinpath("charsiu_tags.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines()[1:])
    return {code: tag for code, _, tag in rows}


def _digest(folder: Path) -> str:
    """Digest of names, sizes and times of change: quick, and new whenever a file is."""
    facts = [
        f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _folder_of(model: str, revision: str) -> Path:
    """The folder itself, or where the hub's cache keeps the model; the hub is asked once at most.

    Raises:
        G2PError: For what is neither a folder nor a hub id.
        HubError: For a model that the hub does not give.
    """
    if Path(model).is_dir():
        return Path(model)
    if model.startswith((".", "/", "~")) or model.count("/") != 1:
        raise G2PError(f"Model {model!r} is neither a folder nor a hub id like {MODEL}.")
    return snapshot(model, revision, _WEIGHTS, beside=("*.json",))[0]


class _ByT5:
    """Greedy decoding over bytes; the tokens of ByT5 are bytes plus three, so no tokenizer."""

    reads: frozenset[str] = frozenset()

    def __init__(self, model: str, revision: str, tag: str, *, batch: int, device: str):
        try:
            folder = _folder_of(model, revision)
            from transformers import T5ForConditionalGeneration  # takes seconds, so not in vain

            self._model: Any = T5ForConditionalGeneration.from_pretrained(
                folder, local_files_only=True, use_safetensors=None
            )
        except (HubError, OSError, ValueError) as error:
            raise G2PError(
                f"Cannot load the charsiu model {model!r}: {str(error).splitlines()[0]} Without "
                "the hub, name a local folder with its config and weights."
            ) from error
        self._model.to(device).eval()
        self._device = device
        self._tag = tag
        self._batch = batch

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        order = sorted(range(len(words)), key=lambda place: len(words[place].encode()))
        said = [""] * len(words)
        for at in range(0, len(order), self._batch):
            places = order[at : at + self._batch]
            for place, ipa in zip(places, self._read([words[p] for p in places]), strict=True):
                said[place] = ipa
        return [
            Transcription(ipa, () if ipa else tuple(word))
            for word, ipa in zip(words, said, strict=True)
        ]

    def _read(self, words: list[str]) -> list[str]:
        import torch

        spelled = [
            [byte + _FIRST_BYTE for byte in f"<{self._tag}>: {word}".encode()] for word in words
        ]
        longest = max(map(len, spelled))
        ids = torch.zeros((len(words), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, tokens in enumerate(spelled):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        with torch.inference_mode():
            answers = self._model.generate(
                input_ids=ids.to(self._device),
                attention_mask=mask.to(self._device),
                num_beams=1,
                do_sample=False,
                max_new_tokens=_BYTES_A_WORD,
            )
        return [_decoded(row) for row in answers.tolist()]


def _decoded(tokens: Sequence[int]) -> str:
    """Bytes up to the end; a variant after a comma is left out, as is a byte cut in half."""
    said = bytearray()
    for token in tokens[1:]:  # the first one only starts the decoder
        if token == _END:
            break
        if _FIRST_BYTE <= token < _FIRST_BYTE + 256:
            said.append(token - _FIRST_BYTE)
    return said.decode("utf-8", errors="ignore").partition(",")[0].strip()


CHARSIU = CharsiuBackend()
