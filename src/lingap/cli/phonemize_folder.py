"""A folder of Parquet files for ``lingap phonemize``, by any engine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.cli.options import pool_of
from lingap.cli.telling import tell
from lingap.text.display import counted

if TYPE_CHECKING:
    from lingap.experiments.engine import EngineName
    from lingap.g2p.bulk.spread import Shard, Tell, Todo
    from lingap.g2p.coverage import G2PCoverage
    from lingap.g2p.phonemizer import Phonemizer
    from lingap.storage.places import Place

_LINE_SECONDS = 10.0


def phonemize_a_folder(
    source: str, out: str | None, column: str, phonemizer: Phonemizer, *, processes: int,
    overwrite: bool, engine: EngineName, dry_run: bool,
) -> G2PCoverage | None:  # fmt: skip
    """Phonemize a folder and return what was lost; None after a dry run.

    Raises:
        CorpusError: When files could not be read, after all others are done.
    """
    from lingap.errors import ConfigError, CorpusError
    from lingap.storage.places import OnDisk, place

    if out is None:
        raise ConfigError("A folder of Parquet files needs an output folder: pass -o OUT.")
    if "://" not in source + out and engine == "local" and not dry_run:
        from lingap.g2p.bulk.folders import phonemize_folder

        report = phonemize_folder(
            Path(source), Path(out), column, phonemizer, processes=processes, overwrite=overwrite
        )
    else:
        from lingap.g2p.bulk.spread import find_shards, phonemize_spread

        places = place(source), place(out)
        read, written = ([one.root] if isinstance(one, OnDisk) else [] for one in places)
        pool = pool_of(engine, processes=processes, shared=written, read=read)
        if dry_run:
            todo = find_shards(*places, column, phonemizer, overwrite=overwrite)
            _print_plan(todo, places[0], column, phonemizer, engine, processes)
            return None
        with _progress() as watch:
            report = phonemize_spread(
                *places, column, phonemizer, pool, overwrite=overwrite, tell=watch
            )
    tell(
        f"{len(report.written)} files written, {len(report.finished_before)} were finished; what "
        "was lost in all of them:",
        err=True,
    )
    if report.failures:
        tell(report.coverage.as_text(), err=True)
        n = len(report.failures)
        raise CorpusError(
            f"{counted(n, 'file')} could not be phonemized, all others are done: "
            f"{'; '.join(report.failures[:5])}{' …' * (n > 5)}"
        )
    return report.coverage


def _print_plan(
    todo: Todo, source: Place, column: str, phonemizer: Phonemizer, engine: EngineName,
    processes: int,
) -> None:  # fmt: skip
    """Print the files, the machines and about how long they will take."""
    from lingap.cli.plans import about
    from lingap.engines.cluster import machines
    from lingap.engines.nodes import Node
    from lingap.g2p.bulk.estimate import estimate

    n_bytes = sum(shard.n_bytes for shard in todo.shards)
    tell(
        f"{len(todo.shards)} files of {n_bytes / 1e6:,.1f} MB to phonemize, largest first; "
        f"{len(todo.finished)} are finished."
    )
    for shard in todo.shards[:5]:
        tell(f"  {shard.n_bytes / 1e6:>10,.1f} MB  {shard.id}")
    if len(todo.shards) > 5:
        tell(f"  … and {len(todo.shards) - 5} more")
    nodes = machines() if engine == "ray" else (Node("this machine", processes),)
    n_cpus = sum(node.n_cpus for node in nodes)
    for node in nodes:
        tell(f"{node.name}: {node.n_cpus} files at a time")
    if not todo.shards or not n_cpus:
        return
    cost = estimate(todo.shards, source, column, phonemizer)
    tell(
        f"About {about(cost.wall_seconds(n_cpus))} on these machines, {about(cost.seconds)} of "
        f"one core: some {cost.words:,.0f} words of which {cost.types:,.0f} are distinct, by a "
        f"sample of {cost.sampled_words:,} words."
    )


@contextmanager
def _progress() -> Iterator[Callable[[Todo], Tell]]:
    """A bar of bytes on a terminal; elsewhere a line now and then."""
    from rich.console import Console

    with ExitStack() as shown:

        def begin(todo: Todo) -> Tell:
            console = Console(stderr=True)
            total = sum(shard.n_bytes for shard in todo.shards)
            return _bar(console, total, shown) if console.is_terminal else _lines(todo, total)

        yield begin


def _bar(console: Any, total: int, shown: ExitStack) -> Tell:
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("phonemizing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = shown.enter_context(Progress(*columns, console=console, transient=True))
    task = bar.add_task("", total=total)

    def hear(shard: Shard, event: str, value: Any) -> None:
        if event in ("log", "failed"):
            tell(str(value), err=True)
        if event in ("done", "failed"):
            bar.update(task, advance=shard.n_bytes)

    return hear


def _lines(todo: Todo, total: int) -> Tell:
    n_done = n_bytes = 0
    started = said = time.monotonic()

    def hear(shard: Shard, event: str, value: Any) -> None:
        nonlocal n_done, n_bytes, said
        if event in ("log", "failed"):
            tell(str(value), err=True)
        if event not in ("done", "failed"):
            return
        n_done, n_bytes, now = n_done + 1, n_bytes + shard.n_bytes, time.monotonic()
        if now - said >= _LINE_SECONDS:
            said = now
            left = (now - started) * (total - n_bytes) / max(n_bytes, 1)
            tell(f"{n_done}/{len(todo.shards)} files; about {left:.0f} s left", err=True)
            sys.stderr.flush()

    return hear
