"""``lingap g2p``: how good a grapheme-to-phoneme back end is, and what a vocabulary lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Score a G2P back end against gold pronunciations; fit its units to a vocabulary.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Language = Annotated[str, typer.Option("--language", "-l", help="Any code or the English name.")]
_Backend = Annotated[
    str | None,
    typer.Option(
        help="G2P back end, a chain such as epitran+espeak, or auto (the default): the best here."
    ),
]
_Options = Annotated[
    list[str] | None, typer.Option("--option", help="NAME=VALUE for the back end; repeatable.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="TSV: word, tab, IPA; variants by comma or on further lines.")
    ],
    language: _Language,
    backend: _Backend = None,
    option: _Options = None,
    seed: Annotated[int, typer.Option(help="Of the bootstrap over words.")] = 0,
    as_json: _Json = False,
) -> None:
    """Phoneme error rate and word accuracy against gold pronunciations, with intervals."""
    from lingap.g2p.evaluation import evaluate_file
    from lingap.g2p.protocol import DEFAULT_BACKEND

    found = evaluate_file(language, gold, backend or DEFAULT_BACKEND, seed=seed, **_pairs(option))
    typer.echo(
        json.dumps(found.as_dict(), ensure_ascii=False, indent=1) if as_json else found.as_text()
    )


@app.command()
def fit(
    source: Annotated[Path, typer.Argument(help="Text to phonemize, words parted by spaces.")],
    vocabulary: Annotated[
        Path, typer.Argument(help="vocab.txt, vocab.json or tokenizer.json of a phoneme model.")
    ],
    language: _Language,
    backend: _Backend = None,
    policy: Annotated[
        str, typer.Option(help="report: only list what is lacking; nearest: map by features.")
    ] = "report",
    option: _Options = None,
    as_json: _Json = False,
) -> None:
    """Which phonemes of a text a model's vocabulary lacks, and the nearest it has."""
    from lingap.g2p.ipa.vocabulary import fit_units, read_vocabulary
    from lingap.g2p.phonemizer import Phonemizer
    from lingap.g2p.protocol import DEFAULT_BACKEND

    phonemizer = Phonemizer(language, backend or DEFAULT_BACKEND, options=_pairs(option))
    words = source.read_text(encoding="utf-8").split()
    fitted = fit_units(
        [unit for word in phonemizer(words) for unit in word.units],
        read_vocabulary(vocabulary),
        policy,
    )
    typer.echo(
        json.dumps(fitted.as_dict(), ensure_ascii=False, indent=1) if as_json else fitted.as_text()
    )


def _pairs(given: list[str] | None) -> dict[str, str]:
    from lingap.errors import ConfigError

    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ConfigError(f"--option {text!r}: expected NAME=VALUE.")
        pairs[name] = value
    return pairs
