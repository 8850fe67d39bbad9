"""Archives, the cache of parsed corpora, the hub (with its download replaced), own corpora."""

import io
import logging
import random
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import yaml
from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RevisionNotFoundError
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora import load_corpus
from lingap.corpora.archives import extract
from lingap.corpora.cache import cached as arrow_cached
from lingap.corpora.protocol import Request
from lingap.corpora.sources.hub import Hub, fetch
from lingap.errors import ConfigError, CorpusError, MissingExtra
from lingap.languages import get_language
from lingap.records import LabelledSentence, Sentence, SentencePair

TREE = "# sent_id = {}\n1\t{}\t_\tNOUN\t_\t_\t_\t_\t_\t_\n\n"


def fill(folder, n=3, word="서울"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ko_kaist-ud-dev.conllu"
    path.write_text("".join(TREE.format(at, word) for at in range(n)), encoding="utf-8")
    return path


# --- archives ------------------------------------------------------------------------------


def tar_with(path, name, *, kind=tarfile.REGTYPE, link=""):
    with tarfile.open(path, "w:gz") as file:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = kind, link, 1 if kind == tarfile.REGTYPE else 0
        file.addfile(info, io.BytesIO(b"x") if kind == tarfile.REGTYPE else None)
    return path


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/../../out", "..\\out", "C:/out"])
@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_no_member_leaves_its_folder(tmp_path, name, kind):
    inner = tmp_path / "inner"
    inner.mkdir()
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
            file.writestr(zipfile.ZipInfo(name), "x")
    else:
        tar_with(tmp_path / "x.tar.gz", name)
    with pytest.raises(CorpusError, match="outside its folder"):
        extract(tmp_path / f"x.{kind}", inner)
    assert {path.name for path in tmp_path.rglob("*")} == {"inner", f"x.{kind}"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    tar_with(tmp_path / "x.tar.gz", "a", kind=kind, link="/etc/passwd")
    with pytest.raises(CorpusError, match="a link or a device"):
        extract(tmp_path / "x.tar.gz", tmp_path / "inner")


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("a")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    with pytest.raises(CorpusError, match="is a link"):
        extract(tmp_path / "x.zip", tmp_path / "inner")


def test_a_corpus_is_read_from_its_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    fill(tmp_path / "UD_Korean-Kaist")
    archive = tmp_path / "ud.tgz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(tmp_path / "UD_Korean-Kaist", arcname="release/UD_Korean-Kaist")
    for _ in range(2):
        assert len(list(load_corpus("ud", language="kor", split="dev", path=archive))) == 3
    assert len(list((tmp_path / "cache" / "archives").iterdir())) == 1


def test_text_is_read_from_an_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        file.writestr("kor.txt", "서울 역\n")
    [row] = load_corpus("text", language="kor", split="train", path=tmp_path / "x.zip")
    assert row.words == ("서울", "역")


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_the_folder_itself_may_be_a_member(tmp_path, monkeypatch, kind):
    """As ``tar -C folder .`` writes it: ``.`` and ``./name``."""
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    path = fill(tmp_path / "UD_Korean-Kaist")
    archive = tmp_path / f"x.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("./", "")
            file.write(path, f"./{path.name}")
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(path.parent, arcname=".")
    assert len(list(load_corpus("ud", language="kor", split="dev", path=archive))) == 3


def damaged_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", bytes(range(256)) * 9)
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)


def locked_zip(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a", "x")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flags of the member, here and in the directory at the end
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def damaged_tar(path):
    noise = random.Random(0).randbytes(4000)
    with tarfile.open(path, "w:xz") as file:
        info = tarfile.TarInfo("a")
        info.size = len(noise)
        file.addfile(info, io.BytesIO(noise))
    path.write_bytes(path.read_bytes()[:-900])


def cut_tar(path):
    """Ends after its first member, as a download that broke off may."""
    with tarfile.open(path, "w") as file:
        for name in "ab":
            info = tarfile.TarInfo(name)
            info.size = 512
            file.addfile(info, io.BytesIO(b"x" * 512))
    path.write_bytes(path.read_bytes()[:1024])


def file_and_folder(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a", "x")
        file.writestr("a/b", "x")


def long_name(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a" * 300, "x")


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (damaged_zip, "x.zip", "x.zip: the archive is damaged"),
        (locked_zip, "x.zip", "x.zip: the archive cannot be unpacked.*encrypted"),
        (damaged_tar, "x.tar.xz", "x.tar.xz: the archive is damaged"),
        (cut_tar, "x.tar", "x.tar: the archive is damaged .its end is missing"),
        (file_and_folder, "x.zip", "this disk cannot hold its names"),
        (long_name, "x.zip", "this disk cannot hold its names"),
    ],
)
def test_what_cannot_be_unpacked_is_said_in_one_line(tmp_path, make, name, says):
    make(tmp_path / name)
    with pytest.raises(CorpusError, match=says) as caught:
        extract(tmp_path / name, tmp_path / "inner")
    assert "\n" not in str(caught.value)


def test_a_damaged_archive_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    for name in ("x.zip", "x.tar.gz"):
        (tmp_path / name).write_bytes(b"no archive")
        with pytest.raises(CorpusError, match=f"{name}: the archive is damaged"):
            load_corpus("ud", language="kor", split="dev", path=tmp_path / name).head(1)
    assert list((tmp_path / "cache" / "archives").iterdir()) == []


# --- cache ---------------------------------------------------------------------------------


def cached(path, cache):
    split = load_corpus("ud", language="kor", split="dev", path=path, cache=cache)
    return list(split), split.counts


@pytest.fixture
def no_parsing(monkeypatch):
    def stop():
        def fail(*_, **__):
            raise AssertionError("parsed again")

        monkeypatch.setattr("lingap.corpora.sources.ud.read_conllu", fail)

    return stop


def test_the_second_reading_parses_nothing(tmp_path, no_parsing):
    path = fill(tmp_path, n=5000, word="e\u0301")
    plain = list(load_corpus("ud", language="kor", split="dev", path=path, check_script=False))
    options = {"language": "kor", "split": "dev", "path": path, "check_script": False}
    first = load_corpus("ud", cache=tmp_path / "cache", **options)
    assert list(first) == plain
    assert first.counts == {"lines_normalized": 5000}
    no_parsing()
    second = load_corpus("ud", cache=tmp_path / "cache", **options)
    assert list(second) == plain
    assert second.counts == {"lines_normalized": 5000}
    with pytest.raises(AssertionError, match="parsed again"):
        list(load_corpus("ud", cache=tmp_path / "cache", **options, column="xpos"))


def test_a_cache_with_the_old_names_of_counts_is_read(tmp_path):
    old = Counter({"lines_normalised": 2, "rows_normalised": 1, "crlf_lines": 3})
    place = {"fingerprint": "f" * 16, "folder": tmp_path}
    list(arrow_cached([Sentence("1", "fin", ("a",))], **place, counts=old))
    found = Counter()
    assert len(list(arrow_cached([], **place, counts=found))) == 1
    assert found == {"lines_normalized": 2, "rows_normalized": 1, "crlf_lines": 3}


def test_a_reading_with_a_cache_streams_and_keeps_only_whole_passes(tmp_path):
    path = fill(tmp_path, n=5000)
    with path.open("a", encoding="utf-8") as file:
        file.write("1\tbroken\n")
    rows = load_corpus("ud", language="kor", split="dev", path=path, cache=tmp_path / "cache")
    assert len(rows.head(4500)) == 4500  # the broken line is not reached
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_has_a_usual_place(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "home"))
    rows = load_corpus("ud", language="kor", split="dev", path=fill(tmp_path), cache=True)
    assert len(list(rows)) == 3
    assert [path.name for path in (tmp_path / "home" / "corpora").iterdir()] == [
        f"{rows.fingerprint}.arrow"
    ]


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
labelled = st.lists(st.tuples(texts, texts), max_size=5)


@given(st.lists(st.tuples(texts, labelled, labelled, st.booleans()), max_size=12))
def test_the_cache_gives_what_was_parsed(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("cache")
    made = []
    for name, first, second, is_pair in rows:
        words, labels = (tuple(row[i] for row in first) for i in (0, 1))
        if is_pair:
            other = Sentence(f"{name}/hypothesis", "kor", tuple(word for word, _ in second))
            premise = Sentence(f"{name}/premise", "kor", words)
            made.append(SentencePair(name, premise, other, labels[0] if labels else None))
        elif len(second) % 3 == 2:
            label = labels[0] if labels else None
            made.append(LabelledSentence(name, Sentence(name, "kor", words), label))
        else:
            made.append(Sentence(name, "kor", words, labels if len(second) % 2 else None))
    for _ in range(2):
        again = arrow_cached(made, fingerprint="x", folder=folder, counts=Counter())
        assert list(again) == made


def test_changed_files_are_parsed_anew(tmp_path):
    path = fill(tmp_path)
    assert len(cached(path, tmp_path / "cache")[0]) == 3
    fill(tmp_path, n=4)
    assert len(cached(path, tmp_path / "cache")[0]) == 4


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "foreign"])
def test_a_damaged_cache_is_made_again(tmp_path, damage, caplog):
    path = fill(tmp_path)
    rows, _ = cached(path, tmp_path / "cache")
    [file] = (tmp_path / "cache").iterdir()
    data = bytearray(file.read_bytes())
    if damage == "flip":
        data[len(data) // 3] ^= 1
    file.write_bytes({"cut": data[:-7], "flip": data, "empty": b"", "foreign": b"x" * 99}[damage])
    with caplog.at_level(logging.WARNING):
        assert cached(path, tmp_path / "cache")[0] == rows
    assert "made again" in caplog.text
    caplog.clear()
    assert cached(path, tmp_path / "cache")[0] == rows
    assert caplog.text == ""


def test_a_parse_that_stops_leaves_no_cache(tmp_path):
    path = fill(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("1\tbroken\n")
    with pytest.raises(CorpusError, match="10 columns"):
        cached(path, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_process_killed_while_it_writes_leaves_nothing_taken_for_whole(tmp_path):
    path = fill(tmp_path, n=9000)
    code = (
        "import os, sys; import lingap.corpora.sources.ud as ud; from lingap.corpora import load_corpus\n"
        "read = ud.read_conllu\n"
        "def dies(*a, **k):\n"
        "    for at, row in enumerate(read(*a, **k)):\n"
        "        if at == 5000: os.kill(os.getpid(), 9)\n"
        "        yield row\n"
        "ud.read_conllu = dies\n"
        "list(load_corpus('ud', language='kor', split='dev', path=sys.argv[1], cache=sys.argv[2]))"
    )
    cache = tmp_path / "cache"
    ended = subprocess.run([sys.executable, "-c", code, path, cache], check=False)
    assert ended.returncode == -9
    assert list(cache.glob("*.arrow")) == []
    assert len(cached(path, cache)[0]) == 9000


def test_pairs_and_text_are_cached_alike(tmp_path):
    (tmp_path / "xnli.dev.tsv").write_text(
        "language\tgold_label\tsentence1\tsentence2\nsw\t-\tA.\tB.\nsw\tneutral\tC.\tD.\n",
        encoding="utf-8",
    )
    (tmp_path / "swa.txt").write_text("Mama.\n\nBaba.\n", encoding="utf-8")
    for name, split, options in [
        ("xnli", "dev", {"unlabelled": "keep"}), ("text", "train", {}), ("cldr", "dev", {"dev_size": 9}),
    ]:  # fmt: skip
        place = {} if name == "cldr" else {"path": tmp_path}
        wanted = {"language": "swa", "split": split, **place, **options}
        plain = load_corpus(name, **wanted)
        expected = list(plain), plain.counts
        for _ in range(2):
            again = load_corpus(name, cache=tmp_path / "cache", **wanted)
            assert (list(again), again.counts) == expected


# --- hub -----------------------------------------------------------------------------------


@pytest.fixture
def fake_hub(monkeypatch, tmp_path):
    """The hub's download, answered from a folder or with an error; what was asked is kept."""
    asked = []
    answer = {"folder": tmp_path / "snapshot", "error": None}

    def download(repo, **options):
        asked.append({"repo": repo, **options})
        if answer["error"]:
            raise answer["error"]
        return str(answer["folder"])

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    monkeypatch.setattr("lingap.storage.hub.is_reachable", lambda: True)
    (tmp_path / "snapshot").mkdir()
    return asked, answer


def test_the_hub_is_asked_for_one_language_at_a_pinned_revision(fake_hub, tmp_path):
    asked, _ = fake_hub
    folder = tmp_path / "snapshot" / "devtest"
    folder.mkdir()
    (folder / "kor_Hang.jsonl").write_text('{"id": 1, "text": "개."}\n', encoding="utf-8")
    [row] = load_corpus("flores", language="ko", split="devtest")
    assert (row.id, row.words) == ("1", ("개", "."))
    assert asked[0]["repo"] == "openlanguagedata/flores_plus"
    assert len(asked[0]["revision"]) == 40
    assert "devtest/kor_Hang.*" in asked[0]["allow_patterns"]
    assert asked[0]["repo_type"] == "dataset"


def test_a_treebank_of_the_hub(fake_hub, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    asked, _ = fake_hub
    folder = tmp_path / "snapshot" / "parquet" / "ko_kaist"
    folder.mkdir(parents=True)
    table = pa.Table.from_pylist([{"tokens": ["서울"], "upos": ["PROPN"]}])
    pq.write_table(table, folder / "dev.parquet")
    [row] = load_corpus("ud", language="ko", split="dev", revision="2.13")
    assert row == Sentence("dev.parquet-1", "kor", ("서울",), ("PROPN",))
    assert asked[0]["revision"] == "2.13"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (GatedRepoError, "is gated. Open its page, accept the terms.*hf auth login.*pass path="),
        (RevisionNotFoundError, "The hub has no openlanguagedata/flores_plus at"),
        (LocalEntryNotFoundError, "cannot be reached.*HF_HUB_OFFLINE.*It is gated: Open its page"),
        (ConnectionError, "cannot be reached"),
    ],
)
def test_what_the_hub_refuses_is_said_plainly(fake_hub, error, says):
    _, answer = fake_hub
    made = error.__new__(error)
    made.args = ("nothing",)
    answer["error"] = made
    with pytest.raises(CorpusError, match=says):
        load_corpus("flores", language="ko", split="devtest").head(1)


def test_files_that_the_hub_does_not_hold(fake_hub):
    with pytest.raises(CorpusError, match="has no file like .*Does it hold Korean"):
        load_corpus("flores", language="ko", split="devtest").head(1)


def test_no_revision_no_download(fake_hub):
    asked, _ = fake_hub
    request = Request(get_language("ko"), "dev", None, {})
    with pytest.raises(ConfigError, match="pass revision="):
        fetch(Hub("a/b", None, ("*",)), request)
    assert asked == []


@pytest.mark.parametrize(
    "name", ["ko/validation/0000.parquet", "ko/validation-00000-of-00001.parquet"]
)
def test_wikiann_of_the_hub_in_both_its_layouts(fake_hub, tmp_path, name):
    import pyarrow as pa
    import pyarrow.parquet as pq

    asked, answer = fake_hub
    answer["folder"] = tmp_path / "snapshots" / ("c" * 40)
    path = answer["folder"] / name
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([{"tokens": ["서울"], "ner_tags": [5]}]), path)
    split = load_corpus("wikiann", language="ko", split="dev")
    [row] = split
    assert (row.words, row.labels) == (("서울",), ("B-LOC",))
    assert len(asked[0]["revision"]) == 40
    assert split.provenance["commit"] == "c" * 40
    assert "not verified" in split.corpus.revision


def test_without_a_network_the_answer_is_quick_and_clear(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CorpusError, match="cannot be reached"):
        load_corpus("xnli", language="en", split="dev").head(1)


def test_the_extra_is_named_when_the_hub_package_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtra, match=r"lingap\[data\]"):
        load_corpus("xnli", language="en", split="dev").head(1)


# --- own corpora ---------------------------------------------------------------------------


def describe(tmp_path, **settings):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"name": "mine", **settings}), encoding="utf-8")
    return str(path)


def test_own_corpora_need_no_code(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kor.dev").write_text("x 서울 B-CITY\n", encoding="utf-8")
    (tmp_path / "data" / "dev.jsonl").write_text(
        '{"w": ["서울"], "t": ["NNP"]}\n', encoding="utf-8"
    )
    (tmp_path / "data" / "pairs.tsv").write_text("p\th\ty\n서울\t역\tyes\n", encoding="utf-8")
    (tmp_path / "data" / "kor.txt").write_text("서울 역\n", encoding="utf-8")
    conll = describe(
        tmp_path, task="ner", format="conll", path="data/{language}.{split}", languages=["ko"],
        columns={"words": 1, "labels": 2}, options={"entity_types": ["CITY"]}, labels=["O", "B-CITY", "I-CITY"],
    )  # fmt: skip
    split = load_corpus(conll, language="kor", split="dev")
    assert [(row.words, row.labels) for row in split] == [(("서울",), ("B-CITY",))]
    assert split.labels == ("O", "B-CITY", "I-CITY")
    first = split.fingerprint

    table = describe(
        tmp_path, task="pos", format="table", path="data/{split}.jsonl", columns={"words": "w", "labels": "t"},
    )  # fmt: skip
    assert load_corpus(table, language="kor", split="dev").head(1)[0].labels == ("NNP",)
    pairs = describe(
        tmp_path, task="nli", format="table", path={"test": "data/pairs.tsv"}, labels=["yes", "no"],
        columns={"premise": "p", "hypothesis": "h", "label": "y"},
    )  # fmt: skip
    assert load_corpus(pairs, language="kor", split="test").head(1)[0].label == "yes"
    lines = describe(tmp_path, task="text", format="lines", path="data/{language}.txt")
    assert load_corpus(lines, language="kor", split="train").head(1)[0].words == ("서울", "역")
    assert load_corpus(lines, language="kor", split="train").fingerprint != first


def test_parts_of_speech_in_two_columns(tmp_path):
    (tmp_path / "swa.txt").write_text("Mama NN\nanalala VB\n\n NN\nBaba NN\n", encoding="utf-8")
    mine = {"task": "pos", "format": "conll", "path": "{language}.txt"}
    rows = load_corpus(describe(tmp_path, **mine), language="swa", split="test")
    assert [(row.words, row.labels) for row in rows] == [
        (("Mama", "analala"), ("NN", "VB")),
        (("Baba",), ("NN",)),
    ]
    assert rows.counts == {"words_empty": 1}
    few = describe(tmp_path, **mine, labels=["NN"])
    with pytest.raises(CorpusError, match=r"swa\.txt:2: the tag 'VB' is not one of NN"):
        list(load_corpus(few, language="swa", split="test"))


def test_labels_hold_for_every_format(tmp_path):
    (tmp_path / "a.txt").write_text("a I-X\nb S-Y\n", encoding="utf-8")
    (tmp_path / "a.conllu").write_text(TREE.format(1, "a"), encoding="utf-8")
    spans = {"task": "ner", "format": "conll", "path": "a.txt"}
    [row] = load_corpus(
        describe(tmp_path, **spans, labels=["B-X", "B-Y"]), language="eng", split="dev"
    )
    assert row.labels == ("B-X", "B-Y")  # as they are once in IOB2
    with pytest.raises(CorpusError, match=r"a\.txt:2: the tag 'B-Y' is not one of O, B-X"):
        list(
            load_corpus(
                describe(tmp_path, **spans, labels=["O", "B-X"]), language="eng", split="dev"
            )
        )
    trees = describe(tmp_path, task="pos", format="conllu", path="a.conllu", labels=["VERB"])
    with pytest.raises(CorpusError, match=r"a\.conllu:1: the tag 'NOUN' .* is not one of VERB"):
        list(load_corpus(trees, language="eng", split="dev"))


def test_several_files_of_a_split_follow_one_another(tmp_path):
    for part in "ba":
        (tmp_path / f"ru-train-{part}.txt").write_text(f"{part} O\n", encoding="utf-8")
    mine = describe(tmp_path, task="ner", format="conll", path="{iso1}-{split}-*.txt")
    rows = load_corpus(mine, language="rus", split="train")
    assert [row.words for row in rows] == [("a",), ("b",)]
    with pytest.raises(CorpusError, match="no such file"):
        list(load_corpus(mine, language="rus", split="dev"))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"task": "pos", "format": "conllu", "path": "x", "options": {"missing_tag": "drop"}}, "missing_tag: expected one of error, X"),
        ({"task": "nli", "format": "table", "path": "x", "columns": {"premise": "a", "hypothesis": "b", "label": "c"}, "options": {"unlabelled": "x"}}, "unlabelled: expected one of"),
        ({"task": "text", "format": "lines", "path": "x", "options": {"empty_text": "x"}}, "empty_text: expected one of"),
        ({"task": "ner", "format": "conll", "path": "x", "options": {"entity_types": "CITY"}}, r"a list, such as \[CITY\]"),
        ({"task": "ner", "format": "conll", "path": "x", "columns": {"words": 1, "labels": 1}}, "two different numbers"),
        ({"task": "ner", "format": "conll"}, "path: Field required"),
        ({"task": "ner", "format": "xml", "path": "x"}, "format: Input should be 'conllu'"),
        ({"task": "ner", "format": "conll", "path": "x", "colour": 1}, "colour: Extra inputs"),
        ({"task": "ner", "format": "conll", "path": "x", "options": {"schema": "a"}}, "no option 'schema'"),
        ({"task": "ner", "format": "conll", "path": "x", "options": {"scheme": "a"}}, "scheme: expected one of"),
        ({"task": "ner", "format": "conll", "path": "x", "columns": {"words": "a"}}, "numbers from 0"),
        ({"task": "text", "format": "table", "path": "x"}, "columns of a table name text"),
        ({"task": "nli", "format": "table", "path": "x"}, "needs columns premise, hypothesis and label"),
        ({"task": "nli", "format": "table", "path": "x", "columns": {"premise": "a", "hypothesis": "b"}}, "and label"),
        ({"task": "nli", "format": "lines", "path": "x"}, "needs premise and hypothesis with a label"),
        ({"task": "topic", "format": "lines", "path": "x"}, "needs text with a label"),
        ({"task": "topic", "format": "table", "path": "x", "columns": {"text": "a"}}, "needs columns text and label"),
        ({"task": "ner", "format": "lines", "path": "x"}, "needs a tag for each word"),
        ({"task": "pos", "format": "table", "path": "x", "columns": {"text": "a"}}, "needs columns words and labels"),
        ({"task": "pos", "format": "table", "path": "x", "columns": {"words": 0, "labels": 1}}, "names, not numbers"),
        ({"task": "pos", "format": "table", "path": "x", "columns": {"words": "w", "labels": "t"}, "options": {"rename": 3}}, "rename: expected a mapping"),
        ({"task": "pos", "format": "conllu", "path": "x", "languages": ["qqq"]}, "qqq"),
    ],
)  # fmt: skip
def test_a_description_that_does_not_fit_says_where(tmp_path, settings, says):
    with pytest.raises(ValueError, match=says):
        load_corpus(describe(tmp_path, **settings), language="kor", split="dev")


def test_files_that_describe_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text("- 1", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("a: [", encoding="utf-8")
    for name, says in [
        ("a", "keys and values"),
        ("b", "cannot be read as YAML"),
        ("c", "does not exist"),
    ]:
        with pytest.raises(ConfigError, match=says):
            load_corpus(str(tmp_path / f"{name}.yaml"), language="kor", split="dev")
    lines = describe(tmp_path, task="text", format="lines", path="gone.txt", languages=["kor"])
    with pytest.raises(CorpusError, match="no such file; check the path of the description"):
        load_corpus(lines, language="kor", split="train").head(1)
    with pytest.raises(ValueError, match="has no English"):
        load_corpus(lines, language="eng", split="train")


RELEASES = {
    "flores": ("flores200_dataset/dev/ajp_Arab.dev", "مرحبا بالعالم\n", {}),
    "sib200": ("sib-200-main/data/annotated/ajp_Arab/dev.tsv", "index_id\tcategory\ttext\n1\ttravel\tمرحبا\n", {}),
    "ner": ("masakhane-ner/data/apc_Arab_sout3123/dev.txt", "مرحبا O\n", {"scheme": "iob2"}),
}  # fmt: skip


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_is_read_from_where_it_unpacks_to_and_from_each_folder_below(tmp_path, name):
    place, text, options = RELEASES[name]
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text(text, encoding="utf-8")
    top = Path(place).parts[0]
    (tmp_path / top / "README.md").write_text("read me\n")
    depth = len(Path(place).parts) - 2
    folders = [tmp_path.joinpath(*Path(place).parts[:n]) for n in range(depth + 1)]
    with tarfile.open(tmp_path.parent / f"{top}.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / top, top)
    for path in (*folders, tmp_path.parent / f"{top}.tar.gz"):
        [record] = load_corpus(name, language="ajp", split="dev", path=path, **options)
        assert record.sentences[0].words[0] == "مرحبا", path
