"""Your own corpus from a few lines of YAML: format, paths, columns.

.. code-block:: yaml

    name: my_ner
    task: ner
    format: conll
    path: data/{language}/{split}.txt
    languages: [kor, eng]
    options: {entity_types: [PER, ORG, LOC, DATE]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lingap.corpora.files import fill, provenance_of
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.conll import ConllOptions, read_conll
from lingap.corpora.formats.conllu import read_conllu
from lingap.corpora.formats.text_lines import read_text_lines
from lingap.corpora.policies import CONLLU, TABLE, check_kinds, check_policies
from lingap.corpora.protocol import Corpus, Request
from lingap.errors import ConfigError, CorpusError
from lingap.languages import get_language
from lingap.records import Record
from lingap.storage.paths import is_file
from lingap.storage.special_files import refuse_special
from lingap.storage.yaml_file import quoting_advice, read_yaml


class UserCorpus(BaseModel):
    """A corpus as its owner describes it; relative paths start at the YAML file's folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="Its name in tables.", min_length=1)
    task: Literal["pos", "ner", "nli", "topic", "parallel", "text"]
    format: Literal["conllu", "conll", "table", "lines"] = Field(
        description="CoNLL-U; a word and tag per line; TSV, CSV, JSON Lines, Parquet; text lines."
    )
    path: str | dict[str, str] = Field(
        min_length=1,
        description="With {language}, {iso1}, {iso3}, {script}, {flores}, {split}, and * to read "
        "several files in order; or one per split.",
    )
    languages: tuple[str, ...] | None = Field(None, min_length=1)
    splits: tuple[str, ...] = Field(("train", "dev", "test"), min_length=1)
    columns: Columns = Columns()
    labels: tuple[str, ...] | None = None
    licence: str = "its owner's"
    summary: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


def read_description(source: Path | Mapping[str, Any]) -> Corpus:
    """A corpus from a YAML file, or from its content.

    Raises:
        ConfigError: For a missing file, broken YAML, or unknown or invalid settings.
    """
    home, text = Path(), ""
    if isinstance(source, Path):
        home = source.parent
        source, text = _parse(source)
    try:
        described = UserCorpus.model_validate(source)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            + (quoting_advice(problem["input"], text, problem["loc"]) if text else "")
            for problem in error.errors()
        )
        raise ConfigError(f"The description of a corpus is invalid: {problems}.") from None
    codes = described.languages
    languages = None if codes is None else tuple(get_language(code).code for code in codes)
    splits = tuple(described.path) if isinstance(described.path, dict) else described.splits
    find = partial(_find, described, home)
    _check_task(described)
    make = _FORMATS[described.format]
    make(described, described.options)  # refuses invalid options now

    def read(request: Request) -> Iterator[Record]:
        options = {key: request.options[key] for key in described.options}
        reader = make(described, options)
        return reader(find(request), language=request.language.code, counts=request.counts)

    return Corpus(
        name=described.name,
        task=described.task,
        summary=described.summary or f"described by its owner ({described.format})",
        licence=described.licence,
        revision="the files' digest",
        splits=splits,
        sizes="the files' own",
        source="description",
        read=read,
        provenance=lambda request: {
            **provenance_of(find)(request),
            "description": described.model_dump_json(exclude={"path"}),
        },
        labels=lambda request: described.labels,
        languages=languages,
        options={"check_script": True, **described.options},
    )


def _check_task(described: UserCorpus) -> None:
    """Refuse a description whose records would lack what the task needs."""
    task, kind, columns = described.task, described.format, described.columns
    needs = ""
    if task in ("pos", "ner") and kind == "lines":
        needs = "a tag for each word: the format conllu, conll or table"
    if task in ("pos", "ner") and kind == "table" and None in (columns.words, columns.labels):
        needs = "columns words and labels"
    texts = {"nli": ("premise", "hypothesis"), "topic": ("text",)}.get(task, ())
    if texts:
        unlabelled = described.options.get("unlabelled") == "keep"  # to be predicted
        lacks = [name for name in texts if getattr(columns, name) is None]
        if kind != "table":
            needs = f"{' and '.join(texts)} with a label: the format table"
        elif lacks or not (columns.label or unlabelled):
            needs = f"columns {', '.join(texts)} and label"
    if needs:
        raise ConfigError(f"The corpus {described.name} of task {task} needs {needs}.")


def _parse(path: Path) -> tuple[Mapping[str, Any], str]:
    content, text = read_yaml(path, expected="the description of a corpus")
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected keys and values, such as 'name: my_corpus'.")
    return content, text


def _find(described: UserCorpus, home: Path, request: Request) -> tuple[Path, ...]:
    pattern = described.path
    if isinstance(pattern, dict):
        pattern = pattern[request.split]
    path = (request.path or home) / fill(pattern, request)
    refuse_special(path, CorpusError)
    if is_file(path):
        return (path,)
    found: tuple[Path, ...] = ()
    if "*" in str(pattern):
        root = Path(path.anchor)
        found = tuple(sorted(p for p in root.glob(str(path.relative_to(root))) if p.is_file()))
    if not found:
        raise CorpusError("no such file; check the path of the description.", path)
    return found


def _conllu(described: UserCorpus, options: Mapping[str, Any]) -> Callable[..., Iterator[Record]]:
    check_policies(options, CONLLU)
    fitting = _fitting(dict, options, tuple(CONLLU))
    return partial(read_conllu, labels=described.labels, **fitting)


def _conll(described: UserCorpus, options: Mapping[str, Any]) -> Callable[..., Iterator[Record]]:
    at_word, at_tag = described.columns.words, described.columns.labels
    make: Callable[..., ConllOptions] = partial(ConllOptions, labels=described.labels)
    if described.task == "pos":
        make = partial(make, scheme="none")
    if isinstance(at_word, int) and isinstance(at_tag, int):
        make = partial(make, columns=(at_word, at_tag))
    elif (at_word, at_tag) != (None, None):
        raise ConfigError("columns of conll are numbers from 0: {words: 0, labels: 3}.")
    known = set(ConllOptions.__dataclass_fields__) - {"columns", "labels"}
    return partial(read_conll, options=_fitting(make, options, tuple(known)))


def _table(described: UserCorpus, options: Mapping[str, Any]) -> Callable[..., Iterator[Record]]:
    columns = described.columns
    if columns.text is columns.words is columns.premise is None:
        raise ConfigError("columns of a table name text, or words, or premise and hypothesis.")
    if isinstance(columns.words, int) or isinstance(columns.labels, int):
        raise ConfigError("columns of a table are names, not numbers.")
    make = partial(RowOptions, columns, labels=described.labels, spans=described.task == "ner")
    known = set(RowOptions.__dataclass_fields__) - {"columns", "labels"}
    return partial(read_table, options=_fitting(make, options, tuple(known)))


def _lines(described: UserCorpus, options: Mapping[str, Any]) -> Callable[..., Iterator[Record]]:
    check_policies(options, {"empty_text": TABLE["empty_text"]})
    make: Callable[..., dict[str, str]] = partial(dict, empty_text="error")
    return partial(read_text_lines, **_fitting(make, options, ("empty_text", "segmenter")))


def _fitting(make: Callable[..., Any], given: Mapping[str, Any], known: tuple[str, ...]) -> Any:
    for name in given:
        if name not in known:
            raise ConfigError(
                f"This format has no option {name!r}; it has {', '.join(sorted(known))}."
            )
    check_kinds(given)
    frozen = {key: tuple(one) if isinstance(one, list) else one for key, one in given.items()}
    return make(**frozen)


_FORMATS: Mapping[
    str, Callable[[UserCorpus, Mapping[str, Any]], Callable[..., Iterator[Record]]]
] = {"conllu": _conllu, "conll": _conll, "table": _table, "lines": _lines}
