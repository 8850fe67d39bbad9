"""What pages of the documentation assume to be there, made small."""

import atexit
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[1] / "data"
FLORES = {
    "eng": "eng_Latn",
    "fra": "fra_Latn",
    "kor": "kor_Hang",
    "swa": "swh_Latn",
    "amh": "amh_Ethi",
    "hin": "hin_Deva",
}
SCORED = "fin hun tam kan vie khm tha urd hin tur rus swa kor fra eng".split()
WIKI = (
    ("eng", "All human beings are born free and equal."),
    ("hin", "सभी मनुष्य स्वतन्त्र और समान जन्म लेते हैं।"),
    ("swa", "Watu wote wamezaliwa huru na sawa."),
)
Maker = Callable[[Path], None]


def flores(folder: Path, *, name: str = "flores", split: str = "", lines: int = 40) -> None:
    """Names of CLDR as parallel text in the layout of FLORES-200."""
    from lingap.corpora import load_parallel

    place = folder / name / split
    place.mkdir(parents=True)
    found = load_parallel("cldr_names", languages=list(FLORES), split="train").sentences
    for code, sentences in found.items():
        text = "\n".join(" ".join(one.words) for one in sentences[:lines]) + "\n"
        (place / f"{FLORES[code]}.devtest").write_text(text, encoding="utf-8")


def results(folder: Path) -> None:
    """What lm-evaluation-harness wrote for two models."""
    shutil.copytree(DATA / "results/lm_eval", folder / "results")


def vectors(folder: Path) -> None:
    """Embeddings and distributions of three languages."""
    draw = np.random.default_rng(0)
    for name, width in (("embeddings", 8), ("outputs", 3)):
        (folder / name).mkdir()
        for code in ("eng", "kor", "swa"):
            np.save(folder / name / f"{code}.npy", draw.normal(size=(40, width)))


def scores(
    folder: Path, *, name: str = "scores.csv", systems: Sequence[str] = ("one", "two"), n: int = 7
) -> None:
    """Systems in some languages, three seeds each."""
    draw = np.random.default_rng(1)
    rows = [
        f"{system},xnli,{code},{70 + at + draw.normal():.2f},{seed}"
        for at, code in enumerate(SCORED[-n:])
        for system in systems
        for seed in range(3)
    ]
    (folder / name).write_text("\n".join(["system,task,language,score,seed", *rows]) + "\n")


def sizes(folder: Path) -> None:
    """Tokens of text in some languages."""
    rows = [f"{code}\t{(at + 1) * 10**6}" for at, code in enumerate(SCORED)]
    (folder / "sizes.tsv").write_text("\n".join(["language\ttokens", *rows]) + "\n")


def releases(folder: Path) -> None:
    """Scores of two releases of a model."""
    for name, lost in (("old.json", 0), ("new.json", 1)):
        rows = [
            {"system": "model", "task": "xnli", "language": code, "score": score - lost}
            for code, score in (("eng", 80.0), ("swa", 63.0), ("urd", 61.0))
        ]
        (folder / name).write_text(json.dumps(rows), encoding="utf-8")


def model(folder: Path, *, name: str = "model", kind: str = "roberta") -> None:
    """A tiny checkpoint of a published class."""
    import checkpoints

    place = folder / name
    place.mkdir(parents=True)
    getattr(checkpoints, kind)(place)


def tokenizer(folder: Path, *, name: str = "tokenizer.json") -> None:
    """A byte-level tokenizer."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    core.train_from_iterator(["the train leaves and the rain"] * 3, trainer)
    core.save(str(folder / name))


def text(folder: Path, *, name: str, lines: str) -> None:
    """A file of text."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(lines, encoding="utf-8")


def plan(folder: Path, *, name: str) -> None:
    """An experiment that ends in seconds."""
    shutil.copy(DATA / "tiny.yaml", folder / name)


@cache
def _trained() -> Path:
    """A finished experiment, trained once for all pages."""
    place = Path(tempfile.mkdtemp(prefix="lingap-docs-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    command = [sys.executable, "-m", "lingap", "run", DATA / "tiny.yaml", "--out", place / "demo"]
    subprocess.run([*command, "--workers", "0"], check=True, capture_output=True)
    return place / "demo"


def demo(folder: Path, *, name: str = "demo") -> None:
    """A finished experiment."""
    shutil.copytree(_trained(), folder / name)


def tables(folder: Path) -> None:
    """One French sentence in each format that `lingap phonemize` reads."""
    import pyarrow as pa
    from pyarrow import parquet

    text(folder, name="pairs.jsonl", lines='{"sentence": "Bonjour le monde"}\n')
    text(folder, name="table.csv", lines="sentence,label\nBonjour le monde,1\n")
    (folder / "corpus.txt.gz").write_bytes(gzip.compress(b"Bonjour le monde\n"))
    (folder / "shards").mkdir()
    words = pa.table({"tokens": [["Bonjour", "le", "monde"]], "text": ["Bonjour le monde"]})
    parquet.write_table(words, folder / "train.parquet")
    parquet.write_table(words, folder / "shards/0.parquet")


SPLITS = ("train", "dev", "test")
NAMED = "Rais O\nwa O\nKenya B-LOC\n\nAsha B-PER\nalisema O\n\n" * 20
KOREAN = "안녕하세요 세계\n"
GIVEN: dict[str, tuple[Maker, ...]] = {
    "README.md": (
        results,
        flores,
        partial(model, name="intfloat/multilingual-e5-small"),
        tokenizer,
        partial(plan, name="experiment.yaml"),
    ),
    "docs/tutorial/first-experiment.md": (partial(text, name=".venv/bin/activate", lines=""),),
    "docs/how-to/explain.md": (flores, tokenizer, partial(scores, n=14), sizes),
    "docs/how-to/explore.md": (
        demo,
        tokenizer,
        partial(model, name="MODEL"),
        partial(model, name="OTHER", kind="gpt2"),
    ),
    "docs/how-to/gap.md": (flores, vectors, tokenizer, partial(model, name="Qwen/Qwen3-8B")),
    "docs/how-to/harness-results.md": (results, releases),
    "docs/how-to/model.md": (
        flores,
        partial(model, name="intfloat/multilingual-e5-small"),
        partial(model, name="model", kind="gpt2"),
        partial(scores, systems=("model",)),
    ),
    "docs/how-to/offline.md": (flores, model),
    "docs/how-to/own-back-end.md": (
        partial(text, name="gold.tsv", lines="habari\thaɓaɾi\ndunia\tdunia\nwatu\twatu\n"),
    ),
    "docs/how-to/phonemize.md": (
        partial(text, name="news.txt", lines=KOREAN),
        partial(model, name="xphonebert-base", kind="xphonebert"),
        partial(flores, name="flores200", split="devtest"),
        tables,
    ),
    "docs/how-to/pretrain.md": (
        partial(flores, split="devtest"),
        *(partial(text, name=f"wiki/{code}.txt", lines=f"{line}\n" * 40) for code, line in WIKI),
        partial(text, name="swahili/swa.txt", lines=f"{WIKI[2][1]}\n" * 40),
        *(partial(text, name=f"ner/swa/{split}.txt", lines=NAMED) for split in SPLITS),
    ),
    "docs/how-to/report.md": (demo, vectors, partial(scores, name="mine.csv")),
    "docs/how-to/run.md": (partial(plan, name="names.yaml"),),
    "docs/how-to/tokenizer.md": (flores, tokenizer, scores, partial(tokenizer, name="old.json")),
    "docs/reference/corpora.md": (partial(flores, split="devtest"),),
    "docs/reference/inventory.md": (
        partial(text, name="text.txt", lines="नमस्ते दुनिया\n"),
        partial(text, name="texts/hin.txt", lines="नमस्ते दुनिया\n" * 30),
        partial(text, name="texts/urd.txt", lines="سلام دنیا\n" * 30),
    ),
}


def give(page: str, folder: Path) -> None:
    """Put into a folder what a page assumes."""
    for make in GIVEN.get(page, ()):
        make(folder)
