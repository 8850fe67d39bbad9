"""Words of one language to phonemes (IPA): back ends, policies, coverage."""

from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.ipa.inventory import PhonemeInventory
from lingap.g2p.ipa.vocabulary import PhonemeVocabulary
from lingap.g2p.phonemizer import Phonemizer, phonemizable
from lingap.g2p.policies import Policies
from lingap.g2p.pronounced_text import PronouncedText
from lingap.g2p.protocol import (
    BACKENDS,
    DEFAULT_BACKEND,
    G2PBackend,
    Pronunciation,
    Transcriber,
    Transcription,
)

__all__ = [
    "BACKENDS",
    "DEFAULT_BACKEND",
    "G2PBackend",
    "G2PCoverage",
    "PhonemeInventory",
    "PhonemeVocabulary",
    "Phonemizer",
    "Policies",
    "PronouncedText",
    "Pronunciation",
    "Transcriber",
    "Transcription",
    "phonemizable",
]
