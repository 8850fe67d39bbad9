"""English as the paper's Epitran reads it: by Flite's program ``lex_lookup``."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from lingap.errors import G2PError
from lingap.g2p.backends.epitran_data import epitran_files
from lingap.g2p.protocol import Transcriber, Transcription, check_options, code_of
from lingap.languages import Language
from lingap.storage.digests import file_digest
from lingap.text.case import lower

_PROGRAM = "lex_lookup"
_PHONES = re.compile(r"\(([^()]*)\)")


class Flite:
    """One process per word; Epitran's own table turns its ARPAbet into IPA."""

    reads: frozenset[str] = frozenset("'")

    def __init__(self, program: str):
        self._program = program
        rows = csv.reader(epitran_files()["arpabet.csv"].splitlines())
        self._ipa = {row[0]: row[1] for row in rows}

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        """IPA of each word; letters outside a to z are unmapped."""
        return [self._transcribe(word) for word in words]

    def _transcribe(self, word: str) -> Transcription:
        text = lower(word)
        plain = "".join(c for c in text if "a" <= c <= "z" or c == "'")
        unmapped = tuple(c for c in text if c not in plain)
        if not plain.strip("'"):
            return Transcription("", unmapped)
        done = subprocess.run(
            [self._program, plain], capture_output=True, text=True, check=False, timeout=60
        )
        found = _PHONES.search(done.stdout)
        if done.returncode != 0 or found is None:
            raise G2PError(
                f"Expected phones in parentheses from {self._program} {plain!r}, got "
                f"{done.stdout.strip()!r} (exit code {done.returncode}). Check the installed "
                "Flite, or pass the option english=gruut-lang-en."
            )
        phones = [phone.rstrip("0123456789") for phone in found[1].split()]
        return Transcription("".join(self._ipa.get(phone, "") for phone in phones), unmapped)


class FliteBackend:
    """Flite (Carnegie Mellon University), found by its program on the search path."""

    name = "flite"

    def languages(self) -> Mapping[str, str]:
        """English only."""
        return {"eng": "eng-Latn"}

    def missing(self) -> str | None:
        """How to install it, or None."""
        if shutil.which(_PROGRAM):
            return None
        return "build Flite and put its program lex_lookup on the search path"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """A digest of the program."""
        check_options(self.name, options, {})
        program = shutil.which(_PROGRAM)
        return {"flite lex_lookup": _digest(program) if program else ""}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Find the program."""
        code_of(self, language)
        program = shutil.which(_PROGRAM)
        if program is None:
            raise G2PError(f"The back end flite is not installed: {self.missing()}")
        return Flite(program)


@cache
def _digest(path: str) -> str:
    return file_digest(Path(path), 16)


FLITE = FliteBackend()
