"""Measure every installed G2P back end against gold pronunciations, and choose for ``auto``.

    python benchmarks/g2p_quality.py [--gold DIR] [--wikipron DIR] [--languages CODE...] [--write]

`--gold` holds lists as ``<source>/<iso639-3>.tsv`` (word, tab, IPA; in the folder ``frequent``
also the occurrences); `--wikipron` is the folder ``data/scrape/tsv`` of the WikiPron release, for
further languages. `--write` writes the table for ``auto`` to
``src/lingap/g2p/measured_errors.tsv``, where languages not measured now keep their rows, and,
without `--languages`, the figures to ``docs/reference/g2p-quality.md``, where sections of other
measurements stay.

``auto`` chooses the least error: the phoneme error rate plus the share of symbols lost, by tokens
where frequencies are known. Words are split into five folds by a seeded checksum. The back end that
is best on four of them is scored on the fifth, so ``auto`` is never scored on the words that chose
it. Its word list (``src/lingap/g2p/words``) is read before each back end, as in use.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from g2p_running_text import errors_of, percent
from lingap.errors import LanguageError, LingapError
from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.evaluation import (
    G2PEvaluation,
    counts_of,
    evaluate_g2p,
    gold_phonemizer,
    lost_symbols,
)
from lingap.g2p.gold_tables import read_frequencies
from lingap.g2p.protocol import BACKENDS
from lingap.languages import Language, get_language

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "src/lingap/g2p/measured_errors.tsv"
PAGE = ROOT / "docs/reference/g2p-quality.md"
# Not measured: lexicon (the user's file), charsiu (needs the hub) and Flite (not a package).
CANDIDATES = (
    "epitran", "orthography2ipa", "espeak", "gruut-lang-en", "english-ngrams", "africa-g2p",
)  # fmt: skip
FEWEST_WORDS = 100
MADE_WITH_PERCENT = 1.0  # a list this close to a back end was made with it,
REGULAR_PERCENT = 10.0  # unless another back end is closer than this
TARGETS = {
    "eng": 16, "fra": 8, "rus": 20, "ita": 10, "hun": 5, "ukr": 15,
    "kor": 15, "tur": 16, "fin": 11, "hin": 18, "swa": 28, "urd": 40,
}  # fmt: skip

# Folded PER by tokens that running text needs at most.
CEILINGS = {
    "fra": 2.0, "kor": 7.0, "urd": 9.0, "deu": 8.0, "nld": 3.5, "tur": 4.0, "hin": 1.2, "por": 5.0,
    "swe": 6.0, "cat": 4.0, "ces": 1.0,
}  # fmt: skip

Gold = Mapping[str, tuple[str, ...]]
Frequencies = Mapping[str, float] | None


N_FOLDS = 5
SEED = 0


@dataclass(frozen=True)
class Measured:
    """One gold list, and the evaluation of each back end.

    Args:
        language: The language.
        source: Where the list is from.
        words: Gold words.
        whole: Back end -> its evaluation alone.
        sums: Back end -> array (folds, 3) of errors, gold symbols and lost symbols, as ``auto``
            would use it, weighted by frequencies where known.
        auto: ``auto``'s evaluation with the word list, for the choice over all words.
    """

    language: Language
    source: str
    words: int
    whole: Mapping[str, G2PEvaluation]
    sums: Mapping[str, NDArray[np.float64]]
    auto: G2PEvaluation

    @property
    def by(self) -> str:
        """What is counted: types or tokens."""
        return "tokens" if self.auto.token_error_rates else "types"

    @property
    def made_with(self) -> str:
        """The back end with which the list was probably made, or "".

        It equals the list in whole segments, and the next best is far off, so the reason is not
        regular spelling.
        """
        segments = {name: one.error_rates["segments"].percent for name, one in self.whole.items()}
        nearest, *others = sorted(segments, key=lambda name: segments[name])
        regular = bool(others) and segments[others[0]] < REGULAR_PERCENT
        return nearest if segments[nearest] < MADE_WITH_PERCENT and others and not regular else ""

    def error(self, name: str, folds: Sequence[int] = range(N_FOLDS)) -> float:
        """PER plus lost symbols in percent, by which ``auto`` chooses."""
        errors, symbols, lost = self.sums[name][list(folds)].sum(axis=0)
        return 100.0 * float(errors + lost) / max(float(symbols), 1e-12)

    def choice(self, without: int) -> str:
        """The best back end on all folds but one."""
        folds = [fold for fold in range(N_FOLDS) if fold != without]
        return min(self.sums, key=lambda name: self.error(name, folds))

    @property
    def cross_validated(self) -> float:
        """PER of the choices, each on the fold that it did not see."""
        rows = np.stack([self.sums[self.choice(fold)][fold] for fold in range(N_FOLDS)])
        errors, symbols, _ = rows.sum(axis=0)
        return 100.0 * float(errors) / max(float(symbols), 1e-12)


def gold_lists(folder: Path) -> Iterator[tuple[Language, str, Gold, Frequencies]]:
    """All lists of a folder with language, source and frequencies; those that have them first."""
    for path in sorted(folder.glob("*/*.tsv"), key=lambda p: (p.parent.name != "frequent", p)):
        frequencies = read_frequencies(path) if path.parent.name == "frequent" else None
        yield get_language(path.stem), path.parent.name, read_pronunciations(path), frequencies


def wikipron_lists(
    folder: Path, n_words: int, seen: Mapping[str, Gold]
) -> Iterator[tuple[Language, str, Gold]]:
    """A sample of the largest list of each language and script, broad before narrow.

    Words of the lists in `seen` are left out.
    """
    best: dict[str, tuple[bool, int, Path, Language]] = {}
    for path in sorted(folder.glob("*_*_*.tsv")):
        code, script, *rest = path.stem.split("_")
        try:
            language = get_language(f"{code}-{script}")
        except LanguageError:
            continue
        rank = (rest[-1] == "broad", path.stat().st_size, path, language)
        best[language.code] = max(best.get(language.code, rank), rank, key=lambda r: r[:2])
    for _, _, path, language in best.values():
        gold = read_pronunciations(path)
        own = seen.get(language.code, {})
        words = sorted(word for word in gold if word not in own and not set(word) & set(" -"))
        random.Random(0).shuffle(words)
        yield language, "wikipron " + path.stem, {word: gold[word] for word in words[:n_words]}


def measure(
    language: Language, source: str, gold: Gold, frequencies: Frequencies = None
) -> Measured | None:
    """All candidates that serve the language; None without any, or for a short list."""
    if len(gold) < FEWEST_WORDS:
        return None
    whole: dict[str, G2PEvaluation] = {}
    sums: dict[str, NDArray[np.float64]] = {}
    for name in CANDIDATES:
        backend = BACKENDS[name]
        if backend.missing() is not None or language.code not in backend.languages():
            continue
        if name == "epitran" and language.iso3 == "eng":
            continue  # the same as gruut-lang-en
        try:
            whole[name] = evaluate_g2p(
                gold_phonemizer(language.code, name), gold, frequencies=frequencies
            )
            sums[name] = fold_sums(f"auto ({name})", language, gold, frequencies)
        except LingapError as error:
            print(f"{language.code} {name}: {error}", file=sys.stderr)
    if not sums:
        return None
    chosen = min(sums, key=lambda name: (sums[name][:, 0] + sums[name][:, 2]).sum())
    phonemizer = gold_phonemizer(language.code, f"auto ({chosen})")
    auto = evaluate_g2p(phonemizer, gold, frequencies=frequencies)
    return Measured(language, source, len(gold), whole, sums, auto)


def measure_list(one: tuple[Language, str, Gold, Frequencies]) -> Measured | None:
    """As :func:`measure`, for a list of :func:`gold_lists`."""
    return measure(*one)


def folded_rates(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Language, words and ``auto``'s PER by tokens in folded symbols, of lists with frequencies."""
    for language, _, gold, frequencies in gold_lists(folder):
        if frequencies is not None:
            spelled = gold_phonemizer(language.code)(list(gold))
            said = {w: "".join(p.units) for w, p in zip(gold, spelled, strict=True)}
            weights = np.asarray([frequencies[word] for word in gold])
            rate = percent(errors_of(said, gold, fold=True), weights)
            yield language.code, len(gold), rate


def fold_sums(
    backend: str, language: Language, gold: Gold, frequencies: Frequencies
) -> NDArray[np.float64]:
    """Errors, gold symbols and lost symbols of each fold, an array (folds, 3)."""
    spelled = gold_phonemizer(language.code, backend)(list(gold))
    said = ["".join(word.units) for word in spelled]
    variants = list(gold.values())
    lost = lost_symbols(said, variants)
    rows = np.column_stack([counts_of(said, variants, "phonemic"), lost])
    if frequencies is not None:
        rows *= np.asarray([frequencies[word] for word in gold])[:, None]
    folds = np.asarray([zlib.crc32(f"{SEED} {word}".encode()) % N_FOLDS for word in gold])
    return np.stack([rows[folds == fold].sum(axis=0) for fold in range(N_FOLDS)])


def line(measured: Measured) -> str:
    """The figures of one list for the terminal."""
    rates = ", ".join(f"{name} {measured.error(name):.1f}" for name in measured.sums)
    chosen = "/".join(dict.fromkeys(measured.choice(fold) for fold in range(N_FOLDS)))
    return (
        f"{measured.language.code:9}{measured.words:5} words by {measured.by}  {rates}; auto, "
        f"cross-validated {measured.cross_validated:.1f} ({chosen})"
        + (f"; MADE WITH {measured.made_with}" if measured.made_with else "")
    )


def table_text(results: list[Measured]) -> str:
    """The table for ``auto``: per language the first list not made with a back end."""
    header = "language\tbackend\terror_percent\tby\twords\tgold"
    kept = [row for row in TABLE.read_text(encoding="utf-8").splitlines()[1:] if row]
    rows: dict[str, list[str]] = {}
    for measured in results:
        code = measured.language.code
        if not measured.made_with and code not in rows:
            rows[code] = [
                f"{code}\t{name}\t{measured.error(name):.2f}\t{measured.by}\t"
                f"{measured.words}\t{measured.source}"
                for name in measured.sums
            ]
    old = [row for row in kept if row.split("\t")[0] not in rows]
    return "\n".join([header, *(row for found in rows.values() for row in found), *old]) + "\n"


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=ROOT.parent / "shared/data/g2p")
    parser.add_argument("--wikipron", type=Path)
    parser.add_argument("--words", type=int, default=300, help="words of each WikiPron list")
    parser.add_argument("--languages", nargs="*", default=[], help="codes; all without")
    parser.add_argument("--processes", type=int, default=1, help="lists measured at a time")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    results: list[Measured] = []
    lists = [
        one for one in gold_lists(asked.gold) if one[0].code in (asked.languages or [one[0].code])
    ]
    with Pool(asked.processes) as pool:
        for measured in pool.imap(measure_list, lists):
            if measured is not None:
                results.append(measured)
                print(line(measured), flush=True)
    # The paper's languages first.
    order = [*TARGETS, *(measured.language.code for measured in results)]
    results.sort(key=lambda measured: order.index(measured.language.code))
    further: list[Measured] = []
    if asked.wikipron is not None:
        seen: dict[str, Gold] = {}
        for language, _, gold, _ in gold_lists(asked.gold):
            seen[language.code] = {**seen.get(language.code, {}), **gold}
        for language, source, gold in wikipron_lists(asked.wikipron, asked.words, seen):
            if asked.languages and language.code not in asked.languages:
                continue
            if (measured := measure(language, source, gold)) is not None:
                further.append(measured)
                print(line(measured), flush=True)
    further.sort(key=lambda m: m.language.code)
    if asked.write:
        from g2p_quality_page import folded_section, page, with_section, with_sections_of

        TABLE.write_text(table_text(results + further), encoding="utf-8")
        if asked.languages:
            return
        made = page(results, further, TARGETS)
        made = with_section(made, folded_section(folded_rates(asked.gold), CEILINGS))
        made = with_sections_of(made, PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
