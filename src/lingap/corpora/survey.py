"""What a corpus holds in one language: sizes, labels, lossy steps, a few records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lingap.corpora.loading import complete_options, find_corpus, load_corpus
from lingap.errors import CorpusError
from lingap.languages import get_language
from lingap.records import Record, Sentence


def survey(
    name: str,
    *,
    language: str,
    split: str | None = None,
    path: Path | None = None,
    n: int = 3,
    options: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Facts of one split, or of every split of a corpus in one language.

    Args:
        name: A corpus, or a YAML file that describes one.
        language: Any common code.
        split: The split; None for each, where one that cannot be read is a row that says why.
        path: As in :func:`lingap.corpora.load_corpus`.
        n: Records printed in each row.
        options: The corpus' own.

    Returns:
        One row a split: ``language``, ``split``, and either ``records``, ``words``, ``types``
        (different words), ``labels`` (label to how often), ``counts``, ``fingerprint`` and
        ``examples``, or ``absent``, the reason.

    Raises:
        LingapError: As :func:`lingap.corpora.load_corpus`; also when no split can be read.
    """
    corpus = find_corpus(name)
    complete_options(corpus, options or {})  # an option called path would meet the argument
    rows: list[dict[str, Any]] = []
    errors: list[CorpusError] = []
    for one in [split] if split else corpus.splits:
        try:
            rows.append(_survey(name, language, one, path, n, options or {}))
        except CorpusError as error:
            if split or error.line is not None:
                raise
            errors.append(error)
            code = get_language(language).code
            rows.append({"language": code, "split": one, "absent": str(error)})
    if len(errors) == len(rows):
        raise errors[0]
    return rows


def _survey(
    name: str, language: str, split: str, path: Path | None, n: int, options: Mapping[str, Any]
) -> dict[str, Any]:
    rows = load_corpus(name, language=language, split=split, path=path, **options)
    labels: Counter[str] = Counter(dict.fromkeys(rows.labels or (), 0))
    types: set[str] = set()
    n_records = n_words = 0
    examples: list[str] = []
    for record in rows:
        n_records += 1
        for sentence in record.sentences:
            n_words += len(sentence.words)
            types.update(sentence.words)
            labels.update(sentence.labels or ())
        if not isinstance(record, Sentence) and record.label is not None:
            labels[record.label] += 1
        if len(examples) < n:
            examples.append(_line(record))
    return {
        "language": rows.request.language.code,
        "split": split,
        "records": n_records,
        "words": n_words,
        "types": len(types),
        "labels": dict(labels),
        "counts": dict(rows.counts),
        "fingerprint": rows.fingerprint,
        "examples": examples,
    }


def _line(record: Record) -> str:
    if not isinstance(record, Sentence):
        texts = " => ".join(" ".join(sentence.words) for sentence in record.sentences)
        return f"{record.id}: {texts} [{record.label or 'no label'}]"
    if record.labels is None:
        return f"{record.id}: {' '.join(record.words)}"
    tagged = (f"{word}/{tag}" for word, tag in zip(record.words, record.labels, strict=True))
    return f"{record.id}: {' '.join(tagged)}"
