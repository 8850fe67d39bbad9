"""The corpora made of CLDR names: real text, one plan, no leak between splits."""

import re
import subprocess
import sys

import pytest
from babel import Locale, localedata
from babel.lists import format_list
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.corpora import CORPORA, load_corpus, load_parallel
from lingap.corpora.sources import cldr_records
from lingap.corpora.sources.cldr_names import REFERENCE, locale_data, names_of, recase, shared_keys
from lingap.corpora.sources.cldr_records import make_plan, pool_languages, tag_record
from lingap.errors import ConfigError, CorpusError, LanguageError, LingapError
from lingap.languages import all_languages, get_language
from lingap.text.words import split_words


def entities(sentence):
    """(kind, words) of each tagged name, read from the tags alone."""
    found = []
    for word, label in zip(sentence.words, sentence.labels, strict=True):
        if label[0] == "B":
            found.append((label[2:], [word]))
        elif label[0] == "I":
            assert found[-1][0] == label[2:]
            found[-1][1].append(word)
    return [(kind, tuple(words)) for kind, words in found]


def test_a_record_is_the_list_that_cldr_writes():
    """Against babel itself, for lists whose marks stand apart or are commas."""
    for code, locale in [("fra", "fr"), ("kor", "ko"), ("hin", "hi"), ("urd", "ur")]:
        names = Locale.parse(locale)
        written = format_list(
            [names.territories["KR"], names.languages["fr"], names.territories["JP"]],
            locale=locale,
        )
        keys = [("territory", "KR"), ("language", "fr"), ("territory", "JP")]
        words, tags = tag_record(keys, get_language(code), "keep")
        assert words == split_words(written)
        assert [tag for tag in tags if tag[0] == "B"] == [
            "B-TERRITORY",
            "B-LANGUAGE",
            "B-TERRITORY",
        ]


def test_no_language_answers_with_the_words_of_another(monkeypatch):
    """babel's locales share what they inherit, and write into it what the first of them is asked."""
    monkeypatch.setattr(localedata, "_cache", {})
    dict(Locale.parse("sw")._data["days"]["stand-alone"]["wide"])
    dict(locale_data(get_language("swa"))._data["days"]["stand-alone"]["wide"])
    names = dict(locale_data(get_language("kor"))._data["days"]["stand-alone"]["wide"])
    assert len(names) == 7
    assert all(0xAC00 <= ord(name[-1]) <= 0xD7A3 for name in names.values())


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_the_plan_is_one_for_all_languages(split):
    shapes = {}
    for code in REFERENCE:
        rows = list(load_corpus("cldr", language=code, split=split))
        assert all(row.language == code for row in rows)
        shapes[code] = [(row.id, [kind for kind, _ in entities(row)]) for row in rows]
    assert len({str(shape) for shape in shapes.values()}) == 1
    assert len(shapes["eng"]) == {"train": 1000, "dev": 200, "test": 400}[split]
    counts = [len(kinds) for _, kinds in shapes["eng"]]
    assert set(counts) == {1, 2, 3, 4}


@pytest.mark.parametrize("code", REFERENCE)
def test_names_of_test_are_nowhere_else(code):
    seen = {
        split: {
            words
            for row in load_corpus("cldr", language=code, split=split)
            for _, words in entities(row)
        }
        for split in ("train", "dev", "test")
    }
    text = {row.words for row in load_corpus("cldr_text", language=code, split="train")}
    assert not seen["test"] & (seen["train"] | seen["dev"])
    assert not seen["dev"] & seen["train"]
    assert not text & (seen["test"] | seen["dev"])
    assert len(seen["test"]) > 150
    assert seen["train"] <= text


def test_train_text_has_the_records_without_labels_then_names():
    records = list(load_corpus("cldr", language="hun", split="train"))
    text = list(load_corpus("cldr_text", language="hun", split="train"))
    assert [row.words for row in text[:1000]] == [row.words for row in records]
    assert all(row.labels is None for row in text)
    assert len({row.id for row in text}) == len(text)
    names = load_parallel("cldr_names", languages=REFERENCE, split="train")
    assert [row.words for row in text[1000:]] == [row.words for row in names.sentences["hun"]]


def test_entry_k_is_one_key():
    parallel = load_parallel("cldr_names", languages=["kor", "fr", "en"])
    keys = shared_keys(["eng", "fra", "kor"])
    assert len(parallel) == len(keys) > 1200
    assert parallel.languages == ("kor", "fra", "eng")
    at = keys.index(("territory", "KR"))
    assert [parallel.sentences[code][at].words for code in ("eng", "fra", "kor")] == [
        ("south", "korea"),
        ("corée", "du", "sud"),
        ("대한민국",),
    ]
    for rows in zip(*parallel.sentences.values(), strict=True):
        assert len({row.id for row in rows}) == 1


def test_names_are_translated_and_in_script():
    for code, letters in [("rus", "А-яЁё"), ("hin", "ऀ-ॿ\u200d"), ("kor", "가-힣")]:
        words = [word for name in names_of(code).values() for word in name.words]
        assert len(words) > 3000
        for word in words:
            assert re.fullmatch(f"[{letters}]([{letters}]|[^\\w])*|[^\\w]+", word), (code, word)
    assert ("language", "und") not in names_of("eng")
    assert ("currency", "XXX") not in names_of("eng")


def test_turkish_is_lowered_as_turkish():
    turkish = get_language("tur")
    assert recase(("Isı", "İngiltere"), "lower", turkish) == ("ısı", "ingiltere")
    assert all(
        "\u0307" not in word
        for row in load_corpus("cldr", language="tur", split="dev")
        for word in row.words
    )


def test_the_pool_depends_on_the_set_of_languages_only():
    here = load_corpus("cldr", language="kor", split="dev", languages=["eng", "kor", "hin"])
    there = load_corpus("cldr", language="kor", split="dev", languages=["hi", "en"])
    other = load_corpus("cldr", language="kor", split="dev", languages=["eng", "kor"])
    assert list(here) == list(there)
    assert here.fingerprint == there.fingerprint
    assert here.fingerprint != other.fingerprint
    assert load_corpus("cldr", language="kor", split="dev", seed=1).fingerprint != here.fingerprint
    assert list(load_corpus("cldr", language="kor", split="dev", seed=1)) != list(here)


def test_a_smaller_pool_moves_only_the_places_that_lost_their_name():
    kinds = ("territory", "language", "currency")
    all_twelve = pool_languages("eng", None)
    eleven = tuple(code for code in all_twelve if code != "urd")
    before = make_plan(eleven, kinds, "test", 0, 400)
    after = make_plan(all_twelve, kinds, "test", 0, 400)
    lost = set(shared_keys(eleven, kinds)) - set(shared_keys(all_twelve, kinds))
    assert lost
    kept = sum(old == new for old, new in zip(before, after, strict=True))
    untouched = sum(not lost & set(keys) for keys in before)
    assert untouched - 10 <= kept <= untouched + 1
    assert untouched > 350


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["train", "dev", "test"]), st.integers(1, 60))
def test_any_seed_makes_well_formed_records(seed, split, size):
    pool = ("eng", "fra", "kor")
    plan = make_plan(pool, ("territory", "currency"), split, seed, size)
    assert len(plan) == size == len(set(plan))
    assert all(1 <= len(keys) <= 4 and len(set(keys)) == len(keys) for keys in plan)
    half = max(1, size // 2)
    assert plan[:half] == make_plan(pool, ("territory", "currency"), split, seed, half)


def test_the_same_in_another_process():
    code = (
        "from lingap.corpora import load_corpus; c = load_corpus('cldr', language='kor', "
        "split='dev'); print(c.fingerprint, [r.words for r in c][7])"
    )
    here = load_corpus("cldr", language="kor", split="dev")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == f"{here.fingerprint} {[row.words for row in here][7]}"


def test_labels_are_all_there_can_be():
    split = load_corpus("cldr", language="ita", split="train")
    assert split.labels == ("O", "B-TERRITORY", "I-TERRITORY", "B-LANGUAGE", "I-LANGUAGE",
                            "B-CURRENCY", "I-CURRENCY")  # fmt: skip
    assert {label for row in split for label in row.labels} == set(split.labels)


def test_case_can_be_kept():
    lower = list(load_corpus("cldr", language="eng", split="dev"))
    kept = list(load_corpus("cldr", language="eng", split="dev", case="keep"))
    assert [tuple(w.lower() for w in row.words) for row in kept] == [row.words for row in lower]
    assert any(word[0].isupper() for row in kept for word in row.words)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"language": "xx-nope"}, LanguageError, "xx-nope"),
        ({"split": "validation"}, CorpusError, "train, dev, test"),
        ({"kind": ("territory",)}, ConfigError, "Did you mean 'kinds'"),
        ({"kinds": ("planet",)}, CorpusError, "planet"),
        ({"case": "upper"}, ConfigError, "lower"),
        ({"dev_size": 0}, ConfigError, "dev_size"),
    ],
)
def test_bad_requests_say_what_to_do(options, error, says):
    wanted = {"language": "kor", "split": "dev", **options}
    with pytest.raises(error, match=says) as caught:
        list(load_corpus("cldr", **wanted))
    assert isinstance(caught.value, LingapError)


def test_a_kind_that_is_too_small_names_who_has_the_fewest(monkeypatch):
    monkeypatch.setattr(cldr_records, "_FEWEST", 10_000)
    with pytest.raises(CorpusError, match=r"fewest of this kind in [a-z]{3} \(\d+\),"):
        list(load_corpus("cldr", language="kor", split="dev", kinds=("territory",)))


def test_a_used_up_kind_gives_way():
    small = ("swa", "ewo")  # share three currencies in dev
    kinds = ("currency", "territory")
    plan = make_plan(small, kinds, "dev", 0, 50)
    assert max(sum(key[0] == "currency" for key in keys) for keys in plan) <= 3
    assert any(len(keys) == 4 for keys in plan)


def test_over_a_hundred_languages_make_records():
    served = 0
    for language in all_languages():
        try:
            load_corpus("cldr", language=language.code, split="dev", languages=[language]).head(1)
            served += 1
        except (CorpusError, LanguageError):
            pass
    assert served > 150


def test_more_records_than_names_can_make_are_refused(monkeypatch):
    monkeypatch.setattr("lingap.corpora.sources.cldr_records.LARGEST", 1)
    with pytest.raises(CorpusError, match="ask for fewer with the option dev_size"):
        load_corpus("cldr", language="kor", split="dev", dev_size=999).head(1)


def test_a_corpus_is_found_by_name_and_parallel_by_task():
    assert {"cldr", "cldr_names", "cldr_text"} <= set(CORPORA)
    with pytest.raises(ValueError, match="Did you mean 'cldr_names'"):
        load_corpus("cldr_name", language="eng", split="all")
    with pytest.raises(CorpusError, match="cldr_names"):
        load_parallel("cldr", languages=["eng"])
    with pytest.raises(CorpusError, match="empty"):
        load_parallel("cldr_names", languages=[])
