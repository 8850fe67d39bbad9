"""JSON Lines, Parquet and folders of it."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import ConfigError, CorpusError, LingapError
from lingap.g2p import Phonemizer
from lingap.g2p.bulk.files import format_of, phonemize_file
from lingap.g2p.bulk.folders import phonemize_folder

pq = pytest.importorskip("pyarrow.parquet")
pa = pytest.importorskip("pyarrow")
FIN = Phonemizer("fin", "epitran")


def jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def read_jsonl(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


ROWS = [
    {"id": 1, "text": "talo, x"},
    {"id": 2, "text": ""},
    {"id": 3, "text": "a\nb"},
    {"id": 4, "text": None},
    {"id": 5, "text": "дом"},
    {"id": 6, "text": ""},
]
SPELLED = ["t ɑ l o ▁ , ▁ k s", "", "ɑ ▁ b", None, "<unk>", ""]


@pytest.mark.parametrize("processes", [1, 2])
def test_json_lines(tmp_path, processes):
    source = jsonl(tmp_path / "a.jsonl", ROWS)
    coverage = phonemize_file(source, str(tmp_path / "b.jsonl"), FIN, processes=processes)
    assert read_jsonl(tmp_path / "b.jsonl") == [
        row | {"phonemes": said} for row, said in zip(ROWS, SPELLED, strict=True)
    ]
    assert coverage.words == 6


def test_json_lines_with_lists_of_words(tmp_path):
    source = jsonl(tmp_path / "a.jsonl", [{"words": ["talo", "", "x y"]}, {"words": []}])
    phonemize_file(source, str(tmp_path / "b.jsonl"), FIN, column="words")
    said = [row["phonemes"] for row in read_jsonl(tmp_path / "b.jsonl")]
    assert said == [[["t", "ɑ", "l", "o"], ["<unk>"], ["k", "s", "y"]], []]


BAD_LINES = [
    ('{"text": "a"}\n{"text": \n', "a.jsonl:2: not a JSON object"),
    ('{"text": "a"}\n\n[1]\n', "a.jsonl:3: expected a JSON object"),
    ('{"word": "a"}\n', "a.jsonl:1: no field 'text'; there are 'word'"),
    ('{"text": 5}\n', "a.jsonl:1: field 'text' must be a text or a list of words"),
    ('{"text": ["a", 5]}\n', "a.jsonl:1: field 'text' must be"),
    ("[" * 100_000 + "\n", "a.jsonl:1: not a JSON object"),
]


@pytest.mark.parametrize(("content", "message"), BAD_LINES)
def test_bad_json_lines_name_their_line(tmp_path, content, message):
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(CorpusError) as raised:
        phonemize_file(str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), FIN)
    assert message in str(raised.value)
    assert not (tmp_path / "b.jsonl").exists()
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["a.jsonl"]


def test_invalid_utf8_in_json_lines(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "\xff"}\n')
    with pytest.raises(CorpusError, match=r"a\.jsonl:1"):
        phonemize_file(str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), FIN)


def test_lone_surrogates_in_json_lines(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "talo \\ud800"}\n{"text": ["\\udfff"]}\n')
    phonemize_file(str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), FIN)
    first, second = read_jsonl(tmp_path / "b.jsonl")
    assert first["phonemes"].startswith("t ɑ l o ▁ <unk>")
    assert second["phonemes"] == [["<unk>"]]


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=60) | st.text(alphabet='{}[]":,\\textu0d8 a\n', max_size=60))
def test_any_json_lines_work_or_are_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("fuzz")
    raw = content.encode() if isinstance(content, str) else content
    (folder / "a.jsonl").write_bytes(raw)
    message = ""
    try:
        phonemize_file(str(folder / "a.jsonl"), str(folder / "b.jsonl"), FIN)
    except LingapError as error:
        message = str(error)
    assert (folder / "b.jsonl").exists() == (not message)
    assert not message or "a.jsonl:" in message


@settings(max_examples=200, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=2))))
def test_any_damaged_parquet_file_works_or_is_refused(tmp_path_factory, changes):
    folder = tmp_path_factory.mktemp("fuzz")
    path, target = folder / "a.parquet", folder / "b.parquet"
    pq.write_table(pa.table({"text": ["talo", "yö"] * 20, "id": list(range(40))}), path)
    raw = bytearray(path.read_bytes())
    for place, new in changes:
        start = place % len(raw)
        raw[start : start + len(new)] = new
    path.write_bytes(raw)
    message = ""
    try:
        phonemize_file(str(path), str(target), FIN)
    except LingapError as error:
        message = str(error)
    assert target.exists() == (not message)
    assert sorted(p.name for p in folder.iterdir() if p != target) == ["a.parquet"]


def test_a_parquet_text_that_is_no_utf8_is_refused_by_name(tmp_path):
    texts = pa.array([b"talo", b"\xff\xfe"], pa.binary()).cast(pa.string(), safe=False)
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    with pytest.raises(CorpusError, match="a.parquet.*not a Parquet file that can be read.*utf-8"):
        phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN)
    assert not (tmp_path / "b.parquet").exists()


def test_text_to_json_lines_and_back(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"talo\r\n\nx\n")
    phonemize_file(str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl"), FIN)
    rows = read_jsonl(tmp_path / "b.jsonl")
    assert rows == [
        {"text": "talo", "phonemes": "t ɑ l o"},
        {"text": "", "phonemes": ""},
        {"text": "x", "phonemes": "k s"},
    ]
    lines = [json.dumps({"text": row["text"]}) for row in rows]
    (tmp_path / "b.jsonl").write_text("\n".join(lines))
    phonemize_file(str(tmp_path / "b.jsonl"), str(tmp_path / "c.txt"), FIN)
    assert (tmp_path / "c.txt").read_text() == "t ɑ l o\n\nk s\n"


def table(rows):
    return pa.table({"id": list(range(len(rows))), "text": rows})


def test_parquet(tmp_path):
    rows = [row["text"] for row in ROWS]
    pq.write_table(table(rows), tmp_path / "a.parquet")
    phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN)
    out = pq.read_table(tmp_path / "b.parquet")
    assert out.column_names == ["id", "text", "phonemes"]
    assert out["phonemes"].to_pylist() == SPELLED
    assert out.schema.metadata[b"lingap.g2p"] == b"epitran"


def test_parquet_with_lists_of_words(tmp_path):
    pq.write_table(pa.table({"tokens": [["talo", "x"], [], None]}), tmp_path / "a.parquet")
    phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN, column="tokens")
    out = pq.read_table(tmp_path / "b.parquet")["phonemes"].to_pylist()
    assert out == [[["t", "ɑ", "l", "o"], ["k", "s"]], [], None]


def test_text_to_parquet_and_parquet_to_json_lines(tmp_path):
    (tmp_path / "a.txt").write_text("talo\nx\n")
    phonemize_file(str(tmp_path / "a.txt"), str(tmp_path / "b.parquet"), FIN)
    assert pq.read_table(tmp_path / "b.parquet")["phonemes"].to_pylist() == ["t ɑ l o", "k s"]
    pq.write_table(pa.table({"text": ["talo", "x"]}), tmp_path / "b.parquet")
    phonemize_file(str(tmp_path / "b.parquet"), str(tmp_path / "c.jsonl"), FIN)
    assert read_jsonl(tmp_path / "c.jsonl")[1] == {"text": "x", "phonemes": "k s"}


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"no parquet at all", b"PAR1" + b"x" * 50 + b"PAR1"])
def test_damaged_parquet_is_refused(tmp_path, raw):
    (tmp_path / "a.parquet").write_bytes(raw)
    with pytest.raises(CorpusError, match=r"a\.parquet: not a Parquet file"):
        phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN)
    assert not (tmp_path / "b.parquet").exists()


def test_wrong_columns_are_named(tmp_path):
    pq.write_table(pa.table({"a": ["x"], "b": [5]}), tmp_path / "a.parquet")
    with pytest.raises(CorpusError, match="no column 'text'; there are 'a', 'b'"):
        phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN)
    with pytest.raises(CorpusError, match="must be a text or a list of words"):
        phonemize_file(str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), FIN, column="b")


def test_parquet_has_no_stream():
    with pytest.raises(ConfigError, match="standard output"):
        phonemize_file("-", None, FIN, stated="parquet")
    with pytest.raises(ConfigError, match="standard input"):
        phonemize_file("-", "x.parquet", FIN, stated="parquet")


def shards(folder, n=3):
    for i in range(n):
        path = folder / f"part{i % 2}" / f"{i}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table(["talo", f"x{i}", ""] * (i * 2)), path)
    return folder


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_keeps_its_shape(tmp_path, processes):
    source = shards(tmp_path / "in")
    report = phonemize_folder(source, tmp_path / "out", "text", FIN, processes=processes)
    assert len(report.written) == 3
    for path in source.rglob("*.parquet"):
        said = pq.read_table(tmp_path / "out" / path.relative_to(source))
        texts = pq.read_table(path)["text"].to_pylist()
        assert said["text"].to_pylist() == texts
        assert len(said) == len(texts)
    assert not list((tmp_path / "out").rglob("*.partial"))


def test_a_stopped_run_goes_on_where_it_was(tmp_path, kill_in_the_middle):
    source, target = shards(tmp_path / "in"), tmp_path / "out"
    phonemize_folder(source, target, "text", FIN)
    second = target / "part1" / "1.parquet"
    second.write_bytes(second.read_bytes()[:-20])  # cut off
    left = kill_in_the_middle(target / "part0" / "2.parquet")
    before = {p: p.stat().st_mtime_ns for p in target.rglob("*.parquet")}
    report = phonemize_folder(source, target, "text", FIN)
    assert report.written == (second,)
    assert not left.exists()
    assert len(report.finished_before) == 2
    after = {p: p.stat().st_mtime_ns for p in target.rglob("*.parquet")}
    assert {p for p in before if before[p] != after[p]} == {second}
    assert phonemize_folder(source, target, "text", FIN).written == ()


def test_other_settings_or_sources_are_done_anew(tmp_path):
    source, target = shards(tmp_path / "in"), tmp_path / "out"
    phonemize_folder(source, target, "text", FIN)
    assert len(phonemize_folder(source, target, "text", Phonemizer("hun", "epitran")).written) == 3
    changed = source / "part0" / "0.parquet"
    facts = changed.stat()
    pq.write_table(table(["talo"]), changed)
    os.utime(changed, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert len(phonemize_folder(source, target, "text", Phonemizer("hun", "epitran")).written) == 1
    os.utime(changed)
    assert phonemize_folder(source, target, "text", Phonemizer("hun", "epitran")).written == ()


def test_a_file_of_the_same_size_and_time_is_another(tmp_path):
    """As a clock that was set back, or a copy that keeps times, can leave behind."""
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    pq.write_table(table(["kala"]), source / "a.parquet", compression="none")
    raw = (source / "a.parquet").read_bytes()
    for content, said in ((raw, "k ɑ l ɑ"), (raw.replace(b"kala", b"talo"), "t ɑ l o")):
        (source / "a.parquet").write_bytes(content)
        os.utime(source / "a.parquet", ns=(1, 1))
        phonemize_folder(source, target, "text", FIN)
        assert pq.read_table(target / "a.parquet")["phonemes"].to_pylist() == [said]


def test_a_second_run_gives_the_coverage_of_the_first(tmp_path):
    source, target = shards(tmp_path / "in"), tmp_path / "out"
    first = phonemize_folder(source, target, "text", FIN).coverage
    assert first.words == 2 * (2 + 4)
    second = phonemize_folder(source, target, "text", FIN)
    assert second.coverage == first
    assert len(second.finished_before) == 3
    (target / "part1" / "1.parquet").unlink()
    third = phonemize_folder(source, target, "text", FIN)
    assert len(third.written) == 1
    assert third.coverage.as_dict() == first.as_dict()


def test_a_bad_file_leaves_nothing_half_done(tmp_path):
    source = shards(tmp_path / "in")
    (source / "part1" / "9.parquet").write_bytes(b"nonsense")
    report = phonemize_folder(source, tmp_path / "out", "text", FIN)
    assert "9.parquet" in report.failures[0]
    assert not list((tmp_path / "out").rglob("*.partial"))
    assert not list((tmp_path / "out").rglob("9.parquet"))


def test_a_folder_without_parquet_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(CorpusError, match="no \\*.parquet files"):
        phonemize_folder(tmp_path / "in", tmp_path / "out", "text", FIN)


@pytest.mark.parametrize(
    ("path", "stated", "expected"),
    [
        ("a.txt", "jsonl", "text"),
        ("-", "jsonl", "jsonl"),
        ("a.JSONL", None, "jsonl"),
        ("a", None, "text"),
    ],
)
def test_formats_by_name(path, stated, expected):
    assert format_of(path, stated) == expected
