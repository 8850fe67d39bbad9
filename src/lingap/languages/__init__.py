"""One table of languages, and every code that other tools use for them."""

from lingap.languages.table import Language, all_languages, get_language

__all__ = ["Language", "all_languages", "get_language"]
