"""The model card of a pre-trained encoder: what it read, how it was trained, what it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from lingap.corpora import find_corpus
from lingap.errors import LingapError
from lingap.experiments.config_parts import TextChoice
from lingap.experiments.records import PretrainRecord
from lingap.languages import get_language
from lingap.storage.atomic import write_whole
from lingap.text.display import counted, shown_lines

CARD = "README.md"
WEIGHTS = "model.safetensors"
_PLACES: Any = {
    "own": True,
    "pretraining": {"text": {"__all__": {"path", "by_language"}}, "training": True},
}
"""Left out of the configuration in a card: where text lay, and what its table of figures has."""


def write_card(record: PretrainRecord, folder: Path, title: str) -> None:
    """Write the card of an encoder beside its weights, unless a README.md is there already."""
    target = folder / CARD
    if not target.exists() and not target.is_symlink():
        write_whole(target, model_card(record, title))


def model_card(record: PretrainRecord, title: str) -> str:
    """The card in Markdown, with the facts that a model hub reads as YAML before it."""
    spec = record.config
    languages = [get_language(code) for code in spec.languages]
    continued = spec.representation.encoder
    head = {
        "language": list(dict.fromkeys(one.iso1 or one.iso3 for one in languages)),
        "library_name": "transformers",
        "pipeline_tag": "fill-mask",
        "tags": ["lingap", record.representation],
    } | ({"base_model": continued} if continued and not Path(continued).exists() else {})
    bits = record.heldout_bits_per_character
    start = "continued from " + str(continued) if continued else "new, of matched size"
    counts = record.counts
    units = ", ".join(f"{counts[name]:,} {name}" for name in ("words", "units") if name in counts)
    heldout = f"{record.n_heldout:,} sentences, {record.heldout_characters:,} characters"
    figures = {
        "Representation": f"{record.representation}, with a vocabulary of "
        f"{record.vocabulary_size:,}",
        "Encoder": f"{start}; {record.n_parameters:,} parameters",
        "Units added": f"{len(record.units_added):,}",
        "Training text": f"{record.n_sentences:,} sentences, {units}",
        "Steps": f"{record.steps:,}",
        "Held-out loss": f"{bits.after:.3f} bits per character, {bits.before:.3f} before training",
        "Held-out text": heldout,
        "Recipe": spec.recipe,
        "Job": record.run_id,
        "Versions": ", ".join(f"{name} {version}" for name, version in record.versions.items()),
    }
    if digest := record.digests.get(WEIGHTS):
        figures["SHA-256 of the weights"] = f"`{digest}`"
    settings = spec.model_dump(mode="json", exclude=_PLACES, exclude_none=True)
    training = spec.pretraining.training.model_dump(mode="json", exclude_none=True)
    configuration = json.dumps(settings | {"training": training}, ensure_ascii=False, indent=1)
    named = ", ".join(f"{one.name} ({one.code})" for one in languages)
    parts = [
        f"# {title}",
        f"An encoder pre-trained by lingap with masked language modelling. It reads "
        f"{_reads(record)} in {counted(len(languages), 'language')}: {named}.",
        "| | |\n| --- | --- |\n"
        + "\n".join(f"| {what} | {value} |" for what, value in figures.items()),
        "## Text and its licence",
        "\n".join(_texts(spec.pretraining.text)),
        "The digest of each language's text is in the configuration below, under `text`.",
        "## Intended use",
        "Research on how a representation of text changes performance and linguistic gaps between "
        "languages: name this folder as a representation's `encoder` in `lingap run`, which spells "
        "text as it was spelled here. `transformers` loads the weights; of text, its tokenizer "
        "makes characters, bytes or subwords; other units must be given to it, split by spaces.",
        "## Limits",
        "\n".join(f"- {limit}" for limit in _limits(record)),
        "## Configuration",
        f"```json\n{configuration}\n```",
    ]
    facts = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return shown_lines(f"---\n{facts}---\n\n" + "\n\n".join(parts) + "\n")


def _reads(record: PretrainRecord) -> str:
    spelled = dict.fromkeys(record.config.spelling.values())
    by = f" (by {', '.join(spelled)})" if spelled and len(spelled) < 6 else ""
    return f"text as {record.representation} units{by}"


def _texts(texts: tuple[TextChoice, ...]) -> Iterator[str]:
    for text in texts:
        try:
            corpus = find_corpus(text.name)
        except LingapError:  # a description that lies elsewhere by now
            yield f"- {text.name}: licence unknown here."
            continue
        yield f"- {corpus.name}: {corpus.summary}. Licence: {corpus.licence}; {corpus.revision}."


def _limits(record: PretrainRecord) -> Iterator[str]:
    yield "It learned from the text above alone; what that text lacks, it does not know."
    yield (
        "Losses compare encoders over the same held-out text only; they are per character of the "
        "text as written, so that representations can be compared."
    )
    unknown = record.heldout_counts.get("units_unknown", 0)
    if unknown:
        yield f"{unknown:,} units of the held-out text are not in its vocabulary."
    if "phoneme" in record.representation or record.representation == "articulatory":
        yield "It is as good as its phonemes: G2P errs, in some languages more than in others."
    yield "It was not tested for uses that concern people, and carries the biases of its text."
    yield from record.notes
