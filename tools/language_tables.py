"""Make the tables of every language and dialect in ``src/lingap/languages/vendored/``.

    git clone --depth 1 --branch v5.1 https://github.com/glottolog/glottolog-cldf
    python -m pip install python-iso639 langcodes
    python tools/language_tables.py glottolog-cldf

Codes and macrolanguages are those of ISO 639-3 (SIL International), by python-iso639; names,
families and glottocodes are Glottolog's, and ISO's where Glottolog has no such code; scripts are
those of Unicode CLDR's likely subtags, as in Babel; groups and extended subtags are those of IANA's
registry, as in langcodes. Read ``git diff`` and run
``pytest tests/languages`` afterwards: a code must not change the language that it means.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from babel.core import get_global

FOLDER = Path(__file__).parent.parent / "src/lingap/languages/vendored"
NO_LANGUAGE = "S"  # ISO's scope of mis, mul, und, zxx
UNKNOWN_FAMILY, UNKNOWN_SCRIPT = "Unknown", "Zzzz"


def _iso(name: str) -> list[dict[str, str]]:
    text = files("iso639").joinpath(f"_data/{name}.tab").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def _script(code: str, two_letters: str, macrolanguage: tuple[str, str] | None) -> str:
    likely = get_global("likely_subtags")
    for known in (two_letters, code, *(reversed(macrolanguage) if macrolanguage else ())):
        if known and known in likely:
            return str(likely[known]).split("_")[1]
    return UNKNOWN_SCRIPT


def languages(glottolog: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """iso3, iso1, script, name, family, glottocode of every code of ISO 639-3."""
    retired = {row["ID"] for row in glottolog if row["Name"] == "Bookkeeping"}
    by_iso = {
        row["ISO639P3code"]: row
        for row in glottolog
        if row["ISO639P3code"] and row["Family_ID"] not in retired
    }
    names = {row["ID"]: row["Name"] for row in glottolog}
    codes = {row["Id"]: row for row in _iso("iso-639-3") if row["Scope"] != NO_LANGUAGE}
    macrolanguage: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for row in _iso("iso-639-3-macrolanguages"):
        macrolanguage[row["I_Id"]] = row["M_Id"]
        members.setdefault(row["M_Id"], []).append(row["I_Id"])

    def family(code: str) -> str:
        row = by_iso.get(code)
        if row is None:  # a macrolanguage has the family of its first member
            return next((f for one in members.get(code, ()) if (f := family(one))), "")
        return names[row["Family_ID"] or row["Language_ID"] or row["ID"]]

    rows = []
    for code, row in sorted(codes.items()):
        found = by_iso.get(code)
        of = macrolanguage.get(code)
        script = _script(code, row["Part1"], (of, codes[of]["Part1"]) if of in codes else None)
        rows.append(
            (
                code,
                row["Part1"],
                script,
                found["Name"] if found else row["Ref_Name"],
                family(code) or UNKNOWN_FAMILY,
                found["ID"] if found else "",
            )
        )
    return rows


def dialects(glottolog: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Glottocode of every dialect, the code of the language that it belongs to, and its name."""
    return [
        (row["ID"], row["Closest_ISO369P3code"], row["Name"])  # so spelled in the release
        for row in sorted(glottolog, key=lambda row: row["ID"])
        if row["Level"] == "dialect" and row["Closest_ISO369P3code"]
    ]


_RETIRED = {"C": "renamed", "D": "renamed", "M": "merged", "N": "none", "S": "split"}


def subtags(_: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """What is no language: codes of none, of groups, retired ones; and extended subtags of BCP 47.

    Columns: the code, its kind, its name, and the code or the sentence that it leads to.
    """
    text = files("langcodes").joinpath("data/language-subtag-registry.txt").read_text("utf-8")
    languages = {row["Id"] for row in _iso("iso-639-3") if row["Scope"] != NO_LANGUAGE}
    rows: dict[str, tuple[str, ...]] = {}
    for record in text.split("%%\n")[1:]:
        fields = dict(re.findall(r"^(\w[\w-]*): (.*)$", record, re.MULTILINE)[::-1])  # the first
        code, kind, name = fields.get("Subtag", ""), fields["Type"], fields["Description"]
        scope = {"special": "special", "collection": "group"}.get(fields.get("Scope", ""))
        if kind == "language" and scope and code not in languages:
            code = {"bh": "bih"}.get(code, code)  # ISO 639-2's, and Wikipedia's bh is Bhojpuri
            rows[code] = (code, scope, name, "")
        elif kind == "extlang":
            rows[code] = (code, "extlang", name, fields["Prefix"])
    for row in _iso("iso-639-3_Retirements"):
        to = row["Change_To"] or " ".join(row["Ret_Remedy"].split()).rstrip(".")
        if row["Id"] not in languages:
            rows[row["Id"]] = (row["Id"], _RETIRED[row["Ret_Reason"]], row["Ref_Name"], to)
    return sorted(rows.values())


def main(checkout: Path) -> None:
    """Write the tables, the licence and the provenance."""
    with (checkout / "cldf/languages.csv").open(encoding="utf-8", newline="") as file:
        glottolog = list(csv.DictReader(file))
    tables = {
        "iso639.tsv": (("iso3", "iso1", "script", "name", "family", "glottocode"), languages),
        "dialects.tsv": (("glottocode", "iso3", "name"), dialects),
        "subtags.tsv": (("code", "kind", "name", "means"), subtags),
    }
    FOLDER.mkdir(exist_ok=True)
    for name, (header, rows_of) in tables.items():
        lines = ["\t".join(row) for row in (header, *rows_of(glottolog))]
        (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    licence = (checkout / "LICENSE").read_text(encoding="utf-8")
    (FOLDER / "LICENSE.txt").write_text(licence, encoding="utf-8", newline="\n")
    release = json.loads((checkout / ".zenodo.json").read_text(encoding="utf-8"))
    provenance = {
        "package": "glottolog-cldf",
        "version": release["title"],
        "taken": datetime.date.today().isoformat(),
        "authors": "Harald Hammarström, Robert Forkel, Martin Haspelmath, Sebastian Bank",
        "source": "https://github.com/glottolog/glottolog-cldf",
        "licence": "CC-BY-4.0",
        "content": "cldf/languages.csv: names, families and glottocodes of the languages with a "
        "code of ISO 639-3, and of their dialects; the codes, and names that Glottolog lacks, are "
        f"those of ISO 639-3 (SIL International, iso639-3.sil.org) by python-iso639 "
        f"{version('python-iso639')}, its retired codes too; scripts those of Unicode CLDR by "
        f"Babel {version('babel')}; groups, codes of no language and extended subtags those of "
        f"IANA's language subtag registry by langcodes {version('langcodes')}",
        "taken by": "python tools/language_tables.py",
        "sha256": {
            name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
            for name in sorted((*tables, "LICENSE.txt"))
        },
    }
    text = json.dumps(provenance, indent=2, ensure_ascii=False)
    (FOLDER / "PROVENANCE.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
