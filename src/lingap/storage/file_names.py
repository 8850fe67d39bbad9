"""Names of files after names that users give, which may hold anything."""

from __future__ import annotations

import re
import unicodedata

from lingap.storage.digests import digest_of

LONGEST = 80
"""Characters of a name at most, without its ending; file systems take 255 bytes."""

_PLAIN = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{n}" for device in ("com", "lpt") for n in range(10)
}
_DIGEST = 8


def file_name(*parts: str) -> str:
    """A name, without its ending, that every file system takes and that no other parts give.

    It holds lower-case ASCII letters, digits, ``_`` and ``-`` alone. Where parts had to be changed,
    a digest of them follows, so that ``NER`` and ``ner`` have two files on any disk.

    >>> file_name("ner", "span_f1"), file_name("../NER")
    ('ner-span_f1', 'ner-9ab2ff60')
    """
    name = "-".join(map(_cleaned, parts))
    if all(map(_PLAIN.fullmatch, parts)) and len(name) <= LONGEST and name not in _DEVICES:
        return name
    digest = digest_of(repr(parts), _DIGEST)
    return f"{name[: LONGEST - _DIGEST - 1]}-{digest}"


def _cleaned(part: str) -> str:
    plain = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "x"


def own_name(text: str) -> str:
    """The text itself where every file system takes it as a name, else :func:`file_name` of it.

    >>> own_name("Phoneme 2.1"), own_name("..")
    ('Phoneme 2.1', 'x-dfc291ad')
    """
    fits = re.fullmatch(r"\w(?:[\w .+-]*[\w+-])?", text)
    if fits and len(text.encode()) <= LONGEST and text.partition(".")[0].lower() not in _DEVICES:
        return text
    return file_name(text)
