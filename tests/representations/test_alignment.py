"""Every word owns its units, in every script and representation."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import ConfigError, LanguageError, UnknownName
from lingap.records import EncodedSentence, Sentence
from lingap.representations import (
    BOUNDARY,
    REPRESENTATIONS,
    UNKNOWN,
    Vocabulary,
    load_representation,
    windows,
)
from lingap.representations.mixed import JOINT
from lingap.representations.respelled_subword import PhonemeSubwords, RomanizedSubwords
from lingap.representations.subword import Subwords, train_subwords

SCRIPTS = {
    "eng": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'-é",
    "rus": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "kor": "가나다라마바사아자차카타파하힣뷁",
    "hin": "अआइकखगघचजटडणतदनपबभमयरलवशसहािीुूेैोौंँ़्",
    "urd": "ابپتٹثجچحخدڈرزژسشصضطعغفقکگلمنںوہھءیے",
}


def sentences(language):
    word = st.text(alphabet=SCRIPTS[language] + "0123,.!?€😀", min_size=1, max_size=12)
    return st.lists(word, min_size=1, max_size=8).map(
        lambda words: Sentence("s", language, tuple(words))
    )


def check(encoded: EncodedSentence, sentence: Sentence):
    owners = [w for w in encoded.word_of_unit if w is not None]
    assert owners == sorted(owners)
    assert set(owners) == set(range(len(sentence.words)))
    assert all(encoded.units)


@pytest.fixture(scope="module")
def speller():
    text = [Sentence(str(i), "eng", (letters,)) for i, letters in enumerate(SCRIPTS.values())]
    made = {"subword": train_subwords(text, vocabulary_size=300)}
    made |= {name: load_representation(name) for name in ("character", "byte", "mixed", "phoneme")}
    made["phoneme-subword"] = PhonemeSubwords.learned(text, vocabulary_size=300)
    made["romanized"] = load_representation("romanized")
    made["romanized-subword"] = RomanizedSubwords.learned(text, vocabulary_size=300)
    return made


@pytest.mark.parametrize("name", sorted({*REPRESENTATIONS} - {"articulatory"}))
@pytest.mark.parametrize("language", SCRIPTS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_word_owns_its_units(name, language, data, speller):
    sentence = data.draw(sentences(language))
    check(speller[name].encode(sentence), sentence)


def test_characters_are_code_points_with_boundaries():
    encoded = load_representation("character").encode(Sentence("s", "kor", ("안녕", "!")))
    assert encoded.units == ("안", "녕", BOUNDARY, "!")
    assert encoded.word_of_unit == (0, 0, None, 1)


@pytest.mark.parametrize(
    ("language", "word", "latin"),
    [("hin", "नमस्ते", "namaste"), ("rus", "Россия", "Rossiya"), ("kor", "세계", "segye")],
)
def test_romanized_words_are_latin_letters(language, word, latin, speller):
    units = speller["romanized"].encode(Sentence("s", language, (word, "12"))).units
    assert units == (*latin, BOUNDARY, "1", "2")
    assert speller["romanized"].provenance()["uroman"]


def test_pieces_of_pronunciations_join_to_them_and_stay_within_words():
    text = [Sentence(str(i), "deu", ("schön", "schon", "Schule")) for i in range(3)]
    spell = PhonemeSubwords.learned(text, vocabulary_size=30)
    sentence = Sentence("s", "deu", ("schön", "Schule", "!", "ö"))
    encoded = spell.encode(sentence)
    spoken = load_representation("phoneme").encode(sentence)
    for word in range(3):
        ours, theirs = (
            [u for u, w in zip(e.units, e.word_of_unit, strict=True) if w == word]
            for e in (encoded, spoken)
        )
        if word < 2:
            assert "".join(piece.removeprefix("##") for piece in ours) == "".join(theirs)
        else:
            assert ours == [UNKNOWN]
    again = PhonemeSubwords(spell.to_json())
    assert again.encode(sentence) == encoded
    assert again.provenance() == spell.provenance()
    assert spell.provenance()["representation"] == "phoneme-subword"
    assert spell.coverage([sentence])[0].words == 4


@pytest.mark.parametrize("name", ["phoneme", "articulatory"])
def test_letter_case_can_be_kept_as_a_mark(name):
    sentence = Sentence("s", "eng", ("Rome", "USA", "in", "!"))
    plain = load_representation(name).encode(sentence)
    spell = load_representation(name, case="mark")
    marked = spell.encode(sentence)
    assert [u for u in marked.units if u not in "↑⇑"] == list(plain.units)
    assert [marked.word_of_unit[marked.units.index(mark)] for mark in "↑⇑"] == [0, 1]
    assert spell.provenance()["case"] == "mark"
    with pytest.raises(ConfigError, match="case: expected drop or mark, got 'keep'"):
        load_representation(name, case="keep")


def test_mixed_words_are_letters_then_phonemes():
    spell = load_representation("mixed", language="deu")
    encoded = spell.encode(Sentence("s", "deu", ("Ö", "\u2063")))
    letters, phonemes = "Ö", load_representation("phoneme").encode(Sentence("s", "deu", ("Ö",)))
    assert encoded.units == (letters, JOINT, *phonemes.units, BOUNDARY, "\u2063")
    assert encoded.word_of_unit == (0, 0, *[0] * len(phonemes.units), None, 1)
    assert spell.counts()["words_without_phonemes"] == 1


def test_phonemes_of_korean():
    encoded = load_representation("phoneme", language="ko", backend="epitran").encode(
        Sentence("s", "kor", ("안녕하세요", "세계"))
    )
    assert "".join(encoded.units) == "annjʌŋhasejo▁sekje"


def test_subword_pieces_join_to_the_word():
    words = ("internationalization", "nation", "international")
    spell = train_subwords([Sentence("s", "eng", words * 20)], vocabulary_size=60)
    encoded = spell.encode(Sentence("s", "eng", words))
    for index, word in enumerate(words):
        units = [u for u, w in zip(encoded.units, encoded.word_of_unit, strict=True) if w == index]
        assert "".join(unit.removeprefix("##") for unit in units) == word


def test_subword_training_repeats_itself():
    text = [
        Sentence(str(i), "eng", tuple("the cat sat on mats and hats".split())) for i in range(9)
    ]
    first, second = (train_subwords(text, vocabulary_size=40).to_json() for _ in range(2))
    assert first == second


def test_a_word_that_cannot_be_spelled_is_unknown_and_counted(speller):
    spell = Subwords(speller["subword"].to_json())
    encoded = spell.encode(Sentence("s", "eng", ("ok", "漢字")))
    assert encoded.units[-1] == UNKNOWN
    assert encoded.word_of_unit[-1] == 1
    assert spell.counts() == {"words": 2, "words_unspelled": 1}


def test_unknown_names_and_languages_are_refused():
    with pytest.raises(UnknownName, match="Did you mean 'phoneme'"):
        load_representation("phonemes")
    with pytest.raises(LanguageError, match="No language is known by 'klingon-ish'"):
        load_representation("phoneme", language="klingon-ish")
    with pytest.raises(ConfigError, match="train one"):
        load_representation("subword", language="kor")
    with pytest.raises(ConfigError, match=r"No tokenizer could be read from nowhere"):
        load_representation("subword", tokenizer="nowhere/tokenizer.json")


def test_vocabulary_is_by_count_then_code_point_and_survives_disk(tmp_path):
    encode = load_representation("character").encode
    vocabulary = Vocabulary.of([encode(Sentence("s", "eng", ("bba", "ab")))])
    assert vocabulary.units[5:] == ("b", "a", "▁")  # 3, 2, 2: equal counts by code point
    assert vocabulary.ids(["b", "?"]).tolist() == [5, vocabulary.unknown_id]
    vocabulary.save(tmp_path)
    assert Vocabulary.load(tmp_path).units == vocabulary.units


def test_saved_vocabulary_is_read_by_transformers(tmp_path):
    from transformers import AutoTokenizer

    encode = load_representation("character").encode
    vocabulary = Vocabulary.of([encode(Sentence("s", "kor", ("세계", "안녕")))])
    vocabulary.save(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    units = encode(Sentence("s", "kor", ("안녕", "세계"))).units
    ids = tokenizer(" ".join(units))["input_ids"]
    assert ids[1:-1] == vocabulary.ids(units).tolist()
    assert tokenizer.pad_token_id == vocabulary.pad_id


def test_a_broken_vocabulary_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="begins with"):
        Vocabulary(["a", "b"])
    with pytest.raises(ConfigError, match="repeated"):
        Vocabulary(["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]", "a", "a"])
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="holds no vocabulary"):
        Vocabulary.load(tmp_path)


lengths = st.lists(st.integers(1, 9), min_size=1, max_size=40)


@given(lengths=lengths, max_units=st.integers(4, 20), overlap=st.sampled_from([0.0, 0.25, 0.5]))
def test_windows_score_each_word_once_and_lose_nothing(lengths, max_units, overlap):
    owners = [word for word, n in enumerate(lengths) for _ in range(n)]
    found = windows(owners, len(lengths), max_units=max_units, overlap=overlap)
    scored = [word for window in found for word in range(*window.scored)]
    assert scored == list(range(len(lengths)))
    for window in found:
        assert 0 < window.stop - window.start <= max_units
        inside = set(owners[window.start : window.stop])
        assert set(range(*window.scored)) <= inside
        if window.truncated_word is None:  # whole words only
            for word in inside:
                assert owners[window.start : window.stop].count(word) == lengths[word]
        else:
            assert lengths[window.truncated_word] > max_units
    too_long = sum(n > max_units for n in lengths)
    assert sum(w.truncated_word is not None for w in found) == too_long


def test_a_short_sentence_is_one_window():
    (only,) = windows([0, None, 1], 2, max_units=3)
    assert (only.start, only.stop, only.scored) == (0, 3, (0, 2))


@given(
    lengths=lengths,
    gaps=st.lists(st.booleans(), min_size=40, max_size=40),
    max_units=st.integers(4, 24),
    overlap=st.sampled_from([0.0, 0.25, 0.5]),
)
def test_no_other_window_has_more_context_for_a_word(lengths, gaps, max_units, overlap):
    owners = []
    for word, n in enumerate(lengths):
        owners += [None] * (word > 0 and gaps[word]) + [word] * n
    found = windows(owners, len(lengths), max_units=max_units, overlap=overlap)

    def context(window, first, stop):
        if window.start > first or (stop > window.stop and window.truncated_word is None):
            return -1.0  # not in it
        left = float("inf") if window.start == 0 else first - window.start
        right = float("inf") if window.stop == len(owners) else window.stop - stop
        return min(left, right)

    for word in range(len(lengths)):
        first, stop = owners.index(word), len(owners) - owners[::-1].index(word)
        if stop - first > max_units:
            continue  # it has a window of its own
        here = [context(w, first, stop) for w in found if w.scored[0] <= word < w.scored[1]]
        assert here == [max(context(window, first, stop) for window in found)]


def test_a_word_is_scored_where_it_has_most_context():
    found = windows(list(range(12)), 12, max_units=6, overlap=0.5)
    assert [(w.start, w.stop, w.scored) for w in found] == [
        (0, 6, (0, 5)), (3, 9, (5, 8)), (6, 12, (8, 12)),
    ]  # fmt: skip


def test_one_unknown_unit_from_the_text_format_to_the_exported_tokenizer():
    from lingap.g2p.bulk import lines
    from lingap.representations.subword import train_subwords
    from lingap.representations.vocabulary import SPECIAL_UNITS
    from lingap.text.units import UNKNOWN as of_text

    assert of_text == UNKNOWN == lines.UNKNOWN == "<unk>"
    assert SPECIAL_UNITS[1] == UNKNOWN
    spell = train_subwords([Sentence("1", "fin", ("talo", "kala"))], vocabulary_size=30)
    assert json.loads(spell.to_json())["model"]["unk_token"] == UNKNOWN
    assert spell.spell(["talo", "дом"], "fin")[1] == ()


def test_subwords_of_a_file_with_its_own_unknown_unit():
    from lingap.representations.subword import Subwords, train_subwords

    text = train_subwords([Sentence("1", "fin", ("talo",))], vocabulary_size=30).to_json()
    older = Subwords(text.replace("<unk>", "[UNK]"))
    assert older.spell(["дом"], "fin") == [()]
