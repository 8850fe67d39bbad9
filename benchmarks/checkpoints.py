"""What lingap does with checkpoints of some twenty-five kinds, and what it refuses.

    python benchmarks/checkpoints.py --folder DIR --write

Each checkpoint is small, made with the real classes of transformers and tokenizers and saved in
the files and layout that the hub has. Weights are random: the page says what runs, not how well.
Every one goes three ways: ``lingap run`` (named entities in English, a few steps), ``lingap
pretrain`` (a few more steps of masked language modelling) and ``lingap gap model`` (layers over
parallel text). The page quotes the first sentence of a refusal.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lingap.errors import LingapError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
PAGE = ROOT / "docs/reference/checkpoints.md"
ENGLISH = ("the train leaves", "we saw a train in the rain", "Mary and John are new in York",
           "a new train", "the rain and the train again", "unable to see the train")  # fmt: skip
SIZE = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of checkpoint.

    Attributes:
        name: Its family, with the published models that have this form.
        representation: What it reads.
        make: Writes one into a folder, and returns what a user names: that folder.
    """

    name: str
    representation: str
    make: Callable[[Path], Any]


def kinds() -> Iterator[Kind]:
    """All of them; those of the test suite are shared with it."""
    import checkpoints as known

    def subword(name: str, make: Callable[[Path], Any]) -> Kind:
        return Kind(name, "subword", make)

    yield subword("BERT, WordPiece (mBERT, LaBSE)", known.bert)
    yield subword("BERT, lower-cased (bert-base-multilingual-uncased)", _uncased)
    yield subword("DistilBERT", known.distilbert)
    yield subword("ALBERT, unigram pieces (IndicBERT)", _albert)
    yield subword("ELECTRA, discriminator", _electra)
    yield subword("MPNet", _mpnet)
    yield subword("DeBERTa-v2, unigram pieces (mDeBERTa)", _deberta)
    yield subword("RoBERTa, byte-level pieces", known.roberta)
    yield subword("XLM-R, unigram pieces (XLM-R, multilingual-e5)", _xlmr)
    yield subword("RemBERT, unigram pieces", _rembert)
    yield subword("ModernBERT, byte-level pieces", known.modernbert)
    yield subword("T5 with encoder and decoder, unigram pieces (mT5)", known.mt5)
    yield subword("T5 with a SentencePiece file alone", _sentencepiece_alone)
    yield subword("sentence-transformers, layout of today", _sentence_transformers)
    yield subword("sentence-transformers, older layout (0_Transformer)", _older_layout)
    yield subword("BERT with weights in pytorch_model.bin", _pickled)
    yield Kind("CANINE", "character", known.canine)
    yield Kind("ByT5", "byte", known.byt5)
    yield Kind("XPhoneBERT", "phoneme", known.xphonebert)
    yield subword("GPT-2, a decoder", known.gpt2)
    yield subword("Llama, a decoder", known.llama)
    yield subword("an adapter without its base model (PEFT)", _adapter)
    yield subword("BERT with quantized weights (8 bit)", _quantized)
    yield subword("BERT with code of its own (auto_map)", _own_code)
    yield subword("BERT with weights of TensorFlow alone", _tensorflow)
    yield subword("a tokenizer without weights", _no_weights)


def _save(folder: Path, config: Any, *, tokenizer: Callable[[Path], Any] | None = None) -> Path:
    """A model of the class that a config belongs to, beside a tokenizer."""
    from transformers import AutoModel

    import checkpoints as known

    AutoModel.from_config(config).save_pretrained(folder)
    (tokenizer or known._with_pieces)(folder)
    return folder


def _unigram(folder: Path, before: str = "<s>", after: str = "</s>", pad: str = "<pad>") -> int:
    """A fast tokenizer of unigram pieces as SentencePiece's, and its number of pieces."""
    import tokenizers
    from transformers import PreTrainedTokenizerFast

    marks = [before, pad, after, "<unk>", "<mask>"]
    pieces = [(mark, 0.0) for mark in marks]
    pieces += [(piece, -2.0) for piece in ("▁the", "▁train", "▁New", "▁York", "▁", "un", "able")]
    pieces += [(letter, -5.0) for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPRSTUVWY,."]
    core = tokenizers.Tokenizer(tokenizers.models.Unigram(pieces, unk_id=3))
    core.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    core.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{before} $A {after}", pair=f"{before} $A {after} $B {after}",
        special_tokens=[(before, 0), (after, 2)],
    )  # fmt: skip
    PreTrainedTokenizerFast(
        tokenizer_object=core, unk_token="<unk>", pad_token=pad, cls_token=before,
        sep_token=after, mask_token="<mask>",
    ).save_pretrained(folder)  # fmt: skip
    return len(pieces)


def _uncased(folder: Path) -> None:
    from transformers import BertTokenizer

    import checkpoints as known

    known.bert(folder)
    pieces = list(dict.fromkeys(piece.lower() for piece in known.PIECES))
    marks = {"[pad]": "[PAD]", "[unk]": "[UNK]", "[cls]": "[CLS]", "[sep]": "[SEP]",
             "[mask]": "[MASK]"}  # fmt: skip
    vocabulary = {marks.get(piece, piece): i for i, piece in enumerate(pieces)}
    BertTokenizer(vocab=vocabulary, do_lower_case=True).save_pretrained(folder)


def _pieces() -> int:
    import checkpoints as known

    return len(known.PIECES)


def _albert(folder: Path) -> None:
    from transformers import AlbertConfig

    n = _unigram(folder, "[CLS]", "[SEP]")
    config = AlbertConfig(
        vocab_size=n, embedding_size=8, max_position_embeddings=64, pad_token_id=1, **SIZE
    )
    _save(folder, config, tokenizer=lambda _: None)


def _electra(folder: Path) -> None:
    from transformers import ElectraConfig

    _save(folder, ElectraConfig(vocab_size=_pieces(), embedding_size=8,
                                max_position_embeddings=64, **SIZE))  # fmt: skip


def _mpnet(folder: Path) -> None:
    from transformers import MPNetConfig

    n = _unigram(folder)
    config = MPNetConfig(vocab_size=n, max_position_embeddings=64, pad_token_id=1, **SIZE)
    _save(folder, config, tokenizer=lambda _: None)


def _deberta(folder: Path) -> None:
    from transformers import DebertaV2Config

    n = _unigram(folder, "[CLS]", "[SEP]", "[PAD]")
    config = DebertaV2Config(
        vocab_size=n, max_position_embeddings=64, relative_attention=True, position_buckets=8,
        pos_att_type=["p2c", "c2p"], pad_token_id=1, **SIZE,
    )  # fmt: skip
    _save(folder, config, tokenizer=lambda _: None)


def _xlmr(folder: Path) -> None:
    from transformers import XLMRobertaConfig

    n = _unigram(folder)
    config = XLMRobertaConfig(vocab_size=n, max_position_embeddings=66, type_vocab_size=1,
                              pad_token_id=1, **SIZE)  # fmt: skip
    _save(folder, config, tokenizer=lambda _: None)


def _rembert(folder: Path) -> None:
    from transformers import RemBertConfig

    n = _unigram(folder, "[CLS]", "[SEP]", "[PAD]")
    config = RemBertConfig(
        vocab_size=n, max_position_embeddings=64, input_embedding_size=8, output_embedding_size=8,
        pad_token_id=1, **SIZE,
    )  # fmt: skip
    _save(folder, config, tokenizer=lambda _: None)


def _sentencepiece_alone(folder: Path) -> None:
    import sentencepiece
    from transformers import T5Config, T5ForConditionalGeneration

    import checkpoints as known

    known.mt5(folder)
    (folder / "tokenizer.json").unlink()
    (folder / "special_tokens_map.json").unlink(missing_ok=True)
    lines = folder / "text.txt"
    lines.write_text("new york and the unable\nyork unable the new and\n" * 50)
    sentencepiece.SentencePieceTrainer.train(
        input=str(lines), model_prefix=str(folder / "spiece"), vocab_size=34, pad_id=0, eos_id=1,
        unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    lines.unlink()
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "T5Tokenizer"}))
    T5ForConditionalGeneration(  # its tokenizer adds a hundred units for spans
        T5Config(vocab_size=160, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_decoder_layers=1,
                 num_heads=2)
    ).save_pretrained(folder)  # fmt: skip


def _sentence_transformers(folder: Path) -> None:
    _xlmr(folder)
    (folder / "1_Pooling").mkdir()
    (folder / "modules.json").write_text(json.dumps([{
        "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer",
    }]))  # fmt: skip


def _older_layout(folder: Path) -> None:
    (folder / "0_Transformer").mkdir()
    _xlmr(folder / "0_Transformer")
    (folder / "1_Pooling").mkdir()
    (folder / "modules.json").write_text("[]")


def _pickled(folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    import checkpoints as known

    known.bert(folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def _adapter(folder: Path) -> None:
    import checkpoints as known

    known.bert(folder)
    for name in ("config.json", "model.safetensors"):
        (folder / name).unlink()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 4}))
    (folder / "adapter_model.safetensors").write_bytes(b"")


def _with_config(folder: Path, **more: Any) -> None:
    import checkpoints as known

    known.bert(folder)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


def _quantized(folder: Path) -> None:
    _with_config(folder, quantization_config={"quant_method": "bitsandbytes", "load_in_8bit": True})


def _own_code(folder: Path) -> None:
    _with_config(folder, model_type="own", auto_map={"AutoModel": "modeling_own.OwnModel"})
    (folder / "modeling_own.py").write_text("raise SystemExit('this code must not run')\n")


def _tensorflow(folder: Path) -> None:
    import checkpoints as known

    known.bert(folder)
    (folder / "model.safetensors").rename(folder / "tf_model.h5")


def _no_weights(folder: Path) -> None:
    import checkpoints as known

    known.bert(folder)
    (folder / "model.safetensors").unlink()


def outcome(work: Callable[[], str]) -> str:
    """What came of it: its own words, or the first sentence of the refusal."""
    try:
        return work()
    except LingapError as error:
        return f"refused: {_first_sentence(str(error))}"


def _first_sentence(message: str) -> str:
    head = message.replace("\n", " ").partition(". ")[0].rstrip(".")
    return head.replace("|", "/")


def tuned(kind: Kind, folder: Path, out: Path) -> str:
    """Fine-tune for named entities in English: a few steps, scored on all of test."""
    from lingap.experiments import Experiment

    result = Experiment({
        "name": "Checkpoint", "task": "ner", "corpus": {"name": "cldr"}, "languages": ["eng"],
        "representations": [{"name": kind.representation, "encoder": str(folder)}],
        "finetuning": {"steps": 3, "batch_size": 8},
    }).run(out, n_workers=0)  # fmt: skip
    if result.failures:
        return f"failed: {_first_sentence(str(result.failures[0]))}"
    assert result.scores
    return "yes"


def continued(kind: Kind, folder: Path, out: Path) -> str:
    """Go on with masked language modelling: a few steps."""
    from lingap.experiments import PretrainConfig, pretrain_encoders

    config = PretrainConfig.parse({
        "name": "Checkpoint", "languages": ["eng"],
        "representations": [{"name": kind.representation, "encoder": str(folder)}],
        "pretraining": {"text": {"name": "cldr_text"}, "training": {"steps": 2, "batch_size": 4}},
    })  # fmt: skip
    _, failures = pretrain_encoders(config, out, n_workers=0)
    return f"failed: {_first_sentence(str(failures[0]))}" if failures else "yes"


def measured(_: Kind, folder: Path, out: Path) -> str:
    """Layers over parallel text."""
    from lingap.gap import model_gap
    from lingap.representations.checkpoint import find_model

    texts = {"eng": ENGLISH, "fra": [line[::-1] for line in ENGLISH]}
    found = model_gap(find_model(str(folder)), texts, kept=out, n_permutations=10)
    return f"{len(found.gap.layers)} layers"


WAYS = {"`lingap run`": tuned, "`lingap pretrain`": continued, "`lingap gap model`": measured}


def page(rows: list[dict[str, str]]) -> str:
    """The table, and under it each reason once."""
    titles = ["Checkpoint", "as", *WAYS]
    reasons: dict[str, int] = {}

    def cell(text: str) -> str:
        kind, _, reason = text.partition(": ")
        if not reason:
            return text
        return f"{kind} ({reasons.setdefault(reason, len(reasons) + 1)})"

    lines = [f"| {' | '.join(titles)} |", "| :--- " * len(titles) + "|"]
    lines += [f"| {' | '.join(cell(row[title]) for title in titles)} |" for row in rows]
    told = " ".join("".join((__doc__ or "").partition("Each checkpoint")[1:]).split())
    return (
        "# What lingap does with checkpoints\n\nMade by `python benchmarks/checkpoints.py`. "
        f"{told.replace('``', '`')}\n\n"
        + "\n".join(lines)
        + "\n\n"
        + "\n".join(f"{number}. {reason}." for reason, number in reasons.items())
        + "\n"
    )


def main() -> None:
    """Try every kind and print or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where to work; default: a temporary folder")
    parser.add_argument("--only", default="", help="kinds whose name contains this")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    warnings.simplefilter("ignore")
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        home = given.folder or Path(temporary)
        for number, kind in enumerate(kinds()):
            if given.only not in kind.name:
                continue
            model = home / f"{number:02}" / "model"
            model.mkdir(parents=True)
            kind.make(model)
            row = {"Checkpoint": kind.name, "as": kind.representation}
            for title, way in WAYS.items():
                found = outcome(partial(way, kind, model, model.with_name(way.__name__)))
                row[title] = found.replace(str(model), "FOLDER")
            rows.append(row)
            print(" | ".join(row.values()), flush=True)
    if given.write:
        PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
