"""The back end of Jung et al. (2024): Epitran's tables, one word at a time."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from lingap.errors import G2PError, LanguageError
from lingap.g2p.installed import installed_version
from lingap.g2p.protocol import Transcriber
from lingap.languages import Language, all_languages

# Served by dictionaries that Epitran fetches when first used, so not by a table.
_NEEDS_DOWNLOAD = frozenset({"cmn-Hans", "cmn-Hant", "jpn-Jpan", "yue-Hant"})
_REPAIRS = "1"  # raised whenever a mending changes any output


class EpitranBackend:
    """Epitran (Mortensen et al. 2018); English by Flite where it is installed, else gruut-lang-en.

    Options: ``english``, one of ``flite``, ``gruut-lang-en``; the default is Flite where its
    program ``lex_lookup`` is found.
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
        """How to install Epitran, or None."""
        return None if installed_version("epitran") else "pip install epitran==1.35.3"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of Epitran, of what reads English, and of the mendings."""
        _check(options)
        if language.iso3 == "eng":
            from lingap.g2p.english import GRUUT
            from lingap.g2p.flite import FLITE

            reader = FLITE if _english(options) == "flite" else GRUUT
            return {"english": reader.name} | reader.provenance(language, {})
        return {"epitran": installed_version("epitran") or "", "repairs": _REPAIRS}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """The table of one language."""
        _check(options)
        if language.code not in self.languages():
            raise LanguageError(
                f"The back end epitran has no table for {language.name} ({language.code}). "
                "`lingap languages --backend epitran` lists those it has."
            )
        if language.iso3 == "eng":
            from lingap.g2p.english import GRUUT
            from lingap.g2p.flite import FLITE

            return (FLITE if _english(options) == "flite" else GRUUT).load(language, {})
        if (hint := self.missing()) is not None:
            raise G2PError(f"The back end epitran is not installed: {hint}")
        from lingap.g2p.epitran_tables import EpitranTable

        return EpitranTable(language.epitran)


def _english(options: Mapping[str, str]) -> str:
    return options.get("english") or ("flite" if shutil.which("lex_lookup") else "gruut-lang-en")


def _check(options: Mapping[str, str]) -> None:
    allowed = {"english": ("flite", "gruut-lang-en")}
    for name, value in options.items():
        if value not in allowed.get(name, ()):
            known = "; ".join(f"{k}: {' or '.join(v)}" for k, v in allowed.items())
            raise G2PError(f"The back end epitran has no option {name}={value!r}. Known: {known}.")


EPITRAN = EpitranBackend()
