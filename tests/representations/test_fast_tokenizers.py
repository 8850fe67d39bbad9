"""Subwords are the pieces of any fast tokenizer, each with its word: four kinds, several scripts."""

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from lingap.records import Sentence
from lingap.representations import UNKNOWN
from lingap.representations.subword import Subwords

LETTERS = "abcdeé' -ابپتकखगिा가나다한'.,0"
TEXT = ["abc abe dec ea", "اب تپ ابت", "कखग किगा", "가나 다한 나다", "a. b, 0"] * 20
SPECIAL = ["<pad>", "<unk>", "<s>", "</s>", "<mask>"]


def unigram():
    core = tokenizers.Tokenizer(models.Unigram())
    core.normalizer, core.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
    return core, trainers.UnigramTrainer(
        vocab_size=80, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False
    )


def bytes_bpe():
    core = tokenizers.Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return core, trainers.BpeTrainer(
        vocab_size=300, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )


def fallback_bpe():
    core = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True))
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    return core, trainers.BpeTrainer(vocab_size=80, special_tokens=SPECIAL, show_progress=False)


def wordpiece():
    core = tokenizers.Tokenizer(models.WordPiece(unk_token="<unk>"))
    core.normalizer, core.pre_tokenizer = (
        normalizers.BertNormalizer(),
        pre_tokenizers.BertPreTokenizer(),
    )
    return core, trainers.WordPieceTrainer(
        vocab_size=80, special_tokens=SPECIAL, show_progress=False
    )


@pytest.fixture(scope="module", params=[unigram, bytes_bpe, fallback_bpe, wordpiece])
def tokenizer(request):
    core, trainer = request.param()
    core.train_from_iterator(TEXT, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", unk_token="<unk>", cls_token="<s>",
        sep_token="</s>", mask_token="<mask>",
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=6))
def test_pieces_and_words_are_the_tokenizers_own(tokenizer, words):
    words = [word for word in words if word.strip() == word] or ["a"]
    encoded = Subwords(tokenizer).encode(Sentence("s", "eng", tuple(words)))
    theirs = tokenizer(words, is_split_into_words=True, add_special_tokens=False)
    expected = {}
    for piece, word in zip(theirs.tokens(), theirs.word_ids(), strict=True):
        expected.setdefault(word, []).append(UNKNOWN if piece == "<unk>" else piece)
    for at in range(len(words)):
        mine = [u for u, w in zip(encoded.units, encoded.word_of_unit, strict=True) if w == at]
        own = expected.get(at, [])
        assert mine == (own if set(own) - {UNKNOWN} else [UNKNOWN])
