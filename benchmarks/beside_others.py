"""lingap's numbers beside those of others' tools, over the same files.

    python benchmarks/beside_others.py mteb SCORES
    python benchmarks/beside_others.py tokeval FLORES/devtest --code FOLDER -t NAME=FILE … -l eng …

*mteb*: `SCORES` holds `mteb-results/` (results of mteb, a folder per model and revision) and tables
`mteb_<Task>.csv`. The `main_score` of each language is read from the JSON without lingap; mean and
mean RPD are computed from it in a few lines, and all are compared with what `lingap gap scores`
makes of the folder, and with the table.

*tokeval*: tokens a line, premium, Gini coefficient and fertility by the classes of TokEval
(github.com/cimeister/tokenizer-analysis-suite, a copy of which `--code` names) and by lingap, of
the same lines in files `tokenizer.json`. TokEval reads and encodes them itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any

from lingap.gap import read_parallel_text, score_gaps, token_gap
from lingap.gap.language_names import language_code
from lingap.gap.tokenizers import load_tokenizers

Table = dict[tuple[str, str], dict[str, float]]
"""Task and model to language to score."""


def plainly(folder: Path) -> Table:
    """`main_score` of the test split of each language, as the JSON has it; a mean of repeats."""
    found: Table = defaultdict(dict)
    for path in sorted(folder.glob("*/*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        scores = content.get("scores", {})
        rows = scores.get("test") or next(iter(scores.values()), [])
        for row in rows if isinstance(rows, list) else ():
            code = language_code(row["hf_subset"]) or row["hf_subset"]
            found[content["task_name"], path.parent.parent.name][code] = row["main_score"]
    return found


def of_tables(folder: Path) -> Table:
    """The same of the tables."""
    found: Table = defaultdict(dict)
    for path in sorted(folder.glob("mteb_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = language_code(row["language"]) or row["language"]
                found[row["task"], row["system"]][code] = float(row["score"])
    return found


def mean_rpd(scores: dict[str, float]) -> float:
    """Mean relative percentage difference over all pairs, by its definition."""
    pairs = list(combinations(scores.values(), 2))
    return sum(200 * abs(a - b) / (a + b) for a, b in pairs) / len(pairs)


def mteb(options: argparse.Namespace) -> None:
    """Compare scores and print."""
    folder = options.scores / "mteb-results"
    theirs, tables = plainly(folder), of_tables(options.scores)
    found, _ = score_gaps([folder], n_resamples=0, compare=False)
    ours: Table = {(gap.task, gap.system): dict(gap.scores) for gap in found.performance}
    gaps = {(gap.task, gap.system): gap.mean_rpd for gap in found.performance}
    for task in dict.fromkeys(task for task, _ in ours):
        keys = [key for key in ours if key[0] == task]
        off = [abs(score - theirs[k][c]) for k in keys for c, score in ours[k].items()]
        beside = [
            abs(score - tables[k][c])
            for k in keys
            for c, score in ours[k].items()
            if c in tables.get(k, {})
        ]
        rpd = [abs((gaps[k] or 0.0) - mean_rpd({c: theirs[k][c] for c in ours[k]})) for k in keys]
        print(
            f"{task}: {len(keys)} models, {len(off)} scores; largest difference from the JSON "
            f"{max(off):.1e}, from the table {max(beside, default=float('nan')):.1e} "
            f"({len(beside)} scores), of mean RPD from its definition {max(rpd):.1e}"
        )


def of_tokeval(
    code: Path, lines: dict[str, list[str]], files: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """TokEval's Gini metrics and fertility of each tokenizer."""
    sys.path.insert(0, str(code))
    from tokenizer_analysis.config.normalization import NormalizationConfig
    from tokenizer_analysis.core.input_providers import create_input_provider
    from tokenizer_analysis.core.input_utils import create_simple_specifications
    from tokenizer_analysis.metrics.basic import BasicTokenizationMetrics
    from tokenizer_analysis.metrics.gini import TokenizerGiniMetrics
    from tokenizer_analysis.utils import load_tokenizer_from_config

    loaded = {name: load_tokenizer_from_config({"path": file}) for name, file in files.items()}
    provider = create_input_provider(
        create_simple_specifications({name: (made, lines) for name, made in loaded.items()})
    )
    data = provider.get_tokenized_data()
    costs = TokenizerGiniMetrics(provider).compute_tokenizer_fairness_gini(data)
    words = NormalizationConfig.from_dict({"method": "words"})
    fertility = BasicTokenizationMetrics(provider, words).compute_fertility_analysis(data)
    return costs["per_tokenizer"], fertility["fertility"]["per_tokenizer"]


def tokeval(options: argparse.Namespace) -> None:
    """Compare tokens and print."""
    text = read_parallel_text(options.folder, languages=options.language, limit=options.limit)
    lines = {name: list(own) for name, own in text.lines.items()}
    files = dict(source.split("=", 1) for source in options.tokenizer)
    costs, fertility = of_tokeval(options.code, lines, files)
    for tokenizer in load_tokenizers(options.tokenizer):
        ours, theirs = token_gap(text, tokenizer, n_resamples=0), costs[tokenizer.name]
        cost = theirs["language_costs"]
        own = {name: n / ours.n_sentences for name, n in ours.n_tokens.items()}
        off = [abs(own[name] - cost[name]) for name in own]
        ratio = {name: cost[name] / cost[ours.reference] for name in own}
        print(
            f"{tokenizer.name}, {len(own)} languages: Gini TokEval "
            f"{theirs['gini_coefficient']:.6f}, lingap {ours.gini:.6f}; largest "
            f"difference of tokens a line {max(off):.1e}, of premiums "
            f"{max(abs(ratio[name] - ours.premium[name]) for name in own):.1e}"
        )
        for name in list(own)[:4]:
            counts = tokenizer.count(lines[name], name)[0]
            same = fmean(n / len(line.split()) for n, line in zip(counts, lines[name], strict=True))
            mean = fertility[tokenizer.name]["per_language"][name]["mean"]
            print(
                f"  {name}: fertility TokEval {mean:.4f}, its formula over lingap's tokens "
                f"{same:.4f}, lingap's own {ours.fertility[name]:.4f}"
            )


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("mteb")
    one.add_argument("scores", type=Path)
    one.set_defaults(run=mteb)
    two = parts.add_parser("tokeval")
    two.add_argument("folder", type=Path)
    two.add_argument("--code", type=Path, required=True)
    two.add_argument("-t", "--tokenizer", action="append", required=True)
    two.add_argument("-l", "--language", action="append")
    two.add_argument("--limit", type=int, help="lines of each file")
    two.set_defaults(run=tokeval)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
