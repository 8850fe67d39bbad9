"""Vendored tables are those of the packages that they name, and nothing of them gets lost."""

import hashlib
import importlib.util
import json
import tomllib
from pathlib import Path

import pytest

from lingap.errors import G2PError
from lingap.g2p import Phonemizer
from lingap.g2p.backends.epitran_data import epitran_files, joined
from lingap.g2p.backends.epitran_tables import EpitranTable
from lingap.g2p.backends.installed import installed_version
from lingap.g2p.cache import digest_of_code
from lingap.g2p.vendored import FOLDER, vendored_text, vendored_version
from source_tree import of_source_tree

ROOT = Path(__file__).parents[2]
PACKAGES = ["epitran", "panphon"]


def provenance(folder):
    return json.loads((folder / "PROVENANCE.json").read_text("utf-8"))


def same_version_installed(package):
    """Skip where there is no such package to compare with."""
    here, there = vendored_version(package), installed_version(package)
    if there != here:
        pytest.skip(f"needs {package} {here} (extra dev); installed: {there or 'none'}")


def test_every_vendored_package_is_tested():
    assert sorted(p.name for p in FOLDER.iterdir() if p.is_dir() and p.name[0] != "_") == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_files_are_those_of_the_provenance(package):
    folder = FOLDER / package
    facts = provenance(folder)
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "PROVENANCE.json"
    }
    assert digests == facts["sha256"]
    assert "LICENSE.txt" in digests
    assert facts["package"] == package
    assert facts["licence"] == "MIT"
    assert "Permission is hereby granted, free of charge" in vendored_text(package, "LICENSE.txt")


@pytest.mark.parametrize("package", PACKAGES)
def test_taken_again_they_are_the_same(package, tmp_path):
    same_version_installed(package)
    spec = importlib.util.spec_from_file_location("tool", ROOT / "tools" / "vendor_tables.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.vendor(package, tmp_path / package)
    assert provenance(tmp_path / package) | {"taken": ""} == (
        provenance(FOLDER / package) | {"taken": ""}
    )
    for path in (tmp_path / package).iterdir():
        if path.name != "PROVENANCE.json":
            assert path.read_bytes() == (FOLDER / package / path.name).read_bytes()


def test_tables_equal_those_of_the_installed_epitran_file_by_file():
    same_version_installed("epitran")
    ours, theirs = epitran_files(), epitran_files("installed")
    assert list(ours) == list(theirs)
    assert ours == theirs
    folder = Path(importlib.util.find_spec("epitran").origin).parent / "data"
    for name in ("map/kor-Hang.csv", "pre/fra-Latn.txt", "strip/lao-Laoo.csv", "arpabet.csv"):
        assert ours[name].split() == (folder / name).read_text("utf-8").split()


def test_files_joined_and_cut_again(monkeypatch):
    files = {"map/a-Latn.csv": "Orth,Phon\na,==> b\n", "pre/a.txt": "", "strip/a.csv": "\n\n"}
    monkeypatch.setattr("lingap.g2p.backends.epitran_data.vendored_text", lambda *_: joined(files))
    assert epitran_files.__wrapped__() == files


def test_installed_tables_are_an_option():
    same_version_installed("epitran")
    words = ["parlent", "œuvre", "Noël"]
    usual, installed = (
        Phonemizer("fra", "epitran", cache=False),
        Phonemizer("fra", "epitran", cache=False, tables="installed"),
    )
    assert [w.units for w in usual(words)] == [w.units for w in installed(words)]
    assert installed.provenance()["option tables"] == "installed"
    assert installed.provenance()["epitran"] == installed_version("epitran")
    other = Phonemizer("fra", "epitran", cache=False, tables="installed", table="np")
    assert other.provenance()["table"] == "fra-Latn-np"


def test_installed_tables_of_another_version_are_read_and_named(tmp_path, monkeypatch):
    """A package of the same layout, with one table and one rule."""
    data = tmp_path / "epitran" / "data"
    for folder in ("map", "pre"):
        (data / folder).mkdir(parents=True)
    (tmp_path / "epitran" / "__init__.py").write_text("raise ImportError('never imported')")
    (data / "map" / "fin-Latn.csv").write_bytes(b"Orth,Phon\r\na,\xc9\x91\r\nb,p")
    (data / "pre" / "fin-Latn.txt").write_bytes(b"a -> b / _ a")
    real = importlib.util.find_spec
    spec = importlib.util.spec_from_file_location(
        "epitran", tmp_path / "epitran" / "__init__.py",
        submodule_search_locations=[str(tmp_path / "epitran")],
    )  # fmt: skip
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: spec if name == "epitran" else real(name)
    )
    monkeypatch.setattr("lingap.g2p.backends.epitran_data.installed_version", lambda name: "9.9.9")
    epitran_files.cache_clear()
    try:
        phonemizer = Phonemizer("fin", "epitran", cache=False, tables="installed")
        assert phonemizer.provenance()["epitran"] == "9.9.9"
        assert phonemizer(["aaba"])[0].units == ("p", "ɑ", "p", "ɑ")
        with pytest.raises(G2PError, match="no table 'swe-Latn'"):
            EpitranTable("swe-Latn", source="installed")
        assert Phonemizer("swe", "epitran", cache=False).provenance()[
            "epitran"
        ] == vendored_version("epitran")
    finally:
        epitran_files.cache_clear()


def test_installed_tables_without_epitran_say_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    epitran_files.cache_clear()
    try:
        with pytest.raises(G2PError, match="tables=installed needs Epitran: pip install epitran"):
            Phonemizer("fin", "epitran", cache=False, tables="installed")(["talo"])
        assert Phonemizer("fin", "epitran", cache=False)(["talo"])[0].units == ("t", "ɑ", "l", "o")
    finally:
        epitran_files.cache_clear()
    with pytest.raises(G2PError, match="tables: vendored or installed"):
        Phonemizer("fin", "epitran", cache=False, tables="newest")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_changed_table_changes_the_digest_of_the_cache(package, tmp_path):
    for path in (FOLDER / package).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for path in sorted(tmp_path.iterdir()):
        before = digest_of_code([tmp_path])
        path.write_bytes(path.read_bytes() + b"\n")
        assert digest_of_code([tmp_path]) != before, path.name


@of_source_tree
def test_the_package_names_every_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licences = {p for pattern in project["license-files"] for p in ROOT.glob(pattern)}
    assert licences >= {FOLDER / package / "LICENSE.txt" for package in PACKAGES}
