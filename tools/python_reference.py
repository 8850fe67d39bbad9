"""Write ``docs/reference/python.md`` from the docstrings of the public names.

python tools/python_reference.py            # write the page
python tools/python_reference.py --check    # fail when the page is not what would be written
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lingap
from lingap import metrics

PAGE = Path(__file__).parents[1] / "docs/reference/python.md"
GROUPS = {
    "Phonemes": ("Phonemizer", "PronouncedText", "Pronunciation", "Policies", "G2PCoverage"),
    "Corpora and representations": ("load_corpus", "load_parallel", "load_representation"),
    "Experiments": ("Experiment", "ExperimentResult"),
    "Gaps": (
        "read_scores", "performance_gaps", "compare_gaps", "linguistic_gap", "output_gap",
        "text_gap", "correlate_gaps", "to_pandas", "ScoreFile", "PerformanceGap", "LinguisticGap",
        "OutputGap", "TextGap", "GapResults",
    ),
    "Records": (
        "Sentence", "SentencePair", "ParallelSentences", "EncodedSentence", "Prediction", "Score",
        "Interval",
    ),
    "Languages and errors": ("get_language", "Language", "LingapError"),
}  # fmt: skip
_SECTIONS = ("Args", "Returns", "Raises", "Yields", "Warns")
_ROLE = re.compile(r":\w+:`~?([\w.]+\.)?(\w+)`")


def _prose(text: str) -> str:
    """Docstring marks of reStructuredText as Markdown."""
    return _ROLE.sub(r"`\2`", text).replace("``", "`")


def _blocks(doc: str) -> Iterator[str]:
    """Paragraphs, sections as lists, and doctests as code."""
    lines = inspect.cleandoc(doc).splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("Example"):
            at += 1
            lines[at:] = inspect.cleandoc("\n".join(lines[at:])).splitlines()
        elif line.rstrip(":") in _SECTIONS and line.endswith(":"):
            yield f"*{line.rstrip(':')}*"
            at += 1
            items: list[str] = []
            while at < len(lines) and (not lines[at] or lines[at].startswith("    ")):
                text = lines[at].removeprefix("    ")
                if text and not text.startswith(" "):
                    name, colon, rest = text.partition(":")
                    items.append(f"- `{name}`:{rest}" if colon else f"- {text}")
                elif text:
                    items[-1] += f" {text.strip()}"
                at += 1
            yield _prose("\n".join(items))
        elif line.startswith(">>>"):
            start = at
            while at < len(lines) and lines[at]:
                at += 1
            yield "\n".join(["```pycon", *lines[start:at], "```"])
        elif line:
            start = at
            while at < len(lines) and lines[at] and not lines[at].startswith(">>>"):
                at += 1
            yield _prose("\n".join(lines[start:at]))
        else:
            at += 1


class _Bare(str):
    """An annotation shown without the quotes that a postponed one has."""

    def __repr__(self) -> str:
        return str(self)


def _signature(thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except ValueError:
        return ""
    parameters = [
        p.replace(annotation=_Bare(p.annotation)) if isinstance(p.annotation, str) else p
        for p in signature.parameters.values()
        if p.name != "self"
    ]
    gives = signature.return_annotation
    shown = signature.replace(
        parameters=parameters,
        return_annotation=_Bare(gives) if isinstance(gives, str) else gives,
    )
    text = re.sub(r"<(factory|function [^>]*)>", "...", str(shown))
    return text.removesuffix(" -> None") if inspect.isclass(thing) else text


def _members(cls: type) -> Iterator[tuple[str, Any]]:
    fields = {f.name for f in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
    for name, value in vars(cls).items():
        thing = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        is_call = name == "__call__"
        if (name.startswith("_") and not is_call) or name in fields or not thing.__doc__:
            continue
        if inspect.isfunction(thing) or isinstance(thing, property):
            yield name, thing


def _entry(name: str, thing: Any) -> Iterator[str]:
    yield f"### `{name}`"
    signature = _signature(thing)
    if not issubclass(thing, Exception) if inspect.isclass(thing) else signature:
        yield f"```python\n{name}{signature}\n```"
    yield from _blocks(thing.__doc__ or "")
    if inspect.isclass(thing):
        rows = []
        for member, value in _members(thing):
            shown = member if isinstance(value, property) else f"{member}{_signature(value)}"
            first = inspect.cleandoc(value.__doc__).split("\n\n")[0].replace("\n", " ")
            rows.append(f"- `{shown}`: {_prose(first)}")
        if rows:
            yield "*Members*"
            yield "\n".join(rows)


def page() -> str:
    """The whole page."""
    parts = [
        "# Python",
        "What `from lingap import …` gives, from the docstrings "
        "(`python tools/python_reference.py` writes this page). Public, too, are names that other "
        "pages import from a room, such as `lingap.experiments`. A public name that changes keeps "
        "working for two minor releases and warns; everything else may change without notice.",
    ]
    for title, names in GROUPS.items():
        parts.append(f"## {title}")
        for name in names:
            parts += _entry(name, getattr(lingap, name))
    parts += [
        "## `lingap.metrics`",
        "Formulas: arrays in, numbers out. [What each measures](metrics.md).",
    ]
    rows = ["| function | what it gives |", "| --- | --- |"]
    for name in sorted(metrics.__all__):
        thing = getattr(metrics, name)
        if inspect.isfunction(thing):
            first = inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ")
            rows.append(f"| `{name}` | {_prose(first)} |".replace(" | | ", " | "))
    parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(page() != PAGE.read_text(encoding="utf-8") and f"{PAGE} is out of date")
    PAGE.write_text(page(), encoding="utf-8")
