"""Tiny checkpoints, made with the real classes and saved as the hub has them."""

import tokenizers
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    ByT5Tokenizer,
    CanineConfig,
    CanineModel,
    CanineTokenizer,
    DistilBertConfig,
    DistilBertModel,
    GPT2Config,
    GPT2Model,
    LlamaConfig,
    LlamaModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaModel,
    T5Config,
    T5ForConditionalGeneration,
)

SIZE = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
PIECES = [
    *"[PAD] [UNK] [CLS] [SEP] [MASK] New York un ##aff ##able ##s and , . 세 ##계 и ##н".split(),
    *(letter for letter in "abcdefghijklmnoprstuvwyMTWJFAON"),
    *(f"##{letter}" for letter in "abcdefghijklmnoprtuvwy"),
]
PHONEMES = ["▁", *"aeioumnptkslbdf", "t͡ʃ", "ʌ", "ŋ", "j", "h", "ɾ"]


def _with_pieces(folder):
    """The folder, with a WordPiece tokenizer."""
    BertTokenizer(
        vocab={piece: i for i, piece in enumerate(PIECES)}, do_lower_case=False
    ).save_pretrained(folder)
    return folder


def bert(folder):
    """``BertModel`` with a WordPiece vocabulary, as multilingual BERT."""
    BertModel(
        BertConfig(vocab_size=len(PIECES), max_position_embeddings=48, **SIZE)
    ).save_pretrained(folder)
    return _with_pieces(folder)


def distilbert(folder):
    """An encoder that knows no kinds of sentence."""
    DistilBertModel(
        DistilBertConfig(vocab_size=len(PIECES), dim=16, n_layers=1, n_heads=2, hidden_dim=32)
    ).save_pretrained(folder)
    return _with_pieces(folder)


def roberta(folder):
    """``RobertaModel`` with byte-level pieces."""
    core = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(["new york and the new unaffables"] * 3, trainer)
    core.post_processor = tokenizers.processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    PreTrainedTokenizerFast(
        tokenizer_object=core, unk_token="<unk>", pad_token="<pad>", cls_token="<s>",
        sep_token="</s>", mask_token="<mask>",
    ).save_pretrained(folder)  # fmt: skip
    _roberta_model(folder, 300, RobertaModel)
    return folder


def _roberta_model(folder, n_units, kind):
    config = RobertaConfig(
        vocab_size=n_units, max_position_embeddings=42, type_vocab_size=1, pad_token_id=1, **SIZE
    )
    kind(config).save_pretrained(folder)


def xphonebert(folder, listing="counts"):
    """``RobertaForMaskedLM`` over phonemes, with a vocabulary of one of two forms."""
    units = ["<s>", "<pad>", "</s>", "<unk>", *PHONEMES, "<mask>"]
    _roberta_model(folder, len(units), RobertaForMaskedLM)
    lines = (
        units if listing == "plain" else [f"{unit} {9000 - i}" for i, unit in enumerate(PHONEMES)]
    )
    (folder / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def byt5(folder):
    """``T5EncoderModel`` over bytes; ByT5 is published with its decoder."""
    T5ForConditionalGeneration(
        T5Config(
            vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_decoder_layers=1,
            num_heads=2, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
        )
    ).save_pretrained(folder)  # fmt: skip
    ByT5Tokenizer().save_pretrained(folder)
    return folder


def canine(folder):
    """``CanineModel`` as it is, small."""
    CanineModel(
        CanineConfig(
            max_position_embeddings=96, num_hash_buckets=128, num_hash_functions=4,
            local_transformer_stride=16, attend_from_chunk_width=16, attend_from_chunk_stride=16,
            attend_to_chunk_width=16, attend_to_chunk_stride=16, **SIZE,
        )
    ).save_pretrained(folder)  # fmt: skip
    CanineTokenizer().save_pretrained(folder)
    return folder


DECODER = {"bos_token_id": 0, "eos_token_id": 0}


def gpt2(folder):
    """A decoder whose tokenizer has no cls, sep or pad unit and adds none, as GPT-2."""
    GPT2Model(
        GPT2Config(vocab_size=280, n_positions=64, n_embd=16, n_layer=3, n_head=2, **DECODER)
    ).save_pretrained(folder)
    _bytes("<|endoftext|>").save_pretrained(folder)
    return folder


def llama(folder):
    """A decoder with rotary positions, whose tokenizer opens a text and would pad on the left."""
    LlamaModel(
        LlamaConfig(
            vocab_size=280, max_position_embeddings=128, num_key_value_heads=1, **DECODER, **SIZE
        )
    ).save_pretrained(folder)
    tokenizer = _bytes("<s>", padding_side="left")
    core = tokenizer.backend_tokenizer
    core.post_processor = tokenizers.processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 0)]
    )
    tokenizer.save_pretrained(folder)
    return folder


def _bytes(mark, **options):
    """A byte-level tokenizer with one special unit."""
    core = tokenizers.Tokenizer(tokenizers.models.BPE())
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=270,
        special_tokens=[mark],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(["the train leaves and the rain"] * 3, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=core, bos_token=mark, eos_token=mark, **options)
