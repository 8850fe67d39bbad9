"""`lingap phonemize` as users call it: a process of its own, bytes in and out."""

import json
import signal
import subprocess
import sys

import pytest


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def lingap(*arguments, given=b"", **more):
    return subprocess.run(
        [sys.executable, "-m", "lingap", "phonemize", *map(str, arguments)],
        input=given, capture_output=True, timeout=300, check=False, **more,
    )  # fmt: skip


def test_standard_input_to_standard_output(cache):
    done = lingap("-l", "ko", "--backend", "epitran", given="안녕하세요, 세계!\n\nx\n".encode())
    assert done.returncode == 0
    assert done.stdout.decode() == ("a n n j ʌ ŋ h a s e j o ▁ , ▁ s e k j e ▁ !\n\n<unk>\n")
    assert "kor by epitran: 5 words" in done.stderr.decode()
    assert "unmapped x × 1 (x)" in done.stderr.decode()


def test_auto_is_the_default_and_is_named(cache):
    done = lingap("-l", "fra", given=b"bonjour\n")
    assert done.returncode == 0
    assert "fra by auto (" in done.stderr.decode()


def test_file_to_file_with_coverage(cache, tmp_path):
    (tmp_path / "in.fin_Latn").write_text("talo дом\n" * 3, "utf-8")
    done = lingap(
        tmp_path / "in.fin_Latn", "-o", tmp_path / "a" / "out.txt", "-l", "Finnish",
        "--backend", "epitran", "--coverage", tmp_path / "c.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == b""
    assert (tmp_path / "a" / "out.txt").read_text("utf-8") == "t ɑ l o ▁ <unk>\n" * 3
    coverage = json.loads((tmp_path / "c.json").read_text())
    assert coverage["words"] == 6
    assert coverage["types"] == 2
    assert coverage["unmapped"] == {"д": 3, "м": 3, "о": 3}
    assert coverage["provenance"]["epitran"] == "1.35.3"


def test_a_folder_of_texts_by_language_is_phonemized_each_by_its_own(cache, tmp_path):
    folder = tmp_path / "flores" / "devtest"
    folder.mkdir(parents=True)
    for code, text in {
        "fin_Latn": "talo", "cat_Latn_vale1252": "casa", "taq_Tfng": "ⵜⴰ", "tha_Thai": "บ้าน",
        "eng_Latn": "house ш",
    }.items():  # fmt: skip
        (folder / f"{code}.devtest").write_text(f"{text}\n", "utf-8")
    out, report = tmp_path / "ipa", tmp_path / "c.json"
    done = lingap(folder.parent, "-o", out, "--coverage", report)
    assert done.returncode == 0, done.stderr
    names = ["cat_Latn_vale1252", "eng_Latn", "fin_Latn"]
    assert sorted(path.name for path in out.iterdir()) == [f"{name}.devtest" for name in names]
    assert (out / "fin_Latn.devtest").read_text("utf-8") == "t ɑ l o\n"
    table = {line.split()[0]: line for line in done.stdout.decode().splitlines()}
    assert [*table] == ["language", "cat-vale1252", "eng", "fin"]
    assert table["cat-vale1252"].endswith("as cat")
    assert table["eng"].endswith("ш × 1")
    said = done.stderr.decode()
    assert (
        "1 left out, which no installed back end reads (`lingap languages` lists them): taq-Tfng."
        in said
    )
    assert "1 left out, written without spaces (name a word segmenter: --segmenter): tha." in said
    facts = json.loads(report.read_text())
    assert {code: facts[code]["words"] for code in facts} == {"cat-vale1252": 1, "eng": 2, "fin": 1}
    for more, message in (
        (["-o", folder / "x"], "in it, so that outputs would be read"),
        ([], "A folder of texts by language needs an output folder"),
        (["-o", out, "--dry-run"], "--dry-run is for a folder of Parquet files in one language"),
    ):
        refused = lingap(folder.parent if not more else folder, *more)
        assert refused.returncode == 2
        assert message in refused.stderr.decode()
    (folder / "notes.txt").write_text("x\n")
    assert "no language is called 'notes'" in lingap(folder, "-o", out).stderr.decode()


def test_what_is_read_as_another_language_is_said_in_so_many_words(cache):
    done = lingap("-l", "eng-GB", given=b"colour\n")
    assert "100.0 % of words read as eng. What is measured" in done.stderr.decode()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-l", "xyzzy"], "No language is known by 'xyzzy'"),
        (["-l", "fin", "no-such-file"], "no-such-file: no such file"),
        (["-l", "fin", "--backend", "epitrann"], "Did you mean 'epitran'"),
        (["-l", "fin", "--policy", "digits"], "expected NAME=VALUE"),
        (["-l", "fin", "--policy", "digits=maybe"], "not one of keep, drop"),
        (["-l", "fin", "--backend", "epitran", "--option", "a=b"], "has no option a='b'"),
        (["-l", "fin", "--format", "parquet"], "Parquet cannot be written to standard output"),
        ([], "No language: pass -l LANG"),
        (["-l", "fin", "."], "needs an output folder"),
    ],
)
def test_errors_are_one_message_and_exit_code_2(cache, arguments, message):
    done = lingap(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    said = done.stderr.decode()
    assert message in said
    assert said.startswith("lingap: ")
    assert "Traceback" not in said


def test_a_second_run_does_not_load_the_back_end(cache, tmp_path):
    text = "안녕하세요 세계\n" * 10
    first = lingap("-l", "kor", "--backend", "epitran", given=text.encode())
    probe = (
        "import sys; sys.argv = ['lingap', 'phonemize', '-l', 'kor', '--backend', 'epitran']\n"
        "from lingap.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "bad = {'pandas', 'torch', 'epitran', 'panphon', 'pyarrow', 'sklearn',\n"
        "       'lingap.g2p.backends.epitran_tables'} & set(sys.modules)\n"
        "print('loaded:', sorted(bad), file=sys.stderr)"
    )
    second = subprocess.run(
        [sys.executable, "-c", probe], input=text.encode(), capture_output=True, check=True
    )
    assert second.stdout == first.stdout
    assert "loaded: []" in second.stderr.decode()


def test_policies_and_json_lines_from_a_stream(cache):
    done = lingap(
        "-l", "fin", "--backend", "epitran", "--format", "jsonl", "--column", "s",
        "--policy", "punctuation=drop", "--policy", "digits=drop", "--no-cache",
        given=b'{"s": "talo. 5"}\n',
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"s": "talo. 5", "phonemes": "t ɑ l o ▁ <unk> ▁ <unk>"}
    assert not cache.exists()


def test_a_closed_pipe_is_quiet(cache):
    command = f"{sys.executable} -m lingap phonemize -l fin --backend epitran | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], input=b"talo\n" * 300_000, capture_output=True, check=False
    )
    assert done.stdout.decode() == "t ɑ l o\n"
    assert b"Traceback" not in done.stderr


# ``lingap`` that prints how many processes work for it and kills itself after two results of them.
DIES = """
import multiprocessing, os, sys
from lingap.cli import main
from lingap.g2p.bulk import textfile
map_in_order = textfile.map_in_order

def dying(*arguments):
    for at, result in enumerate(map_in_order(*arguments)):
        if at == 2:
            print(len(multiprocessing.active_children()), end="", flush=True)
            os.kill(os.getpid(), 9)
        yield result

textfile.map_in_order = dying
del sys.argv[0]
main()
"""


def killed_after_two_results(arguments):
    """Returns when the last process that holds its output is gone; raises where one stays."""
    killed = subprocess.run(
        [sys.executable, "-c", DIES, *arguments], capture_output=True, check=False, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    return killed


def test_kill_9_in_the_middle_leaves_no_half_file_and_no_process_and_goes_on(cache, tmp_path):
    words = [f"{a}{b}{c}{d}" for a in "aeiou" for b in "ktlm" for c in "aeiouyäö" for d in "nrst"]
    lines = [" ".join(words[i : i + 20]) + f" x{i}\n" for i in range(0, len(words), 20)]
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    source.write_text("".join(lines) * 3000, "utf-8")
    arguments = ["lingap", "phonemize", str(source), "-o", str(target),
                 "-l", "fin", "--backend", "epitran", "--processes", "2"]  # fmt: skip
    killed = killed_after_two_results(arguments)
    [partial] = tmp_path.glob(".out.txt.*.partial")
    assert partial.stat().st_size > 0
    assert killed.stdout == b"2"
    assert not target.exists()
    done = subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().count(b"\n") == source.read_bytes().count(b"\n")
    assert not list(tmp_path.glob("*.partial"))
    expected = lingap(
        "-l", "fin", "--backend", "epitran", "--no-cache", given="".join(lines).encode()
    )
    assert target.read_bytes().startswith(expected.stdout)
