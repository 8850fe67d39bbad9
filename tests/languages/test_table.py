"""The table answers to every code that other tools use, and to no code twice."""

import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest

from lingap.errors import LanguageError
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.languages import all_languages, get_language, table
from pinned import is_pinned

ROWS = all_languages()
PAPER = ["eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "swa", "urd"]
# Epitran's maps of no living or written language: any Latin text, and reconstructions.
NO_LANGUAGE = {"generic-Latn", "uew", "pii-latn_Holopainen2019", "pii-latn_Wiktionary"}


def row_id(language):
    return f"{language.iso3}-{language.script}-{language.variant}".strip("-")


def test_the_papers_languages_come_first():
    assert [row.code for row in ROWS[:12]] == PAPER


def test_the_others_follow_by_code():
    text = files("lingap.languages").joinpath("languages.tsv").read_text("utf-8")
    codes = [line.split("\t")[0] for line in text.splitlines()[13:]]
    for one, other in pairwise(codes):
        assert one <= other, f"{other} stands behind {one}: rows are in the order of their codes"


def test_a_code_of_iso_639_3_is_found_without_the_index():
    from lingap.languages.table import by_iso3, index

    assert all(index()[code] is row for code, row in by_iso3().items())
    assert by_iso3().keys() == {row.iso3 for row in ROWS if row.is_default and not row.variant}


def test_no_row_comes_twice():
    assert max(Counter((row.iso3, row.script, row.variant) for row in ROWS).values()) == 1
    assert max(Counter(row.code for row in ROWS).values()) == 1


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_every_field_has_its_form(row):
    assert re.fullmatch("[a-z]{3}", row.iso3)
    assert re.fullmatch("[A-Z][a-z]{3}", row.script)
    assert re.fullmatch("[a-z]{2}|", row.iso1)
    assert row.name.strip() == row.name != ""
    assert row.family[0].isupper()
    assert re.fullmatch("[a-z]{4}[0-9]{4}", row.glottocode)
    assert re.fullmatch("[a-z]{2,3}(_[A-Z][a-z]{3})?|", row.cldr)
    assert re.fullmatch("[a-z]{3}-[A-Z][a-z]{3}(-[a-z]+)?|", row.epitran)
    assert re.fullmatch("[a-z]{3}_[A-Z][a-z]{3}(_[a-z]{4}[0-9]{4}|_[a-z]{7})?|", row.flores)
    assert re.fullmatch("[A-Z][A-Za-z_]+|", row.ud)


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_every_code_of_a_row_gives_the_row(row):
    keys = [row.code, row_id(row), row.cldr, row.epitran, row.flores, *row.aliases]
    if row.is_default:
        keys += [row.iso1, row.name, row.iso3]
    for key in filter(None, keys):
        assert get_language(key) is row, key
        assert get_language(key.upper().replace("-", "_")) is row, key


@pytest.mark.parametrize("field", ["cldr", "epitran", "flores"])
def test_a_code_belongs_to_one_row(field):
    codes = Counter(filter(None, (getattr(row, field) for row in ROWS)))
    assert [code for code, n in codes.items() if n > 1] == []


def test_names_and_two_letter_codes_belong_to_one_language():
    for field in ("name", "iso1", "wikiann"):
        owners = {}
        for row in ROWS:
            owners.setdefault(getattr(row, field).lower(), set()).add(row.iso3)
        owners.pop("", None)
        assert {key: codes for key, codes in owners.items() if len(codes) > 1} == {}


def test_no_alias_is_another_rows_own_code():
    own = {}
    for row in ROWS:
        for code in (row.iso3, row.iso1):
            if code:
                own.setdefault(code, row.iso3)
    for row in ROWS:
        for alias in row.aliases:
            assert own.get(alias.lower(), row.iso3) == row.iso3, f"{alias} of {row.code}"


TRAPS = """ko kor; ko-KR kor; ko_Kore_KR kor; kor_Hang kor; Korean kor; swh swa; swh_Latn swa; sw swa;
hbs srp-Latn; sh srp-Latn; sr srp; sr_Latn_RS srp-Latn; srp_Cyrl srp; cmn zho; zh zho; cmn_Hans zho; zho_Hans zho;
zh-TW zho-Hant; zho_Hant zho-Hant; zh_Hant zho-Hant; Mandarin zho; ory ori; ory_Orya ori; or ori; zsm msa; ms msa;
pes fas; fa fas; Farsi fas; per fas; arb ara; ar ara; ekk est; et est; lvs lav; azj aze; az_Cyrl aze-Cyrl; azb azb;
uzn uzb; uz_Cyrl uzb-Cyrl; khk mon; mn mon; als sqi; sq sqi; nor nob; no nob; nb nob; nn nno; npi nep; ne nep;
plt mlg; gaz orm; ydd yid; iw heb; gug grn; ku kmr; kur kmr; ckb ckb; fr-CA fra; en-US eng; en_GB eng; pt-BR por;
es-419 spa; yue yue; zh-yue yue; fre fra; ger deu; jpn_Jpan jpn; jpn-Hira jpn-Hira; quy quy; qu que; ajp_Arab apc-sout3123;
hi_Latn_IN hin-Latn; qqq None; - None; fil fil; tl tgl"""


@pytest.mark.parametrize("trap", [pair.split() for pair in TRAPS.split(";")], ids=lambda p: p[0])
def test_known_traps(trap):
    code, expected = trap
    if expected == "None":
        with pytest.raises(LanguageError, match=f"No language is known by '{code}'"):
            get_language(code)
    else:
        assert get_language(code).code == expected


FLORES_200 = """ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn amh_Ethi apc_Arab arb_Arab ars_Arab ary_Arab
arz_Arab asm_Beng ast_Latn awa_Deva ayr_Latn azb_Arab azj_Latn bak_Cyrl bam_Latn ban_Latn bel_Cyrl bem_Latn ben_Beng
bho_Deva bjn_Arab bjn_Latn bod_Tibt bos_Latn bug_Latn bul_Cyrl cat_Latn ceb_Latn ces_Latn cjk_Latn ckb_Arab crh_Latn
cym_Latn dan_Latn deu_Latn dik_Latn dyu_Latn dzo_Tibt ell_Grek epo_Latn est_Latn eus_Latn ewe_Latn fao_Latn fij_Latn
fon_Latn fur_Latn fuv_Latn gla_Latn gle_Latn glg_Latn grn_Latn guj_Gujr hat_Latn hau_Latn heb_Hebr hne_Deva hrv_Latn
hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn jav_Latn jpn_Jpan kab_Latn kac_Latn kam_Latn kan_Knda kas_Arab kas_Deva
kat_Geor knc_Arab knc_Latn kaz_Cyrl kbp_Latn kea_Latn khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kmr_Latn kon_Latn
lao_Laoo lij_Latn lim_Latn lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn lua_Latn lug_Latn luo_Latn lus_Latn lvs_Latn
mag_Deva mai_Deva mal_Mlym mar_Deva min_Latn mkd_Cyrl plt_Latn mlt_Latn mni_Beng khk_Cyrl mos_Latn mri_Latn mya_Mymr
nld_Latn nno_Latn nob_Latn npi_Deva nso_Latn nus_Latn nya_Latn oci_Latn gaz_Latn ory_Orya pag_Latn pan_Guru pap_Latn
pes_Arab pol_Latn por_Latn prs_Arab pbt_Arab quy_Latn ron_Latn run_Latn sag_Latn san_Deva sat_Olck scn_Latn shn_Mymr
sin_Sinh slk_Latn slv_Latn smo_Latn sna_Latn snd_Arab som_Latn sot_Latn spa_Latn als_Latn srd_Latn srp_Cyrl ssw_Latn
sun_Latn swe_Latn swh_Latn szl_Latn tam_Taml tat_Cyrl tel_Telu tgk_Cyrl tgl_Latn tha_Thai tir_Ethi taq_Latn taq_Tfng
tpi_Latn tsn_Latn tso_Latn tuk_Latn tum_Latn tur_Latn twi_Latn tzm_Latn uig_Arab umb_Latn uzn_Latn vec_Latn vie_Latn
war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn yue_Hant zho_Hans zho_Hant zsm_Latn zul_Latn"""


@pytest.mark.parametrize("code", FLORES_200.split())
def test_flores_200_codes_keep_their_script(code):
    assert get_language(code).script == code[4:]


def test_every_map_of_epitran_has_a_row():
    maps = {name[4:-4] for name in epitran_files() if name.startswith("map/")} - NO_LANGUAGE
    assert len(maps) > 150
    for name in sorted(maps):
        code, script = name.split("-")[:2]
        assert get_language(f"{code}-{script}").script == script, name


def test_epitran_codes_of_the_table_are_epitrans():
    named = {row.epitran for row in ROWS if row.epitran} - {"eng-Latn", "cmn-Hans", "cmn-Hant"}
    assert len(named) > 120
    assert [code for code in named if f"map/{code}.csv" not in epitran_files()] == []


@pytest.mark.skipif(not is_pinned("babel"), reason="the table has the locales of the pinned babel")
def test_every_locale_with_substantial_data_has_a_row(monkeypatch):
    from babel import localedata
    from babel.localedata import load, locale_identifiers

    monkeypatch.setattr(localedata, "_cache", {})  # data without their parents' are not for others

    known = {row.cldr for row in ROWS} | {"no"}  # written nb
    substantial = [
        name
        for name in locale_identifiers()
        if re.fullmatch("[a-z]{2,3}", name)
        for data in [load(name, merge_inherited=False)]
        if sum(len(data.get(k, {})) for k in ("languages", "territories")) > 200
    ]
    assert len(substantial) > 100
    assert [n for n in substantial if not known & {n, f"{n}_Latn", f"{n}_Cyrl"}] == []


def test_cldr_locales_exist():
    from babel.localedata import exists

    assert [row.cldr for row in ROWS if row.cldr and not exists(row.cldr)] == []


def test_unknown_code_offers_near_ones():
    with pytest.raises(LanguageError, match=r"'koreen'.*'korean' \(Korean\)"):
        get_language("koreen")


def test_right_to_left():
    assert {row.code for row in ROWS if row.right_to_left} >= {"urd", "ara", "heb", "nqo", "div"}
    assert not get_language("swa").right_to_left


def test_a_row_with_too_few_columns_is_named(tmp_path, monkeypatch):
    (tmp_path / "own.tsv").write_text(
        "iso3\tscript\tname\ntah\tLatn\tTahitian\nxyz\tLatn\n", "utf-8"
    )
    monkeypatch.setattr(table.resources, "files", lambda _package: tmp_path)
    with pytest.raises(LanguageError, match=r"own\.tsv:3: expected 3 columns.* got 2\."):
        table._read_table("own.tsv")
