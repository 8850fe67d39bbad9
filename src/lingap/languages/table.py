"""The table of languages: any code in, ISO 639-3 out."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lingap.errors import LanguageError

_RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Syrc", "Thaa"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language in one script.

    Args:
        iso3: ISO 639-3 code.
        script: ISO 15924 code of the script.
        iso1: ISO 639-1 code, or "".
        name: English name.
        family: Top-level family as in Glottolog.
        cldr: Locale of Unicode CLDR, or "".
        epitran: Epitran's code, or "".
        flores: FLORES+ code.
        aliases: Further codes that name this row.
        is_default: Whether `iso3` alone means this row.
    """

    iso3: str
    script: str
    iso1: str
    name: str
    family: str
    cldr: str
    epitran: str
    flores: str
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
    """Every row of the table, in its order."""
    text = resources.files(__package__).joinpath("languages.tsv").read_text(encoding="utf-8")
    seen: set[str] = set()
    rows = []
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        aliases = tuple(filter(None, row.pop("aliases").split()))
        rows.append(Language(**row, aliases=aliases, is_default=row["iso3"] not in seen))
        seen.add(row["iso3"])
    return tuple(rows)


def _keys(language: Language) -> list[str]:
    bare = [language.iso3, language.iso1, language.name, *language.aliases]
    if not language.is_default:
        bare = [alias for alias in language.aliases]
    scripted = [f"{c}-{language.script}" for c in (language.iso3, language.iso1) if c]
    return [*bare, *scripted, language.cldr, language.epitran, language.flores]


@cache
def _index() -> dict[str, Language]:
    index: dict[str, Language] = {}
    for language in all_languages():
        for key in _keys(language):
            if key:
                index.setdefault(key.lower().replace("_", "-"), language)
    return index


def get_language(code: str | Language) -> Language:
    """Find a language by any common code or its English name.

    Args:
        code: ``ko``, ``kor``, ``kor_Hang``, ``kor-Hang``, ``Korean``; case and ``_``/``-`` are
            ignored.

    Raises:
        LanguageError: When no row has that code; the message offers near ones.

    >>> get_language("ko").code, get_language("kor_Hang").name, get_language("swh_Latn").code
    ('kor', 'Korean', 'swa')
    """
    if isinstance(code, Language):
        return code
    key = re.sub(r"[_\s]+", "-", code.strip().lower())
    index = _index()
    found = index.get(key) or index.get(key.replace("-", " "))
    if found is None:
        near = difflib.get_close_matches(key, index, n=3)
        hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
        raise LanguageError(
            f"No language is known by {code!r}.{hint} `lingap languages` lists all of them."
        )
    return found
