"""``lingap gap explain``: what features of languages explain of their scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.gap_check import Names
from lingap.cli.gap_output import listed, print_json, show
from lingap.cli.options import Overwrite
from lingap.cli.telling import tell


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
    missing: Annotated[
        str,
        typer.Option(help="A language that not all systems have: error, shared or auto."),
    ] = "auto",
    permutations: Annotated[
        int, typer.Option(help="For p-values and intervals.", min=99, max=100_000)
    ] = 1999,
    seed: Annotated[int, typer.Option(help="Seed of all random draws.", min=0)] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the tables (.md) or values (.json).")
    ] = None,
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every value.")] = False,
) -> None:
    """Why is a language behind? Distances, script, family, tokens, phonemes, data and the scores.

    Rank correlations, Mantel's test over pairs, and a ridge regression that has not seen the
    family which it predicts. Nothing is fetched; with the extra explain, distances are URIEL+'s.
    """
    from lingap.errors import ConfigError
    from lingap.gap.explain_files import explain_files
    from lingap.report.explain_tables import explain_tables

    if out is not None and out.suffix.lower() not in (".md", ".json"):
        raise ConfigError(f"--out {out}: expected a name with .md or .json.")
    found, notes = explain_files(
        paths,
        reference=reference,
        tokens=tokens,
        data_size=data_size,
        inventory=inventory,
        predict=listed(predict),
        systems=system,
        each=each,
        tasks=listed(task),
        metrics=listed(metric),
        missing=missing,
        n_permutations=permutations,
        seed=seed,
    )
    if out is not None:
        from lingap.report.markdown import tables_page
        from lingap.storage.json_file import as_json as json_text
        from lingap.storage.outputs import named, output, refuse_same

        tables = [table for one in found for table in explain_tables(one)]
        if out.suffix.lower() == ".md":
            text = tables_page("What features of languages explain", tables, notes)
        else:
            text = json_text({"explanations": [one.to_dict() for one in found]})
        inputs = [path for path in (*paths, tokens, data_size) if path and str(path) != "-"]
        refuse_same(out, inputs)
        made_by = f"explanation of {named(paths)}"
        with output(out, made_by, overwrite=overwrite) as aside:
            aside.write_text(text, encoding="utf-8")
        tell(f"Written: {out}", err=True)
    if as_json:
        print_json(explanations=found)
        return
    show("explain", [table for one in found for table in explain_tables(one)], notes)
