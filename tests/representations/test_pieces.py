"""Pieces of words and of pronunciations, by each algorithm; how they are exported."""

import pytest

from lingap.errors import ConfigError
from lingap.records import Sentence
from lingap.representations import Vocabulary, load_representation
from lingap.representations.respelled_subword import PhonemeSubwords, RomanizedSubwords
from lingap.representations.subword import Subwords, train_subwords

WORDS = "international internationalization nation nations national rational ration ratio".split()
TEXT = [Sentence(str(i), "eng", (*WORDS[i:], "über", "naïve")) for i in range(len(WORDS))] * 5
ALGORITHMS = ("wordpiece", "bpe", "unigram")
pytest.importorskip("sentencepiece", reason="needs the extra sentencepiece")


def joined(pieces):
    return "".join(piece.removeprefix("##") for piece in pieces).removeprefix("▁")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("kind", [Subwords, PhonemeSubwords, RomanizedSubwords])
def test_pieces_join_to_words_and_training_repeats_itself(kind, algorithm):
    options = {"vocabulary_size": 60, "algorithm": algorithm}
    made, again = (kind.learned(TEXT, **options) for _ in range(2))
    assert made.to_json() == again.to_json()
    spoken = WORDS if kind is Subwords else made.base.spell(WORDS, "eng")
    pieces = made.spell(WORDS, "eng")
    assert [joined(of_word) for of_word in pieces] == ["".join(word) for word in spoken]
    cut = kind.learned(TEXT, vocabulary_size=30, algorithm=algorithm).spell(WORDS, "eng")
    assert any(len(of_word) > 1 for of_word in cut)
    assert min(map(len, pieces)) < min(map(len, spoken))
    read = kind(made.to_json())
    assert read.spell(WORDS, "eng") == pieces
    unseen = "77" if kind is RomanizedSubwords else "漢字"
    assert made.spell([unseen], "eng") == [()]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_marks_of_case_are_pieces_of_their_own(algorithm, tmp_path):
    from transformers import AutoTokenizer

    text = [Sentence("s", "eng", ("Nation", "nation", "NATION", *WORDS))] * 5
    spell = PhonemeSubwords.learned(text, vocabulary_size=60, algorithm=algorithm, case="mark")
    lower, title, upper = spell.spell(["nation", "Nation", "NATION"], "eng")
    n = len(lower)
    assert title[-n:] == upper[-n:] == lower
    assert [joined("".join(row[:-n])) for row in (title, upper)] == ["↑", "⇑"]
    vocabulary = Vocabulary.of(map(spell.encode, text), known=spell.units)
    vocabulary.save(tmp_path, numbered=spell.numbered)
    [spoken] = spell.base.spell(["Nation"], "eng")
    ids = AutoTokenizer.from_pretrained(tmp_path)("".join(spoken))["input_ids"]
    assert ids[1:-1] == vocabulary.ids(title).tolist()


@pytest.mark.parametrize(
    ("name", "option", "owner"),
    [("phoneme", "prosody", "articulatory"), ("mixed", "prosody", "articulatory"),
     ("articulatory", "test_view", "mixed"),
     ("phoneme", "vocabulary_size", "subword, phoneme-subword, romanized-subword")],
)  # fmt: skip
def test_an_option_of_another_representation_names_its_owner(name, option, owner):
    with pytest.raises(ConfigError, match=f"{option} is an option of {owner}, not of {name}"):
        load_representation(name, **{option: "x"})


def test_an_option_of_a_back_end_is_its_own():
    load_representation("phoneme", backend="charsiu", revision="main")


def test_algorithms_differ():
    made = {a: train_subwords(TEXT, vocabulary_size=60, algorithm=a) for a in ALGORITHMS}
    assert len({str(one.spell(WORDS, "eng")) for one in made.values()}) > 1
    with pytest.raises(ConfigError, match="algorithm: expected wordpiece or bpe or unigram"):
        train_subwords(TEXT, algorithm="morfessor")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_transformers_reads_what_is_exported(algorithm, tmp_path):
    from transformers import AutoTokenizer

    spell = train_subwords(TEXT, vocabulary_size=60, algorithm=algorithm)
    vocabulary = Vocabulary.of(map(spell.encode, TEXT), known=spell.units)
    vocabulary.save(tmp_path, numbered=spell.numbered)
    assert Vocabulary.load(tmp_path).units == vocabulary.units
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    sentence = Sentence("s", "eng", ("national", "über", "ratio", "ωmega"))
    units = spell.encode(sentence).units
    ids = tokenizer(" ".join(sentence.words))["input_ids"]
    assert ids[1:-1] == vocabulary.ids(units).tolist()
    assert vocabulary.unknown_id in ids
    assert ids[0] == vocabulary.cls_id


@pytest.mark.parametrize("algorithm", ["bpe", "unigram"])
def test_pieces_that_the_text_did_not_need_are_known(algorithm):
    spell = train_subwords(TEXT, vocabulary_size=60, algorithm=algorithm)
    vocabulary = Vocabulary.of([spell.encode(TEXT[-1])], known=spell.units)
    other = vocabulary.ids(spell.encode(TEXT[0]).units)
    assert vocabulary.unknown_id not in other


def test_tokens_of_an_exported_tokenizer_are_counted(tmp_path):
    from lingap.gap.tokenizers import load_tokenizer

    spell = train_subwords(TEXT, vocabulary_size=60, algorithm="unigram")
    vocabulary = Vocabulary.of(map(spell.encode, TEXT), known=spell.units)
    vocabulary.save(tmp_path, numbered=spell.numbered)
    counted, unknown = load_tokenizer(tmp_path).count([" ".join(WORDS), "ω"], "eng")
    assert counted[0] == sum(map(len, spell.spell(WORDS, "eng")))
    assert unknown.tolist()[0] == 0
    assert unknown.tolist()[1] > 0


def test_pieces_over_phonemes_are_counted_in_text(tmp_path):
    import json

    from lingap.gap.tokenizers import load_tokenizer
    from lingap.representations.subword import SUBWORDS

    options = {"vocabulary_size": 60, "algorithm": "bpe"}
    spell = PhonemeSubwords.learned(TEXT, **options)
    vocabulary = Vocabulary.of(map(spell.encode, TEXT), known=spell.units)
    vocabulary.save(tmp_path, numbered=spell.numbered)
    (tmp_path / SUBWORDS).write_text(spell.to_json(), encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "roformer"}')
    config = {"representation": {"name": "phoneme-subword", "options": options}}
    record = {"representation": "phoneme-subword", "config": config}
    (tmp_path / "run.json").write_text(json.dumps(record))
    counted, unknown = load_tokenizer(tmp_path).count([" ".join(WORDS), "", "漢字"], "eng")
    assert counted.tolist() == [sum(map(len, spell.spell(WORDS, "eng"))), 0, 1]
    assert unknown.tolist() == [0, 0, 1]
