"""Languages that a user describes: of a code that the standards lack, or with other facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lingap.errors import LanguageError
from lingap.languages.lookup import get_language, is_script
from lingap.languages.table import OWN, Language, make_language, normalized, without_tools

_CODE = re.compile(r"[a-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def own_language(code: str, *, name: str = "", script: str = "", family: str = "") -> Language:
    """A language by its facts; those left out are the table's, where it knows the code.

    A known language in another script keeps none of the codes that other tools have for it.

    Args:
        code: As files, tables and other settings will name it.
        name: English name.
        script: ISO 15924 code.
        family: Top-level family; ``Unknown`` by default for a code that the table lacks.

    Raises:
        LanguageError: For a code or a script that is none, or a new code without name or script.

    >>> own_language("xqa", name="Karakhanid", script="Arab").family
    'Unknown'
    >>> own_language("kor", family="Isolate").name
    'Korean'
    """
    if not _CODE.fullmatch(code):
        raise LanguageError(f"Expected a code such as 'swc' or 'swc-north', got {code!r}.")
    if script and not is_script(script):
        raise LanguageError(
            f"{code}: expected a script of ISO 15924, such as Latn, got {script!r}."
        )
    script = script.title()
    facts: dict[str, Any] = {
        key: value for key, value in (("name", name), ("family", family)) if value
    }
    try:
        known = get_language(code)
    except LanguageError as error:
        if not name or not script:
            raise LanguageError(
                f"{code} is no code that lingap knows: give its name and its script."
            ) from error
        return make_language(iso3=code, script=script, **{"family": "Unknown", **facts})
    if script in ("", known.script):
        return replace(known, **facts)
    return without_tools(known, iso3=known.code, script=script, is_default=True, **facts)


def use_languages(rows: Iterable[Language], *, only: bool = False) -> None:
    """Have :func:`get_language` find these by their codes, in this process.

    Args:
        rows: They win over the table.
        only: Whether those of earlier calls are forgotten.
    """
    if only:
        OWN.clear()
    for row in rows:
        OWN[normalized(row.code)] = row
