"""Nothing that a user has is replaced: not the input, and not another's file."""

import json
import os
import subprocess
import sys
import threading

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import StoreError
from lingap.storage.outputs import held, make_folder, output, refuse_same

pq = pytest.importorskip("pyarrow.parquet")
pa = pytest.importorskip("pyarrow")
FIN = ["-l", "fin", "--backend", "epitran", "--processes", "1"]
SPELLED = "t ɑ l o\n"


pytestmark = pytest.mark.usefixtures("own_cache")


def phonemize(*arguments, given=None):
    return CliRunner().invoke(app, ["phonemize", *FIN, *map(str, arguments)], input=given)


def refused(done, *said):
    assert isinstance(done.exception, Exception), done.output
    assert all(text in str(done.exception) for text in said), done.exception
    assert not isinstance(done.exception, SystemExit)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "s.txt"
    path.write_text("talo\n")
    return path


def link(path, kind):
    made = path.with_name(f"{kind}.txt")
    if kind == "hard":
        os.link(path, made)
    elif kind == "soft":
        made.symlink_to(path)
    elif kind == "through a folder":
        (path.parent / "sub").mkdir()
        made = path.parent / "sub" / ".." / path.name
    else:
        made = path
    return made


@pytest.mark.parametrize("kind", ["same", "hard", "soft", "through a folder"])
@pytest.mark.parametrize("option", ["-o", "--coverage"])
@pytest.mark.parametrize("more", [(), ("--overwrite",)])
def test_an_input_is_never_an_output(source, kind, option, more):
    refused(phonemize(source, option, link(source, kind), *more), "is the same file as", "s.txt")
    assert source.read_text() == "talo\n"


def test_nor_is_standard_input_or_output(source):
    command = [sys.executable, "-m", "lingap", "phonemize", *FIN]
    with source.open() as file:
        done = subprocess.run(
            [*command, "-o", source], stdin=file, capture_output=True, check=False, text=True
        )
    assert done.returncode == 2
    assert "same file as standard input" in done.stderr
    with source.open("a") as file:
        done = subprocess.run(
            [*command, source], stdout=file, stderr=subprocess.PIPE, check=False, text=True
        )
    assert done.returncode == 2
    assert "Standard output is the same file" in done.stderr
    assert source.read_text() == "talo\n"


def test_a_vocabulary_or_dictionary_is_an_input(source, tmp_path):
    (tmp_path / "v.txt").write_text("t\n")
    (tmp_path / "d.tsv").write_text("talo\tt a l o\n")
    refused(phonemize(source, "--vocabulary", tmp_path / "v.txt", "-o", tmp_path / "v.txt"), "same")
    done = phonemize(
        source, "--backend", "lexicon", "--option", f"path={tmp_path / 'd.tsv'}",
        "-o", tmp_path / "d.tsv", "--overwrite",
    )  # fmt: skip
    refused(done, "same file")
    refused(phonemize(source, "-o", tmp_path / "n", "--coverage", tmp_path / "n"), "same file")


def test_only_its_own_earlier_output_is_replaced(source, tmp_path):
    target = tmp_path / "s.ipa"
    target.write_text("by hand\n")
    refused(phonemize(source, "-o", target), "s.ipa is there already", "overwrite=True")
    assert target.read_text() == "by hand\n"
    assert phonemize(source, "-o", target, "--overwrite").exit_code == 0
    assert target.read_text() == SPELLED
    assert phonemize(source, "-o", target).exit_code == 0  # again, and with other settings
    assert phonemize(source, "-o", target, "--policy", "digits=drop").exit_code == 0
    target.write_text("mended\n")
    refused(phonemize(source, "-o", target), "changed since")
    assert target.read_text() == "mended\n"
    assert phonemize(source, "-o", target, "--overwrite").exit_code == 0
    other = tmp_path / "other.txt"
    other.write_text("yö\n")
    refused(phonemize(other, "-o", target), "there already")
    assert target.read_text() == SPELLED
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other.txt", "s.ipa", "s.txt"]


def test_without_a_cache_folder_the_maker_is_not_known(source, tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", "off")
    target = tmp_path / "s.ipa"
    assert phonemize(source, "-o", target).exit_code == 0
    refused(phonemize(source, "-o", target), "not known without a cache folder", "overwrite=True")
    assert phonemize(source, "-o", target, "--overwrite").exit_code == 0


def test_so_is_a_coverage(source, tmp_path):
    (tmp_path / "c.json").write_text("mine")
    done = phonemize(source, "-o", tmp_path / "s.ipa", "--coverage", tmp_path / "c.json")
    refused(done, "c.json is there already")
    assert not (tmp_path / "s.ipa").exists()
    assert phonemize(source, "--coverage", tmp_path / "new.json").exit_code == 0
    assert phonemize(source, "--coverage", tmp_path / "new.json").exit_code == 0
    assert json.loads((tmp_path / "new.json").read_text())["words"] == 1


def test_without_a_cache_folder_nothing_is_known_as_its_own(source, tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", "off")
    assert phonemize(source, "-o", tmp_path / "s.ipa").exit_code == 0
    refused(phonemize(source, "-o", tmp_path / "s.ipa"), "overwrite=True")
    assert phonemize(source, "-o", tmp_path / "s.ipa", "--overwrite").exit_code == 0


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff", b'{"made_by": 5}', b"[" * 9999])
def test_a_damaged_memory_of_outputs_knows_nothing(source, tmp_path, own_cache, content):
    assert phonemize(source, "-o", tmp_path / "s.ipa").exit_code == 0
    from lingap.storage.outputs import _record_of

    _record_of(tmp_path / "s.ipa").write_bytes(content)
    refused(phonemize(source, "-o", tmp_path / "s.ipa"), "overwrite=True")


def test_a_path_with_a_typo_makes_no_folders(source, tmp_path):
    refused(
        phonemize(source, "-o", tmp_path / "a" / "b" / "s.ipa"), "no folder", str(tmp_path / "a")
    )
    assert not (tmp_path / "a").exists()
    assert phonemize(source, "-o", tmp_path / "a" / "s.ipa").exit_code == 0
    refused(phonemize(source, "-o", source / "x"), "there is a file of that name")
    refused(phonemize(source, "-o", tmp_path / "a"), "is a folder")


def test_a_device_or_a_pipe_is_written_to_and_stays(source, tmp_path):
    assert phonemize(source, "-o", "/dev/null", "--coverage", "/dev/null").exit_code == 0
    assert not os.path.isfile("/dev/null")  # noqa: PTH113
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text("utf-8")))
    reader.start()
    assert phonemize(source, "-o", tmp_path / "pipe").exit_code == 0
    reader.join(60)
    assert read == [SPELLED]


def test_a_place_that_cannot_be_written_is_not_called_busy(source):
    if not os.path.isdir("/proc"):  # noqa: PTH112
        pytest.skip("needs /proc")
    refused(phonemize(source, "-o", "/proc/x"), "/proc/x cannot be written")


def shards(folder, *texts):
    for number, text in enumerate(texts):
        path = folder / f"part{number}" / "0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"text": [text]}), path)
    return folder


def test_an_output_folder_is_no_part_of_the_input(tmp_path):
    source = shards(tmp_path / "in", "talo")
    (tmp_path / "link").symlink_to(source)
    for target in (source, source / "out", source / "part0", tmp_path / "link" / "out"):
        refused(phonemize(source, "-o", target), "is the input folder or in it")
    shards(source / "in", "yö")  # its output beside the folder would be an input
    refused(phonemize(source, "-o", tmp_path, "--overwrite"), "is the same file as")
    assert pq.read_table(source / "part0" / "0.parquet").column_names == ["text"]


def test_a_folder_of_others_files_is_kept(tmp_path):
    source, target = shards(tmp_path / "in", "talo", "yö"), shards(tmp_path / "out", "hei")
    before = (target / "part0" / "0.parquet").read_bytes()
    refused(phonemize(source, "-o", target), "part0", "there already")
    assert (target / "part0" / "0.parquet").read_bytes() == before
    assert not (target / "part1").exists()
    assert phonemize(source, "-o", target, "--overwrite").exit_code == 0
    assert phonemize(source, "-o", target, "--policy", "digits=drop").exit_code == 0  # its own
    other = shards(tmp_path / "other", "hei", "hei")
    refused(phonemize(other, "-o", target), "there already")


def test_a_finished_folder_keeps_its_coverage(tmp_path):
    source = shards(tmp_path / "in", "talo x2", "дом")
    for name in ("first", "second"):
        done = phonemize(source, "-o", tmp_path / "out", "--coverage", tmp_path / f"{name}.json")
        assert done.exit_code == 0
    first, second = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("first", "second"))
    assert first == second
    assert first["words"] == 3


def test_of_two_writers_the_second_is_refused(source, tmp_path):
    for target in (tmp_path / "a.parquet", tmp_path / "b.ipa", tmp_path / ("x" * 250)):
        with held(target):
            refused(phonemize(source, "-o", target), "Another lingap is writing")
        assert phonemize(source, "-o", target).exit_code == 0
    folder = shards(tmp_path / "in", "talo")
    with held(tmp_path / "out"):
        refused(phonemize(folder, "-o", tmp_path / "out"), "Another lingap is writing")
    assert phonemize(folder, "-o", tmp_path / "out").exit_code == 0
    assert not list(tmp_path.rglob(".*"))


def test_many_writers_leave_one_whole_file(tmp_path):
    target, faults, done = tmp_path / "x", [], []

    def write(letter):
        for _ in range(30):
            try:
                with output(target, "same") as aside:
                    aside.write_text(letter * 1000)
                done.append(letter)
            except StoreError as error:
                faults.append(str(error))

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done
    assert all("Another lingap" in fault for fault in faults)
    assert target.read_text() in {letter * 1000 for letter in "abc"}
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_the_function_for_all_commands(tmp_path):
    def fail(path):
        path.write_text("half")
        raise ValueError("half")

    with pytest.raises(ValueError, match="half"), output(tmp_path / "x", "me") as aside:
        fail(aside)
    assert list(tmp_path.iterdir()) == []
    refuse_same(tmp_path / "absent", [tmp_path / "absent", 0])
    make_folder(tmp_path / "one")
    with pytest.raises(StoreError, match="two"):
        make_folder(tmp_path / "two" / "three")


TABLE = "language,score\neng,{}\nkor,0.4\n"


def report(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_a_report_replaces_only_its_own_files(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(TABLE.format(0.8))
    two.write_text(TABLE.format(0.5))
    page = tmp_path / "one.report.html"
    page.write_text("mine")
    refused(report(one), "one.report.html is there already", "overwrite=True")
    assert page.read_text() == "mine"
    assert report(one, "--overwrite").exit_code == 0
    assert report(one).exit_code == 0
    assert report(two).exit_code == 0
    assert (tmp_path / "two.report.html").is_file()
    assert report(one, "-o", tmp_path / "out").exit_code == 0
    before = (tmp_path / "out" / "report.html").read_bytes()
    refused(report(two, "-o", tmp_path / "out"), "holds the report of", "one.csv")
    assert (tmp_path / "out" / "report.html").read_bytes() == before
    page.write_text("changed by hand")
    refused(report(one), "changed since")


def test_two_tables_in_one_folder_have_a_report_each_in_any_format(tmp_path):
    for name, score in (("one", 0.8), ("two", 0.5)):
        (tmp_path / f"{name}.csv").write_text(TABLE.format(score))
        assert report(tmp_path / f"{name}.csv", "-f", "csv").exit_code == 0
    for name, score in (("one", "0.8"), ("two", "0.5")):
        assert score in (tmp_path / f"{name}.report" / "scores.csv").read_text()


def test_what_another_source_wrote_is_named(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("talo\n")
    assert phonemize(tmp_path / "a.txt", "-o", tmp_path / "x").exit_code == 0
    refused(phonemize(tmp_path / "b.txt", "-o", tmp_path / "x"), "phonemes of", "a.txt")
    assert phonemize(tmp_path / "a.txt", "--coverage", tmp_path / "c.json").exit_code == 0
    refused(phonemize(tmp_path / "b.txt", "--coverage", tmp_path / "c.json"), "coverage of the")


def test_nor_its_own_table_of_scores(tmp_path):
    table = tmp_path / "scores.csv"
    table.write_text(TABLE.format(0.8))
    refused(report(table, "-f", "csv", "-o", tmp_path, "--overwrite"), "is the same file as")
    assert table.read_text() == TABLE.format(0.8)
    refused(report(table, "-o", tmp_path / "a" / "b"), "no folder")
