"""Tables of scores whose columns mislead, and sizes that must not exhaust the machine."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from lingap.cli.advice import called, in_terms_of
from lingap.cli.gap import app
from lingap.errors import LingapError, MetricError
from lingap.gap import load_gaps, performance_gaps, read_scores, score_gaps


def wide(text):
    """Rows of a wide table, each of a system of its own."""
    rows = csv.DictReader(io.StringIO(text))
    return [{"system": f"m{i}", **row} for i, row in enumerate(rows)]


def long(text):
    """The same scores as a long table."""
    return [
        {"system": row["system"], "language": name, "score": value}
        for row in wide(text)
        for name, value in row.items()
        if name != "system"
    ]


@pytest.mark.parametrize("layout", [wide, long])
@pytest.mark.parametrize(
    "text",
    [
        "eng,kor,min,sd\n50,40,40,7.07\n",
        "eng,kor,min,sd\n50,40,40,5\n",  # of n, rather than n - 1
        "eng,kor,se\n50,40,5\n",
        "eng,kor,Min,SD,ID,Mean\n50,40,3,2,7,1\n",  # another case than the codes
        "eng,kor,std,avg,mean,max,all,var,total,low,high\n50,40,7.1,45,45,50,45,50,90,40,50\n",
        "eng,kor,xyz\n50,40,45\n",  # an unknown name that is the mean
        "en,ko,sd\n50,40,7.07\n",
    ],
)
def test_a_summary_is_no_language_and_is_told(layout, text):
    read = read_scores(layout(text))
    assert {score.language for score in read.scores} == {"eng", "kor"}
    [gap] = performance_gaps(read, n_resamples=0)
    assert gap.mean_rpd == pytest.approx(22.22, abs=0.01)
    assert any(
        n.startswith(("Left out because they summarize", "Columns not read")) for n in read.notes
    )


@pytest.mark.parametrize(("column", "size"), [("ms", 12.5), ("ce", 2.31), ("kg", 1.5), ("km", 3)])
def test_sizes_named_as_languages_are_asked_about(column, size):
    with pytest.raises(MetricError, match=f"the column '{column}' can be"):
        read_scores(wide(f"eng,kor,fra,{column}\n80,50,65,{size}\n72,64,68,{size}\n"))


def test_a_mean_by_the_name_of_a_language_is_left_out():
    read = read_scores(wide("eng,kor,fra,mn\n80,50,65,65\n72,64,68,68\n"))
    assert "summarize others: mn" in str(read.notes)


def test_a_code_that_is_written_otherwise_than_the_rest_is_told():
    read = read_scores(wide("eng,kor,fra,tr\n80,50,65,42\n72,64,68,44\n"))
    assert "Read as a language: tr (Turkish)." in read.notes


def test_a_counter_of_three_rows_is_no_language():
    read = read_scores(wide("eng,kor,id\n50,40,1\n55,41,2\n56,49,3\n"))
    assert {score.language for score in read.scores} == {"eng", "kor"}
    assert any("id" in note for note in read.notes)


@pytest.mark.parametrize("layout", [wide, long])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("min", "eng,kor,min\n50,40,12\n"),
        ("sd", "eng,kor,sd\n50,40,3\n"),
        ("sd", "en,ko,sd\n50,40,3\n"),
        ("se", "eng,kor,se\n50,40,2\n"),
        ("id", "eng,kor,id\n50,40,2\n"),
        ("run", "eng,kor,run\n50,40,2\n"),
        ("lo", "en,ko,lo,hi\n61,50,52,58\n"),
    ],
)
def test_what_can_be_both_is_asked_about_and_settled_by_languages(layout, name, text):
    with pytest.raises(MetricError, match=rf"'{name}' can be .* pass languages="):
        read_scores(layout(text))
    read = read_scores(layout(text), languages=["eng", "kor"])
    assert {score.language for score in read.scores} == {"eng", "kor"}
    with_it = read_scores(layout(text), languages=["eng", "kor", name])
    assert len(with_it.scores) == 3


@pytest.mark.parametrize("layout", [wide, long])
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("min", "eng,kor,swa,min\n50,40,30,35\n"),  # above the lowest
        ("snd", "eng,kor,swa,sd\n50,48,45,47\n"),  # a score among scores
        ("run", "eng,kor,run\n50.1,40.2,31.2\n"),  # no whole number
        ("ind", "en,ko,id,sw\n61,50,39,30\n"),  # two letters as the others
        ("hin", "en,ko,hi,sw\n61,50,39,30\n"),
        ("nob", "en,ko,no,sw\n61,50,39,30\n"),
        ("min", "eng_Latn,kor_Hang,min_Latn\n50,40,12\n"),
    ],
)
def test_a_language_that_shares_its_name_with_a_summary_is_read(layout, code, text):
    assert code in {score.language for score in read_scores(layout(text)).scores}


def test_two_codes_of_one_language_are_named(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("system,language,score\na,swa_Latn,0.5\na,swh_Latn,0.4\na,eng,0.6\n")
    match = r"x\.csv:3: 'swh_Latn' and 'swa_Latn' both name Swahili \(swa\).*Keep one"
    with pytest.raises(MetricError, match=match):
        read_scores(file)
    chosen = read_scores(file, languages=["swh_Latn", "en"])
    assert {score.language: score.value for score in chosen.scores} == {"swa": 0.4, "eng": 0.6}
    file.write_text("system,language,score\na,swa_Latn,0.5\na,swh_Latn-2,0.4\na,eng,0.6\n")
    assert len(read_scores(file).scores) == 3
    file.write_text("system,language,score\na,swa_Latn,0.5\na,eng,0.6\nb,swh_Latn,0.4\nb,en,0.6\n")
    assert {score.language for score in read_scores(file).scores} == {"swa", "eng"}


@pytest.mark.parametrize("text", ["0.8_5", "٠.٥", "nan", "inf", "1e400", "1,5", "0x1", "True"])
def test_what_is_no_plain_number_is_no_score(text):
    with pytest.raises(MetricError, match=r"row 1 .*is not a number"):
        read_scores([{"language": "eng", "score": text}, {"language": "kor", "score": "0.5"}])


@pytest.mark.parametrize("seed", ["1_0", "١", "9" * 5000, "1.5", "-1", True])
def test_what_is_no_plain_integer_is_no_seed(seed):
    with pytest.raises(MetricError, match=r"row 1 .*not an integer"):
        read_scores([{"language": "eng", "score": 0.5, "seed": seed}])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "a.jsonl",
            '{"language": "eng", "score": 1}\n{"language": "kor"}',
            r":2: .*is empty; fill it",
        ),
        ("a.json", '[{"language": "eng", "score": 1, "score": 2}]', "'score' occurs twice"),
        ("a.json", f'[{{"language": "eng", "score": {"9" * 5000}}}]', "not JSON"),
        ("a.json", '[{"language": ["eng"], "score": 1}]', "row 1 .*'language' holds a list"),
    ],
)
def test_broken_json_is_named(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(LingapError, match=says):
        score_gaps(tmp_path / name)


def test_a_path_that_no_disk_can_hold_is_no_such_file(tmp_path):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "file").write_text("")
    for name in ("x" * 300 + ".csv", "loop.csv", "file/x.csv", "a\0.csv"):
        with pytest.raises(MetricError, match="no such file"):
            read_scores(tmp_path / name)


def many(n_systems, codes=("eng", "kor"), seeds=1):
    return [
        {"system": f"m{s}", "language": code, "seed": seed, "score": 0.5 + (s + seed) % 7 / 100}
        for s in range(n_systems)
        for code in codes
        for seed in range(seeds)
    ]


def test_many_systems_are_compared_with_the_best_and_all_on_request():
    gaps, read = score_gaps(many(41, seeds=2), n_resamples=0)
    assert {one.first for one in gaps.comparisons} == {"m5"}  # 0.55 and 0.56 with its seeds
    assert len(gaps.comparisons) == 40
    assert read.notes == (
        "all: 41 systems make 820 pairs; each is compared with the best only. Pass compare=True "
        "for all pairs.",
    )
    gaps, read = score_gaps(many(41, seeds=2), n_resamples=0, compare=True)
    assert len(gaps.comparisons) == 820
    gaps, read = score_gaps(many(41, seeds=2), n_resamples=0, systems=["m1", "m2"])
    assert len(gaps.comparisons) == 1
    with pytest.raises(MetricError, match=r"no scores of m99\. Did you mean"):
        score_gaps(many(41), systems=["m99"])
    with pytest.raises(MetricError, match=r"no scores of other\. There are m0, m1, .* m7 …\."):
        score_gaps(many(41), systems=["other"])


def test_reasons_of_one_kind_are_one_note(tmp_path):
    file = tmp_path / "x.csv"
    rows = [f"{row['system']},{row['language']},{row['score']}" for row in many(20)]
    file.write_text("\n".join(["system,language,score", *rows]))
    result = CliRunner().invoke(app, ["scores", str(file)])
    notes = [line for line in result.stderr.splitlines() if "seed" in line]
    assert len(notes) == 1
    assert "190 pairs of systems, such as m0 and m1, share 1 seed" in notes[0]
    assert load_gaps(file)[1] == ()


def test_more_differences_than_can_be_kept_need_a_choice():
    codes = [f"q{a}{b}" for a in "abcdefghij" for b in "abcdefghijklmnopqrst"]
    with pytest.raises(MetricError, match=r"20,040,000 differences.*Pass systems= or languages="):
        score_gaps(many(501, ["eng", *codes[1:]]), n_resamples=0)


def test_advice_is_in_the_terms_of_the_command(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("eng,kor,min\n50,40,12\n")
    result = CliRunner().invoke(app, ["scores", str(file)])
    command = called(typer.main.get_command(app), ["scores", str(file)])
    assert "pass languages=, the languages" in str(result.exception)
    assert "pass --language, the languages" in in_terms_of(command, str(result.exception))
    result = CliRunner().invoke(app, ["scores", str(file), "-l", "eng", "-l", "kor"])
    assert result.exit_code == 0
    assert "Not among the languages chosen: min." in result.stderr


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read():
    codes = [f"q{a}{b}" for a in "abcdefghij" for b in "abcdefghijklmnopqrst"]
    gaps, _ = score_gaps(many(100, ["eng", *codes[1:]], seeds=5), n_resamples=0)
    assert len(gaps.performance) == 100


@pytest.mark.parametrize("name", ["language", "system", "task", "metric"])
def test_not_a_number_is_no_name(tmp_path, name):
    path = tmp_path / "s.json"
    row = {"system": "a", "task": "t", "metric": "m", "language": "eng", "score": 0.5}
    path.write_text(json.dumps([row | {name: float("nan")}, row | {"language": "kor"}]))
    with pytest.raises(MetricError, match=f"row 1 .*the {name} is the number nan"):
        read_scores(path)


def test_a_time_among_codes_of_two_letters_is_asked_about():
    with pytest.raises(MetricError, match="the column 'ms' can be"):
        read_scores(wide("en,ko,fr,ms\n80,50,65,212.5\n72,64,68,198.1\n"))
    read = read_scores(wide("en,ko,fr,ms\n80,50,65,62.5\n72,64,68,58.1\n"))
    assert "ms (Malay" in str(read.notes)


@pytest.mark.parametrize("column", ["system", "task", "metric", "seed"])
def test_a_name_that_one_row_lacks_is_asked_for(tmp_path, column):
    """Empty, it was the system ``all``, or seed 0."""
    path = tmp_path / "scores.csv"
    rows = [f"{code},50,1" for code in ("eng", "fra", "deu")]
    path.write_text("\n".join([f"language,score,{column}", *rows, "swa,40,"]))
    with pytest.raises(MetricError, match=rf"scores\.csv:5: the {column} is empty, and other rows"):
        read_scores(path)
    path.write_text("\n".join([f"language,score,{column}", "eng,50,", "swa,40,"]))
    assert len(read_scores(path).scores) == 2


def test_bytes_of_another_encoding_are_named_with_their_line(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_bytes("language,score\neng,50\nfrançais,40\n".encode("latin-1"))
    with pytest.raises(MetricError, match=r"scores\.csv:3: these bytes are not UTF-8"):
        read_scores(path)


def test_parquet_comes_through_standard_input(monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    rows = [{"language": "eng", "score": 50.0}, {"language": "swa", "score": 40.0}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), stream)
    for data in (stream.getvalue(), stream.getvalue()[:-6]):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        if len(data) == len(stream.getvalue()):
            assert [score.value for score in read_scores("-").scores] == [0.5, 0.4]
        else:
            with pytest.raises(MetricError, match="standard input: not a Parquet file"):
                read_scores("-")


def test_one_model_under_two_names_is_told():
    values = {"eng": 80, "fra": 70, "swa": 50}
    rows = [{"system": name, **values} for name in ("m", "m-v2")]
    told = "The same score in every language, as of one model under two names: all: m-v2 as m."
    assert told in score_gaps(rows)[1].notes
    rows[1]["swa"] = 51
    assert told not in score_gaps(rows)[1].notes
    guess = [{"system": name, **dict.fromkeys(values, 33)} for name in ("m", "m-v2")]
    assert told not in score_gaps(guess)[1].notes


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_head_says_what_stands_between_cells(tmp_path, mark):
    path = tmp_path / "scores.csv"
    rows = [("language", "score"), ("eng", "50"), ("swa", "40")]
    path.write_text("\n".join(map(mark.join, rows)))
    assert [score.value for score in read_scores(path).scores] == [0.5, 0.4]
