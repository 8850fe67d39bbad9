"""Every reader on every file of the data samples, against counts made without lingap.

Run ``python benchmarks/corpora.py [DATA]`` (default: ``../shared/data`` beside the checkout). It
stops at the first difference. Counts of UD are the ``conllu`` package's, all others come from plain
line splitting; word splitting is checked by its characters. Then reading is timed against the
straightforward ways, in one process, as ratios; reading and encoding in phonemes must be at least 5
times as fast as ``datasets.map`` (needs the ``datasets`` package).
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
import time
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import conllu

from lingap.corpora import load_corpus, load_parallel
from lingap.errors import LanguageError
from lingap.languages import get_language
from lingap.records import Sentence

Rows = list[dict[str, list[list[str]]]]

JOINERS = "\u200c\u200d"


def letters(text: str) -> str:
    """What words must keep: NFC without white space, invisible marks and joiners of nothing."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text.replace("\u200b", " "))
        if character.isspace()
        or unicodedata.category(character) not in ("Cc", "Cf")
        or character in JOINERS
    )
    return "".join(chunk.lstrip(JOINERS) for chunk in visible.split())


def check_ud(data: Path) -> Iterator[tuple[str, int, int]]:
    """Sentences, words, every form and tag, against the conllu package."""
    for path in sorted((data / "ud-treebanks").glob("*/*.conllu")):
        code, _, split = re.fullmatch(r"(\w+)_(\w+)-ud-(\w+)\.conllu", path.name).groups()
        rows = load_corpus(
            "ud", language=code, split=split, path=path.parents[1], treebank=path.parent.name
        )
        n_words = n = 0
        with path.open(encoding="utf-8") as file:
            for tree, sentence in zip(conllu.parse_incr(file), rows, strict=True):
                tokens = [token for token in tree if isinstance(token["id"], int)]
                forms = [unicodedata.normalize("NFC", token["form"]) for token in tokens]
                assert list(sentence.words) == forms, (path, sentence.id)
                assert list(sentence.labels) == [token["upos"] for token in tokens]
                assert sentence.id == tree.metadata["sent_id"]
                n_words += len(tokens)
                n += 1
        yield f"ud {path.name}", n, n_words


def has_broken_span(block: str) -> bool:
    """Whether an I in some line of a sentence in IOB2 continues no span of its type."""
    tags = ["O", *(line.rpartition(" ")[2] for line in block.split("\n") if line)]
    return any(tag[:1] == "I" and before[1:] != tag[1:] for before, tag in pairwise(tags))


def check_ner(data: Path) -> Iterator[tuple[str, int, int]]:
    """Sentences, words and each tag's count, against lines cut at their last space."""
    for path in sorted((data / "ner").glob("*/*.txt")):
        text = path.read_text(encoding="utf-8")
        blocks = [block for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
        lines = [line.rpartition(" ") for block in blocks for line in block.split("\n") if line]
        words = [(word, tag) for word, _, tag in lines if word]
        empty = Counter(tag for word, _, tag in lines if not word)
        rows = load_corpus(
            "ner", language=path.parent.name, split=path.stem, path=data / "ner", entity_types=None
        )
        read = list(rows)
        labels = Counter(label for sentence in read for label in sentence.labels)
        assert len(read) == len(blocks), (path, len(read), len(blocks))
        assert sum(len(sentence.words) for sentence in read) == len(words), path
        begun = rows.counts.get("begins_moved", 0) + rows.counts.get("tags_repaired", 0)
        expected = Counter(tag for _, tag in words)
        changed = sum((labels - expected).values())
        assert changed == begun == sum((expected - labels).values()), (path, labels, expected)
        assert rows.counts.get("words_empty", 0) == empty.total(), path
        assert ("tags_repaired" in rows.counts) == any(map(has_broken_span, blocks)), path
        yield f"ner {path.parent.name}/{path.name}", len(read), len(words)


def check_xnli(data: Path) -> Iterator[tuple[str, int, int]]:
    """Pairs and labels of each language, against the csv module; texts by their characters."""
    for split in ("dev", "test"):
        path = data / "xnli" / "XNLI-1.0" / f"xnli.{split}.tsv"
        with path.open(encoding="utf-8", newline="\n") as file:
            table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for code in sorted({row["language"] for row in table}):
            mine = [row for row in table if row["language"] == code]
            n_words = 0
            rows = load_corpus("xnli", language=code, split=split, path=data / "xnli")
            for row, pair in zip(mine, rows, strict=True):
                assert "".join(pair.first.words) == letters(row["sentence1"]), row
                assert "".join(pair.second.words) == letters(row["sentence2"]), row
                assert (pair.label, pair.id) == (row["gold_label"], row["pairID"])
                n_words += len(pair.first.words) + len(pair.second.words)
            yield f"xnli {split} {code}", len(mine), n_words


def one_file_each(folder: Path) -> list[Path]:
    """Files of languages that lingap has, one file each; prints the others."""
    codes: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        try:
            codes.setdefault(get_language(path.stem).code, []).append(path)
        except LanguageError as error:
            print(f"not checked: {error}")
    for code, paths in codes.items():
        if len(paths) > 1:
            print(f"not checked: several files of {code}: {', '.join(p.name for p in paths)}")
    return [paths[0] for paths in codes.values() if len(paths) == 1]


def check_parallel(data: Path) -> Iterator[tuple[str, int, int]]:
    """Lines of each language, their characters, and that all are parallel."""
    for folder in sorted((data / "parallel").iterdir()):
        files = one_file_each(folder / "devtest")
        codes = [path.stem for path in files]
        rows = load_parallel("flores", languages=codes, split="devtest", path=folder)
        for path, code in zip(files, rows.languages, strict=True):
            assert get_language(path.stem).code == code
            lines = path.read_text(encoding="utf-8").split("\n")
            lines = lines[:-1] if lines[-1] == "" else lines
            n_words = 0
            for line, sentence in zip(lines, rows.sentences[code], strict=True):
                assert "".join(sentence.words) == letters(line), (path, sentence.id)
                n_words += len(sentence.words)
            yield f"{folder.name} {path.name}", len(lines), n_words


def best_of(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def exhaust(rows: Iterable[object]) -> None:
    """Read to the end."""
    for _ in rows:
        pass


def time_reading(data: Path) -> None:
    """Reading Hungarian Szeged (train) and English XNLI (test), as ratios."""
    path = data / "ud-treebanks" / "UD_Hungarian-Szeged" / "hu_szeged-ud-train.conllu"
    wanted = {"language": "hun", "split": "train", "path": path}
    with tempfile.TemporaryDirectory() as cache:
        exhaust(load_corpus("ud", cache=cache, **wanted))
        ours = best_of(lambda: exhaust(load_corpus("ud", **wanted)))
        kept = best_of(lambda: exhaust(load_corpus("ud", cache=cache, **wanted)))
    theirs = best_of(lambda: conllu.parse(path.read_text(encoding="utf-8")))
    print(f"UD: {theirs / ours:.1f} times as fast as the conllu package, "
          f"{theirs / kept:.1f} times from the cache")  # fmt: skip
    wanted = {"language": "eng", "split": "test", "path": data / "xnli"}
    with tempfile.TemporaryDirectory() as cache:
        exhaust(load_corpus("xnli", cache=cache, **wanted))
        ours = best_of(lambda: exhaust(load_corpus("xnli", **wanted)))
        kept = best_of(lambda: exhaust(load_corpus("xnli", cache=cache, **wanted)))
    print(f"XNLI: {ours / kept:.1f} times as fast from the cache as parsed")


def encode_ours(name: str, wanted: dict[str, Any], representation: Any) -> int:
    """Read and spell in phonemes with lingap; the number of units."""
    n_units = 0
    for row in load_corpus(name, **wanted):
        for sentence in [row] if isinstance(row, Sentence) else [row.first, row.second]:
            n_units += len(representation.encode(sentence).units)
    return n_units


def straightforward(epitran_code: str, read: Callable[[], Rows]) -> tuple[Callable[[], int], Rows]:
    """The usual per-example way, with G2P remembered by the word and warm; and its rows."""
    import datasets
    import epitran
    from segments import Tokenizer as Segmenter
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    datasets.disable_progress_bars()
    core = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, unk_token="[UNK]")
    segment = Segmenter()
    to_ipa = lru_cache(maxsize=None)(epitran.Epitran(epitran_code).transliterate)
    rows = read()
    for row in rows:
        for words in row["texts"]:
            for word in words:
                to_ipa(word)

    def encode(row: dict[str, list[list[str]]]) -> dict[str, list[list[int]]]:
        spelt = [[segment(to_ipa(word), ipa=True) for word in words] for words in row["texts"]]
        return {"ids": [tokenizer(words, is_split_into_words=True)["input_ids"] for words in spelt]}

    def run() -> int:
        data = datasets.Dataset.from_list(read())
        encoded = data.map(encode, load_from_cache_file=False, new_fingerprint=uuid.uuid4().hex)
        return sum(len(ids) for row in encoded for ids in row["ids"])

    return run, rows


def time_encoding(data: Path) -> None:
    """Reading and encoding in phonemes, lexicon warm: UD Hungarian train, XNLI Swahili test."""
    from lingap import load_representation

    def read_ud() -> Rows:
        trees = conllu.parse((treebank / "hu_szeged-ud-train.conllu").read_text(encoding="utf-8"))
        return [
            {"texts": [[t["form"] for t in tree if isinstance(t["id"], int)]]} for tree in trees
        ]

    def read_xnli() -> Rows:
        with (data / "xnli/XNLI-1.0/xnli.test.tsv").open(encoding="utf-8", newline="\n") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [
                {"texts": [row["sentence1"].split(), row["sentence2"].split()]}
                for row in table
                if row["language"] == "sw"
            ]

    treebank = data / "ud-treebanks" / "UD_Hungarian-Szeged"
    for name, epitran_code, read, wanted in (
        ("ud", "hun-Latn", read_ud, {"language": "hun", "split": "train", "path": treebank}),
        (
            "xnli",
            "swa-Latn",
            read_xnli,
            {"language": "swa", "split": "test", "path": data / "xnli"},
        ),
    ):
        representation = load_representation("phoneme", language=wanted["language"])
        run, rows = straightforward(epitran_code, read)
        n_units = encode_ours(name, wanted, representation)  # warms the lexicon
        quick = best_of(partial(encode_ours, name, wanted, representation))
        slow = best_of(run, times=2)
        print(f"{name}: {len(rows):,} records, {n_units:,} units read and encoded in phonemes "
              f"{slow / quick:.1f} times as fast as datasets.map")  # fmt: skip
        assert slow >= 5 * quick, "the aim is 5 times"


def main() -> None:
    """Check everything, print what was counted, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("data", nargs="?", type=Path, default=default)
    data = parser.parse_args().data
    if not data.is_dir():
        parser.error(f"{data} does not exist; pass the folder of the samples")
    total = Counter()
    for check in (check_ud, check_ner, check_xnli, check_parallel):
        for name, n_records, n_words in check(data):
            print(f"{name:44} {n_records:7,} records {n_words:9,} words: equal")
            total.update(files=1, records=n_records, words=n_words)
    print(f"{total['files']} files and languages, {total['records']:,} records, "
          f"{total['words']:,} words: all equal")  # fmt: skip
    time_reading(data)
    time_encoding(data)


if __name__ == "__main__":
    main()
