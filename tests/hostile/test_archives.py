"""Archives and packed files that unpack to far more than they hold."""

import gzip
import io
import tarfile
import tracemalloc
import zipfile
from collections import Counter

import pytest

from lingap.corpora.archives import extract
from lingap.errors import CorpusError
from lingap.text.lines import LONGEST, read_lines


def tar_gz(path, *members):
    """A packed archive of raw members, each a header and its content as chunks."""
    with gzip.open(path, "wb") as file:
        for header, n_bytes in members:
            file.write(header)
            zeros = bytes(1 << 20)
            for at in range(0, n_bytes, len(zeros)):
                file.write(zeros[: n_bytes - at])
            file.write(bytes(-n_bytes % 512))
        file.write(bytes(1024))


def header(kind, size, name="x"):
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf()


@pytest.mark.parametrize("kind", [b"x", b"g", b"X", b"L", b"K"])
def test_a_header_that_would_fill_the_memory_is_refused(tmp_path, kind):
    path = tmp_path / "bomb.tar.gz"
    tar_gz(path, (header(kind, 100 << 20), 100 << 20), (header(b"0", 0), 0))
    tracemalloc.start()
    with pytest.raises(CorpusError, match="header has 104,857,600 bytes"):
        extract(path, tmp_path / "out")
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_a_chain_of_headers_is_refused(tmp_path):
    path = tmp_path / "chain.tar.gz"
    tar_gz(path, *[(header(b"L", 2), 2)] * 3000, (header(b"0", 0), 0))
    with pytest.raises(CorpusError, match="damaged"):
        extract(path, tmp_path / "out")


def test_a_sparse_member_is_refused(tmp_path):
    path = tmp_path / "sparse.tar.gz"
    tar_gz(path, (header(b"S", 0), 0))
    with pytest.raises(CorpusError, match="sparse"):
        extract(path, tmp_path / "out")


def test_an_honest_long_name_is_unpacked(tmp_path):
    path, name = tmp_path / "long.tar.gz", "/".join(["folder" * 10] * 4) + "/é.txt"
    for layout in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.open(path, "w:gz", format=layout) as file:
            info = tarfile.TarInfo(name)
            info.size = 3
            file.addfile(info, io.BytesIO(b"abc"))
        extract(path, tmp_path / str(layout))
        assert (tmp_path / str(layout) / name).read_bytes() == b"abc"


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("lingap.corpora.archives._MOST_MEMBERS", 20)
    packed = tmp_path / "many.tar.gz"
    tar_gz(packed, *[(header(b"0", 0, f"{n}"), 0) for n in range(21)])
    zipped = tmp_path / "many.zip"
    with zipfile.ZipFile(zipped, "w") as file:
        for n in range(21):
            file.writestr(f"{n}", "")
    for path in (packed, zipped):
        with pytest.raises(CorpusError, match="more than 20 members"):
            extract(path, tmp_path / f"{path.name}-out")


@pytest.mark.slow
def test_two_hundred_thousand_members_are_refused(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as file:
        for n in range(200_000):
            file.writestr(f"{n}", "")
    with pytest.raises(CorpusError, match="more than 50,000 members"):
        extract(path, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*"))


@pytest.mark.parametrize("ending", [b"", b"\xff"])
def test_one_endless_line_is_refused_before_it_fills_the_memory(tmp_path, ending):
    path = tmp_path / "eng.txt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"a\n")
        for _ in range(160):
            file.write(b"a" * (1 << 20))
        file.write(ending)
    tracemalloc.start()
    with pytest.raises(CorpusError, match=rf"eng\.txt\.gz:2: a line of more than {LONGEST:,}"):
        list(read_lines(path, Counter()))
    assert tracemalloc.get_traced_memory()[1] < 120 << 20
    tracemalloc.stop()
