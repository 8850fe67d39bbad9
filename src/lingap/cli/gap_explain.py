"""``lingap gap explain``: what features of languages explain of their scores."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.gap_check import Names
from lingap.cli.gap_options import (
    AsJson,
    Details,
    DropFailed,
    Ignore,
    Languages,
    Scale,
    Seed,
    listed,
)
from lingap.cli.gap_output import (
    check_endings,
    few,
    print_json,
    show,
    tell_left_out,
    write_outputs,
)
from lingap.cli.options import Overwrite
from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.gap.explanation import Explanation


def explain(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Scores; as for gap scores.")
    ],
    tokens: Annotated[
        Path | None, typer.Option(help="Token premiums: what gap tokens --json wrote.")
    ] = None,
    inventory: Annotated[
        bool,
        typer.Option("--phonemes/--no-phonemes", help="Phonemes that Epitran's tables write."),
    ] = True,
    data_size: Annotated[
        Path | None,
        typer.Option(help="A table (.tsv, .csv): a column language, one or more of sizes above 0."),
    ] = None,
    reference: Annotated[str, typer.Option(help="Language to measure distances from.")] = "eng",
    predict: Annotated[
        list[str] | None,
        typer.Option(
            callback=listed,
            help="Languages without a score to predict it for, with commas; repeatable. "
            "[default: those of --tokens]",
            show_default=False,
        ),
    ] = None,
    system: Names = None,
    each: Annotated[
        bool,
        typer.Option("--each", help="Each system rather than their mean, also of more than 3."),
    ] = False,
    task: Names = None,
    metric: Names = None,
    scale: Scale = "auto",
    language: Languages = None,
    ignore: Ignore = None,
    drop_failed: DropFailed = False,
    missing: Annotated[
        str,
        typer.Option(help="A language that not all systems have: error, shared or auto."),
    ] = "auto",
    permutations: Annotated[
        int, typer.Option(help="For p-values and intervals.", min=99, max=100_000)
    ] = 1999,
    seed: Seed = 0,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out",
            "-o",
            help="Write a page (.html), the tables (.md) or all values (.json); repeatable.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Why is a language behind? Distances, script, family, tokens, phonemes, data and the scores.

    Rank correlations, Mantel's test over pairs, and a ridge regression that has not seen the
    family which it predicts. Nothing is fetched; with the extra explain, distances are URIEL+'s.
    """
    from lingap.gap.explain_files import explain_files
    from lingap.report.explain_view import explain_answers, explain_view
    from lingap.storage.outputs import named

    check_endings(out, (".html", ".md", ".json"))
    found, notes = explain_files(
        paths,
        reference=reference,
        tokens=tokens,
        data_size=data_size,
        inventory=inventory,
        predict=predict,
        systems=system,
        each=each,
        tasks=task,
        metrics=metric,
        scale=scale,  # type: ignore[arg-type]
        languages=language,
        ignore=ignore or (),
        drop_failed=drop_failed,
        missing=missing,
        n_permutations=permutations,
        seed=seed,
    )
    write_outputs(
        out,
        {"explanations": found},
        partial(_content, found, notes),
        made_by=f"explanation of {named(paths)}",
        inputs=[path for path in (*paths, tokens, data_size) if path],
        overwrite=overwrite,
    )
    if as_json:
        print_json(explanations=found)
        return
    view = explain_view(found, details=details)
    tell("\n".join(few(explain_answers(found))) + "\n")
    show("explain", view.tables, notes)
    tell_left_out(view)


def _content(found: list[Explanation], notes: list[str], kind: str) -> str:
    """What a file of ``--out`` holds, by its ending."""
    from lingap.report.explain_page import explain_page
    from lingap.report.explain_tables import explain_tables
    from lingap.report.markdown import tables_page

    if kind == "html":
        return explain_page(found, notes)
    tables = [table for one in found for table in explain_tables(one)]
    return tables_page("What features of languages explain", tables, notes)
