"""One table of languages, and every code that other tools use for them."""

from lingap.languages.lookup import (
    get_language,
    known_language,
    language_name,
    listed_language,
    script_name,
)
from lingap.languages.own import own_language, use_languages
from lingap.languages.table import Language, all_languages

__all__ = [
    "Language",
    "all_languages",
    "get_language",
    "known_language",
    "language_name",
    "listed_language",
    "own_language",
    "script_name",
    "use_languages",
]
