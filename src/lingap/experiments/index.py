"""``index.sqlite``: the records of an experiment as tables, made anew from its folders at any time.

Nothing in lingap reads it; it is for those who want to ask a sweep questions in SQL::

    select system, language, avg(value) from scores where metric = 'span_f1' group by 1, 2
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from lingap.errors import StoreError
from lingap.experiments.plan import PRETRAIN
from lingap.experiments.store import Kind, read_json
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
                    for kind, record in _records(root):
                        _insert(connection, kind, record, titles)
            finally:
                connection.close()
    except sqlite3.OperationalError as error:
        raise StoreError(f"{root / INDEX} cannot be written: {error}.") from error
    return root / INDEX


def _records(root: Path) -> Iterator[tuple[Kind, dict[str, Any]]]:
    for kind in get_args(Kind):
        for path in sorted((root / kind).glob("*/run.json")):
            try:
                record = read_json(path)
            except StoreError:
                continue
            if isinstance(record, dict) and isinstance(record.get("config"), dict):
                yield kind, record


def _titles(root: Path) -> dict[str, str]:
    """What the plan calls its encoders, by id; a representation may have a label in it."""
    try:
        planned = read_json(root / "experiment.json")["pretraining"]
        return {one["id"]: one["title"].removeprefix(PRETRAIN) for one in planned}
    except (StoreError, KeyError, TypeError):
        return {}


def _insert(
    connection: sqlite3.Connection, kind: Kind, record: dict[str, Any], titles: dict[str, str]
) -> None:
    config = record["config"]
    representation = config.get("representation")
    if isinstance(representation, dict):
        representation = titles.get(str(record.get("run_id")), representation.get("name"))
    settings = record.get("settings")
    if settings is None and kind == "trials":
        settings = config.get("finetuning")
    connection.execute(
        f"insert into jobs values ({', '.join('?' * 15)})",
        (
            record.get("run_id"), kind, record.get("status"), record.get("reason"),
            config.get("task"), representation,
            " ".join(config.get("train_languages") or config.get("languages") or ()),
            config.get("seed"), None if settings is None else json.dumps(settings),
            record.get("best_dev"), record.get("best_epoch"), record.get("steps"),
            record.get("seconds"), record.get("device"),
            json.dumps(config, ensure_ascii=False),
        ),
    )  # fmt: skip
    for row in record.get("scores", ()):
        ends = row.get("interval") or {}
        connection.execute(
            f"insert into scores values ({', '.join('?' * 11)})",
            (
                record.get("run_id"), row["system"], row["task"], row["language"], row["seed"],
                row["metric"], row["value"], ends.get("low"), ends.get("high"), row["n_words"],
                json.dumps(row.get("counts", {})),
            ),
        )  # fmt: skip
