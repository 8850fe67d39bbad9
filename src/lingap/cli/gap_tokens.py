"""``lingap gap tokens``: how many tokens each language needs for the same content."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lingap.cli.gap_options import AsJson, Details, Only, Outputs, Seed, Segmenter, Texts
from lingap.cli.gap_output import (
    check_draws,
    check_endings,
    print_json,
    show,
    tell_left_out,
    write_outputs,
)
from lingap.cli.languages_bar import languages_bar
from lingap.cli.options import EngineChoice, Overwrite, pairs, pool_of
from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.gap import TokenGap


def tokens(
    folder: Texts,
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
    price: Annotated[
        list[str] | None,
        typer.Option(
            help="Price of a million tokens, 2.5 or NAME=2.5: adds what sentences cost; repeatable."
        ),
    ] = None,
    segmenter: Segmenter = None,
    resamples: Annotated[
        int, typer.Option(help="Draws for intervals; 0: none.", min=0, max=100_000)
    ] = 1000,
    seed: Seed = 0,
    engine: EngineChoice = "local",
    out: Outputs = None,
    overwrite: Overwrite = False,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Token gap: how many tokens each language needs for the same content.

    One UTF-8 file per language, one sentence per line; line i is the same sentence in all.
    """
    from lingap.gap.tokenizers import load_tokenizers
    from lingap.gap.tokens import read_parallel_text, token_gap
    from lingap.report.token_view import token_answers, token_view

    check_draws(resamples)
    check_endings(out, (".html", ".svg", ".png", ".pdf", ".json"))
    counters = load_tokenizers(tokenizer)
    prices = _prices(price, [counter.name for counter in counters])
    text = read_parallel_text(
        folder,
        languages=language,
        limit=limit,
        segmenter=pairs("--segmenter", segmenter),
        reference=reference,
    )
    gaps = []
    for counter in counters:
        with languages_bar(counter.name, len(text.lines)) as watch:
            gaps.append(
                token_gap(
                    text, counter, reference=reference, corpus=str(folder), joined=joined,
                    n_resamples=resamples, seed=seed, price=prices.get(counter.name), tell=watch,
                    make_pool=pool_of(engine),
                )
            )  # fmt: skip
    notes = [*dict.fromkeys(warning for gap in gaps for warning in gap.warnings)]
    sources = [Path(source.rpartition("=")[2]) for source in tokenizer]
    write_outputs(
        out,
        {"tokens": gaps},
        partial(_content, gaps, notes),
        made_by=f"tokens of {folder.resolve()}",
        inputs=[path for path in sources if path.is_file()],
        overwrite=overwrite,
    )
    if as_json:
        print_json(tokens=gaps)
        return
    view = token_view(gaps, details=details)
    tell("\n".join(token_answers(gaps)) + "\n")
    show("tokens", view.tables, notes)
    tell_left_out(view)


def _prices(given: list[str] | None, names: list[str]) -> dict[str, float]:
    """Price by tokenizer."""
    from lingap.errors import ConfigError
    from lingap.text.numbers import decimal

    found = {}
    for text in given or ():
        name, _, number = text.rpartition("=")
        try:
            value = decimal(number)
        except ValueError:
            raise ConfigError(
                f"--price {text}: expected a number above 0, as 2.5 or NAME=2.5."
            ) from None
        if name and name not in names:
            raise ConfigError(f"--price {text}: no tokenizer is called so ({', '.join(names)}).")
        for one in [name] if name else names:
            if one in found:
                raise ConfigError(f"--price {text}: a second price of {one}.")
            found[one] = value
    return found


def _content(gaps: list[TokenGap], notes: list[str], kind: str) -> str | bytes:
    """What a file of ``--out`` holds, by its ending."""
    from lingap.report.token_charts import token_figure
    from lingap.report.token_page import token_page

    if kind == "html":
        return token_page(gaps, f"Token premiums: {Path(gaps[0].corpus).name}", notes)
    return token_figure(gaps, kind=kind)
