"""``lingap gap``: gaps of scores, embeddings, outputs, texts and tokens from any source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.gap_output import few, print_json, show, tell_notes
from lingap.cli.options import pairs

MOST_LANGUAGES = 16
"""With more, columns and rows per language are not printed: --json and the report have them."""

MOST_COMPARISONS = 40

app = typer.Typer(
    help="Measure gaps between languages in scores, embeddings, outputs, texts or tokens from any "
    "source.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every value instead.")]
Only = Annotated[
    list[str] | None,
    typer.Option("-l", "--language", help="Only this language, any code; repeatable."),
]
Segmenter = Annotated[
    list[str] | None,
    typer.Option(
        help="Word segmenter of a language written without spaces, as jpn=janome; repeatable. "
        "Without one, its stretches between spaces count as words."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of all random draws.", min=0)]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="One file per language, kor.npy.")]


@app.command()
def scores(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON or JSON Lines; long or wide.")],
    source: Annotated[
        str | None, typer.Option(help="Also show every language's gap to this one.")
    ] = None,
    scale: Annotated[str, typer.Option(help="auto, unit (0 to 1) or percent.")] = "auto",
    missing: Annotated[
        str,
        typer.Option(help="A language that not all systems have: error, or shared (leave it out)."),
    ] = "error",
    language: Only = None,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this system, by its name; repeatable.")
    ] = None,
    compare: Annotated[
        bool | None,
        typer.Option(
            "--compare/--no-compare",
            help="Test all pairs of systems against each other. [default: up to 40 systems]",
        ),
    ] = None,
    resamples: Annotated[
        int, typer.Option(help="Draws for intervals; 0: none.", min=0, max=100_000)
    ] = 2000,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Performance gap: mean RPD, Std, lowest score, and tests between systems.

    Long: columns language and score, and system, task, metric, seed if available. Wide: one
    column per language.
    """
    from lingap.gap.compare import too_many, why_not
    from lingap.gap.language_names import language_code
    from lingap.gap.results_file import score_gaps

    _check_draws(resamples)
    found, read = score_gaps(
        file,
        missing=missing,
        scale=scale,  # type: ignore[arg-type]
        n_resamples=resamples,
        seed=seed,
        languages=language,
        systems=system,
        compare=compare,
    )
    gaps, comparisons, notes = found.performance, found.comparisons, [*read.notes]
    code = None if source is None else language_code(source) or source
    if code is not None:
        for gap in gaps:
            gap.gap_to(code)
    compared = not too_many(read.scores) if compare is None else compare
    reasons = why_not(read.scores) if compared else []
    if as_json:
        tell_notes(app, "scores", [*notes, *reasons])
        print_json(performance=gaps, comparisons=comparisons)
        return
    from lingap.report.result_tables import result_tables
    from lingap.report.side_tables import comparison_table
    from lingap.report.source_tables import source_tables
    from lingap.report.summary import ReportData

    shown = comparisons[:MOST_COMPARISONS]
    data = ReportData(title=file.stem, performance=gaps, comparisons=shown)
    tables = [*result_tables(data, max_languages=MOST_LANGUAGES, lowest=True)]
    tables += source_tables(data, source=code) if code is not None else ()
    tables += [comparison_table(data)] if comparisons else []
    if len(comparisons) > len(shown):
        notes.append(f"{len(comparisons) - len(shown)} further comparisons: --json has all.")
    notes += few(reasons)
    warned = [f"{g.system} ({g.task}): {w}" for g in gaps for w in g.warnings]
    warned += dict.fromkeys(w for c in comparisons for w in c.warnings)
    show(app, "scores", tables, [*notes, *few(warned)])


@app.command()
def embeddings(
    folder: Folder,
    layer: Annotated[
        str | None, typer.Option(help="Tensor of a safetensors file that holds several.")
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
    """
    from dataclasses import replace

    from lingap.errors import MetricError
    from lingap.gap.array_folders import read_arrays
    from lingap.gap.bound import divergence_pairs
    from lingap.gap.linguistic import linguistic_gap, with_checks

    arrays = read_arrays(folder, what="embeddings", layer=layer, languages=language)
    if len(arrays) < 2:
        raise MetricError(f"{folder}: only one language ({', '.join(arrays)}); a gap needs two.")
    gap = linguistic_gap(
        arrays,
        system=folder.resolve().name,
        layer=layer or "given",
        corpus=str(folder),
        n_permutations=permutations,
        seed=seed,
    )
    gap = with_checks(gap, arrays, retrieval=retrieval)
    if bound or scores_file is not None:
        known = None if scores_file is None else _one_system(scores_file)
        pairs = divergence_pairs(arrays, scores=known, family=family, delta=delta, seed=seed)  # type: ignore[arg-type]
        warnings = list(gap.warnings)
        if known is not None and (unscored := [k for k in arrays if k not in known]):
            warnings.append(
                f"No score of {', '.join(unscored)} in {scores_file}: their pairs have no gap in "
                "error to hold against the bound."
            )
        if empty := sum(p.vacuous for p in pairs):
            warnings.append(
                f"The bound is 1 or more for {empty} of {len(pairs)} pairs: any two error rates "
                "meet it, so it says nothing there."
            )
        gap = replace(gap, bounds=tuple(pairs), warnings=tuple(warnings))
    if as_json:
        print_json(linguistic=[gap])
        return
    from lingap.report.distance_tables import bound_table, matrix_table, space_table
    from lingap.report.result_tables import linguistic_table
    from lingap.report.summary import ReportData

    data = ReportData(title=gap.system, linguistic=(gap,))
    tables = [linguistic_table("linguistic-gap", [gap]), space_table(data), bound_table(data)]
    if len(gap.languages) <= MOST_LANGUAGES and gap.cka_debiased:
        title = "CKA: biased above the diagonal, debiased below"
        sides = (gap.cka, gap.cka_debiased)
        tables.append(matrix_table("cka", title, gap.languages, *sides, digits=3))
    show(app, "embeddings", tables, gap.warnings)


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
    from lingap.errors import MetricError
    from lingap.gap.array_folders import read_arrays
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
    if as_json:
        print_json(outputs=[gap])
        return
    from lingap.report.distance_tables import matrix_table, output_table
    from lingap.report.summary import ReportData

    tables = [output_table(ReportData(title=gap.system, outputs=(gap,)))]
    if len(gap.languages) <= MOST_LANGUAGES:
        title = "Sinkhorn distance above the diagonal, debiased divergence below"
        sides = (gap.distance, gap.divergence)
        tables.append(matrix_table("outputs", title, gap.languages, *sides, digits=4))
    show(app, "outputs", tables, gap.warnings)


@app.command()
def text(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="One text per language, kor.txt.")],
    representation: Annotated[
        list[str] | None,
        typer.Option("-r", "--representation", help="character, subword, phoneme; repeatable."),
    ] = None,
    language: Only = None,
    ngram: Annotated[int, typer.Option(help="Units of the n-grams compared.", min=1)] = 2,
    classifier: Annotated[
        bool, typer.Option("--classifier", help="Train an n-gram classifier on each pair (slower).")
    ] = False,
    vocabulary: Annotated[int, typer.Option(help="Subword pieces.", min=100, max=1_000_000)] = 4000,
    backend: Annotated[
        str | None, typer.Option(help="G2P back end of phonemes, or auto (the default).")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Lines read of each file.", min=1)] = None,
    segmenter: Segmenter = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Input gap without any model: units shared, their n-grams, compression.

    One UTF-8 file per language, one sentence per line; line i of parallel text is one sentence.
    """
    from dataclasses import replace

    from lingap.errors import MetricError
    from lingap.g2p.protocol import DEFAULT_BACKEND
    from lingap.gap.text import text_gap
    from lingap.gap.text_folders import chosen, read_texts, units_of
    from lingap.metrics.domain import N_FOLDS

    names, engine = chosen(representation), backend or DEFAULT_BACKEND
    texts = read_texts(
        folder, languages=language, limit=limit, segmenter=pairs("--segmenter", segmenter)
    )
    shortest = min(texts.sentences, key=lambda code: len(texts.sentences[code]))
    if classifier and (n_lines := len(texts.sentences[shortest])) < N_FOLDS:
        raise MetricError(
            f"--classifier needs at least {N_FOLDS} lines per language that are not empty; "
            f"{shortest} has {n_lines}."
        )
    gaps = []
    for name in names:
        units, notes = units_of(texts, name, vocabulary_size=vocabulary, backend=engine)
        gap = text_gap(
            units,
            representation=name,
            corpus=str(folder),
            ngram=ngram,
            classifier=classifier,
            seed=seed,
        )
        gaps.append(replace(gap, warnings=(*texts.notes, *notes, *gap.warnings)))
    if as_json:
        print_json(text=gaps)
        return
    from lingap.report.distance_tables import input_table, matrix_table
    from lingap.report.summary import ReportData

    tables = [input_table(ReportData(title=folder.name, inputs=tuple(gaps)))]
    for gap in gaps if len(gaps[0].languages) <= MOST_LANGUAGES else ():
        title = (
            f"{gap.representation}: {gap.ngram}-gram divergence above the diagonal, units in "
            "common below"
        )
        sides = (gap.jsd, gap.inventory_overlap)
        tables.append(matrix_table("texts", title, gap.languages, *sides, digits=3))
    show(app, "text", tables, dict.fromkeys(w for g in gaps for w in g.warnings))


@app.command()
def tokens(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="One text per language, kor.txt.")],
    tokenizer: Annotated[
        list[str],
        typer.Option(
            "-t",
            "--tokenizer",
            help="tokenizer.json, folder or hub id of a model, tiktoken:NAME, sentencepiece "
            ".model, byte, character, phoneme or phoneme:BACKEND; NAME=SOURCE names it; "
            "repeatable.",
        ),
    ],
    reference: Annotated[str, typer.Option(help="Language with premium 1.")] = "eng",
    language: Only = None,
    limit: Annotated[int | None, typer.Option(help="Lines read of each file.", min=1)] = None,
    joined: Annotated[
        bool, typer.Option("--joined", help="All lines as one text, as Petrov et al. (2023).")
    ] = False,
    segmenter: Segmenter = None,
    resamples: Annotated[
        int, typer.Option(help="Draws for intervals; 0: none.", min=0, max=100_000)
    ] = 1000,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Token gap: how many tokens each language needs for the same content.

    One UTF-8 file per language, one sentence per line; line i is the same sentence in all.
    """
    from lingap.gap.tokenizers import load_tokenizers
    from lingap.gap.tokens import read_parallel_text, token_gap

    _check_draws(resamples)
    counters = load_tokenizers(tokenizer)
    text = read_parallel_text(
        folder, languages=language, limit=limit, segmenter=pairs("--segmenter", segmenter)
    )
    gaps = [
        token_gap(
            text,
            counter,
            reference=reference,
            corpus=str(folder),
            joined=joined,
            n_resamples=resamples,
            seed=seed,
        )
        for counter in counters
    ]
    if as_json:
        print_json(tokens=gaps)
        return
    from lingap.report.token_tables import token_tables

    tables = token_tables(gaps, most=MOST_LANGUAGES)
    show(app, "tokens", tables, dict.fromkeys(w for g in gaps for w in g.warnings))


def _check_draws(resamples: int) -> None:
    from lingap.errors import MetricError

    if 0 < resamples < 100:
        raise MetricError(f"--resamples: expected 0 or at least 100, got {resamples}.")


def _one_system(file: Path) -> dict[str, float]:
    from lingap.errors import MetricError
    from lingap.gap.performance import performance_gaps
    from lingap.gap.score_tables import read_scores

    gaps = performance_gaps(read_scores(file).scores, n_resamples=0)
    if len(gaps) > 1:
        names = ", ".join(f"{g.system} ({g.task})" for g in gaps)
        raise MetricError(f"{file}: expected one system and task for the bound; it has {names}.")
    return dict(gaps[0].scores)
