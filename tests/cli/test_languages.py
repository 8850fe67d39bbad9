"""``lingap languages``: a table, JSON, one back end, and no heavy import."""

import json

import pytest
import typer
from typer.testing import CliRunner

from lingap.cli.languages import languages
from lingap.errors import LanguageError, UnknownName
from lingap.languages import all_languages
from modules import loaded_by


def run(*arguments):
    app = typer.Typer()
    app.command()(languages)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_the_table_has_every_language_and_its_back_ends():
    out, err = run("--all")
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["code", "script", "iso1", "name"]
    assert len(lines) == 1 + len(all_languages())
    korean = next(line for line in lines if line.startswith("kor "))
    assert "epitran:kor-Hang" in korean
    assert "kor_Hang" in korean
    assert "epitran: " in err


def test_without_a_choice_the_list_is_short_and_says_what_is_left():
    out, err = run()
    lines = out.splitlines()
    assert lines[1].startswith("eng ")
    assert len(lines) < 40
    assert f"{len(all_languages())} languages" in lines[-1]
    assert "--all" in lines[-2]
    assert "Indo-European" in lines[-1]
    assert "epitran: " in err


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("turkic kazakh", ["kaz", "kaz-Arab", "kaz-Latn"]),
        ("swh_Latn", ["swa"]),
        ("KO", ["kor"]),
        ("ethi", ["amh", "tir"]),
        ("tah", ["tah"]),  # of ISO 639-3 only
    ],
)
def test_a_query_searches_codes_names_families_and_scripts(query, codes):
    out, _ = run(query)
    found = [line.split()[0] for line in out.splitlines()[1:]]
    assert set(codes) <= set(found)
    assert len(found) < 12


def test_a_query_that_nothing_matches_offers_what_is_near():
    with pytest.raises(LanguageError, match="Did you mean"):
        run("koreen")


def test_further_tables_of_a_back_end_are_listed():
    out, _ = run("--backend", "epitran")
    french = next(line for line in out.splitlines() if line.startswith("fra "))
    assert "epitran:fra-Latn/fra-Latn-np/fra-Latn-p/fra-Latn-rev" in french
    rows = json.loads(run("--json")[0])["languages"]
    tables = {row["code"]: row["tables"] for row in rows if "tables" in row}
    assert tables["lao"] == {"epitran": ["lao-Laoo", "lao-Laoo-prereform"]}
    assert "kor" not in tables


def test_one_back_end_lists_what_it_serves():
    out, _ = run("--backend", "gruut-lang-en")
    assert [line.split()[0] for line in out.splitlines()] == ["code", "eng", "eng-simple"]


@pytest.mark.parametrize(
    ("code", "read_as"), [("eng-GB", "eng"), ("apc_Arab_sout3123", "ara"), ("cat-vale1252", "cat")]
)
def test_a_variant_shows_the_back_ends_that_read_its_language(code, read_as):
    facts = json.loads(run(code, "--json")[0])
    [row], [base] = facts["languages"], json.loads(run(read_as, "--json")[0])["languages"]
    assert row["read_as"] == read_as
    assert row["backends"] == base["backends"] != {}
    assert f"(as {read_as})" in run(code)[0]


def test_a_chain_lists_what_all_its_links_serve():
    out, _ = run("--backend", "epitran+espeak")
    codes = {line.split()[0] for line in out.splitlines()[1:]}
    assert "kor" in codes
    assert "aar" not in codes  # Epitran only


def test_a_search_for_a_code_of_no_language_says_so():
    out, err = run("roa")  # in Croatian
    assert "Croatian" in out
    assert "roa itself is no language: it is a group, Romance languages; pass" in err
    with pytest.raises(LanguageError, match="no one language .Multiple languages.|retired"):
        run("prv")


def test_json_has_every_code():
    out, _ = run("--json", "--backend", "epitran")
    facts = json.loads(out)
    swahili = next(row for row in facts["languages"] if row["code"] == "swa")
    assert swahili["flores"] == "swh_Latn"
    assert swahili["aliases"] == ["swh", "Kiswahili"]
    assert swahili["backends"] == {"epitran": "swa-Latn"}
    assert facts["backends"]["epitran"] == {
        "languages": len(facts["languages"]), "installed": True, "install": None,
    }  # fmt: skip


def test_unknown_back_end_offers_near_ones():
    with pytest.raises(UnknownName, match="Did you mean 'epitran'"):
        run("--backend", "epitrn")


def test_it_starts_light():
    loaded = loaded_by(
        "from lingap.cli.languages import languages; languages(None, None, False, False)"
    )
    assert "lingap.g2p.protocol" in loaded
    assert not loaded & set("numpy pandas epitran panphon torch orthography2ipa".split())
