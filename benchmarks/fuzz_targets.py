"""The commands that `fuzz.py` tries, each with a small valid input.

A target makes its input in an empty folder and gives the command's arguments. What takes long to
make (a trained experiment, a model, files of gaps) is made once and copied.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.evaluation import score_file, write_predictions
from lingap.records import Prediction

TESTS = Path(__file__).parents[1] / "tests"
TINY = TESTS / "data/tiny.yaml"
RESULTS = TESTS / "data/results"

Command = Sequence[str] | Callable[[], Any]


@dataclass(frozen=True)
class Target:
    """A command, its valid input, and how that is damaged.

    Args:
        make: Writes the input into a folder and returns the command's arguments, or a function.
        files: Patterns of the files to damage, relative to the folder; each case draws one.
    """

    make: Callable[[Path], Command]
    files: tuple[str, ...]

    def damaged(self, folder: Path) -> list[Path]:
        """The files to draw from, in an order that is always the same."""
        return sorted({path for one in self.files for path in folder.glob(one) if path.is_file()})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


SCORES = [
    {"system": system, "task": "ner", "language": code, "score": round(value, 3), "seed": seed}
    for system, shift in (("phoneme", 0.0), ("subword", 0.07))
    for code, value in (("eng", 0.81), ("kor", 0.62 + shift), ("hin", 0.7), ("tur", 0.55 - shift))
    for seed in (0, 1)
]
CONLLU = """# sent_id = a
# text = They don't.
1\tThey\tthey\tPRON\t_\t_\t2\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
2\tdo\tdo\tAUX\t_\t_\t0\troot\t_\t_
3\tn't\tnot\tPART\t_\t_\t2\tadvmod\t_\t_
3.1\tgo\tgo\tVERB\t_\t_\t_\t_\t_\t_
4\t.\t.\tPUNCT\t_\t_\t2\tpunct\t_\t_

# sent_id = b
1\tYes\tyes\tINTJ\t_\t_\t0\troot\t_\t_

"""
CONLL = "Kofi B-PER\nAnnan I-PER\nwas O\nin O\nNew B-LOC\nYork I-LOC\n\nYes O\n"
PAIRS = [
    {"premise": "It rains.", "hypothesis": "It is wet.", "label": "entailment", "id": "a"},
    {"premise": "It rains.", "hypothesis": "It is dry.", "label": "contradiction", "id": "b"},
]
TEXT = {
    "eng": "The train leaves at 10:30, doesn't it?\nDr. Smith paid 3,5 kg (U.S.).\nYes.\n",
    "fra": "Le train part à 10 h 30, n'est-ce pas ?\nL'été, c'est l'été.\nOui.\n",
    "kor": "기차는 10시 30분에 떠나요.\n서울에 없어요.\n네.\n",
    "hin": "रेल 10:30 बजे जाती है।\nवह घर पर नहीं है।\nहाँ।\n",
}


def _table(ending: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        path = folder / f"scores{ending}"
        if ending == ".json":
            _write(path, json.dumps(SCORES))
        elif ending == ".jsonl":
            _write(path, "\n".join(map(json.dumps, SCORES)))
        else:
            mark = "," if ending == ".csv" else "\t"
            rows = [list(SCORES[0]), *(map(str, row.values()) for row in SCORES)]
            _write(path, "".join(mark.join(row) + "\n" for row in rows))
        return ["gap", "scores", str(path), "--resamples", "100"]

    return make


def _wide(folder: Path) -> Sequence[str]:
    _write(
        folder / "scores.csv",
        "model,eng,kor,hin,tur,avg\na,70,61,50,33,53.5\nb,71,60,52,40,55.75\n",
    )
    return ["gap", "scores", str(folder / "scores.csv"), "--resamples", "100"]


def _report_of_table(form: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        path = _table(".csv")(folder)[2]
        return ["report", path, "-f", form, "-o", str(folder / "out")]

    return make


def _embeddings(folder: Path) -> Sequence[str]:
    rng = np.random.default_rng(0)
    base = rng.normal(size=(24, 6))
    for code in ("eng", "kor", "hin"):
        np.save(folder / f"{code}.npy", (base + rng.normal(size=base.shape)).astype(np.float32))
    return ["gap", "embeddings", str(folder), "--permutations", "5"]


def _tensors(folder: Path) -> Sequence[str]:
    from safetensors.numpy import save_file

    rng = np.random.default_rng(0)
    base = rng.normal(size=(24, 6))
    for code in ("eng", "kor", "hin"):
        made = (base + rng.normal(size=base.shape)).astype(np.float32)
        save_file({"last": made}, folder / f"{code}.safetensors")
    return ["gap", "embeddings", str(folder), "--permutations", "5"]


def _outputs(folder: Path) -> Sequence[str]:
    rng = np.random.default_rng(0)
    for code in ("eng", "kor", "hin"):
        np.save(folder / f"{code}.npy", rng.dirichlet((1, 1, 1), size=20))
    return ["gap", "outputs", str(folder)]


def _texts(folder: Path) -> Sequence[str]:
    for code, text in TEXT.items():
        _write(folder / f"{code}.txt", text)
    return ["gap", "text", str(folder), "-r", "character", "-r", "phoneme", "--backend", "epitran"]


def _corpus(
    task: str, form: str, name: str, content: str, **more: Any
) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        described = {
            "name": "mine", "task": task, "format": form, "path": {"test": name},
            "languages": ["eng"], "licence": "CC0-1.0", **more,
        }  # fmt: skip
        _write(folder / "corpus.yaml", yaml.safe_dump(described))
        path = folder / name
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(content.encode(), mtime=0))
        elif name.endswith(".parquet"):
            import pyarrow
            from pyarrow import parquet

            parquet.write_table(pyarrow.Table.from_pylist(json.loads(content)), path)
        else:
            _write(path, content)
        return ["corpora", "show", str(folder / "corpus.yaml"), "-l", "eng"]

    return make


def _experiment_yaml(folder: Path) -> Sequence[str]:
    shutil.copyfile(TINY, folder / "tiny.yaml")
    return ["run", str(folder / "tiny.yaml"), "--dry-run", "--out", str(folder / "out")]


def _stored(form: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        shutil.copytree(_trained(), folder / "made")
        return ["report", str(folder / "made"), "-f", form, "-o", str(folder / "out")]

    return make


def run(*command: object) -> str:
    """Standard output of a command that has to succeed."""
    ended = CliRunner().invoke(app, [str(part) for part in command])
    assert ended.exit_code == 0, f"{command}: {ended.output} {ended.exception}"
    return ended.stdout


def _place() -> Path:
    return Path(tempfile.mkdtemp(prefix="lingap-fuzz-made-"))


@cache
def _trained() -> Path:
    """A finished experiment, made once."""
    folder = _place() / "x"
    run("run", TINY, "--out", folder, "--workers", "0")
    return folder


@cache
def _model(kind: str) -> Path:
    """A model of random weights with its tokenizer, made once."""
    sys.path.insert(0, str(TESTS / "support"))
    import torch

    import checkpoints

    folder = _place() / kind
    folder.mkdir()
    torch.manual_seed(0)
    getattr(checkpoints, kind)(folder)
    return folder


@cache
def _gaps(kind: str) -> str:
    """What a command of `lingap gap` prints as JSON."""
    folder = _place()
    if kind == "check":
        make: Callable[[Path], Sequence[str]] = _check
    else:
        make = {"scores": _table(".csv"), "embeddings": _embeddings, "outputs": _outputs,
                "text": _texts, "tokens": _tokens("bert"), "model": _parallel_in_model("bert"),
                "explain": _explain}[kind]  # fmt: skip
    return run(*make(folder), "--json")


def _check(folder: Path) -> Sequence[str]:
    for name in ("new", "old"):
        rows = "".join(
            f"m,ner,{code},{value + 0.01 * (name == 'old')}\n"
            for code, value in (("eng", 0.8), ("kor", 0.6), ("hin", 0.7))
        )
        _write(folder / f"{name}.csv", f"system,task,language,score\n{rows}")
    return ["gap", "check", str(folder / "new.csv"), "--against", str(folder / "old.csv")]


LANGUAGES = ["eng", "deu", "fra", "rus", "hin", "fin", "tur", "swa", "kor", "tam", "ara", "jpn"]


def _explain(folder: Path) -> Sequence[str]:
    rng = np.random.default_rng(0)
    scores = [f"m,{code},{0.9 - 0.05 * i}" for i, code in enumerate(LANGUAGES)]
    _write(folder / "scores.csv", "\n".join(["system,language,score", *scores]) + "\n")
    sizes = [f"{code}\t{int(10 ** rng.uniform(4, 9))}" for code in LANGUAGES]
    _write(folder / "sizes.tsv", "\n".join(["language\ttokens", *sizes]) + "\n")
    _write(folder / "tokens.json", _gaps("tokens"))
    return ["gap", "explain", str(folder / "scores.csv"), "--no-phonemes", "--permutations", "99",
            "--data-size", str(folder / "sizes.tsv"), "--tokens", str(folder / "tokens.json"),
            "--predict", "urd", "-o", str(folder / "out.md")]  # fmt: skip


def _parallel(folder: Path) -> Path:
    for code, text in TEXT.items():
        _write(folder / f"text/{code}.txt", text * 2)
    return folder / "text"


def _tokens(kind: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        shutil.copytree(_model(kind), folder / "m")
        return ["gap", "tokens", str(_parallel(folder)), "-t", str(folder / "m"), "-t", "byte",
                "--resamples", "100"]  # fmt: skip

    return make


def _parallel_in_model(kind: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        shutil.copytree(_model(kind), folder / "m")
        return ["gap", "model", str(folder / "m"), "--text", str(_parallel(folder)),
                "--permutations", "0"]  # fmt: skip

    return make


def _continued(folder: Path) -> Sequence[str]:
    """The plan of an experiment with a published encoder."""
    shutil.copytree(_model("bert"), folder / "m")
    plan = yaml.safe_load(TINY.read_text("utf-8"))
    plan["representations"] = [{"name": "subword", "encoder": "m"}]
    del plan["pretraining"], plan["encoder"]
    _write(folder / "tiny.yaml", yaml.safe_dump(plan))
    return ["run", str(folder / "tiny.yaml"), "--dry-run", "--out", str(folder / "out")]


def _pretrain_yaml(folder: Path) -> Sequence[str]:
    plan = yaml.safe_load(TINY.read_text("utf-8"))
    kept = ("name", "languages", "representations", "encoder", "pretraining")
    _write(folder / "made.yaml", yaml.safe_dump({key: plan[key] for key in kept}))
    return ["pretrain", str(folder / "made.yaml"), "--dry-run", "--out", str(folder / "out")]


def _results(harness: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        shutil.copytree(RESULTS / harness, folder / "results")
        return ["gap", "scores", str(folder / "results"), "--resamples", "100"]

    return make


def _report_of_gaps(kind: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        _write(folder / "gaps.json", _gaps(kind))
        return ["report", str(folder / "gaps.json"), "-o", str(folder / "out")]

    return make


def _page(folder: Path) -> Sequence[str]:
    return [*_table(".csv")(folder), "--chance", "0.25", "-o", str(folder / "out.html")]


def _bound(folder: Path) -> Sequence[str]:
    _write(folder / "scores.csv", "language,score\neng,0.8\nkor,0.6\nhin,0.7\n")
    more = ["--bound", "--family", "linear", "--scores", str(folder / "scores.csv")]
    return [*_embeddings(folder), *more]


def _topics(folder: Path) -> Sequence[str]:
    rows = "".join(
        f"{i}\t{topic}\tThis is text {i}.\n" for i, topic in enumerate(("travel", "sports"))
    )
    _write(folder / "eng_Latn/dev.tsv", f"index_id\tcategory\ttext\n{rows}")
    return ["corpora", "show", "sib200", "-l", "eng", "--split", "dev", "--path", str(folder)]


def _alphabet(folder: Path) -> Sequence[str]:
    path, text = folder / "map.tsv", folder / "text.txt"
    _write(text, TEXT["fra"])
    run("g2p", "inventory", "-l", "fra", "--backend", "epitran", "-o", path)
    return [*PHONEMIZE, str(text), "-l", "fra", "--backend", "epitran", "--inventory", str(path)]


def _fitted(name: str, content: str) -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        _write(folder / name, content)
        _write(folder / "text.txt", TEXT["fra"])
        return ["g2p", "fit", str(folder / "text.txt"), str(folder / name), "-l", "fra",
                "--backend", "epitran", "--policy", "nearest"]  # fmt: skip

    return make


def _dictionary(folder: Path) -> Sequence[str]:
    _write(folder / "words.tsv", "chat\tʃ a\neau\to\noui\tw i\n")
    _write(folder / "text.txt", TEXT["fra"])
    return [*PHONEMIZE, str(folder / "text.txt"), "-l", "fra", "--backend", "lexicon",
            "--option", f"path={folder / 'words.tsv'}", "-o", str(folder / "out.txt")]  # fmt: skip


def _numbers(folder: Path) -> Sequence[str]:
    said = "Paid $5, 3.5 kg, 5 %, at 10:30 on 12/5/2020 (2020-05-12), the 1st of the 1980s.\n"
    _write(folder / "text.txt", said)
    return [*PHONEMIZE, str(folder / "text.txt"), "-l", "eng", "--policy", "digits=words",
            "-o", str(folder / "out.txt")]  # fmt: skip


def _dictionary_made(folder: Path) -> Sequence[str]:
    _write(folder / "words.tsv", "# a list\nchat\tʃ a\t3\nl'été\tl e t e\t5.5\noui\tw i\t1\n")
    _write(folder / "text.txt", TEXT["fra"])
    return ["g2p", "dictionary", str(folder / "words.tsv"), "-l", "fra", "--words", "2",
            "--text", str(folder / "text.txt"), "-o", str(folder / "out.tsv")]  # fmt: skip


def _predictions(task: str, ending: str) -> Callable[[Path], Command]:
    items = {
        "ner": (("Kofi", "Annan", "came"), ("B-PER", "I-PER", "O"), ("B-PER", "O", "O")),
        "nli": (("It rains.",), ("entailment",), ("entailment",)),
        "topic": (("It rains.",), ("travel",), ("travel",)),
    }

    def make(folder: Path) -> Command:
        path = folder / f"predictions{ending}"
        rows = [Prediction(f"s{i}", "eng", *items[task]) for i in range(4)]
        write_predictions(path, rows)
        return lambda: score_file(path, task)

    return make


def _gold(folder: Path) -> Sequence[str]:
    _write(
        folder / "gold.tsv", "chat\tʃ a\neau\to\nœuf\tœ f\nl'été\tl e t e\nville\tv i l, v i l ə\n"
    )
    return ["g2p", "evaluate", str(folder / "gold.tsv"), "-l", "fra", "--backend", "epitran"]


def _phonemize(code: str, backend: str, ending: str = ".txt") -> Callable[[Path], Sequence[str]]:
    def make(folder: Path) -> Sequence[str]:
        path = folder / f"text{ending}"
        rows = TEXT[code].splitlines()
        if ending == ".jsonl":
            _write(
                path,
                "".join(json.dumps({"id": i, "text": row}) + "\n" for i, row in enumerate(rows)),
            )
        else:
            _write(path, TEXT[code])
        out = str(folder / f"out{ending}")
        return [*PHONEMIZE, str(path), "-l", code, "--backend", backend, "-o", out]

    return make


def _vocabulary(folder: Path) -> Sequence[str]:
    model = {
        "type": "WordLevel",
        "vocab": {"<unk>": 0, "a": 1, "ʃ": 2, "o": 3},
        "unk_token": "<unk>",
    }
    _write(folder / "tokenizer.json", json.dumps({"version": "1.0", "model": model}))
    _write(folder / "text.txt", TEXT["fra"])
    known, out = str(folder / "tokenizer.json"), str(folder / "out.txt")
    return [*PHONEMIZE, str(folder / "text.txt"), "-l", "fra", "--backend", "epitran", "-o", out,
            "--vocabulary", known]  # fmt: skip


PHONEMIZE = ("phonemize", "--processes", "1", "--no-cache")
TABLE = {
    "columns": {name: name for name in ("premise", "hypothesis", "label", "id")},
    "labels": ["entailment", "neutral", "contradiction"],
}
_pairs = json.dumps(PAIRS)
_tsv = "premise\thypothesis\tlabel\tid\n" + "".join("\t".join(row.values()) + "\n" for row in PAIRS)
_ner = {"columns": {"words": 0, "labels": 1}, "labels": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"],
        "options": {"entity_types": ["PER", "LOC"]}}  # fmt: skip
TARGETS: dict[str, Target] = {
    **{
        f"scores{e}": Target(_table(e), (f"scores{e}",))
        for e in (".csv", ".tsv", ".json", ".jsonl")
    },
    "scores wide": Target(_wide, ("scores.csv",)),
    "report of scores, html": Target(_report_of_table("html"), ("scores.csv",)),
    "report of scores, latex": Target(_report_of_table("latex"), ("scores.csv",)),
    "report of scores, markdown": Target(_report_of_table("markdown"), ("scores.csv",)),
    "report of scores, svg": Target(_report_of_table("svg"), ("scores.csv",)),
    "embeddings .npy": Target(_embeddings, ("kor.npy", "eng.npy")),
    "embeddings .safetensors": Target(_tensors, ("kor.safetensors",)),
    "outputs .npy": Target(_outputs, ("kor.npy",)),
    "texts": Target(_texts, ("eng.txt", "fra.txt", "kor.txt")),
    "corpus conllu": Target(_corpus("pos", "conllu", "a.conllu", CONLLU), ("a.conllu",)),
    "corpus conll": Target(_corpus("ner", "conll", "a.txt", CONLL, **_ner), ("a.txt",)),
    "corpus jsonl": Target(
        _corpus("nli", "table", "a.jsonl", "\n".join(map(json.dumps, PAIRS)), **TABLE), ("a.jsonl",)
    ),
    "corpus tsv": Target(_corpus("nli", "table", "a.tsv", _tsv, **TABLE), ("a.tsv",)),
    "corpus parquet": Target(_corpus("nli", "table", "a.parquet", _pairs, **TABLE), ("a.parquet",)),
    "corpus lines": Target(_corpus("text", "lines", "a.txt", TEXT["eng"]), ("a.txt",)),
    "corpus lines .gz": Target(
        _corpus("text", "lines", "a.txt.gz", TEXT["eng"] * 50), ("a.txt.gz",)
    ),
    "corpus yaml": Target(_corpus("ner", "conll", "a.txt", CONLL, **_ner), ("corpus.yaml",)),
    "experiment yaml": Target(_experiment_yaml, ("tiny.yaml",)),
    **{
        f"predictions {e}": Target(_predictions("ner", e), (f"predictions{e}",))
        for e in (".tsv", ".conll", ".parquet")
    },
    **{
        f"predictions {task}": Target(_predictions(task, ".tsv"), ("predictions.tsv",))
        for task in ("nli", "topic")
    },
    "gold": Target(_gold, ("gold.tsv",)),
    "phonemize eng auto": Target(_phonemize("eng", "auto"), ("text.txt",)),
    "phonemize fra epitran": Target(_phonemize("fra", "epitran"), ("text.txt",)),
    "phonemize kor auto": Target(_phonemize("kor", "auto"), ("text.txt",)),
    "phonemize hin jsonl": Target(_phonemize("hin", "epitran", ".jsonl"), ("text.jsonl",)),
    "vocabulary": Target(_vocabulary, ("tokenizer.json",)),
    "fit vocab.txt": Target(_fitted("vocab.txt", "<unk>\na\nʃ 120\no\n"), ("vocab.txt",)),
    "fit vocab.json": Target(
        _fitted("vocab.json", '{"<unk>": 0, "a": 1, "ʃ": 2}'), ("vocab.json",)
    ),
    "alphabet": Target(_alphabet, ("map.tsv",)),
    "dictionary": Target(_dictionary, ("words.tsv",)),
    "dictionary made": Target(_dictionary_made, ("words.tsv", "text.txt")),
    "phonemize numbers": Target(_numbers, ("text.txt",)),
    "scores, page": Target(_page, ("scores.csv",)),
    "check": Target(_check, ("*.csv",)),
    "explain": Target(_explain, ("scores.csv", "sizes.tsv", "tokens.json")),
    **{
        f"results {name}": Target(_results(name), ("results/**/*.json*",))
        for name in ("mteb", "lm_eval", "lm_eval_samples", "lighteval", "gloteval")
    },
    "tokens bert": Target(_tokens("bert"), ("m/tokenizer*.json", "text/*.txt")),
    "tokens roberta": Target(_tokens("roberta"), ("m/tokenizer*.json",)),
    "tokens mt5": Target(_tokens("mt5"), ("m/tokenizer*.json",)),
    "model bert": Target(_parallel_in_model("bert"), ("m/*", "text/*.txt")),
    "model gpt2": Target(_parallel_in_model("gpt2"), ("m/*.json",)),
    "model mt5": Target(_parallel_in_model("mt5"), ("m/*.json",)),
    "published encoder": Target(_continued, ("m/*.json",)),
    "pretrain yaml": Target(_pretrain_yaml, ("made.yaml",)),
    "topics": Target(_topics, ("eng_Latn/dev.tsv",)),
    "embeddings, bound": Target(_bound, ("kor.npy", "scores.csv")),
    **{
        f"report of {kind}": Target(_report_of_gaps(kind), ("gaps.json",))
        for kind in ("scores", "embeddings", "outputs", "text", "tokens", "model")
    },
    "stored, html": Target(_stored("html"), ("made/*.json", "made/*/*/run.json")),
    "stored, terminal": Target(_stored("terminal"), ("made/*.json", "made/*/*/run.json")),
}
