"""FLORES+ as it is released, JSON Lines or Parquet, is read as its lines would be."""

import json

import pytest

from lingap.corpora import load_parallel
from lingap.errors import CorpusError, LingapError, MetricError
from lingap.gap.text_folders import parallel_lines, read_texts

FACTS = {
    "eng_Latn": ("stan1293", ["One house .", "Two houses ."]),
    "apc_Arab_nort3139": ("nort3139", ["بيت واحد .", "بيتين ."]),
    "apc_Arab_sout3123": ("sout3123", ["دار واحدة .", "دارين ."]),
    "nob_Latn": ("norw1259", ["Ett hus .", "To hus ."]),
    "nob_Latn_radical": ("norw1259", ["Et hus .", "To husa ."]),
    "por_Latn": ("braz1246", ["Uma casa .", "Duas casas ."]),
}
CODES = ["apc", "apc-sout3123", "eng", "nob", "nob-radical", "por"]


def rows_of(code, **changed):
    glottocode, texts = FACTS[code]
    iso3, script = code.split("_")[:2]
    facts = {"iso_639_3": iso3, "iso_15924": script, "glottocode": glottocode, **changed}
    return [{"id": at, **facts, "text": text, "topic": "x"} for at, text in enumerate(texts)]


def write(folder, code, rows, ending="jsonl"):
    path = folder / f"{code}.{ending}"
    if ending == "parquet":
        pa = pytest.importorskip("pyarrow")
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
    elif ending == "devtest":
        path.write_text("".join(f"{row['text']}\n" for row in rows), "utf-8")
    else:
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")


@pytest.fixture
def release(tmp_path):
    def make(ending):
        folder = tmp_path / ending / "devtest"
        folder.mkdir(parents=True)
        for code in FACTS:
            write(folder, code, rows_of(code), ending)
        return folder.parent

    return make


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_release_as_a_table_is_read_as_its_lines(release, ending):
    table, lines = release(ending), release("devtest")
    assert read_texts(table) == read_texts(lines)
    assert parallel_lines(table) == parallel_lines(lines)
    assert sorted(parallel_lines(table)[0]) == CODES
    words = [
        {code: [s.words for s in own] for code, own in rows.sentences.items()}
        for rows in (load_parallel("flores", languages=CODES, path=one) for one in (table, lines))
    ]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    "place",
    ["{}/devtest/0000.parquet", "data/{}/devtest-00000-of-00001.parquet", "{}/devtest.jsonl"],
)
def test_a_folder_a_language_as_on_the_hub_is_read(tmp_path, place):
    for code in FACTS:
        path = tmp_path / place.format(code)
        path.parent.mkdir(parents=True)
        write(path.parent, path.stem, rows_of(code), path.suffix[1:])
    rows = load_parallel("flores", languages=CODES, path=tmp_path)
    assert rows.sentences["nob-radical"][1].words == ("To", "husa", ".")
    assert rows.sentences["apc-sout3123"][0].words == ("دار", "واحدة", ".")


def test_text_for_tokenizers_stays_as_it_is_written(tmp_path):
    for ending in ("jsonl", "parquet"):
        write(tmp_path, "fra_Latn", [{"id": 0, "text": "cafe\u0301"}], ending)
        assert parallel_lines(tmp_path)[0] == {"fra": ["cafe\u0301"]}
        assert read_texts(tmp_path).sentences["fra"][0].words == ("caf\u00e9",)
        (tmp_path / f"fra_Latn.{ending}").unlink()


@pytest.mark.parametrize("read", [read_texts, parallel_lines])
def test_rows_in_another_order_are_refused(release, read):
    folder = release("jsonl")
    write(folder / "devtest", "por_Latn", rows_of("por_Latn")[::-1])
    with pytest.raises(MetricError, match="row 1 has the id 0 in apc but 1 in por"):
        read(folder)


@pytest.mark.parametrize(
    ("code", "changed", "says"),
    [
        ("eng_Latn", {"iso_639_3": "fra"}, "a row of French .fra., but .* as English .eng."),
        ("nob_Latn", {"iso_15924": "Cyrl"}, "a row of Norwegian Bokmål .nob-Cyrl."),
        ("apc_Arab_sout3123", {"glottocode": "nort3139"}, "a row of Levantine Arabic .apc."),
        ("apc_Arab_nort3139", {"glottocode": "sout3123"}, "a row of South Levantine Arabic"),
    ],
)
def test_a_table_of_another_language_is_refused(release, code, changed, says):
    folder = release("jsonl")
    write(folder / "devtest", code, rows_of(code, **changed))
    for read in (
        read_texts,
        parallel_lines,
        lambda path: load_parallel("flores", languages=CODES, path=path),
    ):
        with pytest.raises(CorpusError, match=rf"{code}\.jsonl:1: {says}"):
            read(folder)


@pytest.mark.parametrize("text", [None, 3, ["a"]])
def test_a_text_that_is_none_is_refused(release, text):
    folder = release("jsonl")
    write(folder / "devtest", "por_Latn", [{"id": 0, "text": "Uma ."}, {"id": 1, "text": text}])
    for read in (read_texts, parallel_lines):
        with pytest.raises(LingapError, match=r"por_Latn\.jsonl:2: 'text': expected text, got"):
            read(folder)


def test_the_folder_with_the_texts_is_found_or_asked_for(release, tmp_path):
    folder = release("devtest")
    (folder / "README").write_text("read me\n")
    assert read_texts(folder) == read_texts(folder.parent / "devtest" / "devtest")
    (folder / "dev").mkdir()
    for read in (read_texts, parallel_lines):
        with pytest.raises(MetricError, match="no file is named by language.* here: dev, devtest"):
            read(folder)


def test_a_file_named_by_a_code_of_no_language_says_what_the_code_is(tmp_path):
    for name in ("eng", "prv"):
        (tmp_path / f"{name}.txt").write_text("One .\n")
    with pytest.raises(MetricError, match="is called 'prv', a code that ISO 639-3 retired, of Pro"):
        read_texts(tmp_path)
