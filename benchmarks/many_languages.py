"""Processor time and memory of ``lingap gap text`` over many languages.

    python benchmarks/many_languages.py FLORES/devtest [-r character -r phoneme ...]

What follows the folder is passed on. Seconds are of the processor (all threads and processes);
memory is the largest resident set of a process.
"""

from __future__ import annotations

import resource
import subprocess
import sys


def main() -> None:
    """Run the command once and print its cost."""
    command = [sys.executable, "-m", "lingap", "gap", "text", *sys.argv[1:], "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{used.ru_utime + used.ru_stime:.0f} s, {used.ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
