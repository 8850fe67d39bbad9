"""Unit ids of published encoders: code points, or a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lingap.text.units import BOUNDARY, UNKNOWN


class CodePoints:
    """CANINE's ids (Clark et al. 2022): a character's id is its code point.

    The boundary between words is read as a space. A private code point that CANINE reserves for
    special units, and the unknown unit, become U+FFFD, the replacement character.
    """

    pad_id, cls_id, sep_id, mask_id = 0, 0xE000, 0xE001, 0xE003
    unknown_id = 0xFFFD
    n_separators = 1
    _reserved = (0, 0xE000, 0xE001, 0xE002, 0xE003, 0xE004)

    def __len__(self) -> int:
        """All code points of Unicode."""
        return 0x110000

    def ids(self, units: Iterable[str], /) -> npt.NDArray[np.int32]:
        """Code points of the units, shape (n_units,)."""
        found = np.fromiter(
            (ord(unit) if len(unit) == 1 else self.unknown_id for unit in units), dtype=np.int32
        )
        found[np.isin(found, self._reserved)] = self.unknown_id
        found[found == ord(BOUNDARY)] = ord(" ")
        return found


BYTE_IDS = {f"<{byte:02x}>": byte + 3 for byte in range(256)}
"""ByT5's ids (Xue et al. 2022): 0 pads, 1 ends a sentence, 2 is unknown, then the bytes."""


@dataclass(frozen=True, slots=True)
class TableIds:
    """Ids from a table; the special ones as in ``UnitIds`` (:mod:`.vocabulary`)."""

    table: Mapping[str, int]
    pad_id: int
    unknown_id: int
    cls_id: int
    sep_id: int
    mask_id: int | None = None
    n_separators: int = 1

    def __len__(self) -> int:
        """One more than the highest id."""
        return max(self.table.values()) + 1

    def __contains__(self, unit: object) -> bool:
        return unit in self.table

    def ids(self, units: Iterable[str], /) -> npt.NDArray[np.int32]:
        """Ids of the units, shape (n_units,)."""
        get, unknown = self.table.get, self.unknown_id
        return np.fromiter(
            (unknown if unit == UNKNOWN else get(unit, unknown) for unit in units), dtype=np.int32
        )
