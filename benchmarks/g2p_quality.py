"""Measure every installed G2P back end against gold pronunciations, and choose for ``auto``.

    python benchmarks/g2p_quality.py [--gold DIR] [--wikipron DIR] [--write]

`--gold` holds lists as ``<source>/<iso639-3>.tsv`` (word, tab, IPA); `--wikipron` is the folder
``data/scrape/tsv`` of the WikiPron release, for further languages. `--write` writes the figures to
``docs/reference/g2p-quality.md`` and the table for ``auto`` to
``src/lingap/g2p/measured_errors.tsv``.

Words are split into two halves by a checksum. The back end that is best on one half is scored on
the other, so ``auto`` is never scored on the words that chose it.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lingap.errors import LanguageError, LingapError
from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.evaluation import G2PEvaluation, evaluate_g2p, gold_phonemizer
from lingap.g2p.protocol import BACKENDS
from lingap.languages import Language, get_language

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "src/lingap/g2p/measured_errors.tsv"
PAGE = ROOT / "docs/reference/g2p-quality.md"
# Not measured: lexicon (the user's file), charsiu (needs the hub) and Flite (not a package).
CANDIDATES = ("epitran", "orthography2ipa", "espeak", "gruut-lang-en", "english-ngrams")
FEWEST_WORDS = 100
MADE_WITH_PERCENT = 1.0  # a list this close to a back end was made with it,
REGULAR_PERCENT = 10.0  # unless another back end is closer than this
TARGETS = {
    "eng": 16, "fra": 8, "rus": 20, "ita": 10, "hun": 5, "ukr": 15,
    "kor": 15, "tur": 16, "fin": 11, "hin": 18, "swa": 28, "urd": 40,
}  # fmt: skip

Gold = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Measured:
    """One gold list, and the evaluation of each back end."""

    language: Language
    source: str
    words: int
    whole: Mapping[str, G2PEvaluation]
    halves: Mapping[str, tuple[float, float]]

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

    def choice(self, half: int) -> str:
        """The best back end on one half."""
        return min(self.halves, key=lambda name: self.halves[name][half])

    @property
    def cross_validated(self) -> float:
        """Error of each half's choice on the other half, averaged."""
        return sum(self.halves[self.choice(1 - half)][half] for half in (0, 1)) / 2


def gold_lists(folder: Path) -> Iterator[tuple[Language, str, Gold]]:
    """All lists of a folder, with language and source."""
    for path in sorted(folder.glob("*/*.tsv")):
        yield get_language(path.stem), path.parent.name, read_pronunciations(path)


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


def measure(language: Language, source: str, gold: Gold) -> Measured | None:
    """All candidates that serve the language; None without any, or for a short list."""
    if len(gold) < FEWEST_WORDS:
        return None
    halves = [{w: v for w, v in gold.items() if zlib.crc32(w.encode()) % 2 == h} for h in (0, 1)]
    whole: dict[str, G2PEvaluation] = {}
    rates: dict[str, tuple[float, float]] = {}
    for name in CANDIDATES:
        backend = BACKENDS[name]
        if backend.missing() is not None or language.code not in backend.languages():
            continue
        if name == "epitran" and language.iso3 == "eng":
            continue  # the same as gruut-lang-en
        phonemizer = gold_phonemizer(language.code, name)
        try:
            whole[name] = evaluate_g2p(phonemizer, gold)
        except LingapError as error:
            print(f"{language.code} {name}: {error}", file=sys.stderr)
            continue
        first, second = (
            evaluate_g2p(phonemizer, half, n_resamples=100).error_rates["phonemic"].percent
            for half in halves
        )
        rates[name] = (first, second)
    return Measured(language, source, len(gold), whole, rates) if whole else None


def line(measured: Measured) -> str:
    """The figures of one list for the terminal."""
    rates = ", ".join(
        f"{name} {one.error_rates['phonemic'].percent:.1f}" for name, one in measured.whole.items()
    )
    return (
        f"{measured.language.code:9}{measured.words:5} words  {rates}; auto, cross-validated "
        f"{measured.cross_validated:.1f} ({measured.choice(0)}/{measured.choice(1)})"
        + (f"; MADE WITH {measured.made_with}" if measured.made_with else "")
    )


def table_text(results: list[Measured]) -> str:
    """The table for ``auto``: per language the first list not made with a back end."""
    lines = ["language\tbackend\tper_percent\twords\tgold"]
    listed: set[str] = set()
    for measured in results:
        if not measured.made_with and measured.language.code not in listed:
            listed.add(measured.language.code)
            for name, (first, second) in measured.halves.items():
                mean = (first + second) / 2
                lines.append(
                    f"{measured.language.code}\t{name}\t{mean:.2f}\t{measured.words}\t"
                    f"{measured.source}"
                )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=ROOT.parent / "shared/data/g2p")
    parser.add_argument("--wikipron", type=Path)
    parser.add_argument("--words", type=int, default=300, help="words of each WikiPron list")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    results: list[Measured] = []
    for language, source, gold in gold_lists(asked.gold):
        if (measured := measure(language, source, gold)) is not None:
            results.append(measured)
            print(line(measured), flush=True)
    # The paper's languages first.
    order = [*TARGETS, *(measured.language.code for measured in results)]
    results.sort(key=lambda measured: order.index(measured.language.code))
    further: list[Measured] = []
    if asked.wikipron is not None:
        seen = {language.code: gold for language, _, gold in gold_lists(asked.gold)}
        for language, source, gold in wikipron_lists(asked.wikipron, asked.words, seen):
            if (measured := measure(language, source, gold)) is not None:
                further.append(measured)
                print(line(measured), flush=True)
    further.sort(key=lambda m: m.language.code)
    if asked.write:
        from g2p_quality_page import page

        TABLE.write_text(table_text(results + further), encoding="utf-8")
        PAGE.write_text(page(results, further, TARGETS), encoding="utf-8")


if __name__ == "__main__":
    main()
