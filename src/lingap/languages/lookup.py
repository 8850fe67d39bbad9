"""Any code or name in, a language out."""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from typing import Any

from lingap.arguments import checked
from lingap.errors import LanguageError
from lingap.languages.iso639 import (
    codes_by_name,
    dialect,
    iso_language,
    renamed,
    subtag,
    two_letter_codes,
)
from lingap.languages.registered import PREFERRED, why_no_language
from lingap.languages.table import OWN, Language, by_iso3, index, normalized, without_tools

_LOCALE = re.compile(r"(.*)-(?:[a-z]{2}|[0-9]{3})")
_TAG = re.compile(
    r"(?P<code>[a-z]{2,3})"
    r"(?:-(?P<extended>[a-z]{3}))?"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<variant>(?P<region>[a-z]{2}|[0-9]{3})|[a-z]{3}|[a-z0-9]{4}[0-9]{4}))?"
    r"(?:-(?P<orthographies>(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*))?"
)
_DETAILED = re.compile(r"(?P<name>[^()]+)-\((?P<detail>[^()]+)\)")
_SHORTEST_NAME = 4  # what is shorter is a code, or a name that is like one
_DETAILS = {"simplified": "hans", "traditional": "hant"}
_LOCAL = re.compile(r"-u(-[a-z0-9]{2,8})+")
_MOST_OFFERED = 5
_NO_SCRIPTS = frozenset({"Zinh", "Zmth", "Zsye", "Zsym", "Zxxx", "Zyyy", "Zzzz"})


@checked(LanguageError)
def get_language(code: str | Language) -> Language:
    """Find a language by any common code or its English name.

    A code wins over a name, and a row of the table over further codes of ISO 639-3. A three-letter
    code with a region, a glottocode or another known variant is a variant of the language, of its
    own `code`: ``eng-GB``, ``cat_Latn_vale1252``, ``be-tarask``, ``de-1996``.

    Args:
        code: ``ko``, ``kor``, ``kor_Hang``, ``kor-Hang``, ``ko-KR``, ``Korean``, ``Serbian
            (Latin)``; case and the
            difference of ``_``, ``-`` and space are ignored. The region of a locale, after two
            letters, is passed over unless the table knows it (``zh-TW`` is ``zho-Hant``).

    Raises:
        LanguageError: When no language has that code, the message offers near ones; when several
            have that name, their codes.

    >>> get_language("ko").code, get_language("kor_Hang").name, get_language("swh_Latn").code
    ('kor', 'Korean', 'swa')
    >>> get_language("pt-BR").code, get_language("por-BR").code, get_language("sr-Latn").code
    ('por', 'por-BR', 'srp-Latn')
    >>> get_language("i-klingon").name, get_language("gom_Deva").name
    ('Klingon', 'Goan Konkani')
    >>> get_language("tah").name, get_language("apc_Arab_sout3123").code
    ('Tahitian', 'apc-sout3123')
    """
    if isinstance(code, Language):
        return code
    key = normalized(code)
    if "-u-" in key:  # how numbers are written, how words are sorted
        key = _LOCAL.sub("", key)
    key = PREFERRED.get(key, key).lower()
    found = OWN.get(key) or by_iso3().get(key) or index().get(key) or _further(key, code)
    if found is None and (reason := why_no_language(key)):
        raise LanguageError(f"No language is known by {code!r}: it is {reason}.")
    if found is None:
        near = difflib.get_close_matches(key, index(), n=3)
        offers = " or ".join(f"{n!r} ({index()[n].name})" for n in near)
        hint = f" Did you mean {offers}?" if near else ""
        raise LanguageError(
            f"No language is known by {code!r}.{hint} `lingap languages` lists all of them."
        )
    return OWN.get(normalized(found.code), found) if OWN else found


def listed_language(text: str) -> Language | None:
    """The row of the table that a code or a name means, or a variant of it; None for anything else.

    For guesses whether a word is a language at all: among the codes of ISO 639-3 are ``dev``,
    ``pos``, ``max`` and other words that rather name something else.
    """
    key = normalized(text)
    if key not in index() and key.partition("-")[0] not in index():
        return None
    try:
        return get_language(key)
    except LanguageError:
        return None


@lru_cache(maxsize=4096)
def _further(key: str, written: str) -> Language | None:
    """A language, a script or a variant that has no row in the table.

    Three small letters are a code, of whatever standard, and never the name of another language:
    ``bih`` is not Bih.
    """
    if (tag := _TAG.fullmatch(key)) is not None and (found := _tagged(**tag.groupdict())):
        return found
    named = _DETAILED.fullmatch(key)
    if named is not None and key not in codes_by_name():
        return _with_detail(named["name"], named["detail"].replace("-", " "))
    locale = _LOCALE.fullmatch(key)
    if locale is not None and key.find("-") != 3:
        return index().get(locale[1])
    is_code = len(key) == 3 and written.islower()
    codes = () if is_code else codes_by_name().get(key, ())
    if len(codes) > 1:
        shown = ", ".join(f"{c} ({get_language(c).name})" for c in codes[:_MOST_OFFERED])
        more = f" and {len(codes) - _MOST_OFFERED} more" if len(codes) > _MOST_OFFERED else ""
        raise LanguageError(f"Several languages are called {key!r}: {shown}{more}. Pass a code.")
    return get_language(codes[0]) if codes else None


def _with_detail(name: str, detail: str) -> Language | None:
    """A language by its name with a script or region: Chinese (Simplified), Portuguese (Brazil)."""
    row = index().get(name)
    if row is None or len(name) < _SHORTEST_NAME:
        return None
    if detail in (row.iso1, row.iso3):
        return row
    scripts = {str(said).lower(): code.lower() for code, said in _english().scripts.items()}
    if detail in _DETAILS:
        scripts[detail] = _DETAILS[detail] if row.script in ("Hans", "Hant") else ""
    if script := scripts.get(detail):
        return _in_script(row.iso3, script)
    regions = {str(said).lower(): code.lower() for code, said in _english().territories.items()}
    region = detail if detail in regions.values() else regions.get(detail)
    if region is None:
        return None
    return get_language(f"{row.iso1 or row.iso3}-{region}")


def _tagged(
    code: str,
    extended: str | None,
    script: str | None,
    variant: str | None,
    region: str | None,
    orthographies: str | None,
) -> Language | None:
    """The language of a tag's parts; None where one of them is not known."""
    own, member = (extended, None) if _extends(code, extended) else (code, extended)  # zh-gan
    language = _in_script(own or code, script)
    if language is not None and variant is not None:
        local = index().get(f"{code}-{region}") if member and script is None else None  # zh-TW
        language = local or _variant(language, code, script, variant, region)
    if language is not None and member is not None:
        language = None if language.variant else _member(language, member)
    written = orthographies.split("-") if orthographies else []
    if len(set(written)) < len(written):
        return None
    for orthography in written:
        language = language and _written_otherwise(language, orthography)
    return language


def _extends(prefix: str, code: str | None) -> bool:
    """Whether a language's own code may follow that of its macrolanguage, as in ``ar-arz``."""
    if code is None:
        return False
    kind, _, means = subtag(code)
    row = index().get(prefix)
    if kind != "extlang" or (row is not None and code in row.aliases):
        return False
    long = two_letter_codes()
    return long.get(prefix, prefix) == long.get(means, means)


def _variant(
    language: Language, code: str, script: str | None, variant: str, region: str | None
) -> Language | None:
    """A variant of a language, by its region, a member of it, a dialect or an orthography."""
    if region and len(code) == 2:
        return language
    for known in (language.code, f"{language.iso3}-{language.script}"):
        if (found := index().get(normalized(f"{known}-{variant}"))) is not None:
            return found
    locale = f"{language.iso1}-{variant}"
    found = index().get(locale)
    if found is not None and locale in map(normalized, found.aliases):  # zho-TW is zh-TW
        return found if script in (None, found.script.lower()) else None
    if region:
        return _in_region(language, variant)
    if len(variant) == 3:
        return _member(language, variant)
    return _dialect(language, variant) or _written_otherwise(language, variant)


def _in_script(code: str, script: str | None) -> Language | None:
    code = renamed(code) if code not in index() else code
    language = index().get(code) or iso_language(two_letter_codes().get(code, code))
    if language is None or script in (None, language.script.lower()):
        return language
    if (found := index().get(f"{code}-{script}")) is not None:
        return found
    return without_tools(language, script=script.title()) if is_script(script) else None


def is_script(code: str) -> bool:
    """Whether a code of ISO 15924, in any case, means a script.

    >>> is_script("latn"), is_script("Xxxx"), is_script("Zyyy")
    (True, False, False)
    """
    return code.title() in _english().scripts and code.title() not in _NO_SCRIPTS


def script_name(code: str) -> str:
    """English name of a script of ISO 15924, or its code if unknown.

    >>> script_name("Latn"), script_name("Xxxx")
    ('Latin', 'Xxxx')
    """
    return str(_english().scripts.get(code, code))


def known_language(code: str) -> Language | None:
    """The language of a code, or None if unknown."""
    try:
        return get_language(code)
    except LanguageError:
        return None


def language_name(code: str) -> str:
    """English name of a language, or its code if unknown.

    A language in another script than its first names it, so that both can stand in one table.

    >>> language_name("kor"), language_name("srp"), language_name("srp-Latn"), language_name("x-me")
    ('Korean', 'Serbian', 'Serbian (Latin)', 'x-me')
    """
    language = known_language(code)
    if language is None:
        return code
    is_plain = language.is_default or language.variant
    return language.name if is_plain else f"{language.name} ({script_name(language.script)})"


def _in_region(language: Language, region: str) -> Language | None:
    name = _english().territories.get(region.upper())
    if name is None or region == "zz":
        return None
    return without_tools(
        language, variant=region.upper(), base=language.code, name=f"{language.name} ({name})"
    )


def _written_otherwise(language: Language, orthography: str) -> Language | None:
    """A language with a variant subtag of BCP 47 that CLDR knows: ``de-1996``, ``sl-rozaj``."""
    for known in filter(None, (language.code, language.iso1)):
        found = index().get(normalized(f"{known}-{orthography}"))
        if found is not None and found.script == language.script and not language.variant:
            return found
    if (name := _english().variants.get(orthography.upper())) is None:
        return None
    return without_tools(
        language, variant="-".join(filter(None, [language.variant, orthography])),
        base=language.base or language.code, name=f"{language.name} ({name})",
    )  # fmt: skip


def _member(language: Language, iso3: str) -> Language | None:
    """The variety whose code is an alias of the macrolanguage's row: ``zho-cmn`` beside ``zho``."""
    own = iso_language(iso3)
    row = by_iso3().get(language.iso3)
    if own is None or row is None or own.iso3 == row.iso3 or iso3 not in row.aliases:
        return None
    return without_tools(
        language, variant=iso3, base=language.code, name=own.name, glottocode=own.glottocode
    )


def _dialect(language: Language, glottocode: str) -> Language | None:
    if glottocode == language.glottocode:
        return language
    iso3, name = dialect(glottocode)
    if not iso3 or get_language(iso3).iso3 != language.iso3:
        return None
    return without_tools(
        language,
        variant=glottocode,
        base=language.code,
        name=f"{language.name} ({name})",
        glottocode=glottocode,
    )


@cache
def _english() -> Any:
    from babel import Locale

    return Locale("en")
