"""What a configured corpus gives for training, for selection and for the test."""

from __future__ import annotations

from typing import Any

import numpy as np

from lingap.corpora import CorpusSplit, find_corpus, load_corpus
from lingap.experiments.config_parts import CorpusChoice, Role


def corpus_split(
    choice: CorpusChoice, language: str, split: str, languages: tuple[str, ...]
) -> CorpusSplit:
    """A split of a configured corpus; corpora that depend on the set of languages are told it."""
    options = dict(choice.options)
    if "languages" in find_corpus(choice.name).options:
        options.setdefault("languages", languages)
    return load_corpus(choice.name, language=language, split=split, path=choice.path, **options)


def role_split(
    choice: CorpusChoice, language: str, role: Role, languages: tuple[str, ...]
) -> CorpusSplit:
    """The split that a role is read from, whole."""
    return corpus_split(choice, language, choice.split_of(role), languages)


def parallel_split(choice: CorpusChoice) -> str:
    """The split of a corpus of parallel text that is read: its first."""
    return find_corpus(choice.name).splits[0]


def n_rows(choice: CorpusChoice, language: str, role: Role, languages: tuple[str, ...]) -> int:
    """How many rows :func:`rows` gives."""
    n = sum(1 for _ in role_split(choice, language, role, languages))
    return n if role == "test" else len(_drawn(choice, role, n))


def rows(
    choice: CorpusChoice, language: str, role: Role, languages: tuple[str, ...], *, seed: int = 0
) -> list[Any]:
    """The rows of a role: sentences or pairs; `seed` is the run's, for a part drawn per seed.

    With ``dev_share``, train and dev are drawn from one split by the place of the rows in it, so
    that in a corpus whose languages are parallel a row is of one role in all of them.
    """
    found = list(role_split(choice, language, role, languages))
    if role == "test":
        return found
    return [found[place] for place in _drawn(choice, role, len(found), seed)]


def _drawn(choice: CorpusChoice, role: Role, n: int, seed: int = 0) -> list[int]:
    """Places, in order, of the rows of train or dev among the n rows of their split."""
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
