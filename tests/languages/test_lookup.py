"""Every code of the field's lists is a language or a variant of its own; a code wins over a name."""

from pathlib import Path

import pytest

from lingap.errors import LanguageError
from lingap.languages import all_languages, get_language, known_language, listed_language
from lingap.languages.iso639 import codes_by_name, iso_language
from lingap.languages.own import own_language
from lingap.languages.registered import PREFERRED
from lingap.languages.table import index

LISTS = Path(__file__).parents[1] / "data/language_codes"
SIZES = {"flores_200": 204, "flores_plus": 230, "sib_200": 205, "ntrex_128": 128, "taxi_1500": 1502, "mteb_massive": 51}  # fmt: skip


def codes_of(name):
    return (LISTS / f"{name}.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("name", SIZES)
def test_every_code_of_a_list_is_a_language_of_its_own(name):
    codes = codes_of(name)
    assert len(codes) == SIZES[name]
    found = {}
    for code in codes:
        row = get_language(code)
        assert get_language(row.code) == row
        found.setdefault(row.code, []).append(code)
    together = [group for group in found.values() if len(group) > 1]
    assert len(together) == (9 if name == "taxi_1500" else 0)
    for row in map(get_language, (code for code, group in found.items() if len(group) > 1)):
        (member,) = {*found[row.code]} - {row.iso3}  # a macrolanguage's standard variety
        assert get_language(f"{row.iso3}-{member}").code == f"{row.iso3}-{member}"


TOGETHER = """als=sqi-Latn ara=arb-Arab ara=arb-Latn aze=azj-Latn cmn=zho-Hans cmn=zho-Hant ekk=est-Latn fas=pes-Arab
gaz=orm-Latn hbs=srp-Latn khk=mon-Cyrl kmr=kur-Latn lav=lvs-Latn mlg=plt-Latn msa=zsm-Latn nep=npi-Deva nep=npi-Latn
nob=nor-Latn ori=ory-Orya pbt=pus-Arab swa=swh-Latn uzb=uzn-Latn ydd=yid-Hebr"""


def test_codes_of_mtebs_tasks_fall_together_only_as_macrolanguage_and_standard_variety():
    found = {}
    for code in (LISTS.parent / "mteb_codes.txt").read_text(encoding="utf-8").split():
        found.setdefault(get_language(code).code, []).append(code)
    assert len(found) == 1_123
    groups = [sorted(group) for group in found.values() if len(group) > 1]
    groups.remove(["kor-Hang", "kor-Kore"])
    assert sorted(f"{one[:3]}={other}" for one, other in groups) == TOGETHER.split()


def test_every_code_of_flores_plus_is_its_own_flores_code():
    assert [c for c in codes_of("flores_plus") if get_language(c).flores != c] == []


KNOWN = """ajp_Arab apc-sout3123; apc_Arab_sout3123 apc-sout3123; apc_Arab_nort3139 apc; apc_Arab apc;
cat_Latn_vale1252 cat-vale1252; ca-valencia cat-vale1252; Valencian cat-vale1252; oci_Latn_aran1260 oci-aran1260;
twi_Latn twi; twi_Latn_akua1239 twi; twi-akua1239 twi; twi_Latn_asan1239 twi-asan1239; nob_Latn_radical nob-radical;
khk_Mong mon-Mong; tzm_Tfng tzm-Tfng; be-tarask bel-tarask; be-x-old bel-tarask; mo ron; pa-Arab pan-Arab;
ku-Arab kmr-Arab; az-Arab aze-Arab; pa-PK pnb; fuc fuc; mey mey; tah tah; ty tah; ven ven; ve ven; doi doi; dgo dgo;
eng-GB eng-GB; eng_US eng-US; ENG-gb eng-GB; fra-CA fra-CA; por-BR por-BR; spa-MX spa-MX; spa-419 spa-419;
zho-CN zho; zho-TW zho-Hant; cmn-TW zho-Hant; zho_Hant_HK zho-Hant; swh-TZ swa-TZ; srp_Latn_ME srp-Latn-ME;
hin-Latn hin-Latn; urd_Latn urd-Latn; aai aai; aai-Cyrl aai-Cyrl; deu_Latn_stan1295 deu; zho-cmn zho-cmn; zlm zlm; zsm msa;
de-1996 deu-1996; de-CH-1901 deu-1901; deu-CH-1901 deu-CH-1901; sl-rozaj slv-rozaj; el-polyton ell-polyton;
hy-arevela hye-arevela; az-Cyrl-baku1926 aze-Cyrl-baku1926; Bih ibh; be-BY-tarask bel-tarask;
ber-Tfng ber-Tfng; kzj-Latn dtp-coas1294; dtp-Latn dtp; kon_Latn kon; ktu_Latn ktu; kg kon; fri fry; fri_Latn fry; occ ile; scc srp; scr hrv; map-bms jav-bany1247; roa-rup rup; simple eng-simple;
zh-gan gan; zh-cmn-Hans-CN zho-cmn; zh-cmn-Hant zho-Hant-cmn; zh-cmn-TW zho-Hant-cmn; zh-yue-HK yue; zho-gan-TW gan-TW;
ar-arz arz; ar-arb ara-arb; sgn-ase ase; lv-ltg ltg; kok-gom gom; de-DE-u-co-phonebk deu; ar-u-nu-latn ara;
ca-ES-valencia cat-vale1252; cat_Latn_valencia cat-vale1252; oc-ES-aranes oci-aran1260; srd_Latn_sard1257 srd;
ca-Arab-valencia cat-Arab-valencia; sl-rozaj-biske-1994 slv-rozaj-biske-1994; asu asu; rwa rwa; ASU asu; asa asa; rwk rwk; Tahitian tah; Zapotec zap; ii iii; kw cor"""


@pytest.mark.parametrize("pair", [pair.split() for pair in KNOWN.split(";")], ids=lambda p: p[0])
def test_codes_that_were_unknown_or_fell_together(pair):
    given, expected = pair
    assert get_language(given).code == expected
    assert get_language(expected).code == expected


UNKNOWN = """qqq zho_Hans_HK qqq-Latn eng-QQ swh-QQ eng-ZZ eng-Qqqq eng-Zzzz deu_Latn_vale1252 cat-vale9999 eng-ang eng-cmn zxx
mul und mis eng-Latn-Latn bih de-1997 de-1901-1901-1901 de-1901-1901 en-cmn zh-ase th-u en-US-x-private"""


@pytest.mark.parametrize("code", UNKNOWN.split())
def test_a_tag_with_an_unknown_part_is_unknown(code):
    with pytest.raises(LanguageError, match=f"No language is known by '{code}'"):
        get_language(code)


def test_every_two_letter_code_of_the_standard_is_known():
    from lingap.languages.iso639 import two_letter_codes

    assert len(two_letter_codes()) > 180
    others = {two: row.code for two in two_letter_codes() if (row := get_language(two)).iso1 != two}
    assert others == {"no": "nob", "sh": "srp-Latn"}


def test_facts_of_a_language_without_a_row():
    tahitian = iso_language("tah")
    assert (tahitian.name, tahitian.script, tahitian.family) == ("Tahitian", "Latn", "Austronesian")
    assert (tahitian.iso1, tahitian.glottocode, tahitian.flores) == ("ty", "tahi1242", "")
    assert get_language("abj").script == "Zzzz"


def test_a_variant_has_the_facts_of_its_language_and_no_code_of_a_tool():
    variant = get_language("eng-GB")
    assert (variant.name, variant.base) == ("English (United Kingdom)", "eng")
    assert (variant.script, variant.family) == ("Latn", "Indo-European")
    assert not any((variant.cldr, variant.epitran, variant.espeak, variant.flores, variant.ud))
    assert get_language("zho-cmn").name == "Mandarin Chinese"


def test_no_name_or_code_of_a_tool_hides_a_code_of_the_standard():
    hidden = {
        key: row.code
        for key, row in index().items()
        if iso_language(key) and row.iso3 != key and key not in row.aliases
    }
    assert hidden == {}


def test_a_name_of_several_languages_is_refused_with_their_codes():
    shared = [n for n, codes in codes_by_name().items() if len(codes) > 1 and n not in index()]
    names = [name for name in shared if iso_language(name) is None]
    assert "karo" in names
    with pytest.raises(LanguageError, match=r"Several .* 'karo': arr \(.*\), kxh \(.*\)\. Pass"):
        get_language("Karo")


@pytest.mark.parametrize(
    "word", ["all", "max", "pos", "ner", "dev", "ref", "set", "url", "hello", "", "x-mine"]
)
def test_a_word_is_not_guessed_to_be_a_language_by_the_standard_alone(word):
    assert listed_language(word) is None


def test_a_language_without_a_row_is_known_and_not_listed():
    listed = {row.iso3 for row in all_languages()}
    further = sorted({code for codes in codes_by_name().values() for code in codes} - listed)
    assert len(further) > 5_000
    for code in further[::500]:
        assert get_language(code).iso3 == code
        assert listed_language(code) is None


def test_rows_and_their_variants_are_listed():
    assert listed_language("Korean").code == "kor"
    assert listed_language("eng-GB").code == "eng-GB"


def test_the_standards_table_is_read_only_for_what_the_table_lacks(monkeypatch):
    from lingap.languages import iso639

    def no(name):
        raise AssertionError(f"{name} was read")

    monkeypatch.setattr(iso639, "_lines", no)
    for row in all_languages():
        assert get_language(row.code) is row
    assert listed_language("hello") is None


@pytest.mark.parametrize(
    ("tag", "code"),
    [("i-klingon", "tlh"), ("art_lojban", "jbo"), ("zh-xiang", "hsn"), ("en-GB-oed", "eng-GB")],
)
def test_registered_tags_mean_the_language_that_the_registry_prefers(tag, code):
    assert get_language(tag).code == code
    assert get_language(tag) == get_language(code)


def test_preferred_values_are_those_of_langcodes():
    langcodes = pytest.importorskip("langcodes")
    assert langcodes.standardize_tag("en-GB-oed") == "en-GB-oxendict"  # a spelling, of eng-GB here
    for tag, code in PREFERRED.items():
        if tag not in ("en-gb-oed", "simple", "roa-rup"):  # the last two are Wikipedia's
            assert get_language(langcodes.standardize_tag(tag)) == get_language(code), tag


@pytest.mark.parametrize("tag", ["x-foo", "qaa", "qtz", "QAA-Latn", "en-x-foo"])
def test_private_use_is_refused_as_such(tag):
    with pytest.raises(LanguageError, match=f"by '{tag}': it is for private use.*configuration"):
        get_language(tag)
    assert own_language("qaa", name="Quenya", script="Latn").code == "qaa"


@pytest.mark.parametrize("tag", ["i-default", "cel-gaulish"])
def test_registered_tags_without_a_language_are_refused_as_such(tag):
    with pytest.raises(LanguageError, match=f"by '{tag}': it is a registered tag"):
        get_language(tag)


def test_a_row_answers_to_no_other_language_than_its_standard_variety_or_macrolanguage():
    others = {}
    for row in all_languages():
        for alias in row.aliases:
            own = iso_language(alias)
            if own is not None and own.glottocode not in ("", row.glottocode):
                others[alias] = row.code
    assert others == {
        "hbs": "srp-Latn",
        "kur": "kmr",
        "nor": "nob",
        "pbu": "pus",
    }  # as the page says


def test_members_of_konkani_are_not_merged():
    codes = [get_language(code).code for code in ("kok", "gom", "gom_Deva", "knn")]
    assert codes == ["kok", "gom", "gom", "knn"]
    assert get_language("gom").base == "kok"


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("und", r"no one language \(Undetermined\)"),
        ("mul_Latn", r"no one language \(Multiple languages\)"),
        ("zxx", r"no one language \(No linguistic content\)"),
        ("roa", "group, Romance languages; pass the code of one"),
        ("sla-Cyrl", "group, Slavic languages"),
        ("bih", "group, Bihari languages"),
        ("prv", "retired, of Provençal: merged into oci, the code to pass"),
        ("ccy", "retired, of Southern Zhuang: Split into five languages: Nong Zhuang .zhn."),
        ("xmi", "retired, of Miarrã: there is no such language"),
    ],
)
def test_a_code_of_no_language_is_refused_with_the_reason(tag, says):
    with pytest.raises(LanguageError, match=f"by '{tag}': it is a .*{says}"):
        get_language(tag)


def subtags(*kinds):
    from lingap.languages.iso639 import _lines

    rows = ((code, *line.split("\t")) for code, line in _lines("subtags.tsv").items())
    return [(code, name, means) for code, kind, name, means in rows if kind in kinds]


def test_retired_codes_mean_another_only_where_the_language_is_the_same():
    assert len(subtags("renamed")) == 35
    for code, _, means in subtags("renamed"):
        assert get_language(code) == get_language(means), code
    own = {code: row.code for code, _, _ in subtags("merged", "split", "none") if (row := known_language(code))}  # fmt: skip
    assert own == {
        "ajp": "apc-sout3123",
        "eml": "egl",
        "kzj": "dtp-coas1294",
        "mol": "ron",
    }  # of the table


def test_an_extended_subtag_after_its_prefix_is_the_language_or_a_variant_of_the_row():
    assert len(subtags("extlang")) > 200
    for code, _, prefix in subtags("extlang"):
        found = get_language(f"{prefix}-{code}")
        row = get_language(code)
        assert found == row or (found.variant, found.base) == (code, row.code), code


@pytest.mark.parametrize(
    ("name", "code"),
    [("Chinese (Simplified)", "zho"), ("Chinese (Traditional)", "zho-Hant"),
     ("Portuguese (Brazil)", "por"), ("English (US)", "eng"), ("Serbian (Latin)", "srp-Latn"),
     ("Uzbek (Cyrillic)", "uzb-Cyrl"), ("Hausa (Nigeria)", "hau")],
)  # fmt: skip
def test_a_name_with_its_script_or_region(name, code):
    assert get_language(name).code == code
    assert listed_language(name).code == code


@pytest.mark.parametrize("name", ["Swahili (std)", "English (best)", "Macro (all)", "Chinese ()"])
def test_a_name_with_something_else_is_none(name):
    assert listed_language(name) is None


def test_names_of_iso_639_with_brackets_are_their_own():
    names = [key for key, codes in codes_by_name().items() if "(" in key and len(codes) == 1]
    assert len(names) > 200
    got = {name: get_language(name).iso3 for name in names}
    # A few are renamed, or have a row under the code of their macrolanguage.
    plain = {name: get_language(codes_by_name()[name][0]).iso3 for name in names}
    assert got == plain


@pytest.mark.parametrize("name", ["Mongolian (Traditional)", "English (Simplified)", "Aka (Sudan)"])
def test_a_detail_that_a_language_has_not_is_none(name):
    assert listed_language(name) is None


@pytest.mark.parametrize(("name", "code"), [("English (en)", "eng"), ("Hindi (hin)", "hin")])
def test_a_name_with_its_code(name, code):
    assert get_language(name).code == code
