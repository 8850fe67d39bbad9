"""Speed and memory of ``lingap phonemize``, side by side with a plain loop over Epitran.

    python benchmarks/g2p.py --folder DIR --write             # all; about half an hour on two cores
    python benchmarks/g2p.py --folder DIR --only tur rus      # some parts now, others later
    python benchmarks/g2p.py --folder DIR --words 1000000     # a quick look

Parts are ``start``, ``english``, ``espeak``, ``pipe`` and the languages. Each result is stored in
``DIR/results-<words>.json`` and measured again only with `--again`; `--write` writes
``docs/reference/g2p-speed.md`` from the stored results.

The plain loop is that of papers: Epitran word by word, and `segments` on each result, over a part
of the same text. Texts are real words drawn with their frequencies (wordfreq), seeded. Every
figure of lingap is a whole process, including start-up and output; *cold* starts without a word
cache, *warm* is the same command again. The plain loop is timed before and after, without
start-up, and the faster time counts. Two ratios are given: of wall-clock times, and of processor
times as if all cores were free for lingap (plain seconds over lingap's divided by the cores), which
other work on the machine disturbs less. Memory is the peak of the sum over all processes
(proportional set size).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from word_samples import write_corpus

LANGUAGES = {
    "fra": ("fr", "fra-Latn"),
    "tur": ("tr", "tur-Latn"),
    "kor": ("ko", "kor-Hang"),
    "rus": ("ru", "rus-Cyrl"),
    "hin": ("hi", "hin-Deva"),
}
PAGE = Path(__file__).resolve().parents[1] / "docs/reference/g2p-speed.md"


@dataclass(frozen=True)
class Timing:
    """Wall-clock and processor seconds of one command, and its peak memory in MB."""

    seconds: float
    processor_seconds: float
    peak_mb: float


def tree_memory_mb(root: int) -> float:
    """Memory of a process and its descendants, shared pages counted once."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    total, todo = 0, [root]
    while todo:
        process = todo.pop()
        todo += children.get(process, [])
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
        except OSError:
            continue
        total += sum(int(kb) for kb in re.findall(r"^Pss:\s+(\d+) kB", text, re.MULTILINE))
    return total / 1024


def phonemize(language: str, backend: str, source: Path, target: Path, cache: Path) -> Timing:
    """Run the command and track its memory."""
    command = [sys.executable, "-m", "lingap", "phonemize", str(source), "-o", str(target),
               "-l", language, "--backend", backend]  # fmt: skip
    environment = os.environ | {"LINGAP_CACHE": str(cache)}
    begin, used = time.perf_counter(), children_seconds()
    job = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    peak = 0.0
    while job.poll() is None:
        peak = max(peak, tree_memory_mb(job.pid))
        time.sleep(0.1)
    seconds = time.perf_counter() - begin
    if job.returncode:
        raise SystemExit(f"{' '.join(command)}: {job.stderr.read().decode() if job.stderr else ''}")
    return Timing(seconds, children_seconds() - used, peak)


def children_seconds() -> float:
    """Processor seconds of all finished child processes and their children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def plain_loop(code: str) -> Callable[[list[str]], tuple[float, float]]:
    """The plain loop, loaded; it returns words per second of wall-clock and processor time."""
    warnings.simplefilter("ignore")
    import epitran
    import segments

    logging.disable(logging.CRITICAL)
    engine, tokenizer = epitran.Epitran(code), segments.Tokenizer()

    def speed(words: list[str]) -> tuple[float, float]:
        begin, used = time.perf_counter(), time.process_time()
        for word in words:
            tokenizer(engine.transliterate(word), ipa=True)
        return (
            len(words) / (time.perf_counter() - begin),
            len(words) / (time.process_time() - used),
        )

    return speed


def part_of(source: Path, n_words: int) -> list[str]:
    """The first words of a text."""
    words: list[str] = []
    with source.open(encoding="utf-8") as file:
        for line in file:
            words += line.split()
            if len(words) >= n_words:
                break
    return words


def scale(language: str, folder: Path, n_words: int, part: int) -> dict[str, Any]:
    """One row: plain, cold, warm, memory at a tenth and at all of the words."""
    iso1, code = LANGUAGES[language]
    source = write_corpus(folder / f"{iso1}.{n_words}.txt", iso1, n_words)
    tenth = write_corpus(folder / f"{iso1}.{n_words // 10}.txt", iso1, n_words // 10)
    target, cache = folder / "out.txt", folder / "cache"
    words, speed = part_of(source, part), plain_loop(code)
    speed(words[:500])
    before = speed(words)
    shutil.rmtree(cache, ignore_errors=True)
    cold = phonemize(language, "epitran", source, target, cache)
    warm = phonemize(language, "epitran", source, target, cache)
    plain = [max(pair) for pair in zip(before, speed(words), strict=True)]
    shutil.rmtree(cache, ignore_errors=True)
    small = phonemize(language, "epitran", tenth, target, cache)
    shutil.rmtree(cache, ignore_errors=True)
    chosen = phonemize(language, "auto", tenth, target, cache)
    chosen_warm = phonemize(language, "auto", tenth, target, cache)
    if len(lexicons := list(cache.rglob("*.sqlite"))) != 1:  # its name holds a digest of the code
        raise SystemExit(
            f"lingap changed while it was timed ({len(lexicons)} caches). Run it again."
        )
    cores = len(os.sched_getaffinity(0))
    found: dict[str, Any] = {"plain": plain[0]}
    for name, timing in (("cold", cold), ("warm", warm)):
        found[name] = n_words / timing.seconds
        found[f"{name} clock"] = n_words / plain[0] / timing.seconds
        found[f"{name} cpu"] = n_words / plain[1] / (timing.processor_seconds / cores)
    found |= {"peak tenth": small.peak_mb, "peak": max(cold.peak_mb, warm.peak_mb)}
    tenths = {"auto cold": chosen, "auto warm": chosen_warm}
    return found | {name: n_words / 10 / timing.seconds for name, timing in tenths.items()}


def row(language: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    cells = [language, f"{found['plain']:,.0f}"]
    for name in ("cold", "warm"):
        ratios = [f"{found[f'{name} {kind}']:.0f}×" for kind in ("clock", "cpu")]
        cells += [f"{found[name]:,.0f}", *ratios]
    grown = found["peak"] / found["peak tenth"] - 1
    cells.append(f"{found['peak tenth']:.0f}, {found['peak']:.0f} MB ({grown:+.0%})")
    cells += [f"{found['auto cold']:,.0f}, {found['auto warm']:,.0f}", f"{found['load']:.1f}"]
    return f"| {' | '.join(cells)} |"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pipe(folder: Path, n_words: int) -> str:
    """A long text through a pipe, killed in mid-run and started again with the same cache."""
    source = write_corpus(folder / f"fr.{n_words}.txt", "fr", n_words)
    target, cache = folder / "piped.txt", folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    command = [sys.executable, "-m", "lingap", "phonemize", "-l", "fra", "--backend", "epitran"]
    environment = os.environ | {"LINGAP_CACHE": str(cache)}

    def piped(*more: str, kill_at: int | None = None) -> tuple[float, float]:
        with source.open("rb") as text, target.open("wb") as out:
            begin = time.perf_counter()
            job = subprocess.Popen(
                [*command, *more], stdin=text, stdout=out, stderr=subprocess.DEVNULL,
                env=environment,
            )  # fmt: skip
            peak = 0.0
            while job.poll() is None:
                peak = max(peak, tree_memory_mb(job.pid))
                if kill_at is not None and target.stat().st_size > kill_at:
                    job.send_signal(signal.SIGKILL)
                time.sleep(0.05)
        if kill_at is None and job.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {job.returncode}")
        return time.perf_counter() - begin, peak

    piped("--no-cache", "--processes", "1")
    expected = digest(target)
    piped(kill_at=target.stat().st_size // 3)
    left = target.stat().st_size
    seconds, peak = piped()
    same = "equals" if digest(target) == expected else "DIFFERS FROM"
    return (
        f"{n_words:,} French words through a pipe after `kill -9` in mid-run ({left:,} bytes "
        f"were written): {seconds:.1f} s, {peak:.0f} MB in all processes; the output {same} that "
        "of one process without a cache, byte for byte."
    )


def english(folder: Path, n_words: int) -> str:
    """English by the default back end, cold, and gruut's own ``sentences()``."""
    source = write_corpus(folder / f"en.{n_words}.txt", "en", n_words)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    cold = phonemize("eng", "epitran", source, folder / "out.txt", folder / "cache")
    ours = n_words / cold.seconds
    try:
        from gruut import sentences
    except ImportError:
        return f"eng: {ours:,.0f} words/s cold; gruut is not installed, so not timed"
    text = part_of(source, 400)
    begin = time.perf_counter()
    for start in range(0, len(text), 20):
        list(sentences(" ".join(text[start : start + 20]), lang="en-us"))
    theirs = len(text) / (time.perf_counter() - begin)
    return f"eng: {ours:,.0f} words/s cold, gruut sentences() {theirs:,.0f}: {ours / theirs:,.0f}x"


def espeak(folder: Path, n_words: int) -> str:
    """In-process espeak, and phonemizer-fork given the whole list at once; best of five each.

    They take turns, and ours is loaded again each time, so that it remembers no letter.
    """
    from lingap.g2p import BACKENDS
    from lingap.languages import get_language

    backend, language = BACKENDS["espeak"], get_language("fra")
    if (hint := backend.missing()) is not None:
        return f"espeak: not installed ({hint}), so not timed"
    source = write_corpus(folder / f"fr.{n_words}.txt", "fr", n_words)
    words = sorted({word for word in part_of(source, n_words) if word.isalpha()})
    contenders: dict[str, Callable[[], Callable[[list[str]], object]]] = {
        "espeak": lambda: backend.load(language, {}).transcribe
    }
    try:
        from phonemizer.backend import EspeakBackend
        from phonemizer.backend.espeak.wrapper import EspeakWrapper
    except ImportError:
        pass
    else:
        import espeakng_loader

        EspeakWrapper.set_library(espeakng_loader.get_library_path())
        EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
        other = EspeakBackend("fr-fr")
        contenders["phonemizer"] = lambda: other.phonemize
    speed = dict.fromkeys(contenders, 0.0)
    for _ in range(5):
        for name, load in contenders.items():
            read = load()
            begin = time.perf_counter()
            read(words)
            speed[name] = max(speed[name], len(words) / (time.perf_counter() - begin))
    text = f"espeak: {speed['espeak']:,.0f} words/s"
    if "phonemizer" not in speed:
        return f"{text}; phonemizer is not installed, so not timed"
    ratio = speed["espeak"] / speed["phonemizer"]
    return f"{text}, phonemizer {speed['phonemizer']:,.0f}: {ratio:.1f}x, each the best of five"


def thousand_lines(folder: Path) -> str:
    """A warm command over 1,000 Korean lines, the whole process; best of five."""
    source = write_corpus(folder / "ko.20000.txt", "ko", 20_000)
    cache = folder / "cache"
    rows = []
    for backend in ("epitran", "auto"):
        phonemize("kor", backend, source, folder / "out.txt", cache)
        runs = [phonemize("kor", backend, source, folder / "out.txt", cache) for _ in range(5)]
        rows.append(f"{backend} {min(run.seconds for run in runs):.2f} s")
    return f"kor: 1,000 lines, warm, whole process: {', '.join(rows)}"


def page(results: dict[str, Any], n_words: int) -> str:
    """The documentation page of the parts measured."""
    columns = (
        "", "plain words/s", "cold words/s", "clock", "cpu", "warm words/s", "clock", "cpu",
        "peak memory", "`auto` words/s cold, warm", "load",
    )  # fmt: skip
    rows = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    rows += [row(name, results[name]) for name in LANGUAGES if name in results]
    others = [f"- {results[name]['text']}" for name in OTHERS if name in results]
    cores = len(os.sched_getaffinity(0))
    return f"""# G2P speed and memory

Made by `python benchmarks/g2p.py`: {n_words:,} words per language, drawn with their frequencies in
wordfreq (seeded), `epitran` back end, {cores} cores, whole processes including start-up and output.
*Plain* is Epitran word by word with `segments` on each result, without start-up. *Clock* is the
ratio of wall-clock times, *cpu* that of processor times as if all cores were free; *load* is the
machine's load average at the start. Memory is the sum over all processes, for a tenth of the words
and for all. `auto` is timed on a tenth.

{chr(10).join(rows)}

{chr(10).join(others)}
"""


OTHERS = ("english", "espeak", "start", "pipe")


def measure(part: str, folder: Path, n_words: int, plain_words: int) -> dict[str, Any]:
    """Measure one part, and the load average at its start."""
    load = os.getloadavg()[0]
    if part in LANGUAGES:
        return scale(part, folder, n_words, plain_words) | {"load": load}
    text = {
        "start": lambda: thousand_lines(folder),
        "english": lambda: english(folder, 100_000),
        "espeak": lambda: espeak(folder, 100_000),
        "pipe": lambda: pipe(folder, n_words),
    }[part]()
    return {"text": text, "load": load}


def main() -> None:
    """Measure and print."""
    parts = ("start", "english", "espeak", *LANGUAGES, "pipe")
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--words", type=int, default=10_000_000)
    options.add_argument("--part", type=int, default=60_000, help="words for the plain loop")
    options.add_argument("--only", nargs="*", choices=parts, default=parts, metavar="PART")
    options.add_argument("--again", action="store_true", help="measure again what has a result")
    options.add_argument("--folder", type=Path, help="folder for texts and results")
    options.add_argument("--write", action="store_true", help="write the page of the docs")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"results-{given.words}.json"
        results: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        for part in given.only:
            if given.again or part not in results:
                begin = time.perf_counter()
                results[part] = measure(part, folder, given.words, given.part)
                kept.write_text(json.dumps(results, indent=1), "utf-8")
                print(f"{part}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
            found = results[part]
            print(row(part, found) if part in LANGUAGES else found["text"], flush=True)
    if given.write:
        PAGE.write_text(page(results, given.words), "utf-8")


if __name__ == "__main__":
    main()
