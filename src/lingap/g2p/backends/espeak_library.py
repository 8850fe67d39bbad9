"""eSpeak NG in this process, through ctypes: one library, one call per word."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Sequence
from functools import cache

from lingap.errors import G2PError, MissingExtra
from lingap.g2p.backends.espeak_ipa import SEPARATOR

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: no thread, no audio device
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data, do not end the process
_UTF8 = 1  # espeakCHARS_UTF8
_IPA = 0x02 | ord(SEPARATOR) << 8  # phoneme mode: IPA, with a separator between phonemes
_LOCK = threading.Lock()
_voice_in_use: str | None = None


@cache
def _library() -> ctypes.CDLL:
    """The library of espeakng-loader, initialized once for the whole process."""
    try:
        import espeakng_loader
    except ImportError as error:
        raise MissingExtra("espeak", "eSpeak NG as a library") from error
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path()
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [
        ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int,
    ]  # fmt: skip
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    if library.espeak_Initialize(_SYNCHRONOUS, 0, str(data).encode(), _DONT_EXIT) < 0:
        raise G2PError(f"eSpeak NG cannot start: no data in {data}. Reinstall espeakng-loader.")
    return library


class LibrarySpeaker:
    """One voice. The library has one voice at a time, so a lock guards each batch.

    Args:
        voice: As in ``espeak-ng --voices``.

    Raises:
        G2PError: When the library has no such voice.
        MissingExtra: When espeakng-loader is not installed.
    """

    def __init__(self, voice: str):
        self._voice = voice
        with _LOCK:
            self._use()

    def _use(self) -> ctypes.CDLL:
        global _voice_in_use
        library = _library()
        if _voice_in_use != self._voice:
            if library.espeak_SetVoiceByName(self._voice.encode()) != 0:
                raise G2PError(
                    f"eSpeak NG has no voice {self._voice!r}. `espeak-ng --voices` lists them."
                )
            _voice_in_use = self._voice
        return library

    def speak(self, words: Sequence[str], /) -> list[str]:
        """Phonemes of each word; the clauses of a word are joined, so each gets one answer."""
        with _LOCK:
            library = self._use()
            return [_speak(library, word) for word in words]


def _speak(library: ctypes.CDLL, word: str) -> str:
    """One call per clause; the library sets the pointer to null after the last."""
    rest = ctypes.c_char_p(word.encode())
    phonemes = library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b""
    while rest:
        phonemes += b"_" + (library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b"")
    return str(phonemes, "utf-8")
