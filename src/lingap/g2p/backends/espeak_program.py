"""eSpeak NG as a separate program: many words per process, exactly one answer per word."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from lingap.errors import G2PError
from lingap.g2p.backends.espeak_ipa import SEPARATOR

_WORDS_A_PROCESS = 2_000
_SECONDS = 120
# Read after each word, in its own paragraph. Lines match words only where every second line is
# its reading.
_SENTINEL = "1"


def _program() -> str:
    found = shutil.which("espeak-ng")
    if found is None:
        raise G2PError("The program espeak-ng is not on the path. Install it, or pass via=library.")
    return found


@cache
def program_version() -> str:
    """Version of the program, such as ``1.51``."""
    text = _run([_program(), "--version"], "")
    words = text.partition("text-to-speech:")[2].split()
    return words[0] if words else text.strip()


def _run(command: list[str], text: str) -> str:
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=True
        )
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise G2PError(f"espeak-ng failed ({' '.join(command[1:])}): {reason}") from error
    except subprocess.TimeoutExpired as error:
        raise G2PError(f"espeak-ng did not answer within {_SECONDS} seconds.") from error
    return done.stdout.decode(errors="replace")


class ProgramSpeaker:
    """One voice of the program.

    Args:
        voice: As in ``espeak-ng --voices``.

    Raises:
        G2PError: When the program is missing or has no such voice.
    """

    def __init__(self, voice: str):
        options = ["-q", "--ipa", f"--sep={SEPARATOR}", "-b", "1", "--stdin"]
        self._command = [_program(), "-v", voice, *options]
        try:
            lines = self._lines([])
        except G2PError as error:
            raise G2PError(f"espeak-ng has no voice {voice!r}, it seems: {error}") from error
        if len(lines) != 1:
            raise G2PError(f"espeak-ng has no voice {voice!r}: it cannot read a number with it.")
        self._sentinel = lines[0]

    def speak(self, words: Sequence[str], /) -> list[str]:
        """Phonemes of each word, in as few processes as possible."""
        answers: list[str] = []
        for at in range(0, len(words), _WORDS_A_PROCESS):
            answers += self._batch(words[at : at + _WORDS_A_PROCESS])
        return answers

    def _batch(self, words: Sequence[str]) -> list[str]:
        """One process; where lines do not match words, each half again, down to a single word."""
        if not words:
            return []
        lines = self._lines(words)[1:]
        marks = lines[1::2]
        if len(lines) == 2 * len(words) and all(mark == self._sentinel for mark in marks):
            return lines[::2]
        if len(words) == 1:
            if lines and lines[-1] == self._sentinel:
                lines = lines[:-1]
            return [SEPARATOR.join(lines)]
        half = len(words) // 2
        return self._batch(words[:half]) + self._batch(words[half:])

    def _lines(self, words: Sequence[str]) -> list[str]:
        """Lines printed for the sentinel, then for each word and the sentinel."""
        paragraphs = [_SENTINEL]
        for word in words:
            paragraphs += [word, _SENTINEL]
        printed = _run(self._command, "\n\n".join(paragraphs) + "\n")
        return [line.strip() for line in printed.splitlines() if line.strip()]
