"""What is not plain text is unpacked, read by its columns, or refused by what it is."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import tarfile
import threading
import zipfile
from collections import Counter

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import CorpusError, LingapError
from lingap.g2p.bulk.lines import _BLOCK_BYTES, LONGEST_TOKEN
from lingap.g2p.bulk.lines import _blocks as blocks
from lingap.g2p.bulk.sources import PACKED
from lingap.g2p.bulk.textfile import LONGEST_LINE, line_chunks
from lingap.text.lines import read_lines

FIN = ["-l", "fin", "--backend", "epitran", "--processes", "1", "--no-cache"]
TEXT = "talo\nyö x\n".encode()
SPELLED = "t ɑ l o\ny ø ▁ k s\n"


pytestmark = pytest.mark.usefixtures("own_cache")


def phonemize(*arguments, given=None):
    return CliRunner().invoke(app, ["phonemize", *FIN, *map(str, arguments)], input=given)


def refused(done, *said):
    assert not isinstance(done.exception, SystemExit)
    assert all(text in str(done.exception) for text in said), done.exception
    assert done.stdout == ""


PACKINGS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["a.txt.{}", "a.{}", "a.txt", "devtest.fin_Latn"])
def test_packed_text_is_unpacked_whatever_its_name(tmp_path, packing, name):
    path = tmp_path / name.format(packing)
    path.write_bytes(PACKINGS[packing](TEXT))
    assert phonemize(path).stdout == SPELLED


@pytest.mark.parametrize("packing", PACKINGS)
def test_also_from_standard_input(packing):
    assert phonemize(given=PACKINGS[packing](TEXT)).stdout == SPELLED


def test_zstandard_is_read_by_pyarrow(tmp_path):
    pa = pytest.importorskip("pyarrow")
    with pa.output_stream(str(tmp_path / "a.txt.zst"), compression="zstd") as file:
        file.write(TEXT * 1000)
    assert phonemize(tmp_path / "a.txt.zst").stdout == SPELLED * 1000


@pytest.mark.parametrize(("packing", "unpack"), [("gz", gzip), ("bz2", bz2), ("xz", lzma)])
def test_an_output_is_packed_as_its_name_says(tmp_path, packing, unpack):
    (tmp_path / "a.txt").write_bytes(TEXT)
    target = tmp_path / f"a.ipa.{packing}"
    for _ in range(2):
        assert phonemize(tmp_path / "a.txt", "-o", target).exit_code == 0
    assert unpack.open(target).read().decode() == SPELLED
    refused(phonemize(tmp_path / "a.txt", "-o", tmp_path / "a.zst"), "only .gz, .bz2 and .xz")


def test_a_long_gzip_of_several_members(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(b"".join(gzip.compress(TEXT * 100) for _ in range(50)))
    assert phonemize(path).stdout == SPELLED * 5000


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_packed_file_is_refused_and_leaves_nothing(tmp_path, packing, cut):
    data = PACKINGS[packing](os.urandom(50_000).hex().encode())
    path = tmp_path / f"a.txt.{packing}"
    path.write_bytes(data[: int(len(data) * cut)])
    refused(phonemize(path, "-o", tmp_path / "b"), "the compressed file is damaged")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def archive(kind):
    made = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=made, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("a.txt"))
    else:
        with zipfile.ZipFile(made, "w") as packed:
            packed.writestr("[Content_Types].xml", "x")
            packed.writestr({"xlsx": "xl/a.xml", "docx": "word/a.xml", "zip": "a.txt"}[kind], "x")
    return made.getvalue()


BINARY = {
    "ZIP": lambda: archive("zip"),
    "Excel": lambda: archive("xlsx"),
    "Word": lambda: archive("docx"),
    "tar": lambda: archive("tar"),
    "PDF": lambda: b"%PDF-1.7\n1 0 obj",
    "Parquet": lambda: b"PAR1" + b"x" * 99,
    "UTF-16": lambda: "talo".encode("utf-16"),
    "UTF-16 ": lambda: b"\xfe\xff" + "talo".encode("utf-16-be"),
    "UTF-32": lambda: "talo".encode("utf-32"),
    "NUL": lambda: b"\0\1\2\3" * 20,
    "NUL bytes": lambda: "talo".encode("utf-16-le"),
    "RTF": lambda: b"{\\rtf1\\ansi talo}",
    "SQLite": lambda: b"SQLite format 3\0" + bytes(99),
    "compressed more than once": lambda: gzip.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize("kind", BINARY)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["a.txt", "a", "a.jsonl"])
def test_what_is_no_text_is_refused_by_what_it_is(tmp_path, kind, packed, name):
    data = BINARY[kind]()
    (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    refused(phonemize(tmp_path / name, "-o", tmp_path / "b.txt"), kind.strip(), name)
    assert not (tmp_path / "b.txt").exists()


@pytest.mark.parametrize("ending", PACKED)
def test_what_is_not_packed_as_its_name_says_is_text_or_refused(tmp_path, ending):
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(TEXT)
    assert phonemize(path).stdout == SPELLED
    path.write_bytes(random.Random(1).randbytes(20_000).replace(b"\0", b""))
    refused(phonemize(path), "neither text nor compressed as its name says", path.name)


def test_a_rare_nul_in_text_is_dropped_and_counted():
    done = phonemize(given=b"talo " * 100 + b"ta\0lo\n")
    assert done.stdout.count("t ɑ l o") == 101
    assert "invisible dropped: 1 word\n" in done.stderr


def test_a_byte_order_mark_of_utf_8_is_no_letter():
    assert phonemize(given=b"\xef\xbb\xbf" + TEXT).stdout == SPELLED


@pytest.mark.parametrize(("name", "sign"), [("a.csv", ","), ("a.tsv", "\t")])
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_is_read_by_its_column(tmp_path, name, sign, packed):
    text = "id,sentence,n\n1,talo,5\n2,yö x,6\n".replace(",", sign)
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    refused(phonemize(path), "no field 'text'", "'sentence'", "--column")
    done = phonemize(path, "--column", "sentence", "-o", tmp_path / f"out-{name}")
    assert done.exit_code == 0, done.exception
    assert (tmp_path / f"out-{name}").read_text("utf-8") == (
        "id,sentence,n,phonemes\n1,talo,5,t ɑ l o\n2,yö x,6,y ø ▁ k s\n".replace(",", sign)
    )
    done = phonemize(path, "--column", "sentence", "-o", tmp_path / "out.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["phonemes"] for row in rows] == SPELLED.splitlines()
    done = phonemize(path, "--column", "sentence", "-o", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text("utf-8") == SPELLED


def test_quoted_cells_of_csv_stay_cells(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,"talo, ""yö""\nx"\n', "utf-8")
    assert phonemize(tmp_path / "a.csv", "-o", tmp_path / "b.csv").exit_code == 0
    assert (tmp_path / "b.csv").read_text("utf-8") == (
        'id,text,phonemes\n1,"talo, ""yö""\nx","t ɑ l o ▁ , ▁ "" ▁ y ø ▁ "" ▁ k s"\n'
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "text,n\ntalo\n", "a.csv:2: expected 2 columns"),
        ("a.tsv", "text\ttext\n", "different, non-empty column names"),
        ("a.csv", "", ""),
    ],
)
def test_broken_tables_name_their_line(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    done = phonemize(tmp_path / name, "-o", tmp_path / "b.csv")
    if said:
        refused(done, said)
    assert (tmp_path / "b.csv").exists() == (not said)


def test_what_a_table_cannot_hold_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "ta\\tlo"}\n')
    refused(phonemize(tmp_path / "a.jsonl", "-o", tmp_path / "b.tsv"), "cannot hold a tab")
    (tmp_path / "a.jsonl").write_text('{"text": ["talo"]}\n')
    refused(phonemize(tmp_path / "a.jsonl", "-o", tmp_path / "b.csv"), "JSON Lines")
    refused(phonemize("--format", "csv", given=b"a\n"), "CSV cannot be read from standard input")
    (tmp_path / "a.csv").write_text("text\ntalo\n")
    refused(phonemize(tmp_path / "a.csv", "-o", tmp_path / "b.parquet"), "written as Parquet")
    refused(
        phonemize(tmp_path / "x.parquet.gz", "-o", tmp_path / "b"),
        "not read from a compressed file",
    )


@pytest.mark.parametrize("raw", [b"a", "å".encode(), "語".encode(), b"\x80"])
def test_a_word_without_end_is_cut_and_counted(raw, monkeypatch):
    longest = 300_000  # more than a block of lines, so that it is seen
    assert LONGEST_TOKEN > longest > _BLOCK_BYTES
    monkeypatch.setattr("lingap.g2p.bulk.lines.LONGEST_TOKEN", longest)
    n = 2 * longest // len(raw) + 10
    done = phonemize(given=raw * n + b" talo\n")
    assert done.exit_code == 0, done.exception
    assert done.stdout.count("\n") == 1
    assert done.stdout.count("▁") == 3  # three parts and the next word
    assert "long word cut: 2 words" in done.stderr


def test_a_line_without_end_comes_in_parts(tmp_path, monkeypatch):
    """Its words, their boundaries and its single line feed are those of the whole line."""
    monkeypatch.setattr("lingap.g2p.bulk.lines.LONGEST_TOKEN", 100)
    monkeypatch.setattr("lingap.g2p.bulk.lines._blocks", lambda chunk: blocks(chunk, 50))
    line = ("talo  yö\t" * 40 + "x" * 350 + " \u00a0 " * 30) * 20
    data = f"{line}\n  {line}\n\n{line}".encode()
    whole = phonemize(given=data).stdout
    monkeypatch.setattr(
        "lingap.g2p.bulk.textfile.line_chunks", lambda file: line_chunks(file, 64, 256)
    )
    assert phonemize(given=data).stdout == whole
    assert whole.count("\n") == 4
    assert "▁ \n" not in whole
    assert "▁ ▁" not in whole


def test_the_parts_of_a_long_line_are_bounded():
    class Endless:
        left = 40 * LONGEST_LINE

        def read(self, size):
            size = min(size, self.left)
            self.left -= size
            return b"a" * size

    sizes = [len(chunk) for chunk in line_chunks(Endless())]
    assert sum(sizes) == 40 * LONGEST_LINE
    assert max(sizes) <= LONGEST_LINE + (1 << 20)


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
def test_a_record_too_long_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("lingap.g2p.bulk.records.LONGEST_RECORD", 1 << 21)
    (tmp_path / name).write_bytes(b'{"text": "a"}\n{"text": "' + b"a " * (1 << 21) + b'"}\n')
    refused(
        phonemize(tmp_path / name, "-o", tmp_path / "b.jsonl"), f"{name}:2: a line of more than"
    )


def test_a_pipe_is_read_and_where_a_file_is_needed_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(TEXT))
    writer.start()
    assert phonemize(tmp_path / "pipe").stdout == SPELLED
    writer.join(60)
    (tmp_path / "pipe").rename(tmp_path / "a.csv")
    refused(phonemize(tmp_path / "a.csv"), "pipe (FIFO)", "regular file")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "PIPE"],
        ["run", "PIPE", "--dry-run"],
        ["pretrain", "PIPE"],
        ["gap", "embeddings", "FOLDER"],
        ["gap", "outputs", "FOLDER"],
        ["gap", "text", "FOLDER"],
        ["gap", "scores", "PIPE"],
        ["gap", "scores", "CSV"],
        ["report", "PIPE"],
        ["report", "CSV"],
        ["phonemize", "PIPE", "-l", "fin"],
        ["phonemize", "CSV", "-l", "fin"],
        ["corpora", "show", "text", "--path", "PIPE", "-l", "fin"],
        ["corpora", "show", "ud", "--path", "PIPE", "-l", "fin"],
        ["g2p", "fit", "PIPE", "TEXT", "-l", "fin"],
        ["corpora", "show", "PIPE", "-l", "fin"],
        ["g2p", "evaluate", "PIPE", "-l", "fin"],
        ["g2p", "fit", "PIPE", "PIPE", "-l", "fin"],
        ["phonemize", "TEXT", "-l", "fin", "--vocabulary", "PIPE"],
        ["phonemize", "TEXT", "-l", "fin", "--backend", "lexicon", "--option", "path=PIPE"],
    ],
    ids=" ".join,
)
def test_no_command_waits_for_a_pipe(tmp_path, monkeypatch, arguments):
    asked = arguments
    (tmp_path / "t.txt").write_text("talo\n")
    (tmp_path / "f").mkdir()
    os.mkfifo(tmp_path / "f" / "fin.npy")
    os.mkfifo(tmp_path / "x.yaml")
    os.mkfifo(tmp_path / "x.csv")
    monkeypatch.setattr("lingap.storage.special_files._WAIT_SECONDS", 0.2)
    places = {"PIPE": "x.yaml", "CSV": "x.csv", "FOLDER": "f", "TEXT": "t.txt"}
    for word, name in places.items():
        arguments = [one.replace(word, str(tmp_path / name)) for one in arguments]
    done = CliRunner().invoke(app, arguments)
    assert done.exception is not None
    assert not isinstance(done.exception, SystemExit)
    assert any(name in str(done.exception) for name in (".npy", "x.yaml", "x.csv"))
    if "FOLDER" not in asked and "run" not in asked:
        assert "pipe (FIFO)" in str(done.exception) or "no regular file" in str(done.exception)


TABLES = {
    "csv": "language,score\neng,80\nkor,60\n",
    "crlf": "language,score\r\neng,80\r\nkor,60\r\n",
    "tsv": "language\tscore\neng\t80\nkor\t60\n",
    "json": '[{"language": "eng", "score": 80}, {"language": "kor", "score": 60}]',
    "object": '{\n"scores": [{"language": "eng", "score": 80}, {"language": "kor", "score": 60}]}',
    "jsonl": '{"language": "eng", "score": 80}\n{"language": "kor", "score": 60}\n',
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_scores_are_read_from_a_pipe_or_a_file_without_an_ending(tmp_path, table):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text(table))
    writer.start()
    shown = CliRunner().invoke(app, ["gap", "scores", str(tmp_path / "pipe")])
    writer.join(60)
    assert shown.exit_code == 0, shown.exception
    assert "28.57" in shown.stdout
    (tmp_path / "scores").write_text(table)
    again = CliRunner().invoke(app, ["gap", "scores", str(tmp_path / "scores")])
    assert again.stdout == shown.stdout


def test_devices_and_endless_files_are_no_tables(tmp_path, monkeypatch):
    for place in ("/dev/zero", "/dev/null"):
        done = CliRunner().invoke(app, ["gap", "scores", place])
        assert f"{place} is a device" in str(done.exception)
    monkeypatch.setattr("lingap.gap.score_files._MOST_BYTES", 1 << 20)
    (tmp_path / "s.csv").write_bytes(b"language,score\neng,80\n" + b" " * (1 << 20))
    done = CliRunner().invoke(app, ["gap", "scores", str(tmp_path / "s.csv")])
    assert "more than 1 MiB" in str(done.exception)


def test_endings_may_be_capitals(tmp_path):
    (tmp_path / "T.CSV").write_text("id,text\n1,talo\n")
    done = phonemize(tmp_path / "T.CSV", "-o", tmp_path / "O.CSV")
    assert done.exit_code == 0, done.exception
    assert (tmp_path / "O.CSV").read_text("utf-8") == "id,text,phonemes\n1,talo,t ɑ l o\n"
    (tmp_path / "T.CSV.GZ").write_bytes(gzip.compress((tmp_path / "T.CSV").read_bytes()))
    done = phonemize(tmp_path / "T.CSV.GZ", "-o", tmp_path / "P.JSONL.GZ")
    assert done.exit_code == 0, done.exception
    assert b'"phonemes": "t ' in gzip.decompress((tmp_path / "P.JSONL.GZ").read_bytes())
    (tmp_path / "S.TSV").write_text(TABLES["tsv"])
    assert CliRunner().invoke(app, ["gap", "scores", str(tmp_path / "S.TSV")]).exit_code == 0
    (tmp_path / "fin").mkdir()
    for ending, text in (("TXT", "talo O\n"), ("CoNLL", "talo O\n")):
        (tmp_path / "fin" / f"test.{ending}").write_text(text)
        asked = ["corpora", "show", "ner", "-l", "fin", "--split", "test", "--path", str(tmp_path)]
        done = CliRunner().invoke(app, asked)
        assert "talo/O" in done.stdout, done.exception
        (tmp_path / "fin" / f"test.{ending}").unlink()


def test_a_folder_of_capitals_is_phonemized_whole(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "in").mkdir()
    for name in ("a.parquet", "B.PARQUET"):
        pq.write_table(pa.table({"text": ["talo"]}), tmp_path / "in" / name)
    done = phonemize(tmp_path / "in", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.exception
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["B.PARQUET", "a.parquet"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf_16_without_a_mark_is_no_text(tmp_path, encoding):
    folder = tmp_path / "texts"
    folder.mkdir()
    for code in ("eng", "fin"):
        (folder / f"{code}.txt").write_bytes("talo on iso\nhei\n".encode(encoding))
    gold = tmp_path / "gold.tsv"
    gold.write_bytes("talo\tt a l o\n".encode(encoding))
    for asked in (
        ("gap", "text", folder, "-r", "character"),
        ("gap", "tokens", folder, "-t", "byte"),
        ("corpora", "show", "text", "-l", "fin", "--path", folder),
        ("g2p", "evaluate", "-l", "fin", gold),
    ):
        done = CliRunner().invoke(app, list(map(str, asked)))
        assert isinstance(done.exception, LingapError), asked
        assert "UTF-16" in str(done.exception)
    with pytest.raises(CorpusError, match="1: holds NUL"):
        list(read_lines(folder / "fin.txt", Counter()))
