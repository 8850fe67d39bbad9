"""Files beside the scores of ``lingap gap explain``: each fault names its file and place."""

import json

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import LingapError
from lingap.gap import read_gaps

CODES = "eng fra rus hin tur fin".split()
SCORES = "language,score\n" + "".join(f"{c},{0.9 - i / 20}\n" for i, c in enumerate(CODES))


def explained(folder, *more):
    (folder / "scores.csv").write_text(SCORES)
    asked = ["gap", "explain", str(folder / "scores.csv"), "--no-phonemes", "--permutations", "99"]
    done = CliRunner().invoke(app, [*asked, *map(str, more)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "s.jsonl",
            '{"language": "eng", "size": 5}\n{"size": 5}\n',
            r"s\.jsonl:2: language is None",
        ),
        ("s.jsonl", '{"language": 3, "size": 5}\n', r"s\.jsonl:1: language is 3"),
        ("s.tsv", "language\tsize\n\t5\n", r"s\.tsv:2: language is ''"),
        ("s.tsv", "language\tsize\neng\tnan\n", "size is 'nan'; expected a number above 0"),
        ("s.tsv", "language\tsize\neng\t0\n", "size is '0'; expected a number above 0"),
        ("s.tsv", "language\tsize\neng\t5\nen\t6\n", "a second size for eng"),
        ("s.tsv", "language\n", "one or more with sizes"),
    ],
)
def test_sizes(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(LingapError, match=says):
        explained(tmp_path, "--data-size", tmp_path / name)


def test_a_size_that_a_row_lacks_is_unknown(tmp_path):
    rows = [{"language": code, "size": 10**i} for i, code in enumerate(CODES, start=2)]
    rows[2] = {"language": "rus"}
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert explained(tmp_path, "--data-size", tmp_path / "s.jsonl").exit_code == 0


@pytest.fixture
def tokens(tmp_path):
    (tmp_path / "text").mkdir()
    for code in ("eng", "fra", "rus"):
        (tmp_path / f"text/{code}.txt").write_text("a b\nc d\n")
    done = CliRunner().invoke(
        app, ["gap", "tokens", str(tmp_path / "text"), "-t", "byte", "--resamples", "0", "--json"]
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("premium", {"eng": 1.0, "fra": 0.0, "rus": 2.0}, "must be above 0"),
        ("premium", {"eng": 1.0, "fra": -1.0, "rus": 2.0}, "must be above 0"),
        ("premium", {"eng": 1.0}, "premium: expected a value for each language"),
        ("fertility", {"eng": 1.0, "fra": 1.0, "rus": 1.0, "kor": 1.0}, "fertility: expected a value"),
        ("n_sentences", 0, "must be above 0"),
        ("reference", "kor", "none of the languages"),
    ],
)  # fmt: skip
def test_premiums_of_another_shape(tmp_path, tokens, key, value, says):
    tokens["tokens"][0][key] = value
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(tokens))
    with pytest.raises(LingapError, match=rf"tokens\.json.*{says}"):
        read_gaps(path)
    with pytest.raises(LingapError, match=r"tokens\.json"):
        explained(tmp_path, "--tokens", path)
    with pytest.raises(LingapError, match=r"tokens\.json"):
        raise CliRunner().invoke(app, ["report", str(path), "-f", "terminal"]).exception
