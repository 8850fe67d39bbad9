"""``lingap gap model``: what any encoder or decoder makes of parallel text, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.gap_options import TEXTS, AsJson, Only, Prefix, Seed
from lingap.cli.gap_output import few, show, tell_notes
from lingap.cli.languages_bar import languages_bar
from lingap.cli.options import EngineChoice, Overwrite, pool_of
from lingap.cli.telling import tell as tell_text
from lingap.cli.telling import tell_json

if TYPE_CHECKING:
    from lingap.gap import GapResults, PerformanceGap

_GAPS = "gaps.json"


def model(
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL",
            help="Folder or hub id (id@revision) of an encoder or decoder; NAME=SOURCE names it.",
        ),
    ],
    text: Annotated[Path, typer.Option(metavar="DIR", help=TEXTS)],
    reference: Annotated[
        str, typer.Option(help="Language to which the others are aligned.")
    ] = "eng",
    layers: Annotated[
        str, typer.Option(help="all, last, or numbers with commas; 0: input of the first layer.")
    ] = "all",
    layer: Annotated[
        str | None,
        typer.Option(help="Layer to show in full. [default: the one with the highest MEXA]"),
    ] = None,
    pooling: Annotated[
        str | None,
        typer.Option(
            help="mean, cls, last or weighted. [default: weighted for decoders, else mean]"
        ),
    ] = None,
    prefix: Prefix = "",
    language: Only = None,
    limit: Annotated[int | None, typer.Option(help="Lines read of each file.", min=4)] = None,
    scores_file: Annotated[
        Path | None,
        typer.Option("--scores", help="Scores of the models, to correlate; by name if several."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="Folder for the result: gaps.json, report.html, figures as SVG."
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the vectors, in embeddings/MODEL of --out.")
    ] = False,
    overwrite: Overwrite = False,
    permutations: Annotated[
        int,
        typer.Option(help="Shuffles for the floor; 0: from its moments.", min=0, max=100_000),
    ] = 100,
    seed: Seed = 0,
    engine: EngineChoice = "local",
    as_json: AsJson = False,
) -> None:
    """Linguistic gap of any model, layer by layer: CKA, retrieval, MEXA, spread of the space.

    Embeds parallel text once: UTF-8 files of one sentence per line, line i the same sentence in
    all. An interrupted run goes on where it stopped.
    """
    from lingap.errors import ConfigError
    from lingap.gap.correlation import FEWEST_PAIRS, adjusted
    from lingap.gap.from_scores import score_gaps
    from lingap.gap.model import model_gap
    from lingap.gap.results_file import GapResults
    from lingap.gap.source_names import named_source, refuse_twice, told_apart
    from lingap.gap.text_folders import parallel_lines
    from lingap.representations.checkpoint import find_model
    from lingap.storage.file_names import file_name
    from lingap.storage.outputs import check_replaceable, held, make_folder, named

    if keep and out is None:
        raise ConfigError("--keep keeps the vectors in the folder of --out; name one.")
    given = [named_source(one) for one in dict.fromkeys(source)]
    refuse_twice(given, "model")
    folders = [find_model(place) for _, place in given]
    names = told_apart([(name or _short(place), name or place) for name, place in given], "models")
    known = None
    if scores_file is not None:
        known, read = score_gaps(scores_file, compare=False)
        tell_notes("model", read.notes)
    performance = {} if known is None else _scores_of(names, known.performance, scores_file)
    texts, notes = parallel_lines(text, languages=language, limit=limit, reference=reference)
    made_by = f"gaps of {named(folders)} in {text.resolve()}"
    with ExitStack() as holding:
        if out is not None:
            make_folder(out)
            holding.enter_context(held(out / "gap model"))
            check_replaceable([out / _GAPS], made_by, overwrite=overwrite, inside="folder")
            if keep:
                make_folder(out / "embeddings")
        results = []
        for name, folder in zip(names, folders, strict=True):
            kept = None
            if out is not None and keep:
                kept = out / "embeddings" / file_name(name)
            with languages_bar(name, len(texts)) as tell:
                results.append(
                    model_gap(
                        folder, texts, system=name, reference=reference, corpus=str(text),
                        layers=layers, layer=layer, pooling=pooling, prefix=prefix, kept=kept,
                        performance=performance.get(name, ()), n_permutations=permutations,
                        seed=seed, tell=partial(_tell, tell),
                        make_pool=pool_of(engine, read=[folder]),
                    )
                )  # fmt: skip
        found = GapResults(
            models=tuple(replace(one.gap, warnings=(*notes, *one.gap.warnings)) for one in results),
            linguistic=tuple(one.similarity for one in results),
            performance=tuple(gap for own in performance.values() for gap in own),
            correlations=tuple(adjusted([row for one in results for row in one.correlations])),
        )
        if known is not None and not found.correlations:
            notes.append(
                f"No correlation with {scores_file}: fewer than {FEWEST_PAIRS} pairs of these "
                "languages have scores."
            )
        if out is not None:
            title = f"{', '.join(names)}: {text.resolve().name}"
            for path in _write(found, out, title, made_by, overwrite=overwrite):
                tell_text(f"Written: {path}", err=as_json)
    if as_json:
        tell_notes("model", notes)
        tell_json(found.to_dict())
        return
    _show(found, notes)


def _show(found: GapResults, notes: list[str]) -> None:
    from lingap.report.distance_tables import pair_matrix
    from lingap.report.model_tables import meaning, model_tables
    from lingap.report.side_tables import correlation_table
    from lingap.report.summary import ReportData
    from lingap.text.display import MOST_LANGUAGES

    for gap in found.models:
        tell_text(" ".join(meaning(gap)))
    tell_text("")
    tables = model_tables(found.models, most=MOST_LANGUAGES)
    for one in found.linguistic:
        tables += pair_matrix(one)
    if found.correlations:
        tables.append(correlation_table(ReportData("", correlations=found.correlations)))
    warned = [
        f"{gap.system}: {text}"
        for gap in found.models
        for text in gap.warnings
        if text not in notes
    ]
    warned += [
        f"{g.system}, layer {g.layer}: {text}" for g in found.linguistic for text in g.warnings
    ]
    show("model", tables, [*notes, *few(warned)])


def _short(place: str) -> str:
    """The last part of a folder's path, or of a hub id."""
    folder = Path(place)
    return folder.resolve().name if folder.exists() else place.partition("@")[0].rpartition("/")[2]


def _scores_of(
    names: list[str], gaps: Sequence[PerformanceGap], file: Path | None
) -> dict[str, list[PerformanceGap]]:
    """Each model's performance gaps: of the only system for the only model, else by name."""
    from lingap.errors import MetricError

    systems = list(dict.fromkeys(gap.system for gap in gaps))
    if len(names) == len(systems) == 1:
        return {names[0]: [replace(gap, system=names[0]) for gap in gaps]}
    if lacking := [name for name in names if name not in systems]:
        shown = ", ".join(systems[:8]) + (" …" if len(systems) > 8 else "")
        raise MetricError(
            f"{file}: no scores of {', '.join(lacking)}; it has {shown}. Name each model as in the "
            "scores: NAME=MODEL."
        )
    return {name: [gap for gap in gaps if gap.system == name] for name in names}


def _write(
    found: GapResults, folder: Path, title: str, made_by: str, *, overwrite: bool
) -> list[Path]:
    """The result as JSON, page and figures."""
    from lingap.report.export import write_report
    from lingap.report.folder import read_folder
    from lingap.storage.json_file import write_json
    from lingap.storage.outputs import output

    target = folder / _GAPS
    with output(target, made_by, overwrite=overwrite) as aside:
        write_json(aside, found.to_stored())
    data = replace(read_folder(target), title=title)
    written = [target]
    for kind in ("html", "svg"):
        written += write_report(data, folder, kind=kind, source=target, overwrite=overwrite)
    return written


def _tell(tell: Callable[..., None], what: str, n_sentences: int) -> None:
    """A language that is embedded, with its number of sentences; or a layer, with 0."""
    tell(what if n_sentences else f"layer {what}", done=bool(n_sentences))
