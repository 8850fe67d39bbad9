"""The rows of a configured corpus for training, selection and test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from lingap.corpora import CorpusSplit, find_corpus, load_corpus
from lingap.experiments.config_parts import CorpusChoice, DataRole, Role
from lingap.storage.digests import digest_of


def role_split(
    choice: CorpusChoice, language: str, role: DataRole, languages: tuple[str, ...]
) -> CorpusSplit:
    """The complete split that a role is read from; of parallel text, the corpus' first.

    `languages` is passed to corpora that depend on the set of languages.
    """
    choice = choice.of_language(language)
    corpus, options = find_corpus(choice.name), dict(choice.options)
    if "languages" in corpus.options:
        options.setdefault("languages", languages)
    split = corpus.splits[0] if role == "parallel" else choice.split_of(role)
    return load_corpus(choice.name, language=language, split=split, path=choice.path, **options)


def parallel_rows(
    texts: Iterable[CorpusChoice], language: str, languages: tuple[str, ...], n: int | None = None
) -> list[Any]:
    """The sentences of all parallel texts in one language, one text after the other.

    Of more than `n`, so many are taken, spread evenly: the same in every language.
    """
    found = [row for text in texts for row in role_split(text, language, "parallel", languages)]
    if n is None or len(found) <= n:
        return found
    return [found[place * len(found) // n] for place in range(n)]


def parallel_fingerprint(
    texts: Iterable[CorpusChoice], language: str, languages: tuple[str, ...]
) -> str:
    """The digest of :func:`parallel_rows`; of a single text, its own."""
    found = [role_split(text, language, "parallel", languages).fingerprint for text in texts]
    return found[0] if len(found) == 1 else digest_of(" ".join(found), 16)


def n_rows(choice: CorpusChoice, language: str, role: DataRole, languages: tuple[str, ...]) -> int:
    """The number of rows that :func:`rows` returns; of parallel text, all."""
    n = sum(1 for _ in role_split(choice, language, role, languages))
    return n if role == "test" or role == "parallel" else len(_drawn(choice, role, n))


def rows(
    choice: CorpusChoice, language: str, role: Role, languages: tuple[str, ...], *, seed: int = 0
) -> list[Any]:
    """The rows of a role: sentences or pairs; `seed` is the run's, for samples per seed.

    With ``dev_share``, train and dev are sampled from one split by row number, so that in a corpus
    of parallel languages a row has the same role in all of them.
    """
    found = list(role_split(choice, language, role, languages))
    if role == "test":
        return found
    return [found[place] for place in _drawn(choice, role, len(found), seed)]


def _drawn(choice: CorpusChoice, role: Role, n: int, seed: int = 0) -> list[int]:
    """Sorted row numbers of train or dev among the n rows of their split."""
    order = np.random.default_rng(choice.draw_seed).permutation(n)
    if choice.dev_share is not None:
        n_dev = max(1, round(n * choice.dev_share))
        if role == "dev":
            return sorted(int(place) for place in order[:n_dev])
        order = order[n_dev:]
    if role == "train" and choice.train_share is not None:
        if choice.draw == "per-seed":
            order = np.random.default_rng((choice.draw_seed, seed)).permutation(order)
        order = order[: max(1, round(len(order) * choice.train_share))]
    return sorted(int(place) for place in order)
