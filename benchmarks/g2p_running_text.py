"""Phoneme error rates by tokens and by types, before and after a change.

    python benchmarks/g2p_running_text.py GOLD --save before.json
    python benchmarks/g2p_running_text.py GOLD --against before.json [--worst 20]

GOLD is a folder of ``<iso639-3>.tsv`` (word, tab, IPA, tab, occurrences). *Folded* compares without
what lists and back ends write in different ways: length, marks and modifiers, the height of mid
vowels, the kind of a rhotic, palatal and retroflex places. Words of the gold are also counted that
got better and worse.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lingap.g2p.backends.lexicon import read_pronunciations
from lingap.g2p.evaluation import counts_of, gold_phonemizer, symbols_of
from lingap.g2p.gold_tables import read_frequencies

FOLDED = str.maketrans(
    "ɑɐɒæɛɔɪʊʏɫɾɹʁɦʋcɟœɘʌɵɯɨɜɬɭɻχħʀɰβðɣʂʈɖɳɲŋɕʑʐɱʎç",
    "aaaeeoiuylrrrhvkɡøəəəuiəllrxhrɡbdɡstdnnnʃʒʒmlx",
    "ʰʲˠʱʔʷʼ͈²¹",
)


def folded(ipa: str) -> str:
    """IPA without differences of convention.

    >>> folded("t͡ɕʰaːl̪")
    'tʃal'
    """
    text = "".join(symbols_of(ipa)).replace("ɝ", "ɚ").replace("ɚ", "ər")
    return text.translate(FOLDED)


def errors_of(
    said: Mapping[str, str], gold: Mapping[str, Sequence[str]], *, fold: bool
) -> NDArray[np.float64]:
    """Errors and symbols of each word, an array (n, 2)."""
    words = [folded(said[word]) if fold else said[word] for word in gold]
    variants = [[folded(one) for one in v] if fold else list(v) for v in gold.values()]
    return counts_of(words, variants, "phonemic")


def percent(counts: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Weighted phoneme error rate."""
    errors, symbols = (counts * weights[:, None]).sum(axis=0)
    return 100.0 * float(errors) / float(symbols)


def main() -> None:
    """Spell the gold words, and save or compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("gold", type=Path)
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="words with the most errors by tokens")
    asked = parser.parse_args()
    before = json.loads(asked.against.read_text("utf-8")) if asked.against else {}
    said: dict[str, dict[str, str]] = {}
    print(
        "| language | words | by tokens, folded | by tokens | by types, folded | better | worse |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for path in sorted(asked.gold.glob("*.tsv")):
        code = path.stem
        gold, frequencies = read_pronunciations(path), read_frequencies(path)
        weights = np.asarray([frequencies[word] for word in gold])
        spelled = gold_phonemizer(code, asked.backend)(list(gold))
        said[code] = {w: "".join(p.units) for w, p in zip(gold, spelled, strict=True)}
        states = [before[code], said[code]] if code in before else [said[code]]
        tables = {fold: [errors_of(s, gold, fold=fold) for s in states] for fold in (True, False)}
        even = np.ones(len(gold))
        rates = (
            [percent(one, weights) for one in tables[True]],
            [percent(one, weights) for one in tables[False]],
            [percent(one, even) for one in tables[True]],
        )
        change = tables[True][-1][:, 0] - tables[True][0][:, 0]
        cells = [" → ".join(f"{rate:.2f}" for rate in row) for row in rates]
        print(
            f"| {code} | {len(gold)} | {' | '.join(cells)} | {int((change < 0).sum())} | "
            f"{int((change > 0).sum())} |",
            flush=True,
        )
        cost = tables[True][-1][:, 0] * weights
        words = list(gold)
        for place in np.argsort(-cost)[: asked.worst]:
            if cost[place]:
                word = words[place]
                print(f"  {word}: {said[code][word]}, gold {', '.join(gold[word])}")
    if asked.save:
        asked.save.write_text(json.dumps(said, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
