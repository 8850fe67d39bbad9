"""One symbol for one sound: the alphabet of all languages, and what it does to parallel text.

    python benchmarks/inventory.py DATA [--lines N] [--only-auto] [-l CODE …] [--write]
    python benchmarks/inventory.py DATA --missing [--lines N] [-l CODE …] [--write]

`DATA` is a folder of parallel text in FLORES+ naming, ``devtest/hin_Deva.devtest``. Every language
with a G2P back end is read by each that is installed, or only by the one that ``auto`` chooses; a
language read as another (Egyptian Arabic as Arabic) is left out. `--write` writes the alphabet to
``src/lingap/g2p/inventory.tsv``, which ``inventory=broad`` uses, and the figures to
``docs/reference/inventory.md``. With `-l`, only these languages are measured, in the alphabet as it
is. With `--missing`, the languages and back ends without a map join the alphabet as it is, and
no other map changes; with `-l`, the maps of these languages are made anew. A language without a
file there is read by its letters and all pairs of them, with every unit as good as another. Run
`--missing` after `--write` without it, which makes the maps of languages with text only.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from pathlib import Path

import numpy as np
import regex

from lingap.errors import G2PError, LanguageError
from lingap.g2p import BACKENDS, Phonemizer, phonemizable
from lingap.g2p.ipa.articulation import is_sound
from lingap.g2p.ipa.common_alphabet import common_alphabet
from lingap.g2p.ipa.inventory import PhonemeInventory, bare_name, shipped_inventory
from lingap.g2p.ipa.unit_map import UnitMap
from lingap.gap.text_folders import text_files
from lingap.languages import get_language
from lingap.metrics.units import (
    inventory_overlaps,
    jensen_shannon,
    ngram_counts,
    token_overlaps,
)
from lingap.text.words import split_words

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "src/lingap/g2p/inventory.tsv"
PAGE = ROOT / "docs/reference/inventory.md"
BACK_ENDS = ("auto", "epitran", "orthography2ipa", "espeak", "gruut-lang-en", "english-ngrams",
             "pypinyin", "tojyutping", "janome", "africa-g2p", "alphabets")  # fmt: skip
_MOST_LETTERS = 3_000
_MOST_OF_ESPEAK = 60
_FEWEST_SOUNDS = 11
IDEOGRAPHIC = ("Hani", "Hans", "Hant", "Jpan")
PAIRS = ("hin urd", "nob nno", "rus ukr", "ces slk", "spa por", "tur aze", "hin eng")

Sentences = list[list[str]]


def read(
    code: str, lines: Sequence[str], backends: Sequence[str]
) -> tuple[dict[str, Counter[str]], Sentences]:
    """Units of a language under each back end, and its sentences in phonemes under ``auto``."""
    words = [split_words(line, code) for line in lines]
    units: dict[str, Counter[str]] = {}
    chosen: Sentences = []
    for backend in backends:
        if not phonemizable(code, backend):
            continue
        phonemizer = Phonemizer(code, backend)
        name = bare_name(phonemizer.backend.name)
        if name in units:
            continue
        sentences = [[u for p in phonemizer(row) for u in p.units] for row in words]
        units[name] = Counter(unit for row in sentences for unit in row)
        if backend == "auto":
            chosen = sentences
    return units, chosen


def alphabet(units: Mapping[str, Mapping[str, Counter[str]]]) -> PhonemeInventory:
    """The alphabet of the first back ends of the languages; then each other one by itself."""
    first = {code: next(iter(found.values())) for code, found in units.items()}
    maps = common_alphabet(first)
    made = PhonemeInventory(
        tuple(UnitMap(code, next(iter(units[code])), maps[code]) for code in maps)
    )
    votes, others = made.votes(), []
    for code, found in units.items():
        for backend, counts in list(found.items())[1:]:
            others.append(UnitMap(code, backend, common_alphabet({code: counts}, votes)[code]))
    everything = sorted((*made.maps, *others), key=lambda one: (one.language, one.backend))
    return PhonemeInventory(tuple(everything))


def with_missing(
    inventory: PhonemeInventory, files: Mapping[str, Path], n_lines: int
) -> PhonemeInventory:
    """The inventory with maps of the languages and back ends that have none, each by itself."""
    votes, known = inventory.votes(), {(one.language, one.backend) for one in inventory.maps}
    added = []
    for code, path in files.items():
        if get_language(code).base in files:
            continue
        for backend in BACK_ENDS:
            if not phonemizable(code, backend):
                continue
            if backend == "espeak" and get_language(code).script in IDEOGRAPHIC:
                continue  # it reads ideographs as English words
            phonemizer = Phonemizer(code, backend)
            at = phonemizer.read_as.code, bare_name(phonemizer.backend.name)
            if at in known:
                continue
            known.add(at)
            with path.open(encoding="utf-8") as lines:
                rows = [split_words(line, code) for line in islice(lines, n_lines)]
            counts = Counter(u for row in rows for p in phonemizer(row) for u in p.units)
            (found,) = common_alphabet({at[0]: counts}, votes).values()
            added.append(UnitMap(*at, found))
            print(*at, len(found), flush=True)
    for code, backend in lacking(PhonemeInventory((*inventory.maps, *added))):
        (found,) = common_alphabet({code: units_of_letters(code, backend)}, votes).values()
        if len(found) < _FEWEST_SOUNDS:
            continue  # letters alone are not what the back end reads
        added.append(UnitMap(code, backend, found))
        print(code, backend, len(found), "from letters", flush=True)
    everything = sorted((*inventory.maps, *added), key=lambda one: (one.language, one.backend))
    return PhonemeInventory(tuple(everything))


def lacking(inventory: PhonemeInventory) -> Iterator[tuple[str, str]]:
    """Languages and installed back ends for which the inventory has no map."""
    for backend in BACK_ENDS[1:]:
        if BACKENDS[backend].missing() is not None:
            continue
        for code in sorted(BACKENDS[backend].languages()):
            language = get_language(code)
            if backend == "espeak" and language.script in IDEOGRAPHIC:
                continue  # it reads ideographs as English words
            try:
                inventory.map_of(code, backend)
            except G2PError:
                yield code, backend


def units_of_letters(code: str, backend: str) -> set[str]:
    """Units of the letters that a back end reads and of all pairs of them."""
    script = get_language(code).script
    is_own = regex.compile(rf"\p{{Script={script}}}").match
    phonemizer = Phonemizer(code, backend, cache=False)
    letters = [c for c in map(chr, range(0x41, 0x20000)) if is_own(c) and _is_plain_letter(c)]
    said = zip(letters, phonemizer(letters[:_MOST_LETTERS]), strict=False)
    own = [c for c, p in said if p.units and not p.unmapped and not p.notes]
    if backend == "espeak":  # it reads every letter of the script
        own = own[:_MOST_OF_ESPEAK]
    words = [a + b for a in own for b in own]
    if backend != "espeak":  # it reads a lone letter by its name
        words += own
    return {unit for p in phonemizer(words) if not p.unmapped for unit in p.units}


def _is_plain_letter(character: str) -> bool:
    same = unicodedata.normalize("NFKC", character) == character
    return same and character.isalpha() and character.lower() == character


def distances(texts: Mapping[str, Sentences]) -> dict[str, np.ndarray]:
    """(L, L) of each measure of the input gap, over sounds."""
    sounds = {c: [[u for u in s if is_sound(u)] for s in rows] for c, rows in texts.items()}
    unigrams, bigrams = (ngram_counts(list(sounds.values()), n=n) for n in (1, 2))
    return {
        "units in common (Jaccard), %": 100 * inventory_overlaps(unigrams),
        "running units that the other has, %": 100 * token_overlaps(unigrams),
        "divergence of units, bit": jensen_shannon(unigrams),
        "divergence of pairs of units, bit": jensen_shannon(bigrams),
    }


def page(
    texts: Mapping[str, Sentences], inventory: PhonemeInventory, firsts: Mapping[str, str], n: int
) -> str:
    """The page of the figures."""
    maps = {c: inventory.map_of(c, firsts[c]).symbols for c in texts}
    broad = {c: [[maps[c].get(u, u) for u in s] for s in rows] for c, rows in texts.items()}
    before, after = distances(texts), distances(broad)
    codes = list(texts)
    upper = np.triu_indices(len(codes), 1)
    sizes = [len({u for m in maps.values() for u in side(m)}) for side in (dict.keys, dict.values)]
    everywhere = [
        sum(1 for _, k in Counter(u for m in maps.values() for u in set(side(m))).items()
            if k > len(maps) / 2)
        for side in (dict.keys, dict.values)
    ]  # fmt: skip
    rows = [
        ("distinct sounds, all languages", *map(str, sizes)),
        ("of them in more than half of the languages", *map(str, everywhere)),
    ]
    for name in before:
        digits = 1 if "%" in name else 4
        rows.append((name, *(f"{m[name][upper].mean():.{digits}f}" for m in (before, after))))
    changed = sum(a != b for m in maps.values() for a, b in m.items())
    total = sum(map(len, maps.values()))
    running = [
        np.mean([maps[c].get(u, u) != u for s in rows for u in s if is_sound(u)])
        for c, rows in texts.items()
    ]
    lines = [
        f"Measured on {n:,} lines of FLORES-200 devtest in {len(codes)} languages, each by the "
        "back end that `auto` chooses.",
        f"{changed:,} of {total:,} units of languages change ({100 * changed / total:.1f} %), "
        f"{100 * np.mean(running):.1f} % of running sounds.",
        "",
        "| mean over pairs of languages | written | broad |",
        "| --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        "| pair | units in common, % | divergence of units, bit | of pairs of units, bit |",
        "| --- | --- | --- | --- |",
    ]
    for pair in PAIRS:
        one, other = (get_language(code).code for code in pair.split())
        if one in codes and other in codes:
            at = codes.index(one), codes.index(other)
            cells = [
                f"{before[name][at]:.{d}f} → {after[name][at]:.{d}f}"
                for name, d in zip(list(before)[::1], (1, 1, 4, 4), strict=True)
            ]
            lines.append(f"| {one}–{other} | {cells[0]} | {cells[2]} | {cells[3]} |")
    worse = sum(
        after["divergence of units, bit"][i, j] > before["divergence of units, bit"][i, j] + 1e-9
        for i, j in combinations(range(len(codes)), 2)
    )
    lines += ["", f"The divergence of units grew for {worse:,} of {len(upper[0]):,} pairs.", ""]
    listed = [
        f"| {code} | {firsts[code]} | {' '.join(f'{a}={b}' for a, b in m.items() if a != b)} |"
        for code, m in maps.items()
        if any(a != b for a, b in m.items())
    ]
    lines += ["## Units that change", "", "| language | back end | written=symbol |",
              "| --- | --- | --- |", *listed]  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--lines", type=int, default=1012)
    parser.add_argument("--only-auto", action="store_true")
    parser.add_argument("-l", "--language", action="append")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    units: dict[str, dict[str, Counter[str]]] = {}
    texts: dict[str, Sentences] = {}
    files = text_files(given.data / "devtest", given.language)
    if given.missing:
        anew = set(given.language or ())
        kept = tuple(one for one in shipped_inventory().maps if one.language not in anew)
        inventory = with_missing(PhonemeInventory(kept), files, given.lines)
        if given.write:
            TABLE.write_text(inventory.as_tsv(), encoding="utf-8")
        return
    for code, path in files.items():
        read_as = get_language(code).base
        if read_as in files or read_as in units:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()[: given.lines]
        try:
            found, sentences = read(code, lines, BACK_ENDS[: 1 if given.only_auto else None])
        except LanguageError:
            continue
        if found:
            units[read_as or code], texts[read_as or code] = found, sentences
            print(code, *(f"{name} {len(counts)}" for name, counts in found.items()), flush=True)
    inventory = shipped_inventory() if given.language else alphabet(units)
    firsts = {code: next(iter(found)) for code, found in units.items()}
    figures = page(texts, inventory, firsts, given.lines)
    print(figures)
    if given.write:
        if not given.language:
            TABLE.write_text(inventory.as_tsv(), encoding="utf-8")
        head = PAGE.read_text(encoding="utf-8").split("<!-- figures -->")[0]
        PAGE.write_text(f"{head}<!-- figures -->\n\n{figures}", encoding="utf-8")


if __name__ == "__main__":
    main()
