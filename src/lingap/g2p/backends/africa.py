"""The back end africa-g2p: alphabets of African languages, one table each.

Only its tables are read. Most come from Omniglot's charts or Hartell (1993), some were drafted by
a language model; none was measured, since no gold pronunciations of these languages are at hand.
So it serves languages that no other back end has, and Swahili, on which it can be evaluated.
Tones that a table does not name are counted as unmapped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from lingap.errors import G2PError
from lingap.g2p.backends.alphabet import Alphabet
from lingap.g2p.backends.installed import installed_version, package_folder
from lingap.g2p.protocol import Transcriber, check_options, code_of
from lingap.languages import Language

_PACKAGE = "africa-g2p"
_READER = "2"  # raised whenever the reading of its tables changes any output
_SERVED = {
    code: code for code in ("cjk", "dik", "dyu", "ibo", "kam", "kmb", "nus", "ssw", "taq")
} | {"swa": "swh"}
_STRESS = "ˈ"  # stands for a vowel's quality in the table of Nuer, which so has no IPA for it
_NASALS = str.maketrans("ᵐⁿᵑᶬ", "mnŋɱ", "()") | {ord("ᵏ"): "k\u0361", ord("ᶢ"): "ɡ\u0361"}
"""A nasal before a stop is a sound of its own, as elsewhere in lingap; a click has its stop."""


class AfricaBackend:
    """Tables of africa-g2p, read by the longest match."""

    name = "africa-g2p"

    def languages(self) -> Mapping[str, str]:
        """Each language served to the name of its table."""
        return _SERVED

    def missing(self) -> str | None:
        """How to install it, or None."""
        return None if installed_version(_PACKAGE) else "pip install 'lingap[africa]'"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Versions of the package and of our reader."""
        check_options(self.name, options, {})
        return {_PACKAGE: installed_version(_PACKAGE) or "", "reader": _READER}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the table of one language."""
        check_options(self.name, options, {})
        code = code_of(self, language)
        folder = package_folder("africa_g2p")
        if folder is None:
            raise G2PError(f"The back end {self.name} is not installed: {self.missing()}")
        table = json.loads((folder / "languages" / f"{code}.json").read_text(encoding="utf-8"))
        return Alphabet(language, _sounds(table["graphemes"]), _sounds(table.get("diacritics", {})))


def _sounds(written: Mapping[str, str]) -> dict[str, str]:
    """IPA of letters as elsewhere in lingap; of alternatives (``i~j``) the first."""
    return {
        letters: ipa.split("~")[0].translate(_NASALS)
        for letters, ipa in written.items()
        if _STRESS not in ipa
    }


AFRICA = AfricaBackend()
