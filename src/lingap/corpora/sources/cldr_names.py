"""Names of Unicode CLDR: the same thing, by code, in hundreds of languages (package ``babel``).

A name is *usable* in a language when CLDR has it there (not by inheritance from another language),
it is no copy of its code, is written in the language's own script without digits, and no other
name of the language is spelt the same; of names spelt alike the first by kind and code stays. That
depends on the language alone. A *pool* is the intersection over languages, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from lingap.errors import CorpusError, LanguageError
from lingap.languages import Language, get_language
from lingap.text.case import lower
from lingap.text.scripts import count_letters
from lingap.text.words import clean, split_words

KINDS = (
    "territory", "language", "currency", "script", "city", "zone", "unit", "month", "day",
)  # fmt: skip
_CACHES = ("_cache", "_dict_cache")  # of babel; the second from 2.19 on
REFERENCE = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "swa", "urd")
Case = Literal["lower", "keep"]
Key = tuple[str, str]  # kind and code

# What names nothing: unknown, none, several, pseudo-locales for tests of software.
_NOT_A_NAME = frozenset(
    ("ZZ", "XA", "XB", "und", "mul", "zxx", "mis", "root", "XXX", "XTS")
) | frozenset(("Zzzz", "Zxxx", "Zyyy", "Zinh", "Qaag"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one language: its kind and code, and its words as CLDR writes them, in NFC."""

    kind: str
    code: str
    words: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What the name means in every language."""
        return self.kind, self.code


def locale_data(language: Language) -> Any:
    """The babel locale of a language, with data of its own.

    Locales of babel share the parts that they inherit and write what they resolve into them, so
    that Korean may answer with the days of Swahili when that was asked first. Here every locale is
    read apart from the others, and so from what anyone else did with babel before.

    Raises:
        LanguageError: When the language has no locale, or babel does not carry it.
    """
    from babel import Locale, UnknownLocaleError

    advice = "Choose one that CLDR covers: `lingap languages` shows the codes."
    if not language.cldr:
        raise LanguageError(f"CLDR has no names for {language.name} ({language.code}). {advice}")
    try:
        locale = Locale.parse(language.cldr.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise LanguageError(
            f"The installed babel has no CLDR locale {language.cldr!r} for {language.name} "
            f"({language.code}). {advice}"
        ) from error
    _read_apart(locale)
    return locale


def _read_apart(locale: Any) -> None:
    """Have a locale read its data, and its parents', with babel's caches put away.

    Babel has no public way to read a locale without the caches that all of them share; a copy of
    what it gives may hold what others wrote before.
    """
    from babel import localedata

    names = [name for name in _CACHES if hasattr(localedata, name)]
    with localedata._cache_lock:
        shared = {name: getattr(localedata, name) for name in names}
        try:
            for name in names:
                setattr(localedata, name, {})
            assert locale.territories
        finally:
            for name, cache in shared.items():
                setattr(localedata, name, cache)


def _entries(language: Language) -> Iterator[tuple[str, str, str | None]]:
    locale = locale_data(language)
    for kind, names in (
        ("territory", locale.territories),
        ("language", locale.languages),
        ("currency", locale.currencies),
        ("script", locale.scripts),
    ):
        for code, name in names.items():
            yield kind, code, name
    for code, zone in locale.time_zones.items():
        yield "city", code, zone.get("city")
    for code, zone in locale.meta_zones.items():
        for form, name in (zone.get("long") or {}).items():
            yield "zone", f"{code}/{form}", name
    for code, unit in locale.unit_display_names.items():
        yield "unit", code, unit.get("long")
    for kind, forms in (("month", locale.months), ("day", locale.days)):
        for number, name in forms["stand-alone"]["wide"].items():
            yield kind, f"{number:02d}", name


def _in_script(text: str, script: str) -> bool:
    """Whether every letter is of the script, with at least one letter and no digit."""
    own, other = count_letters(text, script)
    return own > 0 and other == 0 and not any(character.isnumeric() for character in text)


def each_name(language: Language) -> Iterator[Name]:
    """The usable names of a language, in the order of kind and code, read as they are needed.

    Raises:
        LanguageError: When CLDR does not have the language.
    """
    taken: set[tuple[str, ...]] = set()
    for kind, entries in groupby(_entries(language), key=itemgetter(0)):
        for _, code, raw in sorted(entries, key=itemgetter(1)):
            text = clean(str(raw)) if raw else ""
            is_code = text.casefold() in {code.casefold(), code.rsplit("/")[-1].casefold()} and (
                kind not in ("city", "unit")
            )
            if not text or is_code or code in _NOT_A_NAME:
                continue
            if not _in_script(text, language.script):
                continue
            name = Name(kind, code, split_words(text, language.code))
            spelt = recase(name.words, "lower", language)
            if spelt not in taken:
                taken.add(spelt)
                yield name


@cache
def names_of(code: str) -> Mapping[Key, Name]:
    """Every usable name of a language, in the order of kind and code.

    Args:
        code: The language's code, as in :attr:`lingap.languages.Language.code`.

    Raises:
        LanguageError: When CLDR does not have the language, or hardly any name in it.
    """
    language = get_language(code)
    usable = {name.key: name for name in each_name(language)}
    if not usable:
        raise LanguageError(
            f"CLDR's locale {language.cldr!r} holds no name in the script {language.script} of "
            f"{language.name}; choose another language, or another script of it."
        )
    return usable


def recase(words: tuple[str, ...], case: Case, language: Language) -> tuple[str, ...]:
    """Words as they are (``keep``) or in lower case by the language's own rules."""
    if case == "keep":
        return words
    return tuple(lower(word, f"{language.iso3}-{language.script}") for word in words)


def resolve(languages: Sequence[str | Language]) -> tuple[Language, ...]:
    """Languages of any codes, each once, in the order given."""
    found = {get_language(code).code: get_language(code) for code in languages}
    if not found:
        raise CorpusError("languages is empty; name at least one.")
    return tuple(found.values())


def shared_keys(
    languages: Sequence[str | Language], kinds: Sequence[str] = KINDS
) -> tuple[Key, ...]:
    """Keys whose name is usable in every language asked for: their pool.

    Args:
        languages: The languages of the pool; their order is of no account.
        kinds: Some of :data:`KINDS`.

    Raises:
        CorpusError: For an unknown kind, or when the languages share no name.
    """
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise CorpusError(f"No kind of CLDR name is called {unknown[0]!r}. Known: {KINDS}.")
    rows = resolve(languages)
    keys = [key for key in names_of(rows[0].code) if key[0] in kinds]
    for language in rows[1:]:
        names = names_of(language.code)
        keys = [key for key in keys if key in names]
    if not keys:
        listed = ", ".join(language.code for language in rows)
        raise CorpusError(f"CLDR has no name of the kinds {tuple(kinds)} in all of {listed}.")
    return tuple(keys)
