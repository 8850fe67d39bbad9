"""Distances between languages from the files of the installed package urielplus.

Only its files are read: the package writes into its own folder when it is used, and sets up logging
when it is imported. Nothing is fetched.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lingap.errors import LanguageError, MetricError, MissingExtra
from lingap.g2p.backends.installed import installed_version, package_folder
from lingap.languages import get_language
from lingap.languages.iso639 import iso_language
from lingap.metrics.arrays import Array

KINDS = ("genealogical", "geographic", "syntactic", "phonological", "inventory")
FEWEST_SHARED = 10
"""Typological features known of both languages, below which their distance is unknown."""

_PREFIXES = {"syntactic": "S_", "phonological": "P_", "inventory": "INV_"}
_HALF_WAY = np.pi * 6371.0088  # kilometres between antipodes


def has_uriel() -> bool:
    """Whether the package is installed."""
    return package_folder("urielplus") is not None


def uriel_version() -> str:
    """Name and version of the package, for provenance."""
    return f"urielplus {installed_version('urielplus') or '(unknown version)'}"


def uriel_distances(codes: Sequence[str]) -> dict[str, Array]:
    """Distances between languages by kind, 0 to 1, NaN where unknown.

    ``genealogical`` is the angular distance of the sets of ancestors in Glottolog, 0 for the same
    and 1 for another family; ``geographic`` the great-circle distance by half of the equator;
    ``syntactic``, ``phonological`` and ``inventory`` the angular distance of URIEL's features known
    of both languages, at least 10, each the highest value of its sources. Languages are found by
    Glottocode (the first two kinds) or ISO 639-3 (the others), a variant by its language where it
    has no facts of its own.

    Args:
        codes: (L,) lingap's codes.

    Returns:
        Kind to (L, L), symmetric with 0 on the diagonal.

    Raises:
        MissingExtra: If urielplus is not installed.
        MetricError: For files other than those of urielplus 1.3.

    Source: Khan et al. (2025), URIEL+; Littell et al. (2017), URIEL; Hammarström et al., Glottolog.
    """
    folder = package_folder("urielplus")
    if folder is None:
        raise MissingExtra("explain", "Distances between languages by URIEL+")
    data = folder / "database"
    try:
        places = _places(data / "urielplus_csvs/lang_fam_geo.csv", codes)
        found = {"genealogical": _genealogical(places), "geographic": _geographic(places)}
        return found | _typological(data / "original_uriel/features.npz", codes)
    except (OSError, KeyError, ValueError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise MetricError(
            f"{data}: not the files of urielplus 1.3 ({error}). Install the version that the extra "
            "`explain` names."
        ) from None


_Place = Mapping[str, str] | None


def _places(path: Path, codes: Sequence[str]) -> list[_Place]:
    wanted = [[name for _, name in _identities(code) if name] for code in codes]
    every = {name for names in wanted for name in names}
    with path.open(encoding="utf-8", newline="") as file:
        rows = {r["language_id"]: r for r in csv.DictReader(file) if r["language_id"] in every}
    return [next((rows[name] for name in names if name in rows), None) for names in wanted]


def _identities(code: str) -> list[tuple[str, str]]:
    """ISO 639-3 and Glottocode of a language, of what it is a variant of, and of its members."""
    try:
        language = get_language(code)
    except LanguageError:
        return []
    named = [language, *([get_language(language.base)] if language.base else [])]
    members = [
        own
        for one in named
        for alias in one.aliases
        if len(alias) == 3 and (own := iso_language(alias)) is not None
    ]
    return [(one.iso3, one.glottocode) for one in (*named, *members)]


def _genealogical(places: Sequence[_Place]) -> Array:
    n = len(places)
    found = np.full((n, n), np.nan)
    lines = [_ancestors(place) for place in places]
    for i, one in enumerate(lines):
        for j, other in enumerate(lines):
            if one and other:
                shared = 0
                for a, b in zip(one, other, strict=False):
                    if a != b:
                        break
                    shared += 1
                cosine = shared / (len(one) * len(other)) ** 0.5
                found[i, j] = 2 * np.arccos(min(1.0, cosine)) / np.pi
    return found


def _ancestors(place: _Place) -> tuple[str, ...]:
    """From the family down; an isolate is its own family."""
    if place is None:
        return ()
    line = tuple(name.strip() for name in place["lineage"].split(",") if name.strip())
    return line or (place["language_name"],)


def _geographic(places: Sequence[_Place]) -> Array:
    at = np.full((len(places), 2), np.nan)
    for i, place in enumerate(places):
        if place is not None and place["latitude"] and place["longitude"]:
            at[i] = np.radians([float(place["latitude"]), float(place["longitude"])])
    lat, lon = at.T
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.asarray(2 * 6371.0088 * np.arcsin(np.sqrt(np.clip(half, 0, 1))) / _HALF_WAY)


def _typological(path: Path, codes: Sequence[str]) -> dict[str, Array]:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        names, languages, values = file["feats"], file["langs"].tolist(), file["data"]
    row = {name: i for i, name in enumerate(languages)}
    known = np.full((len(codes), len(names)), -1.0)
    for i, code in enumerate(codes):
        at = next((row[iso] for iso, _ in _identities(code) if iso in row), None)
        if at is not None:
            known[i] = values[at].max(axis=1)  # of its sources; -1 is unknown
    return {
        kind: angular_distances(known[:, np.char.startswith(names, prefix)])
        for kind, prefix in _PREFIXES.items()
    }


def angular_distances(values: NDArray[np.float64]) -> Array:
    """Angular distance of every two rows over the columns known (not -1) of both, 0 to 1.

    Shapes: (L, k) to (L, L); NaN for fewer than 10 such columns. A row of zeros counts as one of
    equal small numbers, as in URIEL+.
    """
    mask = (values >= 0).astype(np.float64)
    filled = np.where(values >= 0, values, 0.0)
    shared = mask @ mask.T
    squares = (filled * filled) @ mask.T  # of row i over the columns known of j
    sums = filled @ mask.T
    dot = filled @ filled.T
    one, other = squares == 0, squares.T == 0
    dot = np.where(one & other, shared, np.where(one, sums.T, np.where(other, sums, dot)))
    norm = np.where(one, shared, squares) * np.where(other, shared, squares.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.clip(dot / np.sqrt(norm), -1, 1)
    found = 2 * np.arccos(cosine) / np.pi
    found[shared < FEWEST_SHARED] = np.nan
    # arccos magnifies rounding near 1
    found[np.abs(found) < 1e-7] = 0.0
    return np.asarray(found)
