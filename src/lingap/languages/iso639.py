"""Codes of ISO 639-3, its retired ones, Glottolog's dialects: read only for what the table lacks.

``vendored/PROVENANCE.json`` says where both are from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from lingap.languages.table import Language, make_language, normalized

_QUALIFIER = re.compile(r"-\(.*\)$")


@cache
def _lines(name: str) -> Mapping[str, str]:
    """Code to the rest of its line, which is taken apart when it is asked for."""
    path = resources.files(__package__).joinpath("vendored", name)
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines)


@cache
def iso_language(iso3: str) -> Language | None:
    """A language as far as the standards know it, or None for no code of ISO 639-3."""
    if (line := _lines("iso639.tsv").get(iso3)) is None:
        return None
    iso1, script, name, family, glottocode = line.split("\t")
    return make_language(
        iso3=iso3, script=script, iso1=iso1, name=name, family=family, glottocode=glottocode
    )


@cache
def two_letter_codes() -> Mapping[str, str]:
    """ISO 639-1 to ISO 639-3."""
    lines = _lines("iso639.tsv").items()
    return {line[:2]: code for code, line in lines if line[0] != "\t"}


@cache
def codes_by_name() -> Mapping[str, tuple[str, ...]]:
    """Normalized name, in full or without what stands in brackets, to the languages called so."""
    found: dict[str, tuple[str, ...]] = {}
    for code, line in _lines("iso639.tsv").items():
        name = normalized(line.split("\t")[2])
        for key in {name, _QUALIFIER.sub("", name)}:
            found[key] = (*found.get(key, ()), code)
    return found


@cache
def _by_glottocode() -> Mapping[str, tuple[str, str]]:
    """Glottocode to ISO 639-3 and name of the language."""
    lines = _lines("iso639.tsv").items()
    return {line.rsplit("\t", 1)[1]: (code, line.split("\t")[2]) for code, line in lines}


def dialect(glottocode: str) -> tuple[str, str]:
    """ISO 639-3 of the language that a dialect belongs to, and the dialect's name; or ""."""
    if (line := _lines("dialects.tsv").get(glottocode)) is None:
        return _by_glottocode().get(glottocode, ("", ""))
    iso3, name = line.split("\t")
    return iso3, name


def subtag(code: str) -> tuple[str, str, str]:
    """Kind, name and meaning of a code that is no language, or only with a prefix; else "" thrice.

    Kinds: ``special`` and ``group`` mean no single language; ``renamed``, ``merged``, ``split`` and
    ``none`` are retired codes, and mean the code that took their place, or a sentence on those that
    did; ``extlang``, an extended subtag of BCP 47, means its prefix.
    """
    kind, name, means = _lines("subtags.tsv").get(code, "\t\t").split("\t")
    return kind, name, means


def renamed(code: str) -> str:
    """The code that a language has since its own was retired; the code itself for any other."""
    kind, _, means = subtag(code)
    return means if kind == "renamed" else code
