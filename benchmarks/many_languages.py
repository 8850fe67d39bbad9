"""Time and memory of ``lingap gap text`` over many languages.

    python benchmarks/many_languages.py FLORES/devtest [-r character -r phoneme ...]

What follows the folder is passed on. The word cache is a new folder, so that every word is
converted. Seconds are of the clock and of the processor (all processes); memory is the highest sum
over all processes, of memory that is shared only its share (PSS), looked at every half second.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def memory(process: int) -> float:
    """GB of a process and its children, shared memory divided among those that share it."""
    total = 0.0
    for one in (process, *children(process)):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # ended in the meantime
            continue
        total += sum(
            int(line.split()[1]) / 1e6 for line in text.splitlines() if line.startswith("Pss:")
        )
    return total


def children(process: int) -> list[int]:
    """Ids of all processes below one."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        own = [int(n) for task in tasks for n in (task / "children").read_text("ascii").split()]
    except OSError:
        return []
    return own + [deeper for child in own for deeper in children(child)]


def main() -> None:
    """Run the command once and print its cost."""
    command = [sys.executable, "-m", "lingap", "gap", "text", *sys.argv[1:], "--json"]
    start, most = time.monotonic(), 0.0
    with tempfile.TemporaryDirectory() as home, (Path(home) / "out.json").open("wb") as out:
        ran = subprocess.Popen(command, stdout=out, env={**os.environ, "LINGAP_CACHE": home})
        while ran.poll() is None:
            most = max(most, memory(ran.pid))
            time.sleep(0.5)
        size = out.tell() / 1e6
    if ran.returncode:
        raise SystemExit(ran.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{time.monotonic() - start:.0f} s by the clock, {used.ru_utime + used.ru_stime:.0f} s of "
        f"the processor, {most:.2f} GB; {size:.0f} MB of JSON"
    )


if __name__ == "__main__":
    main()
