"""The back end charsiu: ByT5 for a hundred languages (Zhu, Zhang and Jurgens 2022).

XPhoneBERT's own preprocessing (Nguyen et al. 2023) uses these models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, G2PError, HubError, MissingExtra, StoreError
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.protocol import Transcriber, Transcription, check_options, code_of
from lingap.languages import Language
from lingap.storage.digests import digest_of
from lingap.storage.hub import snapshot
from lingap.storage.model_config import loading_options, why_unread

MODEL = "charsiu/g2p_multilingual_byT5_tiny_16_layers_100"
REVISION = "2a791a0ea4ea18b37a27b41a6c651d286efb2686"
"""The commit of :data:`MODEL` that adds its weights as safetensors."""

_DEFAULTS = {"model": MODEL, "revision": "", "batch": "64", "device": "cpu", "tag": ""}
_BYTES_A_WORD = 100  # longest output, as in the models' own evaluation
_FIRST_BYTE = 3  # ByT5's token of byte 0, after padding, end and unknown
_PAD = 0
_END = 1
_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")  # in order of preference


class CharsiuBackend:
    """ByT5 trained on pronunciation dictionaries.

    Options:
        model: Hub id, or a local folder in the same layout.
        revision: Commit of a hub id, forty hexadecimal digits; the default model has one. A commit
            fetched before is read from the hub's cache.
        batch: Words per batch.
        device: Device of torch, such as ``cuda``.
        tag: Another language tag of the model than the usual one (``eng-uk``).
    """

    name = "charsiu"

    def languages(self) -> Mapping[str, str]:
        """Code to the models' language tag."""
        return tags()

    def missing(self) -> str | None:
        """How to install it, or None."""
        is_there = installed_version("torch") and installed_version("transformers")
        return None if is_there else "pip install 'lingap[train]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Model, its revision or the digest of its folder, and the tag."""
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
        """Load the model; the hub is asked only for a model that was never fetched."""
        chosen = _options(language, options)
        if self.missing() is not None:
            raise MissingExtra("train", "The back end charsiu")
        return _ByT5(chosen)


def _options(language: Language, options: Mapping[str, str]) -> dict[str, str]:
    check_options("charsiu", options, dict.fromkeys(_DEFAULTS, ()))
    chosen = _DEFAULTS | dict(options)
    if not chosen["batch"].isdecimal() or int(chosen["batch"]) < 1:
        raise G2PError(
            f"Option batch: expected a number of words, at least 1; got {chosen['batch']!r}."
        )
    chosen["tag"] = chosen["tag"] or code_of(CHARSIU, language)
    if chosen["model"] == MODEL:
        chosen["revision"] = chosen["revision"] or REVISION
    is_folder = Path(chosen["model"]).is_dir()
    if not is_folder and not _HUB_ID.fullmatch(chosen["model"]):
        raise G2PError(f"Model {chosen['model']!r} is neither a folder nor a hub id like {MODEL}.")
    if not is_folder and not _COMMIT.fullmatch(chosen["revision"]):
        got = repr(chosen["revision"]) if chosen["revision"] else "none"
        raise G2PError(
            f"Option revision: {chosen['model']} on the hub is read at a pinned commit only: "
            f"expected forty hexadecimal digits, got {got}. Its page lists the commits; or name a "
            "local folder as the model."
        )
    return chosen


@cache
def tags() -> Mapping[str, str]:
    """Language code to charsiu's tag."""
    text = resources.files(__package__).joinpath("charsiu_tags.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines()[1:])
    return {code: tag for code, _, tag in rows}


def _digest(folder: Path) -> str:
    """Digest of the names, sizes and modification times of a folder's files."""
    facts = [
        f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]
    return digest_of("\n".join(facts), 16)


def _folder_of(model: str, revision: str) -> Path:
    """The folder itself, or the model's folder in the hub's cache.

    Raises:
        HubError: For a model that the hub does not provide.
    """
    if Path(model).is_dir():
        return Path(model)
    return snapshot(model, revision, _WEIGHTS, beside=("*.json",))[0]


def _loaded(folder: Path) -> Any:
    """The model of a folder, which chooses no code.

    Raises:
        ConfigError: When its ``config.json`` cannot be read.
        StoreError: When it is no T5 or its weights are damaged or missing.
    """
    from transformers import T5Config, T5ForConditionalGeneration  # slow, so only for a model found

    options = loading_options(folder)
    if not isinstance(options["config"], T5Config):
        raise StoreError(f"{folder} holds no T5, as charsiu's models are.")
    try:
        model, report = T5ForConditionalGeneration.from_pretrained(
            folder, use_safetensors=None, output_loading_info=True, **options
        )
    except Exception as error:  # pickles and safetensors fail in many ways
        raise StoreError(f"{folder} holds no readable weights: {why_unread(error)}") from error
    if missing := sorted(report["missing_keys"]):
        raise StoreError(
            f"{folder}: {len(missing)} weights are not in the file, such as {missing[0]}."
        )
    return model


class _ByT5:
    """Greedy decoding over bytes. A token is a byte plus three, so no tokenizer is needed."""

    reads: frozenset[str] = frozenset()

    def __init__(self, options: Mapping[str, str]):
        model = options["model"]
        try:
            self._model: Any = _loaded(_folder_of(model, options["revision"]))
        except (HubError, ConfigError, StoreError) as error:
            raise G2PError(
                f"Cannot load the charsiu model {model!r}: {str(error).splitlines()[0]} Without "
                "the hub, name a local folder with its config and weights."
            ) from error
        self._device = options["device"]
        try:
            self._model.to(self._device).eval()
        except (RuntimeError, AssertionError) as error:  # torch's, of a device that is not here
            raise G2PError(
                f"Option device: {self._device!r} cannot be used: {str(error).splitlines()[0]}"
            ) from error
        self._tag = options["tag"]
        self._batch = int(options["batch"])

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        order = sorted(range(len(words)), key=lambda place: len(words[place].encode()))
        pronunciations = [""] * len(words)
        for at in range(0, len(order), self._batch):
            places = order[at : at + self._batch]
            for place, ipa in zip(places, self._read([words[p] for p in places]), strict=True):
                pronunciations[place] = ipa
        return [
            Transcription(ipa, () if ipa else tuple(word))
            for word, ipa in zip(words, pronunciations, strict=True)
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
                generation_config=_greedy(),
            )
        return [_decoded(row) for row in answers.tolist()]


def _greedy() -> Any:
    """How the model answers, whatever its folder's ``generation_config.json`` says."""
    from transformers import GenerationConfig

    return GenerationConfig(
        num_beams=1, do_sample=False, max_new_tokens=_BYTES_A_WORD, decoder_start_token_id=_PAD,
        pad_token_id=_PAD, eos_token_id=_END,
    )  # fmt: skip


def _decoded(tokens: Sequence[int]) -> str:
    """Text up to the end token, without variants after a comma and incomplete characters."""
    tokens = tokens[1:]  # the first one only starts the decoder
    end = tokens.index(_END) if _END in tokens else len(tokens)
    read = bytes(t - _FIRST_BYTE for t in tokens[:end] if 0 <= t - _FIRST_BYTE < 256)
    return read.decode("utf-8", errors="ignore").partition(",")[0].strip()


CHARSIU = CharsiuBackend()
