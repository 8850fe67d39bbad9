"""The table of languages: any code in, ISO 639-3 out.

Families and glottocodes follow Glottolog 5.1, names and locales Unicode CLDR. Where ISO 639-3 has
both a macrolanguage with a two-letter code and its standard variety (``swa``/``swh``,
``zho``/``cmn``), the row is the macrolanguage and the variety an alias.
"""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lingap.errors import LanguageError

_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Syrc", "Thaa"})
_SHORT = re.compile(r"[a-z]{2,3}")
_REGION = re.compile(r"-([a-z]{2}|[0-9]{3})$")


@dataclass(frozen=True, slots=True)
class Language:
    """One language in one script.

    Args:
        iso3: ISO 639-3 code.
        script: ISO 15924 code of the script.
        iso1: ISO 639-1 code, or "".
        name: English name.
        family: Top-level family as in Glottolog; an isolate's own name.
        glottocode: Glottolog's code of the language, or of the family for a macrolanguage.
        cldr: Locale of Unicode CLDR, or "" where it has no substantial data.
        epitran: Epitran's code, or "".
        flores: FLORES+ code, or "".
        espeak: eSpeak NG's voice, or "".
        orthography2ipa: Code in orthography2ipa, where that calls its rules researched, or "".
        wikiann: WikiAnn's code (that of the Wikipedia edition), or "".
        ud: The language's name in the folders of Universal Dependencies, or "".
        aliases: Further codes and names of this row; ``_`` stands for a space.
        is_default: Whether `iso3` alone means this row.
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

    @property
    def code(self) -> str:
        """ISO 639-3 code; with the script (``srp-Latn``) where it is not the language's first."""
        return self.iso3 if self.is_default else f"{self.iso3}-{self.script}"

    @property
    def right_to_left(self) -> bool:
        """Whether the script runs from right to left."""
        return self.script in _RIGHT_TO_LEFT


@cache
def all_languages() -> tuple[Language, ...]:
    """Every row of the table: the paper's languages first, then by ISO 639-3 code."""
    text = resources.files(__package__).joinpath("languages.tsv").read_text(encoding="utf-8")
    seen: set[str] = set()
    rows = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        aliases = tuple(filter(None, row.pop("aliases").split()))
        rows.append(Language(**row, aliases=aliases, is_default=row["iso3"] not in seen))
        seen.add(row["iso3"])
    return tuple(rows)


def _normalized(code: object) -> str:
    if not isinstance(code, str):
        hint = "; in YAML, quote no: 'no'" if code is False else ""
        raise LanguageError(f"Expected a language's code or name, got {code!r}{hint}.")
    return re.sub(r"[_\s]+", "-", code.strip().lower())


def _own_keys(language: Language) -> list[str]:
    """Codes that mean this row and no other."""
    bare = [language.iso3, language.iso1, language.name] if language.is_default else []
    codes = [language.iso3, language.iso1, *filter(_SHORT.fullmatch, language.aliases)]
    scripted = [f"{code}-{language.script}" for code in codes if code]
    return [*bare, *language.aliases, *scripted, language.cldr, language.epitran, language.flores]


@cache
def _index() -> dict[str, Language]:
    """Normalized key to row; codes peculiar to one tool give way to those of standards.

    So ``als`` is Albanian (ISO 639-3), although WikiAnn means Alemannic by it.
    """
    index: dict[str, Language] = {}
    languages = all_languages()
    for keys in (
        [(key, language) for language in languages for key in _own_keys(language)],
        [(key, language) for language in languages for key in (language.espeak, language.wikiann)],
    ):
        for key, language in keys:
            if key:
                index.setdefault(_normalized(key), language)
    return index


def get_language(code: str | Language) -> Language:
    """Find a language by any common code or its English name.

    Args:
        code: ``ko``, ``kor``, ``kor_Hang``, ``kor-Hang``, ``ko-KR``, ``Korean``; case and the
            difference of ``_``, ``-`` and space are ignored. A region at the end is passed over
            unless the table knows it (``zh-TW`` is ``zho-Hant``).

    Raises:
        LanguageError: When no row has that code; the message offers near ones.

    >>> get_language("ko").code, get_language("kor_Hang").name, get_language("swh_Latn").code
    ('kor', 'Korean', 'swa')
    >>> get_language("pt-BR").code, get_language("sr-Latn").code
    ('por', 'srp-Latn')
    """
    if isinstance(code, Language):
        return code
    if not isinstance(code, str):
        raise LanguageError(f"Expected the code of a language, such as 'ko', got {code!r:.80}.")
    key = _normalized(code)
    index = _index()
    found = index.get(key) or index.get(_REGION.sub("", key))
    if found is None:
        near = difflib.get_close_matches(key, index, n=3)
        offers = " or ".join(f"{n!r} ({index[n].name})" for n in near)
        hint = f" Did you mean {offers}?" if near else ""
        raise LanguageError(
            f"No language is known by {code!r}.{hint} `lingap languages` lists all of them."
        )
    return found
