"""The back end of Jung et al. (2024): Epitran's tables, one word at a time."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache

from lingap.errors import G2PError
from lingap.g2p.backends.epitran_data import SOURCES, epitran_files, epitran_version
from lingap.g2p.protocol import G2PBackend, Transcriber, check_options, code_of
from lingap.languages import Language
from lingap.languages.table import served_by

# Epitran downloads a dictionary for these on first use, so they have no table.
_NEEDS_DOWNLOAD = frozenset({"cmn-Hans", "cmn-Hant", "jpn-Jpan", "yue-Hant"})
# Tables of any Latin text, and of reconstructed languages.
_NO_LANGUAGE = frozenset({"generic-Latn", "pii-latn_Holopainen2019", "pii-latn_Wiktionary", "uew"})
_REPAIRS = "6"  # raised whenever a repair changes any output


@cache
def _served() -> Mapping[str, str]:
    """Language to its code, of those with a table."""
    codes = served_by("epitran")
    return {code: own for code, own in codes.items() if own not in _NEEDS_DOWNLOAD}


class EpitranBackend:
    """Epitran (Mortensen et al. 2018); English by Flite where it is installed, else gruut-lang-en.

    Options:
        english: ``flite`` or ``gruut-lang-en``; Flite by default where its program
            ``lex_lookup`` is found.
        table: Another of Epitran's tables for the language, by its code (``fra-Latn-np``) or its
            suffix (``np``). Tables of no living language (``generic-Latn`` and reconstructions)
            serve any language in Latin script.
        tables: ``vendored`` (the default) for the tables in lingap, or ``installed`` for those of
            the installed Epitran, whatever its version.
    """

    name = "epitran"

    def languages(self) -> Mapping[str, str]:
        """Every language for which Epitran has a table."""
        return _served()

    def missing(self) -> str | None:
        """None: its tables are in lingap."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of Epitran and our repairs; for English, those of the back end that reads it."""
        if (reader := _english_reader(language, options)) is not None:
            return {"english": reader.name} | reader.provenance(language, {})
        facts = {"epitran": epitran_version(_source(options)), "repairs": _REPAIRS}
        return facts | ({"table": self._table(language, options)} if "table" in options else {})

    def variants(self, language: Language, source: str = "vendored") -> tuple[str, ...]:
        """Values of the option ``table`` for a language, its default first.

        Tables of no living language are left out.
        """
        names = _all_tables(source)
        first = self.languages().get(language.code, "")
        codes = {language.iso3, *language.aliases, first.partition("-")[0]}
        others = [
            name
            for name in names - _NO_LANGUAGE - {first}
            if name.split("-")[0] in codes and name.split("-")[1] == language.script
        ]
        return (first, *sorted(others)) if first in names else tuple(sorted(others))

    def _table(self, language: Language, options: Mapping[str, str]) -> str:
        """Code of the table to read; G2PError for one of another language."""
        if "table" not in options:
            return language.epitran
        source, asked = _source(options), options["table"]
        own = self.variants(language, source)
        known = {*own, *(_NO_LANGUAGE & _all_tables(source) if language.script == "Latn" else ())}
        for name in (asked, f"{own[0] if own else ''}-{asked.removeprefix('-')}"):
            if name in known:
                return name
        raise G2PError(
            f"Epitran has no table {asked!r} for {language.name} ({language.code}). "
            f"Known: {', '.join([*own, *sorted(known - set(own))])}."
        )

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the table of one language; English goes to Flite or gruut-lang-en."""
        code_of(self, language)
        if (reader := _english_reader(language, options)) is not None:
            return reader.load(language, {})
        from lingap.g2p.backends.epitran_tables import EpitranTable

        table = self._table(language, options)
        return EpitranTable(table, reads_all=table in _NO_LANGUAGE, source=_source(options))


def _all_tables(source: str) -> frozenset[str]:
    """Codes of all of Epitran's tables."""
    return frozenset(name[4:-4] for name in epitran_files(source) if name.startswith("map/"))


def _source(options: Mapping[str, str]) -> str:
    return options.get("tables", "vendored")


def _english_reader(language: Language, options: Mapping[str, str]) -> G2PBackend | None:
    """The back end that reads English, None for other languages; G2PError for a wrong option."""
    check_options(
        "epitran",
        options,
        {"english": ("flite", "gruut-lang-en"), "tables": SOURCES, "table": ()},
    )
    if language.iso3 != "eng" or "table" in options:
        return None
    from lingap.g2p.backends.english import GRUUT
    from lingap.g2p.backends.flite import FLITE

    default = "flite" if shutil.which("lex_lookup") else "gruut-lang-en"
    return FLITE if options.get("english", default) == "flite" else GRUUT


EPITRAN = EpitranBackend()
