"""Measure G2P packages that are no back ends of lingap beside ``auto``, on the same gold lists.

    pip install 'g2p2[all]' espyak
    python benchmarks/g2p_candidates.py [--gold DIR] [--languages CODE...] [--write]

Both packages are called as back ends are: the same normalization, word by word. g2p2 reads only the
models that its packages of language families ship; its downloads are refused. `--write` writes the
table to ``docs/reference/g2p-quality.md``. A word of the gold counts as *known* to g2p2 where its
answer equals a gold variant in whole segments, which a model trained on WikiPron can have by heart.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from g2p_quality import PAGE, ROOT, gold_lists
from g2p_quality_page import with_section
from lingap.errors import LanguageError
from lingap.g2p.backends.espeak_ipa import ipa_of_all
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.evaluation import G2PEvaluation, counts_of, evaluate_g2p, gold_phonemizer
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.protocol import BACKENDS, Transcriber, Transcription
from lingap.languages import Language, all_languages

HEADING = "## Packages tried, phonemic PER in %"

INTRODUCTION = """\
{versions}, called word by word as back ends are, with the word list of `auto` for `auto` alone.
Neither is taken:

- **g2p2** is made from WikiPron, Epitran and language models, as its page says: from the lists that
  the rows `frequent` and `wikipron` score it on (*known*: its answer equals a gold variant in whole
  segments). Where it is better there, it had such words. On the two lists from elsewhere, Finnish
  and Russian, it is worse than `auto`. WikiPron is CC BY-SA; the package is labelled MIT or
  Apache-2.0. It downloads models that are not installed, without a checksum; here that is refused.
- **espyak** writes eSpeak NG's rules again in Python (GPL-3.0): its error is that of `espeak`."""


class _Words:
    """A loaded package: words in, IPA out."""

    reads = frozenset("'")

    def __init__(self, read: Callable[[str], str]):
        self._read = read

    def transcribe(self, words: Sequence[str], /) -> list[Transcription]:
        return [Transcription(self._read(word)) for word in words]


class Candidate:
    """A package as a back end.

    Args:
        name: Its name, and that of its distribution.
        served: Codes of languages to its own.
        make: Loads a language.
    """

    def __init__(self, name: str, served: Mapping[str, str], make: Callable[[str], Transcriber]):
        self.name = name
        self._served = served
        self._make = make

    def languages(self) -> Mapping[str, str]:
        """Languages that it serves."""
        return self._served

    def missing(self) -> str | None:
        """How to install it, or None."""
        return None if installed_version(self.name) else f"pip install {self.name}"

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """Its version."""
        return {self.name: installed_version(self.name) or ""}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Load a language."""
        return self._make(self._served[language.code])


def _g2p2() -> Candidate:
    os.environ["G2P2_MODELS_URL"] = "file:///nonexistent"  # no downloads
    import g2p2

    codes = set(g2p2.languages())
    served = {one.code: one.iso1 for one in all_languages() if one.iso1 in codes and one.is_default}
    return Candidate("g2p2", served, lambda code: _Words(g2p2.get_model(code).phonemize))


def _espyak() -> Candidate:
    import espyak

    served = dict(BACKENDS["espeak"].languages())

    def make(voice: str) -> Transcriber:
        reader = espyak.G2P(voice)
        return _Words(lambda word: ipa_of_all([reader.phonemize(word, separator="_")], voice)[0])

    return Candidate("espyak", served, make)


def cells(found: G2PEvaluation | None) -> list[str]:
    """PER by tokens and by types."""
    if found is None:
        return ["–", "–"]
    tokens = found.token_error_rates.get("phonemic")
    types = f"{found.error_rates['phonemic'].percent:.1f}"
    return [f"{tokens.percent:.1f}" if tokens else "–", types]


def known_percent(phonemizer: Phonemizer, gold: Mapping[str, Sequence[str]]) -> float:
    """Share of gold words that are equal to a variant in whole segments, in percent."""
    said = ["".join(word.units) for word in phonemizer(list(gold))]
    errors = counts_of(said, list(gold.values()), "segments")[:, 0]
    return 100.0 * float((errors == 0).mean())


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=ROOT.parent / "shared/data/g2p")
    parser.add_argument("--languages", nargs="*", default=[], help="codes; all without")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    candidates = [_g2p2(), _espyak()]
    for candidate in candidates:
        BACKENDS.add(candidate.name, candidate)
    names = ["auto", "espeak", *(candidate.name for candidate in candidates)]
    head = " | ".join(f"{name}, tokens | types" for name in names)
    lines = [
        f"| language | gold | words | {head} | known to g2p2, % |",
        "| --- | --- | ---: |" + " ---: |" * (2 * len(names) + 1),
    ]
    print("\n".join(lines))
    for language, source, gold, frequencies in gold_lists(asked.gold):
        if asked.languages and language.code not in asked.languages:
            continue
        found: dict[str, G2PEvaluation] = {}
        for name in names:
            try:
                phonemizer = gold_phonemizer(language.code, name)
            except LanguageError:
                continue
            found[name] = evaluate_g2p(phonemizer, gold, frequencies=frequencies, n_resamples=100)
        known = "–"
        if "g2p2" in found:
            known = f"{known_percent(gold_phonemizer(language.code, 'g2p2'), gold):.0f}"
        row = [cell for name in names for cell in cells(found.get(name))]
        lines.append(f"| {language.code} | {source} | {len(gold)} | {' | '.join(row)} | {known} |")
        print(lines[-1], flush=True)
    if asked.write:
        versions = " and ".join(
            f"{candidate.name} {installed_version(candidate.name)}" for candidate in candidates
        )
        section = "\n".join([HEADING, "", INTRODUCTION.format(versions=versions), "", *lines, ""])
        PAGE.write_text(with_section(PAGE.read_text("utf-8"), section), "utf-8")


if __name__ == "__main__":
    main()
