"""``lingap g2p``: how good a G2P back end is, and which units a vocabulary lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Backend, BackendOptions, pairs
from lingap.cli.telling import tell, tell_json

app = typer.Typer(
    help="Score a G2P back end against gold pronunciations; fit its units to a vocabulary.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Language = Annotated[str, typer.Option("--language", "-l", help="Any code or the English name.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="TSV: word, tab, IPA; variants by comma or on further lines.")
    ],
    language: _Language,
    backend: Backend = None,
    option: BackendOptions = None,
    frequencies: Annotated[
        bool,
        typer.Option(
            "--frequencies",
            help="Column 3 holds each word's occurrences: also print rates over running text.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap over words.")] = 0,
    as_json: _Json = False,
) -> None:
    """Phoneme error rate and word accuracy against gold pronunciations, with intervals."""
    from lingap.g2p.evaluation import evaluate_file
    from lingap.g2p.protocol import DEFAULT_BACKEND

    found = evaluate_file(
        language,
        gold,
        backend or DEFAULT_BACKEND,
        frequencies=frequencies,
        seed=seed,
        **pairs("--option", option),
    )
    tell_json(found.as_dict()) if as_json else tell(found.as_text())


@app.command()
def fit(
    source: Annotated[Path, typer.Argument(help="Text to phonemize, UTF-8.")],
    vocabulary: Annotated[
        Path, typer.Argument(help="vocab.txt, vocab.json or tokenizer.json of a phoneme model.")
    ],
    language: _Language,
    backend: Backend = None,
    policy: Annotated[
        str, typer.Option(help="report: only list missing units; nearest: map by features.")
    ] = "report",
    option: BackendOptions = None,
    as_json: _Json = False,
) -> None:
    """Which phonemes of a text a model's vocabulary lacks, and the nearest ones it has."""
    from lingap.errors import CorpusError
    from lingap.g2p.ipa.vocabulary import fit_units, read_vocabulary
    from lingap.g2p.phonemizer import Phonemizer
    from lingap.g2p.protocol import DEFAULT_BACKEND
    from lingap.storage.special_files import refuse_special

    phonemizer = Phonemizer(language, backend or DEFAULT_BACKEND, options=pairs("--option", option))
    refuse_special(source, CorpusError)
    words = phonemizer.split(source.read_text(encoding="utf-8-sig"))[0]
    fitted = fit_units(
        [unit for word in phonemizer(words) for unit in word.units],
        read_vocabulary(vocabulary),
        policy,
    )
    tell_json(fitted.as_dict()) if as_json else tell(fitted.as_text())
