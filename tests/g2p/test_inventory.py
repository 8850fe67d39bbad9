"""One symbol for one sound across languages, and no contrast of a language lost."""

import io
import json
import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import CorpusError, G2PError, LanguageError
from lingap.g2p import Phonemizer, Policies
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.choice import choose
from lingap.g2p.ipa.articulation import is_sound, known_segments
from lingap.g2p.ipa.common_alphabet import common_alphabet
from lingap.g2p.ipa.inventory import PhonemeInventory, shipped_inventory
from lingap.g2p.ipa.unit_map import NEW, UnitMap, UnitMapper
from lingap.g2p.protocol import Pronunciation
from lingap.languages import all_languages
from lingap.records import Sentence
from lingap.representations import load_representation

# As the back ends write them: one system of sounds in two conventions.
HINDI = {"t̪": 90, "ʈ": 30, "ɾ": 80, "aː": 99, "ə": 99, "ɡ": 40, "ɡʱ": 9, "ɦ": 50, "k": 70}
URDU = {"t": 90, "ʈ": 30, "r": 80, "ɑː": 99, "ə": 99, "ɡ": 40, "ɡ̤": 9, "h": 50, "k": 70}
OTHERS = {
    "spa": ["t", "ɾ", "r", "a", "k", "ɡ"],
    "eng": ["t", "ɹ", "h", "k", "ɡ", "ə"],
    "ces": ["t", "r", "aː", "ɦ", "h", "k", "ɡ"],
    "mar": ["t̪", "ʈ", "aː", "ɡʱ", "h", "k", "ɡ", "ə"],
}


def symbols_of(units):
    return {code: set(found.values()) for code, found in common_alphabet(units).items()}


def test_the_same_sounds_get_the_same_symbols():
    found = symbols_of({"hin": HINDI, "urd": URDU, **OTHERS})
    assert found["hin"] == found["urd"]
    assert {"t", "r", "aː", "h", "ɡʱ"} <= found["hin"]


def test_a_contrast_keeps_both():
    found = common_alphabet({"hin": HINDI, **OTHERS})
    assert found["spa"]["ɾ"] == "ɾ" != found["spa"]["r"]
    assert found["ces"]["ɦ"] == "ɦ" != found["ces"]["h"]
    assert found["hin"]["ʈ"] == "ʈ"


def test_order_does_not_matter():
    languages = {"hin": HINDI, "urd": URDU, **OTHERS}
    first = common_alphabet(languages)
    mixed = random.Random(7)
    for _ in range(5):
        codes = mixed.sample(list(languages), len(languages))
        shuffled = {c: mixed.sample(list(languages[c]), len(languages[c])) for c in codes}
        shuffled = {
            c: {u: languages[c][u] for u in shuffled[c]}
            if isinstance(languages[c], dict)
            else shuffled[c]
            for c in codes
        }
        assert common_alphabet(shuffled) == first


units = st.sets(st.sampled_from(known_segments()[:2500]), max_size=40)


@given(st.dictionaries(st.sampled_from("abcde"), units, min_size=1))
def test_no_contrast_is_lost_whatever_the_units(languages):
    for code, found in common_alphabet(languages).items():
        assert set(found) == set(filter(is_sound, languages[code]))
        assert len(set(found.values())) == len(found)


def test_tones_voice_and_second_articulations_stay():
    found = common_alphabet(
        {"one": ["á", "b", "tʲ", "x˥"], **{f"l{n}": ["a", "p", "t", "x"] for n in range(9)}}
    )
    assert all(unit == symbol for unit, symbol in found["one"].items())


def test_what_is_no_sound_is_no_unit_and_no_units_are_no_error():
    assert common_alphabet({"one": ["?", "1", "˥", "a"]}) == {"one": {"a": "a"}}
    assert common_alphabet({"one": []}) == {"one": {}}
    assert common_alphabet({"one": ["a"], "two": ["1"]}) == {"one": {"a": "a"}, "two": {}}


def test_a_marginal_unit_gives_way():
    common = {f"l{n}": ["h", "a"] for n in range(9)}
    rare = {"ɦ": 6000, "h": 1, "a": 9000}
    assert common_alphabet({"one": rare, **common})["one"] == {"ɦ": "h", "h": "ɦ", "a": "a"}
    even = {"ɦ": 6000, "h": 60, "a": 9000}
    assert common_alphabet({"one": even, **common})["one"]["ɦ"] == "ɦ"


def test_every_shipped_map_keeps_contrasts_and_most_units():
    shipped = shipped_inventory()
    languages = {one.language for one in shipped.maps}
    assert len(languages) > 150
    for one in shipped.maps:
        assert len(set(one.symbols.values())) == len(one.symbols) > 10
    changed = sum(len(one.changed) for one in shipped.maps)
    assert 0.02 < changed / sum(len(one.symbols) for one in shipped.maps) < 0.15


def test_hindi_and_urdu_as_shipped():
    hindi, urdu = (
        set(shipped_inventory().map_of(code, "orthography2ipa").symbols.values())
        for code in ("hin", "urd")
    )
    assert {"t", "d", "r", "aː", "h", "ɡʱ"} <= hindi & urdu


def test_units_never_seen_stay_and_are_counted():
    mapper = UnitMapper(UnitMap("hin", "", {"ɾ": "r", "a": "a"}))
    found = mapper.mapped(Pronunciation(("ɾ", "a", "?", "3")))
    assert (found.units, found.notes) == (("r", "a", "?", "3"), ())
    found = mapper.mapped(Pronunciation(("œ", "r", "ˈɾ")))
    assert found.units == ("œ", "ɾ", "ˈr")  # r, new, changes places with ɾ: they still differ
    assert found.notes == (NEW,)


def test_a_map_that_loses_a_contrast_is_refused():
    with pytest.raises(G2PError, match="Two units of hin become 'r': ɾ, r"):
        UnitMap("hin", "", {"ɾ": "r", "r": "r"})


def test_another_script_of_a_language_has_its_map():
    latin, cyrillic = (shipped_inventory().map_of(c, "epitran") for c in ("srp-Latn", "srp"))
    assert latin is cyrillic


@pytest.mark.parametrize(
    ("language", "backend"),
    [
        *((code, "epitran") for code in ("got-Latn", "jpn-Hira", "jpn-Kana", "zho-Latn")),
        *((code, "orthography2ipa") for code in ("yue-Latn", "bre", "lat", "roh", "sme")),
    ],
)
def test_a_language_without_text_has_a_map_too(language, backend):
    found = shipped_inventory().map_of(language, backend)
    assert found.language == language
    assert len(set(found.symbols.values())) == len(found.symbols) > 10


def test_scripts_of_one_language_share_symbols():
    kana = [
        Phonemizer(code, "epitran", inventory="broad", cache=False)([word])[0]
        for code, word in (("jpn-Hira", "さくら"), ("jpn-Kana", "サクラ"))
    ]
    assert kana[0].units == kana[1].units
    assert not kana[0].notes + kana[1].notes


def test_every_choice_of_auto_has_a_map():
    missing = []
    for language in all_languages():
        try:
            backend = choose(language)
            shipped_inventory().map_of(language.code, backend)
        except LanguageError:
            continue
        except G2PError:
            missing.append(language.code)
    assert missing == []


def test_a_model_that_reads_any_language_has_no_map():
    with pytest.raises(G2PError, match="units of fin by charsiu.*lingap g2p inventory DIR"):
        shipped_inventory().map_of("fin", "charsiu")


def test_a_phonemizer_writes_the_alphabet():
    written = Phonemizer("tur", "epitran", cache=False)
    broad = Phonemizer("tur", "epitran", policies=Policies(inventory="broad"), cache=False)
    assert written(["ara"])[0].units == ("a", "ɾ", "a")
    assert broad(["ara"])[0].units == ("a", "r", "a")
    assert "ɾ=r" in broad.provenance()["inventory"].split()
    assert broad.provenance()["policy inventory"] == "broad"
    assert not any("inventory" in fact for fact in written.provenance())
    again = pickle.loads(pickle.dumps(broad))
    assert again(["ara"]) == broad(["ara"])
    named = Phonemizer("tur", "epitran", inventory="broad", cache=False)
    assert named.provenance() == broad.provenance()
    lines = io.BytesIO()
    phonemize_text(io.BytesIO(b"ara ara\n"), lines, broad)
    assert lines.getvalue().decode() == "a r a ▁ a r a\n"


def test_written_overrules_the_policy_and_the_cache_is_shared(tmp_path):
    broad = Policies(inventory="broad")
    for choice, unit in (("written", "ɾ"), (None, "r"), ("broad", "r"), ("written", "ɾ")):
        found = Phonemizer("tur", "epitran", policies=broad, inventory=choice, cache=tmp_path)
        assert found(["ara"])[0].units[1] == unit
    assert len(list(tmp_path.glob("g2p/*.sqlite"))) == 1


def test_an_alphabet_of_ones_own(tmp_path):
    own = PhonemeInventory((UnitMap("tur", "epitran", {"a": "ɑ", "ɾ": "ɾ"}),))
    file = tmp_path / "own.tsv"
    file.write_text(own.as_tsv(), encoding="utf-8")
    assert PhonemeInventory.read(file) == own
    spell = load_representation("phoneme", language="tur", backend="epitran", inventory=file)
    assert spell.encode(Sentence("1", "tur", ("ara", "dal"))).units[:3] == ("ɑ", "ɾ", "ɑ")
    assert spell.counts()["words_unit_not_in_the_inventory"] == 1
    assert "a=ɑ" in spell.provenance()["tur.inventory"]
    with pytest.raises(G2PError, match="no common alphabet|No common alphabet"):
        Phonemizer("fin", "epitran", inventory=file)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tur\tepitran\ta\n", "first line"),
        ("language\tbackend\tunits\ntur a\n", ":2"),
        ("language\tbackend\tunits\ntur\tepitran\ta=b c=b\n", "become 'b'"),
    ],
)
def test_damaged_files_are_named(tmp_path, text, fault):
    file = tmp_path / "own.tsv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((CorpusError, G2PError), match=fault):
        PhonemeInventory.read(file)


def test_unknown_choices_say_what_to_do(tmp_path):
    with pytest.raises(G2PError, match="Policy inventory='narrow' is not one of written, broad"):
        Policies(inventory="narrow")
    with pytest.raises(G2PError, match="lingap g2p inventory"):
        Phonemizer("fin", "epitran", inventory="narrow")
    (tmp_path / "gold.tsv").write_text("talo\tt ɑ l o\n", encoding="utf-8")
    with pytest.raises(G2PError, match="units of fin by lexicon"):
        Phonemizer("fin", "lexicon", inventory="broad", path=str(tmp_path / "gold.tsv"))


def test_the_commands(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "tur.txt").write_text("ara dal\n", encoding="utf-8")
    (texts / "ita.txt").write_text("ara terra\n", encoding="utf-8")
    run = CliRunner().invoke
    out = tmp_path / "map.tsv"
    made = run(app, ["g2p", "inventory", str(texts), "--backend", "epitran", "-o", str(out)])
    assert made.exit_code == 0, made.output
    assert "tur by epitran" in made.output
    shown = run(app, ["g2p", "inventory", "--map", str(out), "-l", "tur", "--json"])
    assert json.loads(shown.output)["maps"][0]["language"] == "tur"
    gap = ["gap", "text", str(texts), "-r", "phoneme", "--backend", "epitran", "--json"]
    units = {
        choice: json.loads(run(app, [*gap, "--inventory", choice]).output)["text"][0]
        for choice in ("written", str(out), "broad")
    }
    assert units["broad"]["inventory_overlap"][0][1] > units["written"]["inventory_overlap"][0][1]
    assert units[str(out)]["inventory_overlap"] == units["broad"]["inventory_overlap"]
