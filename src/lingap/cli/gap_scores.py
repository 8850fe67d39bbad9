"""``lingap gap scores``: gaps of scores from any source."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.gap_options import (
    AsJson,
    Details,
    DropFailed,
    Ignore,
    Languages,
    Outputs,
    Scale,
    Seed,
)
from lingap.cli.gap_output import (
    check_draws,
    check_endings,
    few,
    print_json,
    show,
    tell_left_out,
    tell_notes,
    write_outputs,
)
from lingap.cli.languages_bar import steps_bar
from lingap.cli.options import Overwrite
from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.gap.results_file import GapResults

MOST_COMPARISONS = 40


def scores(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="Results of mteb, lm-evaluation-harness, lighteval or GlotEval, files or folders; "
            "or tables, long or wide: CSV, TSV, JSON, JSON Lines, Parquet, - (standard input).",
        ),
    ],
    source: Annotated[
        str | None, typer.Option(help="Also show every language's gap to this one.")
    ] = None,
    scale: Scale = "auto",
    missing: Annotated[
        str | None,
        typer.Option(
            help="A language that not all systems have: error; shared (leave it out); auto (leave "
            "out systems with less than half, then it). [default: error; auto for results]"
        ),
    ] = None,
    language: Languages = None,
    ignore: Ignore = None,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this system, by its name; repeatable.")
    ] = None,
    task: Annotated[
        list[str] | None, typer.Option(help="Only this task, by its name; repeatable.")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="This measure in place of the main one; repeatable."),
    ] = None,
    drop_failed: DropFailed = False,
    chance: Annotated[
        list[str] | None,
        typer.Option(
            help="Score of guessing, as 0.25 or TASK=1/3, or known (a table of common tasks, or a "
            "random baseline): adds gaps above chance; repeatable."
        ),
    ] = None,
    compare: Annotated[
        bool | None,
        typer.Option(
            "--compare/--no-compare",
            help="Test all pairs of systems. [default: up to 40 systems, else each with the best]",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="Test only against this system; best: that with the highest mean."),
    ] = None,
    resamples: Annotated[
        int | None,
        typer.Option(help="Draws for intervals; 0: none. [default: <= 2000]", min=0, max=100_000),
    ] = None,
    seed: Seed = 0,
    out: Outputs = None,
    overwrite: Overwrite = False,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Performance gap beside the level: mean and lowest scores, mean RPD, Std, tests of systems.

    Tables: long, columns language and score, and system, task, metric, seed, stderr or n if
    available; or wide, one column per language.
    """
    from lingap.gap.chance import read_chance
    from lingap.gap.compare import reasons
    from lingap.gap.from_scores import score_gaps
    from lingap.gap.language_names import language_code
    from lingap.storage.outputs import named
    from lingap.text.display import MOST_LANGUAGES

    check_draws(resamples)
    check_endings(out, (".html", ".svg", ".png", ".pdf", ".json"))
    with_chance = bool(chance)
    with steps_bar("scores") as watch:
        found, read = score_gaps(
            paths,
            missing=missing,
            scale=scale,  # type: ignore[arg-type]
            n_resamples=resamples,
            seed=seed,
            languages=language,
            systems=system,
            ignore=ignore or (),
            tasks=task,
            metrics=metric,
            drop_failed=drop_failed,
            chance=read_chance([text for text in chance or () if text != "known"]),
            compare=compare,
            against=against,
            tell=watch,
        )
    gaps, comparisons, notes = found.performance, found.comparisons, [*read.notes]
    code = None if source is None else language_code(source) or source
    if code is not None:
        for gap in gaps:
            gap.gap_to(code)
    why = [] if compare is False else reasons(read, against=against)
    title = paths[0].stem if len(paths) == 1 else f"{paths[0].stem} and {len(paths) - 1} more"
    values = {
        "performance": gaps, "by_language": found.by_language, "comparisons": comparisons,
        "origins": found.origins, "levels": found.levels,
    }  # fmt: skip
    write_outputs(
        out,
        values,
        partial(_content, found, title, (*notes, *why)),
        made_by=f"gaps of {named(paths)}",
        inputs=paths,
        overwrite=overwrite,
    )
    if as_json:
        tell_notes("scores", [*notes, *why])
        print_json(**values)
        return
    from lingap.report.level_answer import comparison_answers, level_answers
    from lingap.report.score_view import score_view
    from lingap.report.summary import ReportData
    from lingap.text.display import first_of

    best = tuple(one for one in found.by_language if one.rank == 2 and one.interval)
    if len(best) > MOST_LANGUAGES:  # --json has all
        notes.append(f"The best system of each of {len(best)} languages and tasks: --json.")
        best = ()
    blind = [one.language for one in found.by_language if one.rank == 2 and not one.interval]
    if best and blind:
        notes.append(
            f"The best two systems are not compared in {first_of(list(dict.fromkeys(blind)), 6)}: "
            "of one of them, nothing says how much is chance."
        )
    data = ReportData(
        title=title,
        performance=gaps,
        by_language=best,
        comparisons=comparisons[:MOST_COMPARISONS],
        origins=found.origins[:MOST_COMPARISONS],
        levels=found.levels,
    )
    view = score_view(data, details=details, with_chance=with_chance, source=code)
    if (more := len(comparisons) - MOST_COMPARISONS) > 0:
        notes.append(f"{more} further comparisons: --json has all.")
    notes += few(why)
    said: dict[str, list[str]] = {}  # what is true of several systems is said once
    for gap in gaps:
        for warning in gap.warnings:
            said.setdefault(warning, []).append(f"{gap.system} ({gap.task})")
    warned = [f"{first_of(names, 4)}: {text}" for text, names in said.items()]
    warned += dict.fromkeys(w for c in comparisons for w in c.warnings)
    answers = few(level_answers(found.levels))
    answers += few(comparison_answers(comparisons)) if view.left_out else []
    if answers:
        tell("\n".join(answers) + "\n")
    show("scores", view.tables, [*notes, *few(warned)])
    tell_left_out(view)


def _content(found: GapResults, title: str, notes: tuple[str, ...], kind: str) -> str | bytes:
    """What a file of ``--out`` holds, by its ending."""
    from lingap.report.scores_page import scores_figure, scores_page
    from lingap.report.summary import ReportData

    data = ReportData(
        title=title, performance=found.performance, comparisons=found.comparisons,
        levels=found.levels, notes=notes,
    )  # fmt: skip
    return scores_page(data) if kind == "html" else scores_figure(data, kind=kind)
