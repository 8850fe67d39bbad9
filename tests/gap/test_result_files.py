"""Result files as harnesses write them, made by hand after each format, give scores and notes."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from lingap.errors import MetricError
from lingap.gap import compare_gaps, read_results, score_gaps
from lingap.gap.language_names import language_code
from lingap.gap.results import joining
from lingap.gap.results.naming import languages_in

DATA = Path(__file__).parents[1] / "data" / "results"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "scores"


def values(read):
    return {(s.system, s.task, s.metric, s.language): round(s.value, 6) for s in read.scores}


def noted(read, text):
    return [note for note in read.notes if text in note]


def test_lm_evaluation_harness_reads_languages_newest_files_and_errors():
    read = read_results(DATA / "lm_eval")
    found = values(read)
    assert found["org/model-a", "xnli", "acc", "swa"] == 0.45
    assert found["org/model-b", "belebele", "acc", "eng"] == 0.48
    assert {task for _, task, *_ in found} == {"xnli", "belebele"}  # no averages, no arc_easy
    xnli = next(s for s in read.scores if s.task == "xnli")
    assert xnli.interval.high - xnli.value == pytest.approx(1.96 * 0.01, rel=1e-3)
    by_items = next(s for s in read.scores if s.task == "belebele")  # its stderr is "N/A"
    assert (by_items.interval.method, by_items.counts) == ("Wilson", {"items": 900})
    assert noted(read, "older files of the same run (1)")
    assert noted(read, "averages over tasks (1): xnli")
    assert noted(read, "tasks without a language (1): arc_easy")
    assert noted(read, "lower is better")
    assert len(read.notes) <= 10


def test_another_measure_is_read_on_request_and_an_unknown_one_is_refused():
    found = values(read_results(DATA / "lm_eval", metrics=["acc_norm"]))
    assert found["org/model-a", "belebele", "acc_norm", "eng"] == 0.52
    with pytest.raises(MetricError, match="No measure f2; there are acc"):
        read_results(DATA / "lm_eval", metrics=["f2"])


def test_samples_pair_the_systems_by_the_hash_of_the_item():
    read = read_results(DATA / "lm_eval_samples")
    assert values(read)["org__model-b", "xnli", "acc", "urd"] == 0.55
    [test] = compare_gaps(read, items=read.items)
    assert test.method == "1999 random exchanges of sentences"
    assert test.n_seeds == 1
    assert 0 < test.p_value < 1
    [other] = compare_gaps(read)  # by the intervals, as if independent
    assert other.difference == pytest.approx(test.difference)
    assert other.p_value > test.p_value  # errors on the same items go together


def test_lm_evaluation_harness_of_version_3():
    assert values(read_results(DATA / "lm_eval_old")) == {
        ("org/old", "xcopa", "acc", "est"): 0.55,
        ("org/old", "xcopa", "acc", "swa"): 0.52,
    }


def test_lighteval_reads_averages_for_their_parts_and_both_forms_of_names():
    read = read_results(DATA / "lighteval")
    found = values(read)
    assert found["org/model-a", "belebele_mcf", "acc_norm_token", "swa"] == 0.5
    assert found["org/model-b", "belebele_mcf", "acc_norm_token", "eng"] == 0.8
    assert found["org/model-a", "mlmm_mmlu_mcf, 5-shot", "acc", "fra"] == 0.4
    assert noted(read, "parts of a task, whose average is read (3)")


def test_gloteval_reads_languages_and_the_side_of_pairs_that_varies():
    found = values(read_results(DATA / "gloteval"))
    assert found["org/model-a", "sib200, prompts eng_Latn, 3-shot", "accuracy", "swa"] == 0.5
    task = "ntrex128, X→eng-US, prompts eng_Latn"
    assert {key[3]: value for key, value in found.items() if key[1] == task} == {
        "fra": 0.305, "fra-CA": 0.285, "lao": 0.003,
    }  # fmt: skip


def test_mteb_reads_repeats_as_seeds_and_the_old_form():
    read = read_results(DATA / "mteb")
    tiny = [s for s in read.scores if s.task == "TinyClassification" and s.language == "eng"]
    assert [(s.seed, s.value) for s in tiny if s.system == "org__model-a"] == [
        (0, 0.8), (1, 0.82), (2, 0.78),
    ]  # fmt: skip
    found = values(read)
    assert found["org__model-a", "OldIntent", "main_score", "afr"] == 0.6
    assert found["org__model-a", "OldPairs", "main_score", "ara"] == 0.64  # of max, as mteb has it
    [note] = noted(read, "Different versions of a task's data")
    assert note.count("TinyClassification.json, test[0]") == 2
    assert noted(read, "subsets of no language or of two (2)")
    assert noted(read, "other splits than test (2)")


@pytest.mark.parametrize("revision", ["main", "v1.0", "2024.05", "1", "external", "0d6ef12"])
def test_a_revision_of_any_kind_is_no_model(tmp_path, revision):
    [source] = (DATA / "mteb" / "org__model-a").iterdir()
    for model in ("org__m", "org__n"):
        (tmp_path / model / revision).mkdir(parents=True)
        shutil.copy(source / "TinyClassification.json", tmp_path / model / revision)
    assert {s.system for s in read_results(tmp_path).scores} == {"org__m", "org__n"}


def test_two_revisions_of_one_model_are_two_systems(tmp_path):
    for revision in "ab":
        folder = tmp_path / "org__m" / (revision * 40)
        folder.mkdir(parents=True)
        source = DATA / "mteb" / f"org__model-{revision}" / (revision * 40)
        shutil.copy(source / "TinyClassification.json", folder)
    read = read_results(tmp_path)
    assert {s.system for s in read.scores} >= {"org__m@aaaaaaa", "org__m@bbbbbbb"}
    assert noted(read, "Revisions of one model")


def test_mixed_versions_of_a_task_are_named_with_their_files(tmp_path):
    made = json.loads((DATA / "lm_eval_old" / "old.json").read_text())
    for model, version in (("one", 1), ("two", 2)):
        content = made | {"versions": dict.fromkeys(made["results"], version)}
        content["config"] = {"model_args": f"pretrained={model}"}
        (tmp_path / f"{model}.json").write_text(json.dumps(content))
    [note] = noted(read_results(tmp_path), "Different versions of a task's data")
    assert re.search(r"has 1 in .*one\.json: xcopa_\w+ and 2 in .*two\.json: xcopa_\w+", note)


def test_mixed_versions_of_lighteval_are_named_likewise(tmp_path):
    path = min((DATA / "lighteval").rglob("results_*.json"))
    made = json.loads(path.read_text())
    for model, version in (("one", 0), ("two", 1)):
        made["config_general"]["model_name"] = model
        made["versions"] = dict.fromkeys(made["results"], version)
        folder = tmp_path / "results" / model
        folder.mkdir(parents=True)
        (folder / path.name).write_text(json.dumps(made))
    [note] = noted(read_results(tmp_path), "Different versions of a task's data")
    assert re.search(r"has 0 in .*one\S+\.json: \S+ and 1 in .*two\S+\.json: \S+", note)


def test_a_file_named_twice_is_read_once(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("system,task,language,score\nm,t,eng,0.5\nm,t,swa,0.4\n")
    folder = DATA / "lighteval"
    once = read_results(folder, table)
    twice = read_results(folder, table, folder / "results", tmp_path / "." / "own.csv")
    assert twice.scores == once.scores
    assert noted(twice, "files named twice (3)")


def test_one_run_with_two_scores_and_no_date_is_refused(tmp_path):
    old = (DATA / "lm_eval_old" / "old.json").read_text()
    for name, text in (("results", old), ("results_", old.replace("0.55", "0.66"))):
        (tmp_path / f"{name}.json").write_text(text)
    with pytest.raises(
        MetricError, match=r"results\.json and .*results_\.json both have org/old, xcopa"
    ):
        read_results(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", r"a\.json: not JSON"),
        (json.dumps({"mteb_version": "2", "scores": {"test": [3]}}), "no score of two languages"),
        (json.dumps({"mteb_version": "2", "scores": {"nowhere": []}}), "without a split"),
        (json.dumps({"benchmarks": {"x": {"results": {"a->b->c": {"bleu": 1}}}}}), "common side"),
        (
            json.dumps({"versions": {}, "results": {"xnli_en": {"acc": 7}, "xnli_sw": {"acc": 8}}}),
            "outside 0 to 1",
        ),
        (
            json.dumps({"versions": {}, "results": {"xnli_en": {"acc": "N/A"}}}),
            "scores that are no number",
        ),
    ],
)
def test_a_damaged_file_is_named_with_what_it_lacks(tmp_path, text, told):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(MetricError, match=told):
        read_results(tmp_path)


def mteb_folder(root, change):
    """A model's folder as mteb writes it, whose first subset of the test split is changed."""
    folder = root / "org__m" / ("a" * 40)
    folder.mkdir(parents=True)
    source = DATA / "mteb" / "org__model-b" / ("b" * 40) / "TinyClassification.json"
    content = json.loads(source.read_text())
    subsets = content["scores"]["test"]
    changed = change(json.loads(json.dumps(subsets[0])))
    content["scores"]["test"] = changed + subsets[1:]
    (folder / "TinyClassification.json").write_text(json.dumps(content))
    return root


def test_scores_given_twice_are_counted_if_equal_and_refused_if_not(tmp_path):
    once = read_results(mteb_folder(tmp_path / "once", lambda own: [own]))
    twice = read_results(mteb_folder(tmp_path / "twice", lambda own: [own, own]))
    assert twice.scores == once.scores
    assert noted(twice, "scores that are given twice")
    other = {"main_score": 0.125, "scores_per_experiment": []}
    folder = mteb_folder(tmp_path / "other", lambda own: [own, own | other])
    place = r"TinyClassification\.json, test\[\d\]"
    with pytest.raises(MetricError, match=rf"{place}: .* already has a score \(.*{place}\)"):
        read_results(folder)


def test_a_language_that_no_table_knows_is_named_with_its_place(tmp_path):
    unknown = {"hf_subset": "qqx", "languages": ["qqx-Latn"]}
    folder = mteb_folder(tmp_path, lambda own: [own | unknown])
    [note] = noted(read_results(folder), "Unknown languages")
    assert re.search(r"qqx-Latn \(.*TinyClassification\.json, test\[0\]\)\.$", note)


@pytest.mark.parametrize("written", ["NaN", '"abc"', "null", "true", "[1]", "81.5"])
def test_a_damaged_score_is_named_though_others_are_left_out(tmp_path, written):
    path = shutil.copytree(DATA / "lighteval", tmp_path / "r") / "results" / "org" / "model-b"
    [file] = path.iterdir()
    content = json.loads(file.read_text())
    task = next(name for name in content["results"] if "swh" in name)
    content["results"][task]["acc_norm_token"] = json.loads(written)
    file.write_text(json.dumps(content))
    told = rf"Left out: scores .*\(1\): {re.escape(str(file))}: {re.escape(task)}"
    with pytest.raises(MetricError, match=rf"only one language \(eng\).* {told}"):
        score_gaps(tmp_path / "r")


def test_scores_that_are_damaged_are_kept_apart_from_other_reasons(tmp_path, monkeypatch):
    """Also where the notes have no room for them; those given twice are whole."""
    damaged = {"main_score": None, "scores_per_experiment": []}
    folder = mteb_folder(tmp_path, lambda own: [own, own, own | damaged])
    monkeypatch.setattr(joining, "_MOST_NOTES", 2)
    read = read_results(folder)
    [told] = read.damaged
    assert re.match(r"Left out: scores that are no number \(main_score\) \(\d\): /", told)
    assert noted(read, "further reasons.")


@pytest.mark.parametrize("harness", ["lm_eval", "lighteval"])
@pytest.mark.parametrize("written", ["NaN", "-0.01", '"abc"', "true", "0.0"])
def test_a_standard_error_that_cannot_be_is_told_and_gives_no_interval(tmp_path, harness, written):
    folder = shutil.copytree(DATA / harness, tmp_path / "r")
    usual = read_results(folder)
    assert not noted(usual, "standard errors")
    of_error = {s.metric for s in usual.scores if s.interval and s.interval.method != "Wilson"}
    for file in folder.rglob("results*.json"):
        content = json.loads(file.read_text())
        for scores in content["results"].values():
            for key in scores:
                if "_stderr" in key and scores[key] != "N/A":
                    scores[key] = json.loads(written)
        file.write_text(json.dumps(content))
    read = read_results(folder)
    assert of_error
    assert values(read) == values(usual)
    assert not [s for s in read.scores if s.interval and s.interval.method != "Wilson"]
    told = noted(read, "Left out: standard errors that are no number of 0 or more (")
    assert len(told) == (written != "0.0")  # what a harness writes where all items score alike


def test_an_error_of_zero_is_replaced_by_the_number_of_items(tmp_path):
    content = {
        "versions": {}, "model_name": "m",
        "results": {f"xnli_{code}": {"acc,none": 1.0, "acc_stderr,none": 0.0} for code in ("en", "sw")},
        "n-samples": {"xnli_en": {"effective": 20}, "xnli_sw": {"effective": -20}},
    }  # fmt: skip
    (tmp_path / "results_2024-05-01T10-00-00.json").write_text(json.dumps(content))
    read = read_results(tmp_path)
    found = {s.language: s for s in read.scores}
    assert found["eng"].interval.low == pytest.approx(20 / (20 + 1.959964**2), rel=1e-5)
    assert (found["swa"].interval, found["swa"].counts) == (None, {})
    assert noted(read, "Left out: numbers of test items below 0 (1):")


def test_a_file_without_a_score_is_named(tmp_path):
    shutil.copytree(DATA / "lm_eval", tmp_path / "r")
    file = max((tmp_path / "r").rglob("*.json"))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"results": {}}))
    assert noted(read_results(tmp_path / "r"), f"files without a score (1): {file}.")


def test_tables_that_have_one_run_are_named(tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, score in zip(paths, (0.5, 0.6), strict=True):
        path.write_text(f"system,task,language,score\nm,t,eng,{score}\nm,t,swa,0.4\n")
    with pytest.raises(MetricError, match=r"a\.csv and .*b\.csv both have m, t, eng, seed 0"):
        read_results(*paths)


def test_a_pointer_to_results_is_none(tmp_path):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    (tmp_path / "a.json").write_text(pointer)
    with pytest.raises(MetricError, match=r"a\.json is a pointer of Git LFS"):
        read_results(tmp_path)


def test_damaged_samples_are_named_by_line(tmp_path):
    path = tmp_path / "samples_xnli_en_2025-01-02T10-00-00.000000.jsonl"
    path.write_text('{"acc": 1, "metrics": ["acc"], "doc_id": 0}\n{"acc":\n')
    with pytest.raises(MetricError, match=re.escape(f"{path}:2: not JSON")):
        read_results(tmp_path)


def test_tables_and_results_are_read_together(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text(
        "system,task,language,score\nmine,xnli,en,70\nmine,xnli,sw,60\nmine,xnli,ur,50\n"
    )
    read = read_results(DATA / "lm_eval", table)
    assert {s.system for s in read.scores} == {"org/model-a", "org/model-b", "mine"}


def test_names_of_languages_need_siblings_or_a_configuration():
    tasks = dict.fromkeys(
        ("arc_easy", "arc_de", "arc_fr", "mgsm_en_cot_te", "mgsm_en_cot_th", "boolq"), ()
    )
    assert languages_in(tasks) == {
        "arc_de": ("arc", "de"), "arc_fr": ("arc", "fr"),
        "mgsm_en_cot_te": ("mgsm_en_cot", "te"), "mgsm_en_cot_th": ("mgsm_en_cot", "th"),
    }  # fmt: skip


def test_a_reader_is_plugged_in_under_its_group():
    from lingap.gap.results.protocol import READERS

    assert READERS.kind == "result reader"  # so the group is lingap.result_reader
    assert [READERS[name].name for name in READERS][:2] == ["mteb", "GlotEval"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published scores are not here")
@pytest.mark.parametrize("task", ["XNLI", "SIB200Classification", "MassiveIntentClassification"])
def test_mtebs_folder_gives_the_numbers_of_its_tables(task):
    with (SHARED / f"mteb_{task}.csv").open(encoding="utf-8") as file:
        table = {
            (row["system"], language_code(row["language"]) or row["language"]): float(row["score"])
            for row in csv.DictReader(file)
        }
    read = read_results(SHARED / "mteb-results", tasks=[task])
    found = {}
    for s in read.scores:
        found.setdefault((s.system, s.language), []).append(s.value)
    shared = found.keys() & table.keys()
    assert len(shared) > 0.9 * len(found)
    for key in shared:
        assert sum(found[key]) / len(found[key]) == pytest.approx(table[key], abs=1.1e-6), key


def test_a_folder_leaves_out_systems_with_few_languages_and_says_so(tmp_path):
    shutil.copytree(DATA / "lm_eval", tmp_path / "r")
    path = tmp_path / "r" / "org__model-b" / "results_2025-01-02T11-00-00.000000.json"
    content = json.loads(path.read_text())
    for name in ("xnli_sw", "xnli_ur"):
        del content["results"][name]
    path.write_text(json.dumps(content))
    gaps, read = score_gaps(tmp_path / "r", n_resamples=0)
    assert [(g.system, g.task) for g in gaps.performance if g.task == "xnli"] == [
        ("org/model-a", "xnli")
    ]
    assert noted(read, "less than half of the 3 languages: org/model-b")
    with pytest.raises(MetricError, match="missing languages: org/model-b lacks swa, urd"):
        score_gaps(tmp_path / "r", n_resamples=0, missing="error")
    again, _ = score_gaps(read_results(tmp_path / "r"), n_resamples=0)
    assert again.performance == gaps.performance


def lm_eval_file(folder, date, results, *, arguments="", n=(900, 900)):
    """A file as lm-evaluation-harness writes it."""
    folder.mkdir(exist_ok=True)
    content = {
        "results": {task: {"acc,none": value} for task, value in results.items()},
        "configs": {}, "versions": {}, "model_name": "org/base",
        "config": {"model_args": f"pretrained=org/base{arguments}"},
        "n-samples": {task: {"original": n[0], "effective": n[1]} for task in results},
    }  # fmt: skip
    (folder / f"results_2025-09-0{date}T00-00-00.json").write_text(json.dumps(content))


XNLI = {"xnli_en": 0.55, "xnli_sw": 0.38, "xnli_ur": 0.40}


@pytest.mark.parametrize(
    "setup", ["peft=my/lora", "revision=step1000", "load_in_4bit=True", "dtype=float16"]
)
def test_a_base_and_what_was_made_of_it_are_two_systems(tmp_path, setup):
    lm_eval_file(tmp_path / "m", 1, XNLI)
    lm_eval_file(tmp_path / "m", 2, dict.fromkeys(XNLI, 0.5), arguments=f",{setup}")
    read = read_results(tmp_path / "m")
    assert {s.system for s in read.scores} == {"org/base", f"org/base ({setup})"}
    assert values(read)["org/base", "xnli", "acc", "swa"] == 0.38
    assert noted(read, "set up in several ways")


def test_what_does_not_make_another_model_does_not_make_another_system(tmp_path):
    lm_eval_file(tmp_path / "m", 1, XNLI, arguments=",revision=main,device_map=auto")
    lm_eval_file(tmp_path / "m", 2, dict.fromkeys(XNLI, 0.5), arguments=",load_in_4bit=False")
    assert {s.system for s in read_results(tmp_path / "m").scores} == {"org/base"}


def test_a_trial_on_the_first_items_never_stands_for_the_whole(tmp_path):
    lm_eval_file(tmp_path / "m", 1, XNLI)
    lm_eval_file(tmp_path / "m", 2, dict.fromkeys(XNLI, 0.9), n=(900, 10))
    read = read_results(tmp_path / "m")
    assert values(read)["org/base", "xnli", "acc", "swa"] == 0.38
    assert noted(read, "runs on a part of the items, beside one on all (1)")
    lm_eval_file(tmp_path / "n", 2, XNLI, n=(900, 10))
    assert noted(read_results(tmp_path / "n"), "Scored on a part of the items (--limit): xnli")


def test_pairs_of_languages_keep_their_direction():
    pairs = ["ca-en", "de-en", "es-en", "en-eu", "en-gl"]
    found = languages_in({f"flores_{pair}": () for pair in pairs})
    assert found["flores_ca-en"] == ("flores, X→en", "ca")
    assert found["flores_en-eu"] == ("flores, en→X", "eu")
    both = languages_in({f"wmt16-{pair}": () for pair in ("en-ro", "ro-en", "de-en", "en-de")})
    assert len(set(both.values())) == 4
    assert found["flores_es-en"][0] != found["flores_en-gl"][0]


def test_a_country_for_a_language_beside_languages():
    found = languages_in({f"xwinograd_{code}": () for code in ("en", "fr", "jp", "pt", "ru", "zh")})
    assert found["xwinograd_jp"] == ("xwinograd", "ja")
    assert languages_in({"arc_jp": (), "task_gr": ()}) == {}


def mteb_file(folder, entries):
    path = folder / "org__m" / "main"
    path.mkdir(parents=True)
    rows = [
        {"hf_subset": subset, "languages": [code], "main_score": score}
        for subset, code, score in entries
    ]
    content = {"task_name": "T", "mteb_version": "1.0", "scores": {"test": rows}}
    (path / "T.json").write_text(json.dumps(content))


def test_a_language_that_a_task_has_twice_is_found_by_its_code(tmp_path):
    mteb_file(
        tmp_path,
        [("en-ext", "eng-Latn", 0.75), ("en", "eng-Latn", 0.7), ("de", "deu-Latn", 0.68)],
    )
    read = read_results(tmp_path, languages=["eng", "deu"])
    assert {s.language for s in read.scores} == {"eng-Latn", "en", "deu"}
    assert noted(read, "Several names of one language in a task, all kept as written")
    again = read_results(tmp_path, languages=["eng", "deu", "swa"])
    assert noted(again, "No score in these languages, which were asked for: swa.")


@pytest.mark.parametrize("name", ["average", "Macro avg", "overall"])
def test_an_average_among_the_languages_of_a_result_file_is_none(tmp_path, name):
    source = next((DATA / "gloteval").rglob("*.json"))
    content = json.loads(source.read_text(encoding="utf-8"))
    text = json.dumps(content).replace(
        '"swh_Latn": {', f'"{name}": {{"accuracy": 0.1}}, "swh_Latn": {{', 1
    )
    (tmp_path / "scores.json").write_text(text, encoding="utf-8")
    read = read_results(tmp_path)
    assert name not in {s.language for s in read.scores}
    assert noted(read, "averages over languages (1)")


def test_a_limit_is_seen_without_numbers_of_items(tmp_path):
    """As versions before 0.4.4 write it."""
    lm_eval_file(tmp_path / "m", 1, XNLI)
    lm_eval_file(tmp_path / "m", 2, dict.fromkeys(XNLI, 0.9))
    path = tmp_path / "m" / "results_2025-09-02T00-00-00.json"
    content = json.loads(path.read_text())
    del content["n-samples"]
    content["config"]["limit"] = 10
    path.write_text(json.dumps(content))
    assert values(read_results(tmp_path / "m"))["org/base", "xnli", "acc", "swa"] == 0.38


def test_setups_of_different_tasks_are_one_system(tmp_path):
    lm_eval_file(tmp_path / "m", 1, XNLI)
    other = {"belebele_eng_Latn": 0.8, "belebele_swh_Latn": 0.6}
    lm_eval_file(tmp_path / "m", 2, other, arguments=",dtype=bfloat16")
    assert {s.system for s in read_results(tmp_path / "m").scores} == {"org/base"}


@pytest.mark.parametrize(
    ("one", "other"), [(",dtype=float16", ", dtype = torch.float16"), (",peft=", ",load_in_8bit=0")]
)
def test_one_setup_written_in_two_ways_is_one_system(tmp_path, one, other):
    lm_eval_file(tmp_path / "m", 1, XNLI, arguments=one)
    lm_eval_file(tmp_path / "m", 2, dict.fromkeys(XNLI, 0.5), arguments=other)
    assert len({s.system for s in read_results(tmp_path / "m").scores}) == 1


def test_items_are_those_of_the_run_that_is_read(tmp_path):
    """The whole run of date 1, though a trial on two items is newer."""
    lm_eval_file(tmp_path, 1, {"xnli_en": 0.5, "xnli_sw": 0.25}, n=(4, 4))
    lm_eval_file(tmp_path, 2, {"xnli_en": 1.0, "xnli_sw": 1.0}, n=(4, 2))
    for date, right in (
        (1, {"en": [1, 1, 0, 0], "sw": [1, 0, 0, 0]}),
        (2, {"en": [1, 1], "sw": [1, 1]}),
    ):
        for code, own in right.items():
            lines = [
                json.dumps({"doc_id": at, "metrics": ["acc"], "acc": value, "filter": "none"})
                for at, value in enumerate(own)
            ]
            path = tmp_path / f"samples_xnli_{code}_2025-09-0{date}T00-00-00.jsonl"
            path.write_text("\n".join(lines) + "\n")
    read = read_results(tmp_path)
    assert {key[3]: len(own) for key, own in read.items.items()} == {"eng": 4, "swa": 4}
    assert noted(read, "samples of another run than the one read (2)")


def test_no_direction_where_only_one_is_there():
    found = languages_in({"mmlu_sw-mt": (), "mmlu_ur-mt": (), "hs_de-ht": (), "hs_fr-ht": ()})
    assert not [name for name, _ in found.values() if "X" in name]


def test_a_country_is_no_language_beside_that_language():
    found = languages_in({"arc_cn": (), "arc_zh": (), "arc_en": (), "arc_fr": ()})
    assert "arc_cn" not in found
