"""The table of languages: one row for each language in one script that lingap knows more of.

Families and glottocodes follow Glottolog 5.1, names and locales Unicode CLDR. Where ISO 639-3 has
both a macrolanguage with a two-letter code and its standard variety (``swa``/``swh``,
``zho``/``cmn``), the row is the macrolanguage and the variety an alias.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from lingap.errors import LanguageError

_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"})
_SHORT = re.compile(r"[a-z]{2,3}")
_to_hyphens = re.compile(r"[_\s]+").sub


@dataclass(frozen=True, slots=True)
class Language:
    """One language, or one variant of it, in one script.

    Args:
        iso3: ISO 639-3 code.
        script: ISO 15924 code of the script; ``Zzzz`` where it is not known.
        iso1: ISO 639-1 code, or "".
        name: English name.
        family: Top-level family as in Glottolog; an isolate's own name; ``Unknown`` for a code that
            Glottolog does not have.
        glottocode: Glottolog's code of the language, of a macrolanguage's main variety, or "".
        cldr: Locale of Unicode CLDR, or "" where it has no substantial data.
        epitran: Epitran's code, or "".
        flores: FLORES+ code, or "".
        espeak: eSpeak NG's voice, or "".
        orthography2ipa: Code in orthography2ipa, where that calls its rules researched, or where no
            other back end reads the language (Sundanese, Santali), or "".
        wikiann: WikiAnn's code (that of the Wikipedia edition), or "".
        ud: The language's name in the folders of Universal Dependencies, or "".
        aliases: Further codes and names of this row; ``_`` stands for a space.
        is_default: Whether `iso3` alone means this row.
        variant: What sets a variant apart from the language: a glottocode (``vale1252``), a region
            (``GB``) or a name (``tarask``); or "".
        base: `code` of the language whose G2P reads this one where no back end serves it, or "":
            that of a variant, and for kin such as Egyptian Arabic their standard.
    """

    iso3: str
    script: str
    iso1: str
    name: str
    family: str
    glottocode: str
    cldr: str
    epitran: str
    flores: str
    espeak: str
    orthography2ipa: str
    wikiann: str
    ud: str
    aliases: tuple[str, ...]
    is_default: bool
    variant: str = ""
    base: str = ""

    @property
    def code(self) -> str:
        """ISO 639-3 code; with the script (``srp-Latn``) where it is not the language's first.

        A variant's follows its language's: ``cat-vale1252``, ``eng-GB``.
        """
        if self.variant:
            return f"{self.base}-{self.variant}"
        return self.iso3 if self.is_default else f"{self.iso3}-{self.script}"

    @property
    def right_to_left(self) -> bool:
        """Whether the script runs from right to left."""
        return self.script in _RIGHT_TO_LEFT


OWN: dict[str, Language] = {}
"""Normalized code to a language that the user describes; see :mod:`lingap.languages.own`."""


@cache
def all_languages() -> tuple[Language, ...]:
    """Every row: the paper's languages first, then by ISO 639-3 code; last those read as another.

    Further codes of ISO 639-3, and further variants, have no row;
    :func:`lingap.languages.get_language` makes theirs when asked.
    """
    seen: set[str] = set()
    rows = []
    for row in _read_table("languages.tsv"):
        aliases = tuple(filter(None, row.pop("aliases").split()))
        rows.append(Language(**row, aliases=aliases, is_default=row["iso3"] not in seen))
        seen.add(row["iso3"])
    bases = {row.code: row for row in rows}
    for row in _read_table("variants.tsv"):
        base = bases[row["base"]]
        facts = row | {
            "aliases": tuple(row["aliases"].split()),
            "is_default": row["iso3"] not in seen,
            "iso1": base.iso1 if row["iso3"] == base.iso3 else "",
        }
        rows.append(without_tools(base, **facts))
    return tuple(rows)


@cache
def served_by(tool: str) -> Mapping[str, str]:
    """Language to its code in a tool, such as ``espeak``, where the tool has one."""
    return MappingProxyType(
        {row.code: own for row in all_languages() if (own := str(getattr(row, tool)))}
    )


def make_language(**facts: Any) -> Language:
    """A language of which other tools have no code, except those given."""
    unknown: dict[str, Any] = dict.fromkeys((field.name for field in fields(Language)), "")
    return Language(**unknown | {"aliases": (), "is_default": True} | facts)


def without_tools(language: Language, **facts: Any) -> Language:
    """A language with other facts, and without the codes that other tools have for this one."""
    kept = {name: getattr(language, name) for name in _OF_STANDARDS}
    return make_language(**kept | {"is_default": False} | facts)


_OF_STANDARDS = ("iso3", "script", "iso1", "name", "family", "glottocode")


def _read_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of this folder.

    Raises:
        LanguageError: For a row with more or fewer columns than the first.
    """
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    columns, *rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            raise LanguageError(
                f"{name}:{number}: expected {len(columns)} columns, parted by tabs, got {len(row)}."
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def normalized(code: object) -> str:
    """Lower case, with ``-`` for ``_`` and space.

    Raises:
        LanguageError: For anything but a string.
    """
    if not isinstance(code, str):
        hint = "; in YAML, quote no: 'no'" if code is False else ""
        raise LanguageError(f"Expected a language's code or name, got {code!r}{hint}.")
    key = code.strip().lower()
    return key if key.isalnum() else _to_hyphens("-", key)


def _own_keys(language: Language) -> list[str]:
    """Codes that mean this row and no other."""
    alone = [language.iso3, language.iso1, language.name] if language.is_default else []
    codes = [language.iso3, language.iso1, *filter(_SHORT.fullmatch, language.aliases)]
    scripted = [f"{code}-{language.script}" for code in codes if code]
    if language.variant:
        forms = [f"{code}-{language.variant}" for code in (*codes, *scripted) if code]
        return [language.name, *language.aliases, *forms, language.flores]
    return [*alone, *language.aliases, *scripted, language.cldr, language.epitran, language.flores]


@cache
def by_iso3() -> dict[str, Language]:
    """ISO 639-3 code to its row: the part of :func:`index` that is made at once."""
    rows = all_languages()
    return {row.iso3: row for row in rows if row.is_default and not row.variant}


@cache
def index() -> dict[str, Language]:
    """Normalized key to row; codes peculiar to one tool give way to those of standards.

    So ``als`` is Albanian (ISO 639-3), although WikiAnn means Alemannic by it.
    """
    found: dict[str, Language] = {}
    languages = all_languages()
    for keys in (
        [(key, language) for language in languages for key in _own_keys(language)],
        [(key, language) for language in languages for key in (language.espeak, language.wikiann)],
    ):
        for key, language in keys:
            if key:
                found.setdefault(normalized(key), language)
    return found
