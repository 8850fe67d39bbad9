"""``lingap gap tokens`` against the ``tokenizers`` library alone, over the same texts.

    python benchmarks/tokens.py FLORES/devtest -t gemma3=PATH -t qwen3=PATH ... [--rounds 2]

*Alone* reads each file and encodes its lines in batches: the least that anyone must do. *lingap*
also checks that the text is parallel, splits words, counts unknown tokens and words spelled out,
and draws 1,000 bootstrap samples. Both run in turn in one process; seconds are of the clock and of
the processor (all threads), the least of all rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from lingap.gap import read_parallel_text, token_gap
from lingap.gap.text_folders import text_files
from lingap.gap.tokenizers import load_tokenizers


def alone(folder: Path, sources: list[str]) -> dict[str, int]:
    """Tokens of each tokenizer, all languages together."""
    lines = [p.read_text(encoding="utf-8").splitlines() for p in text_files(folder).values()]
    totals = {}
    for source in sources:
        name, _, path = source.rpartition("=")
        file = Path(path)
        made = Tokenizer.from_file(str(file / "tokenizer.json" if file.is_dir() else file))
        made.no_truncation()
        made.no_padding()
        totals[name or source] = sum(
            len(row)
            for own in lines
            for row in made.encode_batch_fast(own, add_special_tokens=False)
        )
    return totals


def ours(folder: Path, sources: list[str]) -> dict[str, int]:
    """The same by lingap."""
    text = read_parallel_text(folder)
    gaps = [token_gap(text, tokenizer) for tokenizer in load_tokenizers(sources)]
    return {gap.tokenizer: sum(gap.n_tokens.values()) for gap in gaps}


def timed(run: Callable[..., Any], *given: Any) -> tuple[float, float, Any]:
    """Seconds of the clock and of the processor, and the result."""
    start = time.perf_counter(), time.process_time()
    made = run(*given)
    return time.perf_counter() - start[0], time.process_time() - start[1], made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-t", "--tokenizer", action="append", required=True)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    best = {"alone": (float("inf"), float("inf")), "lingap": (float("inf"), float("inf"))}
    for _ in range(options.rounds):
        found = {}
        for name, run in (("alone", alone), ("lingap", ours)):
            clock, processor, found[name] = timed(run, options.folder, options.tokenizer)
            best[name] = min(best[name][0], clock), min(best[name][1], processor)
    print(f"{len(text_files(options.folder))} languages, {len(options.tokenizer)} tokenizers")
    for name, (clock, processor) in best.items():
        print(f"{name}: {clock:.1f} s by the clock, {processor:.1f} s of the processor")
    ratios = [ours / least for ours, least in zip(best["lingap"], best["alone"], strict=True)]
    print(f"lingap takes {ratios[0]:.2f} times as long by the clock, {ratios[1]:.2f} by processor")
    for name, total in found["alone"].items():
        difference = found["lingap"][name] - total
        print(f"{name}: {total:,} tokens alone, lingap {difference:+,}")


if __name__ == "__main__":
    main()
