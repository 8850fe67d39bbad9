"""Damaged input for every command: each case must end in a result or in one message.

    python benchmarks/fuzz.py --minutes 30 --seed 0 --keep FINDINGS
    python benchmarks/fuzz.py yaml scores --cases 500      # some targets, some cases of each
    python benchmarks/fuzz.py scores --case 4711           # one case again

Each target is a command and a small valid input that it accepts. A case damages the input at one to
four places (bytes, lines, cells, keys and values of JSON and YAML, well-known troublesome text),
runs the command in this process, and counts whether it accepted or refused. A *finding* is a
traceback, a warning of arithmetic (a NaN may follow), a message of more than a page, or a case that
takes longer than `--slow` seconds of the processor. Its input is kept. Cases are numbered; each is
a function of target, seed and number. The exit status is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from fuzz_targets import TARGETS, Command
from lingap.cli import app
from lingap.errors import DISK_FAULTS, LingapError

TROUBLE = (
    "", " ", "\t", "\n", "\r\n", "\0", "\ufeff", "\u200b", "\u202e", "e\u0301", "İ", "ß",
    "\U0001f468\u200d", "-1", "0", "1e309", "nan", "inf", "-inf", "1_000", "٣٫٥",
    "9" * 400, "0x10", "true", "no", "null", "~",
    "../../x", "/dev/null", "~root", "a" * 300, "$(x)", "`x`",
    "\\input{x}", "$\\frac{$", "<b>", "=1+1", "\x1b[31m", "{}", "[]", "{", "]", "'", '"', ",", ";",
    ":", "&a", "*a", "!!bool z", "2001-99-99", "%", "#",
    "B-PER", "I-", "E-PER", "1-0", "3-1", "1.1",
    "_", "eng", "mul", "swa_Latn", "xx",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, float("nan"), float("inf"), "\ud800", [], [[]], {},
    [None], {"": {}}, ["eng", "eng"], 2**32, 2**63, *TROUBLE,
)  # fmt: skip


class Slow(BaseException):
    """A case took too long."""


@dataclass
class Tally:
    """What a target's cases came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


# --- damage ---------------------------------------------------------------------------------------


def damage(path: Path, rng: random.Random) -> None:
    """Damage a file at one to four places, in a way that fits its kind most of the time."""
    content = path.read_bytes()
    for _ in range(rng.choice((1, 1, 2, 4))):
        ways: list[Callable[[bytes, random.Random], bytes]] = [_bytes, _lines, _cells]
        if path.suffix in (".json", ".yaml", ".jsonl"):
            ways += [_tree(path.suffix)] * 4
        content = rng.choice(ways)(content, rng)
    path.write_bytes(content)


def _bytes(content: bytes, rng: random.Random) -> bytes:
    start, end = sorted((rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)))
    end = min(end, start + rng.choice((1, 4, 64, 4096)))
    put = rng.choice((
        b"", bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9))), content[start:end] * 2,
        rng.choice(TROUBLE).encode("utf-8", "surrogatepass"),
    ))  # fmt: skip
    return content[:start] + put + content[end if rng.random() < 0.9 else len(content) :]


def _lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    way = rng.randrange(4)
    if way == 0:
        del lines[at]
    elif way == 1:
        lines.insert(at, lines[other])
    elif way == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = lines[at] * rng.choice((2, 50))
    return b"\n".join(lines)


def _cells(content: bytes, rng: random.Random) -> bytes:
    mark = rng.choice((b"\t", b",", b" ", b"-", b"|"))
    cells = content.split(mark)
    at = rng.randrange(len(cells))
    way = rng.randrange(3)
    if way == 0:
        cells[at] = rng.choice(TROUBLE).encode("utf-8", "surrogatepass")
    elif way == 1:
        del cells[at]
    else:
        cells.insert(at, cells[rng.randrange(len(cells))])
    return mark.join(cells)


def _tree(suffix: str) -> Callable[[bytes, random.Random], bytes]:
    """Damage to one key or value of JSON, JSON Lines or YAML."""

    def change(content: bytes, rng: random.Random) -> bytes:
        lines = content.split(b"\n") if suffix == ".jsonl" else [content]
        at = rng.randrange(len(lines))
        try:
            tree = yaml.safe_load(lines[at]) if suffix == ".yaml" else json.loads(lines[at])
            tree = _changed(tree, rng)
            if suffix == ".yaml":
                lines[at] = yaml.safe_dump(tree, allow_unicode=True).encode(
                    "utf-8", "surrogatepass"
                )
            else:
                lines[at] = json.dumps(tree).encode()
        except (
            ValueError,
            LookupError,  # PyYAML's, of a value that its tag does not fit
            yaml.YAMLError,
            RecursionError,
            TypeError,
            AttributeError,
            OverflowError,
        ):
            return _bytes(content, rng)
        return b"\n".join(lines)

    return change


def _changed(tree: Any, rng: random.Random) -> Any:
    inner = isinstance(tree, dict | list) and tree and rng.random() < 0.85
    if not inner:
        value = rng.choice(VALUES)
        return [tree] if rng.random() < 0.1 else value
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key, way = rng.choice(keys), rng.random()
    if way < 0.1:
        del tree[key]
    elif way < 0.2 and isinstance(tree, dict):
        tree[rng.choice(TROUBLE)] = tree[key]
    elif way < 0.2:
        tree.append(tree[key])
    else:
        tree[key] = _changed(tree[key], rng)
    return tree


# --- cases ----------------------------------------------------------------------------------------


def run_case(
    name: str, seed: int, number: int | None, keep: Path | None, slow: int
) -> tuple[str, str]:
    """Run one case, or the undamaged input: accepted, refused, or the kind of finding; details."""
    target, rng = TARGETS[name], random.Random(f"{seed}/{name}/{number}")
    with tempfile.TemporaryDirectory(prefix="lingap-fuzz-") as place:
        folder = Path(place)
        command = target.make(folder)
        if number is not None:
            damage(rng.choice(target.damaged(folder)), rng)
        outcome, details = _outcome(command, slow)
        if outcome not in ("accepted", "refused") and keep is not None:
            home = keep / f"{name}-{number}".replace(" ", "_").replace(",", "")
            shutil.copytree(folder, home, dirs_exist_ok=True)
            shown = name if callable(command) else f"lingap {' '.join(command)}"
            (home / "FINDING.txt").write_text(f"{shown}\n\n{details}\n", "utf-8")
    return outcome, details


def _outcome(command: Command, slow: int) -> tuple[str, str]:
    def too_slow(*_: Any) -> None:
        raise Slow

    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, too_slow)
    signal.setitimer(signal.ITIMER_PROF, slow)  # processor seconds
    signal.alarm(20 * slow)  # it waits
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            error, shown = _run(command)
    except Slow:
        return f"over {slow} s", "".join(traceback.format_exc())
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    if error is None or (isinstance(error, SystemExit) and error.code in (0, None)):
        return "accepted", ""
    if isinstance(error, SystemExit) and error.code in (1, 2):
        return "refused", ""
    if isinstance(error, LingapError):
        return "refused" if len(str(error)) < 4000 else "long message", str(error)
    if isinstance(error, OSError) and error.errno in DISK_FAULTS:
        return "refused", ""
    return type(error).__name__, shown


def _run(command: Command) -> tuple[BaseException | None, str]:
    """What the command raised, and its traceback."""
    if not callable(command):
        ended = CliRunner().invoke(app, list(command))
        shown = "".join(traceback.format_exception(*ended.exc_info)) if ended.exc_info else ""
        return ended.exception, shown
    try:
        command()
    except Exception as error:
        return error, traceback.format_exc()
    return None, ""


def main() -> None:
    """Run and count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("targets", nargs="*", help="beginnings of names; all by default")
    parser.add_argument("--minutes", type=float, default=30, help="shared among the targets")
    parser.add_argument("--cases", type=int, help="cases of each target, in place of minutes")
    parser.add_argument("--case", type=int, help="only this one of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--slow", type=int, default=20, help="processor seconds that a case may take"
    )
    parser.add_argument("--keep", type=Path, help="folder for the inputs of findings")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (8 << 30, 8 << 30))
    os.environ["LINGAP_CACHE"] = tempfile.mkdtemp(prefix="lingap-fuzz-cache-")
    os.environ.setdefault("COLUMNS", "200")
    begun = tuple(options.targets) or ("",)
    tallies = {name: Tally() for name in TARGETS if name.startswith(begun)}
    for name in tallies:
        outcome, details = run_case(name, options.seed, None, None, options.slow)
        if outcome != "accepted":
            sys.exit(f"{name}: the undamaged input is not accepted: {outcome} {details}")
    numbers = dict.fromkeys(tallies, options.case or 0)
    end = time.monotonic() + 60 * options.minutes
    while True:
        # The target with the least time so far, so that slow ones do not starve the quick ones.
        open_ones = [n for n in tallies if _more(options, tallies[n])]
        if not open_ones or (options.cases is None and time.monotonic() > end):
            break
        name = min(open_ones, key=lambda one: tallies[one].seconds)
        start = time.process_time()
        outcome, details = run_case(name, options.seed, numbers[name], options.keep, options.slow)
        tallies[name].seconds += time.process_time() - start
        tallies[name].outcomes[outcome] += 1
        if outcome not in ("accepted", "refused"):
            tallies[name].findings.append(f"{name} {numbers[name]}: {outcome}")
            last = details.strip().splitlines()[-1:] or [""]
            print(f"{name}, case {numbers[name]}: {outcome}: {last[0][:300]}", file=sys.stderr)
        numbers[name] += 1
    print(table(tallies))
    sys.exit(any(tally.findings for tally in tallies.values()))


def _more(options: argparse.Namespace, tally: Tally) -> bool:
    done = sum(tally.outcomes.values())
    if options.case is not None:
        return done < 1
    return options.cases is None or done < options.cases


def table(tallies: dict[str, Tally]) -> str:
    """Cases of each target."""
    out = io.StringIO()
    print("| target | cases | accepted | refused | findings |", file=out)
    print("| --- | --- | --- | --- | --- |", file=out)
    for name, tally in tallies.items():
        n, taken = sum(tally.outcomes.values()), tally.outcomes
        found = len(tally.findings)
        print(
            f"| {name} | {n:,} | {taken['accepted']:,} | {taken['refused']:,} | {found} |", file=out
        )
    total = sum(sum(tally.outcomes.values()) for tally in tallies.values())
    found = sum(len(tally.findings) for tally in tallies.values())
    print(f"\n{total:,} cases, {found} findings.", file=out)
    return out.getvalue()


if __name__ == "__main__":
    main()
