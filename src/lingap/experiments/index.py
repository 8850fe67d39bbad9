"""``index.sqlite``: the records of an experiment as tables, made anew from its folders at any time.

Nothing in lingap reads it; it is for those who want to ask a sweep questions in SQL::

    select system, language, avg(value) from scores where metric = 'span_f1' group by 1, 2
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from lingap.errors import StoreError
from lingap.experiments.records import (
    FailedRecord,
    Record,
    RunRecord,
    TrialRecord,
    read_plan,
    read_record,
)
from lingap.experiments.specs import Kind, PretrainSpec, TrialSpec
from lingap.storage.atomic import whole_file

INDEX = "index.sqlite"

_TABLES = """
create table jobs (
    id text primary key, kind text, status text, reason text, task text, system text,
    train_languages text, seed integer, settings text, best_dev real, best_epoch real,
    steps integer, seconds real, device text, config text
);
create table scores (
    run_id text references jobs (id), system text, task text, language text, seed integer,
    metric text, value real, low real, high real, n_words integer, counts text
);
create index scores_by_place on scores (task, system, language, seed);
"""


def rebuild_index(root: Path) -> Path:
    """Write the index of an experiment's folder whole or not at all, and give its path.

    Folders whose record is damaged are left out; running the experiment tells of them.
    """
    try:
        with whole_file(root / INDEX) as aside:
            connection = sqlite3.connect(aside)
            try:
                with connection:
                    connection.executescript(_TABLES)
                    titles = _titles(root)
                    for record in _records(root):
                        _insert(connection, record, titles)
            finally:
                connection.close()
    except sqlite3.OperationalError as error:
        raise StoreError(f"{root / INDEX} cannot be written: {error}.") from error
    return root / INDEX


def _records(root: Path) -> Iterator[Record]:
    for kind in get_args(Kind):
        for path in sorted((root / kind).glob("*/run.json")):
            try:
                yield read_record(path)
            except StoreError:
                continue


def _titles(root: Path) -> dict[str, str]:
    """What tables call the encoders of the plan, by id."""
    try:
        plan = read_plan(root / "experiment.json")
    except StoreError:
        return {}
    return {one.id: ", ".join(one.labels) for one in plan.pretraining if one.labels}


def _insert(connection: sqlite3.Connection, record: Record, titles: Mapping[str, str]) -> None:
    spec = record.config
    task = seed = settings = None
    if isinstance(spec, PretrainSpec):
        system, languages = spec.representation.name, spec.languages
        system = titles.get(record.run_id, system)
    else:
        system, languages, task, seed = (
            spec.representation, spec.train_languages, spec.task, spec.seed
        )  # fmt: skip
    if isinstance(record, RunRecord):
        settings = record.settings.model_dump_json()
    elif isinstance(record.config, TrialSpec):
        settings = record.config.finetuning.model_dump_json()
    reason = record.reason if isinstance(record, FailedRecord | TrialRecord) else ""
    done = None if isinstance(record, FailedRecord) else record
    connection.execute(
        f"insert into jobs values ({', '.join('?' * 15)})",
        (
            record.run_id, spec.kind, record.status, reason or None, task, system,
            " ".join(languages), seed, settings, done and done.best_dev, done and done.best_epoch,
            done and done.steps, done and done.seconds, done and done.device,
            spec.model_dump_json(),
        ),
    )  # fmt: skip
    for row in record.scores if isinstance(record, RunRecord) else ():
        ends = row.interval
        connection.execute(
            f"insert into scores values ({', '.join('?' * 11)})",
            (
                record.run_id, row.system, row.task, row.language, row.seed, row.metric, row.value,
                ends and ends.low, ends and ends.high, row.n_words, json.dumps(dict(row.counts)),
            ),
        )  # fmt: skip
