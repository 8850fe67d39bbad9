"""Parallel text as a model sees it: one safetensors file per language, one tensor per layer.

Each language is written when it is done, so that an interrupted run goes on where it stopped, and
layers are read one by one, so that memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from lingap.engines.each import MakePool, do_each
from lingap.engines.here import Here
from lingap.engines.protocol import Say
from lingap.errors import MetricError, StoreError
from lingap.gap.safetensors_file import facts_of, read_tensor
from lingap.metrics.arrays import check_finite_rows
from lingap.storage.atomic import sweep, whole_file
from lingap.storage.cache_folder import folder_on_disk
from lingap.storage.outputs import held, make_folder

if TYPE_CHECKING:
    from lingap.evaluation import SentenceEncoder
    from lingap.evaluation.sentence_encoder import SentenceVectors

_MADE_OF, _N_CUT = "lingap_made_of", "lingap_n_cut"
Tell = Callable[[str, int], None]
"""Called with each language and its number of sentences when it is done."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A language, and its sentences."""

    id: str
    lines: tuple[str, ...]


def _vectors(text: _Text, say: Say, *, encoder: SentenceEncoder) -> SentenceVectors:
    return encoder.vectors(text.lines, text.id)


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """Where the vectors are, and what was cut.

    Args:
        folder: One file per language.
        n_cut: Language -> sentences of which the model read only the start.
    """

    folder: Path
    n_cut: Mapping[str, int]

    def read(self, layer: str) -> dict[str, NDArray[Any]]:
        """A layer's vectors, memory-mapped: language -> (n_sentences, width).

        Raises:
            MetricError: For a damaged file or vectors that are not finite; it names the place.
        """
        arrays = {}
        for name in self.n_cut:
            path = self.folder / f"{name}.safetensors"
            arrays[name] = read_tensor(path, layer)
            check_finite_rows(arrays[name], f"{path}, layer {layer}")
        return arrays


def embed_text(
    encoder: SentenceEncoder,
    texts: Mapping[str, Sequence[str]],
    folder: Path,
    *,
    tell: Tell = lambda *_: None,
    make_pool: MakePool[_Text] = Here,
) -> EmbeddedText:
    """Write the vectors of each language that the folder does not hold yet.

    Args:
        encoder: The model.
        texts: Language -> parallel sentences.
        folder: Where to write; made if its parent is there.
        tell: Hears of each language.
        make_pool: The engine; this process alone writes.

    Raises:
        StoreError: For a file of another model, setting or text, which is never replaced.
        MetricError: As :meth:`SentenceEncoder.vectors`.
    """
    from safetensors.numpy import save_file

    make_folder(folder)
    sweep(folder)
    own = _facts(encoder)
    made_of = {name: _digest([own, *lines]) for name, lines in texts.items()}
    paths = {name: folder / f"{name}.safetensors" for name in texts}
    there = {name: _kept(path, made_of[name]) for name, path in paths.items() if path.exists()}
    for name in there:
        tell(name, len(texts[name]))

    def take(text: _Text, found: SentenceVectors) -> None:
        facts = {_MADE_OF: made_of[text.id], _N_CUT: str(found.n_cut)}
        with whole_file(paths[text.id]) as aside:
            save_file(dict(found.layers), aside, metadata=facts)
        there[text.id] = found.n_cut
        tell(text.id, len(text.lines))

    todo = [_Text(name, tuple(lines)) for name, lines in texts.items() if name not in there]
    todo.sort(key=lambda text: -sum(map(len, text.lines)))
    do_each(todo, partial(_vectors, encoder=encoder), take, make_pool)
    return EmbeddedText(folder, {name: there[name] for name in texts})


@contextmanager
def place_of(
    encoder: SentenceEncoder, texts: Mapping[str, Sequence[str]], kept: Path | None
) -> Iterator[Path]:
    """The folder for :func:`embed_text`: `kept`, or one in the cache that goes when all is done.

    An interrupted run leaves the one in the cache, where the next run of the same finds it. While
    one is at work, another of the same has a folder of its own.
    """
    if kept is not None:
        yield kept
        return
    name = _digest([_facts(encoder), *(line for lines in texts.values() for line in lines)])
    folder = folder_on_disk("embeddings") / name
    with ExitStack() as holding:
        try:
            holding.enter_context(held(folder))
        except StoreError:
            own = TemporaryDirectory(
                dir=folder.parent, prefix=f"{name}-", ignore_cleanup_errors=True
            )
            folder = Path(holding.enter_context(own))
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def _facts(encoder: SentenceEncoder) -> str:
    """All that decides a vector, but the sentence."""
    return json.dumps(
        {
            **encoder.facts, "layers": encoder.layers,
            "pooling": encoder.pooling, "prefix": encoder.prefix, "units": encoder.max_units,
        }
    )  # fmt: skip


def _digest(parts: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()[:32]


def _kept(path: Path, made_of: str) -> int:
    """Sentences cut in a file that is there, if it is what would be written."""
    try:
        facts = facts_of(path)
    except MetricError as error:
        raise StoreError(f"{error} Remove it, or name another folder.") from error
    if facts.get(_MADE_OF) != made_of or not facts.get(_N_CUT, "").isdecimal():
        raise StoreError(
            f"{path} holds vectors of another model, text or setting (layers, pooling, prefix). "
            "Name another folder, or remove it."
        )
    return int(facts[_N_CUT])
