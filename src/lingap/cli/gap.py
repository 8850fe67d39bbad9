"""``lingap gap``: gaps of scores, embeddings, models, outputs, texts and tokens from any source."""

from __future__ import annotations

from typing import Annotated

import typer

from lingap.cli.gap_check import check
from lingap.cli.gap_embeddings import embeddings
from lingap.cli.gap_explain import explain
from lingap.cli.gap_model import model
from lingap.cli.gap_options import AsJson, Folder, Only, Seed, Segmenter, Texts
from lingap.cli.gap_output import app, print_json, show
from lingap.cli.gap_scores import scores
from lingap.cli.gap_tokens import tokens
from lingap.cli.languages_bar import languages_bar
from lingap.cli.options import Inventory, pairs

app.command()(scores)
app.command()(check)
app.command()(explain)
app.command()(embeddings)
app.command()(model)
app.command()(tokens)


@app.command()
def outputs(
    folder: Folder,
    layer: Annotated[
        str | None, typer.Option(help="Tensor of a safetensors file that holds several.")
    ] = None,
    language: Only = None,
    logits: Annotated[bool, typer.Option("--logits", help="Rows are logits.")] = False,
    cost: Annotated[
        str, typer.Option(help="squared_euclidean, euclidean or hellinger.")
    ] = "squared_euclidean",
    regularisation: Annotated[
        float, typer.Option(help="Epsilon as a share of the mean cost.")
    ] = 0.05,
    exact: Annotated[bool, typer.Option("--exact", help="Exact transport, as a check.")] = False,
    as_json: AsJson = False,
) -> None:
    """Output gap: Sinkhorn distance and debiased divergence of output distributions.

    One .npy or .safetensors file per language, (sentences, classes), each row a distribution.
    """
    from dataclasses import replace

    from lingap.errors import MetricError
    from lingap.gap.array_folders import folders_not_read, read_arrays
    from lingap.gap.output import output_gap
    from lingap.metrics import softmax

    arrays = read_arrays(folder, what="outputs", layer=layer, languages=language)
    if len(arrays) < 2:
        raise MetricError(f"{folder}: only one language ({', '.join(arrays)}); a gap needs two.")
    if logits:
        arrays = {name: softmax(x, name) for name, x in arrays.items()}
    gap = output_gap(
        arrays,
        system=folder.resolve().name,
        corpus=str(folder),
        cost=cost,  # type: ignore[arg-type]
        regularisation=regularisation,
        exact=exact,
    )
    gap = replace(gap, warnings=(*folders_not_read(folder, language), *gap.warnings))
    if as_json:
        print_json(outputs=[gap])
        return
    from lingap.report.distance_tables import output_table, pair_matrix
    from lingap.report.summary import ReportData

    tables = [output_table(ReportData(title=gap.system, outputs=(gap,))), *pair_matrix(gap)]
    show("outputs", tables, gap.warnings)


@app.command()
def text(
    folder: Texts,
    representation: Annotated[
        list[str] | None,
        typer.Option("-r", "--representation", help="character, subword, phoneme; repeatable."),
    ] = None,
    language: Only = None,
    ngram: Annotated[int, typer.Option(help="Units of the n-grams compared.", min=1)] = 2,
    classifier: Annotated[
        bool, typer.Option("--classifier", help="Train an n-gram classifier on each pair (slower).")
    ] = False,
    compression: Annotated[
        bool | None,
        typer.Option(
            "--compression/--no-compression",
            help="Compress all pairs of texts. [default: where it takes minutes at most]",
        ),
    ] = None,
    vocabulary: Annotated[int, typer.Option(help="Subword pieces.", min=100, max=1_000_000)] = 4000,
    backend: Annotated[
        str | None, typer.Option(help="G2P back end of phonemes, or auto (the default).")
    ] = None,
    inventory: Inventory = "written",
    lacking: Annotated[
        str | None,
        typer.Option(
            help="Languages that the back end does not read: drop them from all representations, "
            "or error. [default: drop; error with --language]"
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Lines read of each file.", min=1)] = None,
    segmenter: Segmenter = None,
    processes: Annotated[int, typer.Option(min=0, help="Processes to use; 0 means all cores.")] = 0,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Input gap without any model: units shared, their n-grams, compression.

    One UTF-8 file per language, one sentence per line; line i of parallel text is one sentence.
    """
    from dataclasses import replace

    from lingap.errors import MetricError
    from lingap.g2p import DEFAULT_BACKEND
    from lingap.gap.text import text_gap
    from lingap.gap.text_folders import chosen, read_texts, with_back_end
    from lingap.gap.text_units import units_of
    from lingap.metrics.domain import N_FOLDS
    from lingap.metrics.threads import n_cores

    names = chosen(representation)
    texts = read_texts(
        folder, languages=language, limit=limit, segmenter=pairs("--segmenter", segmenter)
    )
    if "phoneme" in names:
        policy = lacking or ("error" if language else "drop")
        texts = with_back_end(texts, backend, lacking=policy)
        if len(texts.sentences) < 2:
            raise MetricError(f"{folder}: fewer than two languages are left. {texts.notes[-1]}")
    shortest = min(texts.sentences, key=lambda code: len(texts.sentences[code]))
    if classifier and (n_lines := len(texts.sentences[shortest])) < N_FOLDS:
        raise MetricError(
            f"--classifier needs at least {N_FOLDS} lines per language that are not empty; "
            f"{shortest} has {n_lines}."
        )
    gaps = []
    for name in names:
        with languages_bar(name, len(texts.sentences)) as tell:
            units, notes = units_of(
                texts,
                name,
                vocabulary_size=vocabulary,
                backend=backend or DEFAULT_BACKEND,
                inventory=inventory,
                processes=processes or n_cores(),
                tell=tell,
            )
        gap = text_gap(
            units,
            representation=name,
            corpus=str(folder),
            ngram=ngram,
            classifier=classifier,
            compression=compression,
            seed=seed,
        )
        gaps.append(replace(gap, warnings=(*texts.notes, *notes, *gap.warnings)))
    if as_json:
        print_json(text=gaps)
        return
    from lingap.report.distance_tables import group_tables, input_table, pair_matrix
    from lingap.report.summary import ReportData

    tables = [input_table(ReportData(title=folder.name, inputs=tuple(gaps)))]
    for gap in gaps:
        tables += pair_matrix(gap) or group_tables(gap)
    show("text", tables, dict.fromkeys(w for g in gaps for w in g.warnings))
