"""``lingap g2p``: how good a back end is, which units a vocabulary lacks, dictionaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Backend, BackendOptions, Overwrite, pairs
from lingap.cli.telling import tell, tell_json

app = typer.Typer(
    help="Score a G2P back end; fit its units to a vocabulary or an alphabet; make a dictionary.",
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


@app.command()
def dictionary(
    source: Annotated[
        Path, typer.Argument(help="TSV of word, tab, IPA, as WikiPron's; downloaded by you.")
    ],
    language: _Language,
    out: Annotated[Path, typer.Option("--out", "-o", help="The dictionary, for --option path=.")],
    text: Annotated[
        Path | None, typer.Option(help="Count the words of this text, not column 3, for --words.")
    ] = None,
    words: Annotated[
        int | None, typer.Option(min=1, help="Keep only so many, the most frequent ones.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Licence of the list. [default: WikiPron's, CC BY-SA]")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """A dictionary of frequent words for the back end lexicon, with its origin and licence."""
    from lingap.g2p.dictionary_files import WIKIPRON_LICENCE, make_dictionary
    from lingap.storage.outputs import named, output

    found = make_dictionary(
        language,
        source,
        text=text,
        n_words=words,
        licence=WIKIPRON_LICENCE if licence is None else licence,
    )
    with output(out, f"dictionary of {named([source])}", overwrite=overwrite) as path:
        path.write_text(found.as_tsv(), encoding="utf-8")
    tell(found.as_text())


@app.command()
def inventory(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="One text per language, kor.txt: make an alphabet."),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option("-l", "--language", help="Only this language, any code; repeatable."),
    ] = None,
    backend: Backend = None,
    given: Annotated[
        Path | None, typer.Option("--map", help="Show this file in place of lingap's alphabet.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the alphabet, for --inventory.")
    ] = None,
    overwrite: Overwrite = False,
    segmenter: Annotated[
        list[str] | None,
        typer.Option(help="Word segmenter of a language, as jpn=janome; repeatable."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """One symbol for one sound: the alphabet common to languages, and what each unit becomes.

    Without DIR, lingap's own, which inventory=broad uses.
    """
    from lingap.errors import ConfigError
    from lingap.g2p.ipa.inventory import PhonemeInventory, shipped_inventory
    from lingap.languages import get_language
    from lingap.storage.outputs import output

    if folder is not None and given is not None:
        raise ConfigError("DIR makes an alphabet and --map shows one: give one of them.")
    if folder is not None:
        from lingap.gap.text_folders import inventory_of, read_texts

        texts = read_texts(folder, languages=language, segmenter=pairs("--segmenter", segmenter))
        found = inventory_of(texts, backend)
    else:
        found = PhonemeInventory.read(given) if given is not None else shipped_inventory()
        codes = {get_language(code).code for code in language or ()}
        found = PhonemeInventory(
            tuple(
                one
                for one in found.maps
                if (not codes or one.language in codes) and backend in (None, one.backend)
            )
        )
        if not found.maps:
            raise ConfigError("No map of these languages and this back end. Pass DIR to make one.")
    if out is not None:
        with output(out, "common alphabet", overwrite=overwrite) as path:
            path.write_text(found.as_tsv(), encoding="utf-8")
    tell_json(found.as_dict()) if as_json else tell(found.as_text())
