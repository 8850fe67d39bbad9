"""``lingap gap``: the paper's tables, and every kind of bad input named by file or row."""

import json
import pickle
import struct
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import commands
from lingap.cli.gap import app
from lingap.gap import LinguisticGap, OutputGap, PerformanceGap, TextGap

HERE = Path(__file__).parent
TABLE1, TABLE2 = (HERE.parent / "gap" / name for name in ("table1.csv", "table2.csv"))


run, refused = partial(commands.run, app), partial(commands.refused, app)


@pytest.fixture
def vectors(tmp_path):
    """A folder of embeddings in three languages that share meanings."""
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(60, 5))
    folder = tmp_path / "phoneme"
    folder.mkdir()
    for name in ("eng", "sw", "urd_Arab"):
        x = meaning @ rng.normal(size=(5, 8)) + 0.3 * rng.normal(size=(60, 8))
        np.save(folder / f"{name}.npy", x.astype(np.float32))
    return folder


def test_table_1_to_the_printed_digit(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    out, _ = run("scores", TABLE1)
    rows = [line.split() for line in out.splitlines()]
    found = [row for row in rows if row and row[0] in ("character", "phoneme")]
    # Printed: 4.02 3.52 8.77 5.80 and 0.0316 0.0259 0.0692 0.0455. The phoneme NER row rests on
    # unrounded scores there (3.52), and on n in place of n - 1 (0.0259).
    assert [row[-2:] for row in found] == [
        ["0.0316", "4.02"], ["0.0273", "3.53"], ["0.0692", "8.77"], ["0.0455", "5.80"],
    ]  # fmt: skip
    assert found[0][:4] == ["character", "87.1", "91.3", "91.8"]
    assert [row[-3] for row in found] == ["84.1", "83.6", "74.6", "85.8"]  # the lowest score
    for row in found:
        scores = [float(text) for text in row[1:-4]]
        assert float(row[-4]) == pytest.approx(sum(scores) / len(scores), abs=0.1)


def test_table_2_to_the_printed_digit():
    out, _ = run("scores", TABLE2, "--source", "English")
    text = " ".join(out.split())
    for row in (
        "subword 80.8 24.87 27.01 17.87 19.23",
        "character 75.0 22.71 28.08 15.30 18.47",
        "phoneme 71.9 16.59 24.67 11.01 15.79",
    ):
        assert row in text


def test_scores_as_json_come_back():
    out, _ = run("scores", TABLE1, "--json")
    gaps = [PerformanceGap.from_dict(row) for row in json.loads(out)["performance"]]
    assert len(gaps) == 4
    assert gaps[0].scores["eng"] == pytest.approx(0.8713)


def test_seeds_bring_intervals_and_tests(tmp_path):
    rng = np.random.default_rng(0)
    lines = ["system,task,language,score,seed"]
    for system, spread in (("character", 0.10), ("phoneme", 0.02)):
        for seed in range(6):
            for i, language in enumerate(("eng", "swa", "urd")):
                value = 0.8 - spread * i + 0.004 * rng.normal()
                lines.append(f"{system},nli,{language},{value:.5f},{seed}")
    file = tmp_path / "s.csv"
    file.write_text("\n".join(lines))
    out, err = run("scores", file)
    assert "Performance gaps compared" in out
    assert "Student's t" in " ".join(out.split())
    assert not err
    [test] = json.loads(run("scores", file, "--json")[0])["comparisons"]
    assert test["difference"] > 0
    assert test["p_value"] == test["p_holm"] == 2 / 2**6
    assert test["interval"]["low"] > 0


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("a.csv", "language,score\neng,0.9\nswa,-0.1\n", r"a\.csv:3: .*-0\.1"),
        ("a.csv", "language,score\neng,0.9\nswa,nan\n", r"a\.csv:3: .*nan"),
        ("a.csv", "language,score\neng,0.9\nswa,inf\n", r"a\.csv:3: .*inf"),
        ("a.csv", "language,score\neng,0.9\nswa,\n", r"a\.csv:3: .*is empty; fill it"),
        ("a.csv", 'language,score\neng,0.9\nswa,"0,8"\n', r"a\.csv:3: .*decimal point"),
        ("a.csv", "language,score\neng,0.9\nswa,62.9\n", r"Mixed scales: 0\.9 .*a\.csv:2.*:3"),
        ("a.csv", "language,score\neng,90\nswa,101\n", r"a\.csv:3: .*above 100"),
        ("a.csv", "language,score\neng,0.9\nen,0.8\n", r"a\.csv:3: .*already .*a\.csv:2"),
        ("a.csv", "language,score,seed\neng,0.9,x\n", r"a\.csv:2: the seed 'x'"),
        ("a.csv", "language,score\neng,0.9\n", r"a\.csv: .*only one language \(eng\)"),
        ("a.csv", "language,score\neng,0.9\nswa\n", r"a\.csv:3: 1 cells"),
        ("a.csv", "language,score\n,0.9\n", r"a\.csv:2: the language is empty"),
        ("a.csv", "language,score,score\neng,1,1\n", r"a\.csv:1: a column occurs twice"),
        ("a.csv", "language,f1\neng,0.9\n", r"a\.csv: no column 'score'"),
        ("a.csv", "foo,qux9\n1,2\n", r"a\.csv: expected columns language and score"),
        ("a.csv", "language,score\n", r"a\.csv: holds no score"),
        ("a.csv", "", r"a\.csv: holds no score"),
        ("a.csv", 'language,score\n"eng,0.9\n', r"a\.csv:\d"),
        ("a.json", "{", r"a\.json: not JSON"),
        ("a.json", "[" * 200_000, r"a\.json: not JSON"),
        ("a.json", '[{"language": null, "score": 1}]', r"row 1 .*language is empty"),
        ("a.json", '[{"language": "eng", "score": true}]', r"row 1 .*not a number"),
        ("a.json", '[{"language": "eng", "score": 1e999}]', r"row 1 .*finite"),
        ("a.json", '[{"language": "eng", "score": 1}, {"l": 2}]', r"row 2 .*lacks: l"),
        ("a.json", '{"rows": []}', r"a\.json: expected a list"),
        ("a.json", "[1]", r"a\.json: row 1 .*an object"),
        ("a.json", '[{"language": "eng", "score": NaN}]', r"row 1 .*finite"),
        ("a.jsonl", '{"language": "eng", "score": 1}\n{', r"a\.jsonl:2: not JSON"),
        ("a.xlsx", "x", r"a\.xlsx: expected \.csv"),
        (
            "a.csv",
            "system,language,score\na,eng,0.9\na,swa,0.8\nb,eng,0.7\n",
            r"a\.csv: .*missing languages: b lacks swa",
        ),
    ],
)
def test_bad_scores_are_named(tmp_path, name, text, match):
    file = tmp_path / name
    file.write_text(text)
    refused("scores", file, match=match)


def test_bytes_that_are_no_text(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"language,score\n\xff\xfe,1\n")
    refused("scores", file, match="not UTF-8")
    refused("scores", tmp_path / "no.csv", match="no such file")
    refused("scores", tmp_path, match="a folder, not a file")


def test_what_is_true_of_several_systems_is_said_once(tmp_path):
    path = tmp_path / "scores.csv"
    rows = [
        f"{system},ner,{code},0.{seed + 5},{seed}"
        for system in ("one", "two")
        for code, n in (("eng", 3), ("fra", 2))
        for seed in range(n)
    ]
    path.write_text("\n".join(["system,task,language,score,seed", *rows]), encoding="utf-8")
    _, err = run("scores", path)
    assert err.count("2 (fra) to 3 (eng) seeds each") == 1
    assert "one (ner), two (ner): Languages have 2 (fra) to 3 (eng) seeds each, 2 in common" in err


def test_other_layouts_say_the_same(tmp_path):
    rows = [{"lang": "en", "value": 0.9}, {"lang": "Swahili", "value": 0.6}]
    for name, text in (
        ("long.json", json.dumps(rows)),
        ("inside.json", json.dumps({"scores": rows})),
        ("lines.jsonl", "\n".join(map(json.dumps, rows))),
        ("long.tsv", "lang\tvalue\nen\t90\nSwahili\t60\n"),
        ("semicolon.csv", "\ufefflang;value\nen;0.9\nSwahili;0.6\n"),
        ("wide.csv", "model,en,sw\nall,0.9,0.6\n"),
        ("seed.csv", "seed,en,sw\n3.0,0.9,0.6\n"),
        ("wide.json", json.dumps([{"eng": 90, "swa": 60}])),
    ):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        [row] = json.loads(run("scores", file, "--json")[0])["performance"]
        assert row["languages"] == ["eng", "swa"], name
        assert row["mean_rpd"] == pytest.approx(40.0), name


def test_missing_languages_can_be_left_out_by_name(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("system,eng,swa,urd\na,0.9,0.8,0.7\nb,0.9,0.8,\n")
    out, err = run("scores", file, "--missing", "shared")
    assert "urd" in err
    assert "urd" not in out


def test_columns_and_languages_that_are_not_known_are_told(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("language,score,remark\neng,0.9,x\ngibberish,0.8,y\n")
    _, err = run("scores", file)
    assert "Columns not read: remark" in err
    assert "gibberish" in err


def test_an_unknown_language_is_told_alike_in_wide_and_long_tables(tmp_path):
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    wide.write_text("system,eng,swa,xqq_Latn,AVG,epoch\na,0.9,0.7,0.5,0.7,3\nb,0.8,0.6,0.3,0.6,4\n")
    rows = [("eng", 0.9, 0.8), ("swa", 0.7, 0.6), ("xqq_Latn", 0.5, 0.3), ("AVG", 0.7, 0.6)]
    lines = [f"{s},{code},{v[at]}" for at, s in enumerate("ab") for code, *v in rows]
    long.write_text("\n".join(["system,language,score", *lines]))
    found = [json.loads(run("scores", file, "--json")[0]) for file in (wide, long)]
    assert found[0] == found[1]
    assert found[0]["performance"][0]["languages"] == ["eng", "swa", "xqq_Latn"]
    for file, place in ((wide, ""), (long, ":4")):
        _, err = run("scores", file)
        assert f"Unknown languages, kept as written: xqq_Latn ({file}{place})." in err
        assert "Left out because they summarize others: AVG." in err
    assert "Columns not read: epoch." in run("scores", wide)[1]


@pytest.mark.parametrize(
    "text", ["system,avg\na,0.5\n", "language,score\navg,0.5\n", "system,xqq,xqr\na,0.5,0.6\n"]
)
def test_a_table_without_one_known_language_is_refused(tmp_path, text):
    file = tmp_path / "a.csv"
    file.write_text(text)
    refused("scores", file, match=r"a\.csv: (expected columns|no score: every cell)")


def test_embeddings_in_every_format(vectors):
    out, _ = run("embeddings", vectors)
    assert "CKA floor" in out
    assert "95% by jackknife over sentences, normal" in " ".join(out.split())
    [row] = json.loads(run("embeddings", vectors, "--json")[0])["linguistic"]
    gap = LinguisticGap.from_dict(row)
    assert gap.languages == ("eng", "swa", "urd")
    assert gap.mean_cka > gap.mean_floor
    assert len(gap.retrieval) == 3
    for path in list(vectors.iterdir()):
        array = np.load(path)
        header = {
            "last": {"dtype": "F32", "shape": list(array.shape), "data_offsets": [0, array.nbytes]},
            "__metadata__": {"made": "by hand"},
        }
        text = json.dumps(header).encode()
        path.with_suffix(".safetensors").write_bytes(
            struct.pack("<Q", len(text)) + text + array.tobytes()
        )
        path.unlink()
    [again] = json.loads(run("embeddings", vectors, "--json")[0])["linguistic"]
    assert again["cka"] == row["cka"]


def test_a_language_whose_best_systems_are_not_compared_is_told(tmp_path):
    table = tmp_path / "s.csv"
    table.write_text(
        "system,language,score,stderr\na,eng,0.9,0.01\na,kor,0.8,\n"
        "b,eng,0.85,0.01\nb,kor,0.8,0.02\n"
    )
    out, err = run("scores", table)
    assert "The best two systems are not compared in kor: of one of them" in " ".join(err.split())
    best = out[out.index("Best system by language") :].split("\n\n")[0]
    assert "English" in best
    assert "Korean" not in best
    table.write_text(table.read_text().replace("kor,0.8,\n", "kor,0.8,0.02\n"))
    assert "not compared" not in run("scores", table)[1]


def test_a_folder_named_like_a_language_beside_vectors_is_told(vectors):
    (vectors / "kor").mkdir()
    _, err = run("embeddings", vectors)
    assert "Folders named like a language are not read: kor." in " ".join(err.split())
    [row] = json.loads(run("embeddings", vectors, "--json")[0])["linguistic"]
    assert row["warnings"][0].startswith("Folders named like a language are not read: kor.")


def test_the_bound_prints_both_sides_and_says_when_it_is_vacuous(vectors, tmp_path):
    scores = tmp_path / "scores.csv"
    scores.write_text("language,score\neng,0.8\nswa,0.6\nurd,0.5\n")
    out, err = run("embeddings", vectors, "--scores", scores, "--family", "linear")
    assert "With linear classifiers, d = 9, n = 60, δ = 0.05." in " ".join(out.split())
    assert "0.2000" in out
    assert "vacuous" in out
    assert "The bound is 1 or more for 3 of 3 pairs" in err


def test_scores_that_lack_a_language_are_told_beside_the_bound(vectors, tmp_path):
    scores = tmp_path / "scores.csv"
    scores.write_text("language,score\neng,0.8\nswa,0.6\n")
    _, err = run("embeddings", vectors, "--scores", scores, "--family", "linear")
    assert "No score of urd in" in err


def test_a_layer_of_npy_files_is_refused(vectors):
    refused("embeddings", vectors, "--layer", "last", match="only .npy files")


def test_parallel_lines_that_never_meet_are_told(tmp_path):
    (tmp_path / "eng.txt").write_text("one\n\n")
    (tmp_path / "kor.txt").write_text("\n하나\n")
    refused("text", tmp_path, "-r", "character", match="no line has a word in all of eng, kor")
    (tmp_path / "kor.txt").write_text("\n\n")
    refused("text", tmp_path, "-r", "character", match=r"kor\.txt: no line has a word")


def test_text_that_nothing_splits_is_told(tmp_path):
    (tmp_path / "eng.txt").write_text("one two\n")
    (tmp_path / "tha.txt").write_text("กข\n", "utf-8")
    assert (
        "tha is written without spaces and no segmenter was named: in 1 of"
        in run("text", tmp_path, "-r", "character")[1]
    )
    said = run("text", tmp_path, "-r", "character", "--segmenter", "tha=spaces")[1]
    assert "without spaces" not in said


def test_bad_embeddings_are_named(vectors):
    def put(array, name="swa.npy"):
        np.save(vectors / name, array)

    (vectors / "sw.npy").unlink()
    good = np.load(vectors / "eng.npy")
    put(good.T.copy())
    refused("embeddings", vectors, match=r"swa\.npy: 8 rows.*transposed")
    put(good[:-1])
    refused("embeddings", vectors, match=r"swa\.npy: 59 rows.* same sentence")
    bad = good.copy()
    bad[7, 2] = np.nan
    put(bad)
    refused("embeddings", vectors, match=r"swa\.npy: row 7 .*NaN")
    put(np.ones_like(good))
    refused("embeddings", vectors, match=r"swa\.npy: .*zero variance")
    put(good[:, None, :])
    refused("embeddings", vectors, match=r"swa\.npy: shape \(60, 1, 8\)")
    put(good.astype(str))
    refused("embeddings", vectors, match=r"swa\.npy: contains <U")
    np.save(vectors / "swa.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    refused("embeddings", vectors, match=r"swa\.npy: contains pickled objects")
    (vectors / "swa.npy").write_bytes(pickle.dumps(good))
    refused("embeddings", vectors, match=r"swa\.npy: ")
    (vectors / "swa.npy").write_bytes(b"")
    refused("embeddings", vectors, match=r"swa\.npy: not a readable")
    put(good)
    put(good, "swh.npy")
    refused("embeddings", vectors, match=r"swh\.npy: swa already has a file")


def test_a_link_out_of_the_folder_is_refused(vectors, tmp_path):
    np.save(tmp_path / "far.npy", np.load(vectors / "eng.npy"))
    (vectors / "kor.npy").symlink_to(tmp_path / "far.npy")
    refused("embeddings", vectors, match=r"kor\.npy: links out of the folder")


def test_folders_without_enough(vectors, tmp_path):
    refused("embeddings", tmp_path / "no", match="no such folder")
    refused("embeddings", tmp_path, match="expected one file of embeddings")
    refused("embeddings", vectors, "-l", "en", match="only one language")
    refused("embeddings", vectors, "-l", "en", "-l", "kor", match="no file of kor")


def npy(header, data=b""):
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


@pytest.mark.parametrize(
    "data",
    [
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000)}"),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-6, 8)}"),
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (60, 8)}", b"x" * 4000),
        npy("{'descr': '<c16', 'fortran_order': False, 'shape': (60, 8)}", b"\0" * 16 * 480),
        npy("{'descr': '<f8', 'fortran_order': False, 'shape': (60, 0)}"),
        npy("__import__('os').getcwd()"),
        b"\x93NUMPY\x09\x00" + b"x" * 100,
        b"PK\x03\x04aaaa",
        b"\x80\x04K\x01.",
    ],
)
def test_damaged_and_hostile_npy_files_are_named(vectors, data):
    (vectors / "kor.npy").write_bytes(data)
    refused("embeddings", vectors, match=r"kor\.npy: ")


def test_an_archive_is_no_array(vectors):
    with (vectors / "kor.npy").open("wb") as file:
        np.savez(file, x=np.eye(3))
    refused("embeddings", vectors, match=r"kor\.npy: an archive")


def test_nan_in_one_of_several_layers_is_named_with_it(tmp_path):
    save_file = pytest.importorskip("safetensors.numpy").save_file
    rng = np.random.default_rng(0)
    for name in ("eng", "kor"):
        layers = {str(at): rng.normal(size=(5, 3)) for at in range(3)}
        if name == "kor":
            layers["1"][4, 2] = np.nan
        save_file(layers, tmp_path / f"{name}.safetensors")
    refused("embeddings", tmp_path, match=r"kor\.safetensors, layer 1: row 4 .*NaN")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "not a safetensors file"),
        (struct.pack("<Q", 10**12) + b"{}", "longer than the file"),
        (struct.pack("<Q", 2) + b"[]", "not an object"),
        (struct.pack("<Q", 4) + b"{\xff}}", "not a safetensors file"),
    ],
)
def test_damaged_safetensors_are_named(vectors, data, match):
    (vectors / "kor.safetensors").write_bytes(data)
    refused("embeddings", vectors, match=rf"kor\.safetensors: .*{match}")


def test_safetensors_that_lie_about_their_size_are_named(vectors):
    for offsets, match in (([0, 8], "offsets"), ([0, 1920], "truncated"), ([-4, 1916], "offsets")):
        header = {"x": {"dtype": "F32", "shape": [60, 8], "data_offsets": offsets}}
        text = json.dumps(header).encode()
        (vectors / "kor.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
        refused("embeddings", vectors, match=rf"kor\.safetensors: .*{match}")


def test_several_tensors_need_a_choice(vectors):
    one = {"dtype": "F32", "shape": [60, 8], "data_offsets": [0, 1920]}
    text = json.dumps({"input": one, "last": one}).encode()
    data = np.load(vectors / "eng.npy").tobytes()
    (vectors / "kor.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    refused("embeddings", vectors, match="choose one with --layer: input, last")
    refused("embeddings", vectors, "--layer", "first", match="no tensor 'first'")
    run("embeddings", vectors, "--layer", "last")


def test_outputs(tmp_path):
    rng = np.random.default_rng(0)
    for name, shift in (("eng", 0.0), ("swa", 1.0), ("urd", 1.2)):
        logits = rng.normal([shift, 0, 0], size=(80, 3))
        np.save(tmp_path / f"{name}.npy", logits)
    refused("outputs", tmp_path, match=r"eng: row \d+ .*--logits")
    out, _ = run("outputs", tmp_path, "--logits", "--exact")
    assert "Debiased divergence" in out
    assert "Exact cost" in out
    [row] = json.loads(run("outputs", tmp_path, "--logits", "--json", "--exact")[0])["outputs"]
    gap = OutputGap.from_dict(row)
    assert gap.divergence[1][2] < gap.divergence[0][1]
    assert gap.distance[0][1] >= gap.exact[0][1]
    ends = gap.mean_divergence_interval
    assert ends.low <= gap.mean_divergence_corrected <= ends.high
    assert gap.mean_divergence_corrected < gap.mean_divergence
    assert "Divergence corrected" in out
    refused("outputs", tmp_path, "--logits", "--cost", "cosine", match="'cosine'")
    refused("outputs", tmp_path, "--logits", "--regularisation", "0", match="1e-6")


def test_texts_by_representation(tmp_path):
    for name, lines in (
        ("fin.txt", ["Minulla on koira.", "Talo on suuri.", ""]),
        ("ita.txt", ["Ho un cane.", "La casa è grande.", "x"]),
        ("rus_Cyrl.devtest", ["У меня есть собака.", "Дом большой.", "y"]),
    ):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    out, err = run("text", tmp_path, "-r", "character", "-r", "phoneme")
    assert "character" in out
    assert "1 lines left out of all languages" in err
    rows = json.loads(run("text", tmp_path, "-r", "character", "-r", "phoneme", "--json")[0])
    character, phoneme = (TextGap.from_dict(row) for row in rows["text"])
    assert character.languages == ("fin", "ita", "rus")
    assert character.n_sentences == {"fin": 2, "ita": 2, "rus": 2}
    # Cyrillic shares no letter with Latin, but sounds it does.
    assert character.token_overlap[1][2] < phoneme.token_overlap[1][2]
    refused("text", tmp_path, "-r", "phonem", match="Did you mean 'phoneme'")


def test_languages_without_a_back_end_leave_all_representations(tmp_path):
    for code, line in (("fin", "Talo on."), ("ita", "Ho un cane."), ("ace_Latn", "Ureueng nyan.")):
        (tmp_path / f"{code}.txt").write_text(f"{line}\n", encoding="utf-8")
    both = ("text", tmp_path, "-r", "character", "-r", "phoneme", "--backend", "epitran")
    out, err = run(*both, "--json")
    assert [gap["languages"] for gap in json.loads(out)["text"]] == [["fin", "ita"]] * 2
    assert "ace" in json.loads(out)["text"][0]["warnings"][0]
    _, err = run(*both)
    assert err.count("left out of all representations") == 1
    refused(*both, "--lacking", "error", match="ace")
    refused(*both, "-l", "ace", "-l", "fin", match="ace")
    refused(*both, "--lacking", "skip", match="expected error or drop")


def test_many_languages_are_printed_by_family_and_script(tmp_path):
    codes = "fin est hun eng deu nld fra ita spa por rus ukr bel hin mar nep tur".split()
    for code in codes:
        (tmp_path / f"{code}.txt").write_text(f"a{code} b{code[1:]}\n", encoding="utf-8")
    out, _ = run("text", tmp_path, "-r", "character")
    assert out.count("Uralic") == 1
    assert "furthest" in out
    assert max(map(len, out.splitlines())) <= 120


def test_one_text_is_not_enough(tmp_path):
    (tmp_path / "fin.txt").write_text("Talo.\n", encoding="utf-8")
    refused("text", tmp_path, "-r", "character", match="Only one language")


def test_nothing_heavy_is_loaded_for_scores():
    code = (
        "import sys\nfrom lingap.cli.gap import app\n"
        f"app(['scores', {str(TABLE1)!r}], standalone_mode=False)\n"
        "heavy = {'torch', 'scipy', 'sklearn', 'pandas', 'ot', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_whole_program_ends_with_2_and_one_message(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("language,score\neng,0.9\nswa,-1\n")
    done = subprocess.run(
        [sys.executable, "-m", "lingap", "gap", "scores", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "a.csv:3" in done.stderr
