"""A corpus by its name: streams of sentences, and the same sentences in several languages."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from lingap.arguments import checked
from lingap.corpora.foreign_script import refuse_foreign_script
from lingap.corpora.policies import check_kinds, check_policies
from lingap.corpora.protocol import CORPORA, Corpus, Request
from lingap.errors import AlignmentError, ConfigError, CorpusError, LanguageError
from lingap.languages import Language, get_language
from lingap.records import ParallelSentences
from lingap.storage.cache_folder import cache_folder
from lingap.storage.digests import digest_of


@dataclass(frozen=True)
class CorpusSplit:
    """One language and split of a corpus: iterate it as often as you like; each time is a stream.

    Args:
        corpus: The corpus.
        request: What is read of it.
        cache: Folder where parsed records are kept as Arrow, or None to parse each time.
    """

    corpus: Corpus
    request: Request
    cache: Path | None = None

    def __iter__(self) -> Iterator[Any]:
        """Records in order; ids differ. A pass that ends sets the counts."""
        request = replace(self.request, counts=Counter())  # several passes may run at once
        records = self._parsed(request)
        if self.cache is not None:
            from lingap.corpora.cache import cached

            records = cached(
                records, fingerprint=self.fingerprint, folder=self.cache, counts=request.counts
            )
        yield from records
        self.request.counts.clear()
        self.request.counts.update(request.counts)

    def _parsed(self, request: Request) -> Iterator[Any]:
        records: Iterator[Any] = self.corpus.read(request)
        if self.request.options.get("check_script"):
            text = f"split {request.split!r} of {self.corpus.name}"
            records = refuse_foreign_script(records, request.language, request.path, of=text)
        empty = True
        for record in records:
            empty = False
            yield record
        if empty:
            raise CorpusError(
                f"{self.corpus.name} has no record of {request.language.code} in split "
                f"{request.split!r} here; at least one was expected.",
                request.path,
            )

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Every label there can be, in order; None without labels or where only data tell."""
        return self.corpus.labels(self.request)

    @property
    def counts(self) -> Mapping[str, int]:
        """Lossy steps of the latest complete pass, by name."""
        return dict(self.request.counts)

    @property
    def provenance(self) -> dict[str, str]:
        """Versions, options and digests that fix the records."""
        return {
            "corpus": self.corpus.name,
            "language": self.request.language.code,
            "split": self.request.split,
            **self.corpus.provenance(self.request),
        }

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when :attr:`provenance` does."""
        text = json.dumps(self.provenance, sort_keys=True, ensure_ascii=False)
        return digest_of(text, 16)

    def head(self, n: int) -> list[Any]:
        """The first n records, without reading on."""
        return list(islice(self, n))


def complete_options(corpus: Corpus, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options given with the defaults of the others.

    Raises:
        ConfigError: For an unknown option, or an unknown value of a named policy.
    """
    for name in options:
        if name not in corpus.options:
            near = difflib.get_close_matches(name, corpus.options, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(sorted(corpus.options)) or "none"
            raise ConfigError(f"{corpus.name} has no option {name!r}.{hint} Known: {known}.")
    check_policies(options, corpus.choices)
    check_kinds(options)
    return {**corpus.options, **options}


def default_labels(corpus: Corpus) -> tuple[str, ...] | None:
    """The labels under the corpus' default options; None where only the data tell."""
    return corpus.labels(Request(get_language("eng"), corpus.splits[0], None, corpus.options))


def find_corpus(name: str) -> Corpus:
    """The corpus of that name, or the one that a YAML file of that path describes.

    Raises:
        UnknownName: For a name that is not registered.
        ConfigError: For a file that describes no corpus.
    """
    if name.endswith((".yaml", ".yml")):
        from lingap.corpora.sources.user import read_description

        return read_description(Path(name))
    return CORPORA[name]


@checked(CorpusError)
def load_corpus(
    name: str,
    *,
    language: str | Language,
    split: str,
    path: str | Path | None = None,
    cache: str | Path | bool | None = None,
    **options: Any,
) -> CorpusSplit:
    """Read one language and split of a corpus.

    Args:
        name: A corpus, as in ``lingap corpora list``, or a YAML file that describes one
            (:mod:`lingap.corpora.sources.user`).
        language: Any common code.
        split: One of the corpus' splits.
        path: Folder or file of a release; None for what is built in or fetched from the hub.
        cache: Folder in which the parsed records are kept as Arrow, so that the next reading is
            quick; True for the folder ``corpora`` in the cache folder (``LINGAP_CACHE``,
            else ``lingap`` in ``XDG_CACHE_HOME`` or ``~/.cache``), if there is one.
        **options: The corpus' own; unknown ones are refused.

    Returns:
        An iterable of :class:`~lingap.records.Sentence` (or ``SentencePair`` for NLI) that streams
        and can be iterated again.

    Raises:
        UnknownName: For a corpus that is not registered.
        LanguageError: For a language that is unknown or not in the corpus.
        ConfigError: For an unknown option, or an unknown value of a named policy.
        CorpusError: For an unknown split, a missing path, or, while iterating, a broken file.

    >>> rows = load_corpus("cldr", language="en", split="test", test_size=3)
    >>> [len(row.words) == len(row.labels) for row in rows]
    [True, True, True]
    """
    corpus = find_corpus(name)
    if split not in corpus.splits:
        raise CorpusError(f"{name} has no split {split!r}; it has {', '.join(corpus.splits)}.")
    complete = complete_options(corpus, options)
    if corpus.source == "path" and path is None:
        raise CorpusError(f"{name} is read from files: give path=, the folder or file.")
    if corpus.source == "built in" and path is not None:
        raise CorpusError(f"{name} is built in; it is not read from {path}. Leave out path.")
    row = get_language(language)
    if corpus.languages is not None and row.code not in corpus.languages:
        raise LanguageError(
            f"{name} has no {row.name} ({row.code}); it has {', '.join(corpus.languages)}."
        )
    request = Request(row, split, Path(path) if path else None, complete)
    if cache is True:
        home = cache_folder()
        cache = home and home / "corpora"
    return CorpusSplit(corpus, request, Path(cache) if cache else None)


@checked(CorpusError)
def load_parallel(
    name: str,
    *,
    languages: Sequence[str | Language],
    split: str | None = None,
    path: str | Path | None = None,
    **options: Any,
) -> ParallelSentences:
    """Read the same sentences in several languages; row i means the same in each.

    Args:
        name: A corpus of task ``parallel``.
        languages: Any common codes; for ``cldr_names`` they also fix which names are used.
        split: One of the corpus' splits; its first by default.
        path: As in :func:`load_corpus`.
        **options: The corpus' own.

    Raises:
        CorpusError: For a corpus that is not parallel, or no language.
        AlignmentError: When the languages differ in their number of rows, or in a row's id.

    >>> load_parallel("cldr_names", languages=["en", "ko"], kinds=["day"]).sentences["kor"][1].words
    ('화요일',)
    """
    corpus = find_corpus(name)
    if corpus.task != "parallel":
        parallel = [other for other in CORPORA if CORPORA[other].task == "parallel"]
        raise CorpusError(f"{name} is not parallel text; these are: {', '.join(parallel)}.")
    if not languages:
        raise CorpusError("languages is empty; name at least one.")
    split = split or corpus.splits[0]
    codes = tuple(dict.fromkeys(get_language(language).code for language in languages))
    if "languages" in corpus.options:
        options = {"languages": codes, **options}
    rows = ParallelSentences(
        f"{name}/{split}",
        {
            code: tuple(load_corpus(name, language=code, split=split, path=path, **options))
            for code in codes
        },
    )
    for number, row in enumerate(zip(*rows.sentences.values(), strict=True)):
        ids = {sentence.id for sentence in row}
        if len(ids) > 1:
            raise AlignmentError(
                f"{rows.name}: row {number} is {' but '.join(sorted(ids))} in different languages; "
                "the rows must be the same sentences in the same order."
            )
    return rows
