"""Run the command line as ``python -m lingap``."""

from lingap.cli import main

main()
