"""The back end of Jung et al. (2024): Epitran's tables, one word at a time."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from lingap.errors import G2PError, LanguageError
from lingap.g2p.backends.epitran_data import SOURCES, epitran_files, epitran_version
from lingap.g2p.protocol import Transcriber
from lingap.languages import Language, all_languages

# Served by dictionaries that Epitran fetches when first used, so not by a table.
_NEEDS_DOWNLOAD = frozenset({"cmn-Hans", "cmn-Hant", "jpn-Jpan", "yue-Hant"})
# Tables of any Latin text, and of reconstructed languages.
_NO_LANGUAGE = frozenset({"generic-Latn", "pii-latn_Holopainen2019", "pii-latn_Wiktionary", "uew"})
_REPAIRS = "1"  # raised whenever a mending changes any output


class EpitranBackend:
    """Epitran (Mortensen et al. 2018); English by Flite where it is installed, else gruut-lang-en.

    Options:
        english: ``flite`` or ``gruut-lang-en``; the default is Flite where its program
            ``lex_lookup`` is found.
        table: Another of Epitran's tables for the language, such as ``fra-Latn-np``, or what it
            has after the language's own (``np``). Tables of no living language (``generic-Latn``
            and reconstructions) may be named for any language in Latin letters.
        tables: ``installed`` reads the tables of the Epitran that is installed, of whatever
            version, and not those that come with lingap (``vendored``).
    """

    name = "epitran"

    def languages(self) -> Mapping[str, str]:
        """Every row of the table of languages with a code of Epitran's."""
        return {
            language.code: language.epitran
            for language in all_languages()
            if language.epitran and language.epitran not in _NEEDS_DOWNLOAD
        }

    def missing(self) -> str | None:
        """None: its tables come with lingap."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of Epitran, of what reads English, and of the mendings."""
        _check(options)
        if language.iso3 == "eng" and "table" not in options:
            from lingap.g2p.backends.english import GRUUT
            from lingap.g2p.backends.flite import FLITE

            reader = FLITE if _english(options) == "flite" else GRUUT
            return {"english": reader.name} | reader.provenance(language, {})
        facts = {"epitran": epitran_version(_source(options)), "repairs": _REPAIRS}
        return facts | ({"table": self._table(language, options)} if "table" in options else {})

    def variants(self, language: Language, source: str = "vendored") -> tuple[str, ...]:
        """Tables that the option ``table`` takes for a language, the one used without it first.

        Those of no living language are left out.
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
        """Code of the table to read; G2PError for one that is not of this language."""
        if "table" not in options:
            return language.epitran
        source = _source(options)
        own = self.variants(language, source)
        asked = options["table"]
        known = {*own, *(_NO_LANGUAGE & _all_tables(source) if language.script == "Latn" else ())}
        for name in (asked, f"{own[0] if own else ''}-{asked.removeprefix('-')}"):
            if name in known:
                return name
        raise G2PError(
            f"Epitran has no table {asked!r} for {language.name} ({language.code}). "
            f"Known: {', '.join([*own, *sorted(known - set(own))])}."
        )

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """The table of one language."""
        _check(options)
        if language.code not in self.languages():
            raise LanguageError(
                f"The back end epitran has no table for {language.name} ({language.code}). "
                "`lingap languages --backend epitran` lists those it has."
            )
        if language.iso3 == "eng" and "table" not in options:
            from lingap.g2p.backends.english import GRUUT
            from lingap.g2p.backends.flite import FLITE

            return (FLITE if _english(options) == "flite" else GRUUT).load(language, {})
        from lingap.g2p.backends.epitran_tables import EpitranTable

        table = self._table(language, options)
        return EpitranTable(table, reads_all=table in _NO_LANGUAGE, source=_source(options))


def _all_tables(source: str) -> frozenset[str]:
    """Codes of all of Epitran's tables."""
    return frozenset(name[4:-4] for name in epitran_files(source) if name.startswith("map/"))


def _source(options: Mapping[str, str]) -> str:
    return options.get("tables", "vendored")


def _english(options: Mapping[str, str]) -> str:
    return options.get("english") or ("flite" if shutil.which("lex_lookup") else "gruut-lang-en")


def _check(options: Mapping[str, str]) -> None:
    allowed = {"english": ("flite", "gruut-lang-en"), "tables": SOURCES}
    for name, value in options.items():
        if name != "table" and value not in allowed.get(name, ()):
            known = "; ".join(f"{k}: {' or '.join(v)}" for k, v in allowed.items())
            raise G2PError(
                f"The back end epitran has no option {name}={value!r}. Known: {known}; table: a "
                "code such as fra-Latn-np."
            )


EPITRAN = EpitranBackend()
