"""What phonemization costs in parallel text: every file, every installed back end.

    python benchmarks/g2p_coverage.py DATA [--write]

`DATA` holds corpora in FLORES+ naming, ``<corpus>/devtest/<language>_<Script>.devtest``, such as
the folder that ``lingap corpora`` reads as `flores`. `--write` writes the figures to
``docs/reference/g2p-coverage.md``. The word cache is not used, so a run measures the installed
versions.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lingap.g2p import BACKENDS, G2PCoverage, PhonemeVocabulary, Phonemizer
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.choice import choose
from lingap.g2p.coverage import printable
from lingap.g2p.vendored import vendored_version
from lingap.languages import Language, get_language
from lingap.text.units import UNKNOWN

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/g2p-coverage.md"
BACK_ENDS = ("epitran", "orthography2ipa", "espeak", "gruut-lang-en", "english-ngrams")
PACKAGES = ("orthography2ipa", "espeakng-loader", "gruut-lang-en")
WORST_SHOWN = 3


@dataclass(frozen=True)
class Cost:
    """One file read by one back end."""

    corpus: str
    language: Language
    lines: int
    coverage: G2PCoverage
    is_chosen: bool


def files(folder: Path) -> Iterator[tuple[str, list[tuple[Language, Path]]]]:
    """Every corpus with its files, English first."""
    for corpus in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = [(get_language(path.stem), path) for path in sorted(corpus.rglob("*.devtest"))]
        yield corpus.name, sorted(found, key=lambda one: (one[0].code != "eng", one[0].code))


def serving(language: Language) -> list[str]:
    """Installed back ends for a language."""
    return [
        name
        for name in BACK_ENDS
        if BACKENDS[name].missing() is None and language.code in BACKENDS[name].languages()
    ]


def phonemes(path: Path, phonemizer: Phonemizer) -> tuple[set[str], int, G2PCoverage]:
    """Units of a file, its number of lines, and the coverage; lines out must equal lines in."""
    source, out = path.read_bytes(), io.BytesIO()
    coverage = phonemize_text(io.BytesIO(source), out, phonemizer)
    lines = len(source.splitlines())
    written = out.getvalue().decode()
    if written.count("\n") != lines:
        raise SystemExit(f"{path}: {lines} lines in, {written.count(chr(10))} out")
    return set(written.split()) - {"▁", UNKNOWN}, lines, coverage


def costs(folder: Path) -> Iterator[Cost]:
    """Coverage of all files; units are checked against those of the English side by `auto`."""
    for corpus, sides in files(folder):
        if sides[0][0].code != "eng":
            raise SystemExit(f"{corpus}: no English side to check units against")
        known, _, _ = phonemes(sides[0][1], Phonemizer("eng", cache=False))
        english = PhonemeVocabulary(f"English of {corpus}", tuple(sorted(known)))
        for language, path in sides:
            for name in serving(language):
                phonemizer = Phonemizer(language, name, cache=False, vocabulary=english)
                _, lines, coverage = phonemes(path, phonemizer)
                yield Cost(corpus, language, lines, coverage, choose(language) == name)


def row(cost: Cost) -> str:
    """One line of the table."""
    coverage = cost.coverage
    worst = [
        f"{printable(character)} × {count:,} ({printable(coverage.examples[character][0])})"
        for character, count in list(coverage.unmapped.items())[:WORST_SHOWN]
    ]
    losses = [
        f"{name} {count:,}"
        for name, count in coverage.notes.items()
        if name not in ("foreign script", "unit not in the vocabulary")
    ]
    name = f"**{coverage.backend}**" if cost.is_chosen else coverage.backend
    cells = (
        cost.corpus, cost.language.code, name, f"{cost.lines:,}", f"{coverage.words:,}",
        f"{coverage.types:,}", f"{coverage.empty_percent:.2f}", f"{coverage.unmapped_percent:.2f}",
        f"{coverage.foreign_percent:.2f}", f"{coverage.lacking_percent:.1f}",
        f"{len(coverage.lacking)}",
        ", ".join(worst).replace("|", "\\|") or "–", ", ".join(losses) or "–",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def installed() -> str:
    """Names and versions of what was measured."""
    found = [f"epitran {vendored_version('epitran')}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def page(measured: list[Cost]) -> str:
    """The documentation page."""
    head = (
        "| corpus | language | back end | lines | words | types | empty % | unmapped % | foreign % "
        "| not in English % | kinds | unmapped most often (in) | other losses, words |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"
    )
    return f"""# G2P coverage of parallel text

Made by `python benchmarks/g2p_coverage.py DATA --write` over every file of two parallel corpora:
PUD of Universal Dependencies (`pud`) and TICO-19 (`tico19`). Every output has as many lines as its
input. Measured: {installed()}; default policies.

*Empty*: words that could not be spelled. *Unmapped*: words with a character that no rule covers.
*Foreign*: words with letters of a script that the language does not use. *Not in English*: units
absent from the English side of the corpus, read by `auto`, as a share of all units and as *kinds*,
the number of distinct ones; a model trained only on English phonemes has never seen them. All other
shares are of words, including punctuation marks. The back end that `auto` chooses is **bold**.

{head}
{chr(10).join(map(row, measured))}
"""


def main() -> None:
    """Measure, print, and write on request."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path, help="folder of parallel corpora")
    options.add_argument("--write", action="store_true", help="write the documentation page")
    given = options.parse_args()
    text = page(list(costs(given.data)))
    print(text)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
