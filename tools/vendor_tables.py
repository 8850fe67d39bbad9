"""Take the tables of the installed Epitran and PanPhon into ``src/lingap/g2p/vendored/``.

    python -m pip install --upgrade epitran panphon
    python tools/vendor_tables.py

What the new tables changed is then seen by ``git diff``, and by ``pytest tests/g2p``, where each
mending of Epitran's tables is tested. Say in CHANGELOG.md that scores may move.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from lingap.g2p.backends.epitran_data import epitran_files, joined
from lingap.g2p.vendored import FOLDER


def _panphon_files() -> dict[str, str]:
    data = distribution("panphon").locate_file("panphon/data")
    return {
        name: Path(str(data / name)).read_text(encoding="utf-8")
        for name in ("ipa_all.csv", "feature_weights.csv")
    }


def _epitran_files() -> dict[str, str]:
    return {"tables.txt": joined(epitran_files("installed"))}


_MIT = "Permission is hereby granted, free of charge, to any person"
PACKAGES = {
    "epitran": (
        _epitran_files,
        "David R. Mortensen and contributors",
        "https://github.com/dmort27/epitran",
        "data/: map/*.csv, pre/*.txt, post/*.txt, strip/*.csv and arpabet.csv, each whole, joined "
        "into one file with one kind of line end",
    ),
    "panphon": (
        _panphon_files,
        "David R. Mortensen and contributors; Carnegie Mellon University",
        "https://github.com/dmort27/panphon",
        "data/: ipa_all.csv and feature_weights.csv, each whole, with one kind of line end",
    ),
}


def vendor(package: str, folder: Path) -> Mapping[str, object]:
    """Write tables, licence and provenance of an installed package; gives the provenance."""
    read, authors, source, content = PACKAGES[package]
    found = distribution(package)
    licences = [path for path in found.files or () if path.name.startswith("LICENSE")]
    if len(licences) != 1 or _MIT not in (licence := licences[0].read_text(encoding="utf-8")):
        raise SystemExit(f"{package}: expected one LICENSE file, of MIT; read {licences} first.")
    files = {**read(), "LICENSE.txt": licence}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    provenance = {
        "package": package,
        "version": found.version,
        "taken": datetime.date.today().isoformat(),
        "authors": authors,
        "source": source,
        "licence": "MIT",
        "content": content,
        "taken by": "python tools/vendor_tables.py",
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)
        },
    }
    text = json.dumps(provenance, indent=2, ensure_ascii=False)
    (folder / "PROVENANCE.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return provenance


def main() -> None:
    """Take the tables of both packages."""
    for package in PACKAGES:
        provenance = vendor(package, FOLDER / package)
        print(f"{package} {provenance['version']}: {FOLDER / package}")


if __name__ == "__main__":
    main()
