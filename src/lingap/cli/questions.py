"""What one can ask lingap, by question: printed by ``lingap`` alone."""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("My language", (
        ("Can lingap read it?", "lingap languages"),
        ("How are its words pronounced?", "lingap phonemize -l swa text.txt"),
        ("How right are the phonemes?", "lingap g2p evaluate -l swa gold.tsv"),
    )),
    ("Scores, models and tokenizers that I have", (
        ("Which languages are served worse?", "lingap gap scores results/"),
        ("Why is a language behind?", "lingap gap explain scores.csv"),
        ("Did one lose in the new version?", "lingap gap check new.csv --against old.csv"),
        ("How many tokens does each pay?", "lingap gap tokens texts/ -t tokenizer.json"),
        ("How close are they in a model?", "lingap gap model MODEL --text texts/"),
        ("How close are they in embeddings?", "lingap gap embeddings embeddings/"),
        ("How close are texts, untrained?", "lingap gap text texts/"),
    )),
    ("Experiments", (
        ("How does it look on built-in data?", "lingap demo"),
        ("Which representation for mine?", "lingap run experiment.yaml --dry-run"),
        ("Can I have encoders for mine?", "lingap pretrain encoders.yaml"),
        ("The paper's tables, on my data?", "lingap reproduce table1 --dry-run"),
        ("Which data can I use?", "lingap corpora list"),
    )),
    ("Results", (
        ("As tables and figures?", "lingap report demo --format latex"),
        ("Word by word, in the browser?", "lingap explore demo"),
    )),
    ("This machine", (("What is here, what is missing?", "lingap doctor"),)),
)  # fmt: skip
"""Subject -> question and a command that answers it."""


def questions() -> str:
    """The questions, each beside its command.

    >>> questions().splitlines()[0]
    'lingap: measure and narrow the gap between languages. What would you like to know?'
    """
    width = max(len(question) for _, group in QUESTIONS for question, _ in group)
    lines = ["lingap: measure and narrow the gap between languages. What would you like to know?"]
    for subject, group in QUESTIONS:
        lines += ["", subject]
        lines += [f"  {question:{width}}  {command}" for question, command in group]
    return "\n".join([*lines, "", "Each command has --help; lingap --help lists all of them."])
