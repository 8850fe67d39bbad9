"""What every study has: its options, its runs, and its page written where it was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lingap.experiments import Experiment, ExperimentResult


def options(
    about: str, folder: str | None, *, writes: str = "page to write"
) -> argparse.ArgumentParser:
    """A parser with the options of all studies.

    Args:
        about: The script's docstring; its first line is the help.
        folder: Of its runs, by default; None where it depends on another option.
        writes: What `--write` names.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--out", type=Path, default=folder and Path(folder), help="its folder")
    parser.add_argument("--write", type=Path, help=writes)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--show", action="store_true", help="write finished runs, run nothing")
    return parser


def carry_out(config: Mapping[str, Any], out: Path, given: argparse.Namespace) -> ExperimentResult:
    """Do what is not done of an experiment, and print what failed."""
    from lingap.cli.experiment_progress import watch_jobs

    made = Experiment(config).run(out, n_workers=given.workers, watch=watch_jobs)
    for failure in made.failures:
        print(failure)
    return made


def put(text: str, target: Path | None) -> None:
    """Write a page to `target`, or print it without one."""
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        print(text)


def put_between(text: str | None, page: Path, name: str) -> None:
    """Replace what stands between the two comments of a name in a page that is written by hand.

    Args:
        text: None only checks that both are there, as before a study.
        page: With ``<!-- name: begin -->`` and ``<!-- name: end -->``.
        name: Of the comments.
    """
    first, last = (f"<!-- {name}: {end} -->" for end in ("begin", "end"))
    before, found, rest = page.read_text(encoding="utf-8").partition(first)
    _, closed, after = rest.partition(last)
    if not found or not closed:
        raise SystemExit(f"{page} lacks {first} and {last}, between which the table is written.")
    if text is not None:
        page.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", encoding="utf-8")
