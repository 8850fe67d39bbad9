"""``lingap gap embeddings``: the linguistic gap of embeddings from any source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.gap_options import AsJson, Folder, Only, Seed
from lingap.cli.gap_output import print_json, show

if TYPE_CHECKING:
    from lingap.gap import LinguisticGap


def embeddings(
    folder: Folder,
    layer: Annotated[
        str | None,
        typer.Option(help="Only this tensor of safetensors files that hold several layers."),
    ] = None,
    language: Only = None,
    permutations: Annotated[
        int,
        typer.Option(help="Shuffles for the floor; 0: from its moments.", min=0, max=100_000),
    ] = 100,
    retrieval: Annotated[
        bool | None,
        typer.Option(
            "--retrieval/--no-retrieval",
            help="Retrieval accuracy of all pairs. [default: where it takes minutes at most]",
        ),
    ] = None,
    bound: Annotated[
        bool, typer.Option("--bound", help="Divergences and theorem 4.1's bound (slower).")
    ] = False,
    scores_file: Annotated[
        Path | None,
        typer.Option("--scores", help="Scores of the same system, for the bound's other side."),
    ] = None,
    family: Annotated[str, typer.Option(help="For --bound: product, linear or mlp.")] = "product",
    delta: Annotated[float, typer.Option(help="For --bound: probability that it fails.")] = 0.05,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Linguistic gap: CKA biased and debiased, its floor, retrieval, spread of the space.

    One .npy or .safetensors file per language, (sentences, width), row i the same sentence in all.
    Of files with several layers, all are compared.
    """
    from dataclasses import replace

    from lingap.errors import MetricError
    from lingap.gap.array_folders import folders_not_read, layers_in, read_arrays
    from lingap.gap.bound import divergence_pairs
    from lingap.gap.linguistic import linguistic_gap, with_checks
    from lingap.report.distance_tables import bound_table, pair_matrix, space_table
    from lingap.report.result_tables import linguistic_table
    from lingap.report.summary import ReportData

    known = None if scores_file is None else _one_system(scores_file)
    layers = [layer] if layer is not None else layers_in(folder, languages=language)
    gaps = []
    for name in layers:
        arrays = read_arrays(folder, what="embeddings", layer=name, languages=language)
        if len(arrays) < 2:
            only = ", ".join(arrays)
            raise MetricError(f"{folder}: only one language ({only}); a gap needs two.")
        gap = linguistic_gap(
            arrays,
            system=folder.resolve().name,
            layer=name or "given",
            corpus=str(folder),
            n_permutations=permutations,
            seed=seed,
        )
        gap = replace(gap, warnings=(*folders_not_read(folder, language), *gap.warnings))
        gap = with_checks(gap, arrays, retrieval=retrieval)
        if bound or known is not None:
            pairs = divergence_pairs(arrays, scores=known, family=family, delta=delta, seed=seed)  # type: ignore[arg-type]
            gap = replace(gap, bounds=tuple(pairs))
            gap = replace(gap, warnings=(*gap.warnings, *_of_bounds(gap, known, scores_file)))
        gaps.append(gap)
    if as_json:
        print_json(linguistic=gaps)
        return
    data = ReportData(title=gaps[0].system, linguistic=tuple(gaps))
    tables = [linguistic_table("linguistic-gap", gaps), space_table(data), bound_table(data)]
    for gap in gaps if len(gaps) == 1 else ():
        tables += pair_matrix(gap)
    show("embeddings", tables, dict.fromkeys(w for gap in gaps for w in gap.warnings))


def _of_bounds(
    gap: LinguisticGap, known: Mapping[str, float] | None, file: Path | None
) -> list[str]:
    notes = []
    if known is not None and (unscored := [k for k in gap.languages if k not in known]):
        notes.append(
            f"No score of {', '.join(unscored)} in {file}: their pairs have no gap in error to "
            "hold against the bound."
        )
    if empty := sum(pair.vacuous for pair in gap.bounds):
        notes.append(
            f"The bound is 1 or more for {empty} of {len(gap.bounds)} pairs: any two error rates "
            "meet it, so it says nothing there."
        )
    return notes


def _one_system(file: Path) -> dict[str, float]:
    from lingap.errors import MetricError
    from lingap.gap.performance import performance_gaps
    from lingap.gap.score_tables import read_scores

    gaps = performance_gaps(read_scores(file).scores, n_resamples=0)
    if len(gaps) > 1:
        names = ", ".join(f"{g.system} ({g.task})" for g in gaps)
        raise MetricError(f"{file}: expected one system and task for the bound; it has {names}.")
    return dict(gaps[0].scores)
