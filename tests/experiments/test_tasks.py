"""Pairs of sentences, splits by role, and published encoders: the whole way, tiny."""

import io
import json
import random

import numpy as np
import pytest
from rich.console import Console
from safetensors import safe_open
from safetensors.numpy import load_file

import checkpoints as make
from lingap.errors import ConfigError, StoreError
from lingap.evaluation import read_predictions, score_file
from lingap.experiments import Experiment, ExperimentConfig, ExperimentResult, make_plan
from lingap.experiments.analysis import MAX_PAIRS, analyse, check_same_words, output_gaps
from lingap.experiments.config_parts import CorpusChoice
from lingap.experiments.data import n_rows, rows
from lingap.experiments.records import ItemCounts
from lingap.experiments.store import Store
from lingap.experiments.stored import StoredExperiment, own_language_scores
from lingap.gap import mean_over_seeds, output_gap
from lingap.report.figures import figure_files
from lingap.report.folder import read_folder
from lingap.report.source_tables import source_tables
from lingap.report.terminal import terminal_report
from lingap.report.transfer_tables import pair_tables, transfer_tables

LABELS = ["entailment", "neutral", "contradiction"]
WORDS = {
    "en": "the cat sat on a new mat in York".split(),
    "sw": "paka alikaa juu ya mkeka mpya".split(),
}


@pytest.fixture(scope="module")
def xnli(tmp_path_factory):
    """XNLI in its release's layout, without a training split: pairs that tell their label."""
    root = tmp_path_factory.mktemp("xnli")
    draw = random.Random(0)
    for split, n in (("dev", 40), ("test", 24)):
        lines = ["language\tgold_label\tsentence1\tsentence2\tpairID"]
        for code, words in WORDS.items():
            for i in range(n):
                label = LABELS[i % 3]
                premise = " ".join(draw.choices(words, k=5))
                lines.append(f"{code}\t{label}\t{premise}\t{words[i % 3]} {premise}\t{split}{i}")
        (root / f"xnli.{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(root)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory):
    root = tmp_path_factory.mktemp("encoders")
    for name in ("bert", "canine", "xphonebert"):
        (root / name).mkdir()
        getattr(make, name)(root / name)
    return root


def choice(xnli, **changes):
    return {"name": "xnli", "path": xnli, "splits": {"train": "dev"}, "dev_share": 0.25} | changes


def settings(xnli, representations, **changes):
    return {
        "name": "tiny pairs",
        "task": "nli",
        "languages": ["eng", "swa"],
        "corpus": choice(xnli),
        "parallel": {"name": "cldr_names", "options": {"kinds": ["day", "month"]}},
        "representations": representations,
        "encoder": {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32},
        "finetuning": {"epochs": 1, "batch_size": 8, "learning_rate": 0.001},
    } | changes


def test_dev_is_carved_out_of_train_the_same_rows_in_every_language(xnli):
    parted = CorpusChoice(**choice(xnli))
    languages = ("eng", "swa")
    ids = {
        (code, role): [row.id for row in rows(parted, code, role, languages)]
        for code in languages
        for role in ("train", "dev", "test")
    }
    for code in languages:
        assert len(ids[code, "dev"]) == 10
        assert len(ids[code, "train"]) == n_rows(parted, code, "train", languages) == 30
        assert not set(ids[code, "train"]) & set(ids[code, "dev"])
        assert all(name.startswith("dev") for name in ids[code, "train"] + ids[code, "dev"])
        assert ids[code, "test"] == [f"test{i}" for i in range(24)]
    assert ids["eng", "dev"] == ids["swa", "dev"]
    tenth = CorpusChoice(**choice(xnli, train_share=0.1))
    few = [row.id for row in rows(tenth, "eng", "train", languages)]
    assert len(few) == 3
    assert set(few) < set(ids["eng", "train"])
    assert [row.id for row in rows(tenth, "eng", "dev", languages)] == ids["eng", "dev"]
    other = CorpusChoice(**choice(xnli, draw_seed=1))
    assert [row.id for row in rows(other, "eng", "dev", languages)] != ids["eng", "dev"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"splits": {"train": "test"}}, "the test split 'test' is also read for train"),
        ({"splits": {"dev": "test"}, "dev_share": None}, "also read for dev"),
        ({"splits": {"test": "dev"}, "dev_share": None}, "also read for dev"),
        ({"dev_share": None}, "give dev_share to split it"),
        ({"splits": {"train": "dev", "dev": "dev"}}, "not from both"),
        ({"splits": {"trian": "dev"}}, "corpus.splits"),
    ],
)
def test_nothing_is_learned_or_selected_on_test_data(xnli, changes, message):
    given = settings(xnli, [{"name": "subword", "encoder": "mbert"}])
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(given | {"corpus": choice(xnli, **changes)})


@pytest.mark.parametrize(
    ("representations", "message"),
    [
        ([{"name": "character"}], "pretraining is missing, but character has no published"),
        ([{"name": "character", "revision": "0" * 40}], "need a published encoder; name it"),
    ],
)
def test_an_encoder_is_pretrained_or_published(xnli, representations, message):
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(settings(xnli, representations))


def test_a_corpus_of_another_task_and_an_unfit_encoder_are_refused_by_the_plan(xnli, encoders):
    bert = [{"name": "subword", "encoder": str(encoders / "bert")}]
    given = settings(xnli, bert)
    with pytest.raises(ConfigError, match="cldr: expected a corpus for nli, got one for ner"):
        make_plan(ExperimentConfig.parse(given | {"corpus": {"name": "cldr"}}))
    wrong = settings(xnli, [{"name": "phoneme", "encoder": str(encoders / "bert")}])
    with pytest.raises(ConfigError, match="pieces"):
        make_plan(ExperimentConfig.parse(wrong))


def test_a_published_encoder_has_no_pretraining_and_its_files_name_the_run(xnli, encoders):
    folder = encoders / "canine"
    config = ExperimentConfig.parse(settings(xnli, [{"name": "character", "encoder": str(folder)}]))
    first = make_plan(config)
    assert first.of("pretraining") == ()
    assert all(job.needs == () for job in first.jobs)
    assert [job.id for job in make_plan(config).jobs] == [job.id for job in first.jobs]
    path = folder / "tokenizer_config.json"
    before = path.read_text()
    path.write_text(before + "\n")
    assert not {job.id for job in make_plan(config).jobs} & {job.id for job in first.jobs}
    path.write_text(before)
    pinned = settings(xnli, [{"name": "character", "encoder": "canine", "revision": "ab" * 20}])
    job = make_plan(ExperimentConfig.parse(pinned)).jobs[0]
    assert job.spec.encoder == {"repo": "google/canine-s", "revision": "ab" * 20}


@pytest.fixture(scope="module")
def finished(xnli, encoders, tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiment") / "x"
    text = {"text": choice(xnli), "training": {"steps": 3, "batch_size": 8}}
    given = settings(
        xnli,
        [
            {"name": "character"},
            {"name": "subword", "encoder": str(encoders / "bert")},
            {"name": "character", "label": "canine", "encoder": str(encoders / "canine"), "max_units": 60},
            {"name": "phoneme", "encoder": str(encoders / "xphonebert")},
        ],
        pretraining=text,
        seeds=[0, 1],
    )  # fmt: skip
    experiment = Experiment(given)
    assert experiment.run(folder, n_workers=0).failures == ()
    return folder, experiment


def records(folder):
    found = {}
    for path in sorted(folder.glob("runs/*/run.json")):
        found[path.parent] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_every_run_scores_all_test_pairs(finished):
    folder, _ = finished
    assert len(list(folder.glob("pretraining/*"))) == 1
    found = records(folder)
    assert len(found) == 4 * 2 * 2
    for path, record in found.items():
        (score,) = record["scores"]
        assert (score["task"], score["metric"], score["n_words"]) == ("nli", "accuracy", 24)
        assert record["n_items"] == {"train": 30, "dev": 10}
        assert record["labels"] == sorted(LABELS)
        assert score["interval"]["low"] <= score["value"] <= score["interval"]["high"]
        again = score_file(path / "predictions.parquet", "nli")[score["language"]]
        assert again.value == score["value"]
        assert dict(again.details) == record["details"][score["language"]]


def test_outputs_are_the_distributions_behind_the_predictions(finished):
    folder, _ = finished
    for path, record in records(folder).items():
        (score,) = record["scores"]
        table = load_file(path / "outputs.safetensors")[score["language"]]
        assert table.shape == (24, 3)
        np.testing.assert_allclose(table.sum(1), 1, atol=1e-6)
        with safe_open(path / "outputs.safetensors", "np") as file:
            labels = file.metadata()["labels"].split(",")
        said = [p.predicted[0] for p in read_predictions(path / "predictions.parquet")]
        assert [labels[i] for i in table.argmax(1)] == said


def test_the_report_shows_how_far_outputs_lie_apart(finished):
    folder, _ = finished
    found = read_folder(folder).outputs
    assert [(gap.system, gap.languages) for gap in found] == [
        (system, ("eng", "swa")) for system in ("character", "subword", "canine", "phoneme")
    ]
    assert all(gap.distance[0][1] > 0 for gap in found)
    gaps = json.loads((folder / "gaps.json").read_text(encoding="utf-8"))
    assert {g["layer"] for g in gaps["linguistic"]} == {"input", "last"}


def test_scores_on_other_words_are_refused_with_the_names_of_the_runs(finished):
    folder, experiment = finished
    path, record = next(iter(records(folder).items()))
    before = (path / "run.json").read_text(encoding="utf-8")
    for split, n, change in (
        ("test", 23, {"scores": [record["scores"][0] | {"n_words": 23}]}),
        ("train", 29, {"n_items": record["n_items"] | {"train": 29}}),
    ):
        (path / "run.json").write_text(json.dumps(record | change), encoding="utf-8")
        told = rf"{split}: runs are not based on the same words: .*\b{n} in run {path.name} "
        with pytest.raises(StoreError, match=told):
            analyse(Store(folder), experiment.plan())
    (path / "run.json").write_text(before, encoding="utf-8")
    analyse(Store(folder), experiment.plan())


def test_a_task_under_a_second_name_may_draw_another_share_of_the_corpus(stored):
    half = CorpusChoice(name="cldr", train_share=0.5)
    whole, part = stored.run_spec(name="whole"), stored.run_spec(name="half", corpus=half)
    runs = [
        stored.run_record("a", whole),
        stored.run_record("b", part, n_items=ItemCounts(train=15, dev=10)),
    ]
    check_same_words(runs)
    with pytest.raises(StoreError, match="15 in run b"):
        check_same_words([runs[0], runs[1].model_copy(update={"config": whole})])


def test_a_second_call_computes_nothing(finished):
    folder, experiment = finished
    stamps = {p: p.stat().st_mtime_ns for p in folder.glob("*/*/run.json")}
    assert experiment.run(folder, n_workers=0).failures == ()
    assert {p: p.stat().st_mtime_ns for p in folder.glob("*/*/run.json")} == stamps


def test_output_gaps_are_means_over_seeds_of_complete_ones():
    draw = np.random.default_rng(0)
    clouds = {
        (seed, code): draw.dirichlet((1, 1, shift), 40).astype(np.float32)
        for seed in (0, 1)
        for code, shift in (("eng", 1), ("swa", 4))
    }
    runs = [("a", seed, {code: rows}) for (seed, code), rows in clouds.items()]
    runs.append(("a", 2, {"eng": clouds[0, "eng"]}))  # its other language is not there yet
    (by_seed,) = output_gaps(runs, ["eng", "swa"], corpus="c").values()
    gap = mean_over_seeds([*by_seed.values()])
    single = [
        output_gap({code: clouds[seed, code] for code in ("eng", "swa")}, system="a")
        for seed in (0, 1)
    ]
    assert gap.mean_distance == pytest.approx(np.mean([g.mean_distance for g in single]))
    assert gap.distance[0][1] == pytest.approx(np.mean([g.distance[0][1] for g in single]))
    assert (
        gap.mean_divergence_interval.low < gap.mean_divergence < gap.mean_divergence_interval.high
    )
    assert gap.mean_divergence_interval.method.endswith(", mean of 2 seeds")
    many = draw.dirichlet((1, 1, 1), MAX_PAIRS + 500).astype(np.float32)
    (by_seed,) = output_gaps(
        [("b", 0, {"eng": many, "swa": many})], ["eng", "swa"], corpus="c"
    ).values()
    (thinned,) = by_seed.values()
    assert thinned.n_sentences == {"eng": MAX_PAIRS, "swa": MAX_PAIRS}


def test_a_language_without_parallel_text_has_scores_and_no_part_in_the_linguistic_gap(
    encoders, tmp_path
):
    given = settings(
        "",
        [{"name": "character", "encoder": str(encoders / "canine")}],
        task="ner",
        corpus={"name": "cldr", "options": {"train_size": 8, "dev_size": 4, "test_size": 6}},
        languages=["eng", "kor", "fin"],
        parallel={"name": "cldr_names", "options": {"kinds": ["script"]}},
        parallel_languages=["eng", "fin"],
    )
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    gaps = json.loads((tmp_path / "x" / "gaps.json").read_text(encoding="utf-8"))
    assert {tuple(gap["languages"]) for gap in gaps["linguistic"]} == {("eng", "fin")}
    assert gaps["performance"][0]["languages"] == ["eng", "kor", "fin"]


def zero_shot(encoders, root, source, *, fra):
    """Names in English and in the splits of French, trained on in the source."""
    for code, word, splits in (("eng", "cat", ("train", "dev", "test")), ("fra", "chat", fra)):
        (root / code).mkdir()
        for split in splits:
            text = "".join(f"{word}{i} B-PER\n{split} O\n\n" for i in range(6))
            (root / code / f"{split}.txt").write_text(text, encoding="utf-8")
    return settings(
        "",
        [{"name": "character", "encoder": str(encoders / "canine")}],
        task="ner",
        corpus={"name": "ner", "path": str(root)},
        languages=["eng", "fra"],
        parallel=None,
        protocol="zero-shot",
        source=source,
    )


def test_zero_shot_a_language_that_is_only_scored_needs_no_training_data(encoders, tmp_path):
    given = zero_shot(encoders, tmp_path, "eng", fra=("test",))
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    (record,) = records(tmp_path / "x").values()
    assert [score["language"] for score in record["scores"]] == ["eng", "fra"]


def test_several_sources_give_a_transfer_matrix(encoders, tmp_path):
    given = zero_shot(encoders, tmp_path, ["en", "fra"], fra=("train", "dev", "test"))
    result = Experiment(given).run(tmp_path / "x", n_workers=0)
    assert result.failures == ()
    assert {(score.task, score.language) for score in result.scores} == {
        (f"ner from {source}", target) for source in ("eng", "fra") for target in ("eng", "fra")
    }
    own = "ner in language"  # the diagonal
    by_task = {gap.task: gap for gap in result.gaps.performance}
    assert set(by_task) == {"ner from eng", "ner from fra", own}
    for source in ("eng", "fra"):
        of_source = by_task[f"ner from {source}"]
        assert by_task[own].scores[source] == of_source.scores[source]
        assert by_task[own].score_intervals[source] == of_source.score_intervals[source]
    assert {one.task for one in result.gaps.baselines} == set(by_task)
    for one in result.gaps.baselines:
        assert one.chance == {"eng": 0.5, "fra": 0.5}  # every other label is B-PER
        assert one.of("eng") == one.chance_in("eng") > one.majority["eng"] == 0
    named = [
        run.record.model_copy(
            update={"config": run.record.config.model_copy(update={"name": name})}
        )
        for run, name in zip(StoredExperiment.read(tmp_path / "x").runs, "ab", strict=True)
    ]
    assert {(one.task, one.language) for one in own_language_scores(named)} == {
        (own, "eng"), (own, "fra"),
    }  # fmt: skip
    (tmp_path / "x" / "gaps.json").unlink()  # taken anew from the scores
    again = {gap.task: gap for gap in ExperimentResult.read(tmp_path / "x").gaps.performance}
    assert again[own].scores == by_task[own].scores
    data = read_folder(tmp_path / "x")
    (pairs,) = pair_tables(data)
    assert [column.label for column in pairs.columns] == [
        "Representation", "eng→fra", "fra→eng", "Mean",
    ]  # fmt: skip
    (row,) = pairs.rows
    told = [by_task["ner from eng"].scores["fra"], by_task["ner from fra"].scores["eng"]]
    assert [cell.sort for cell in row.cells[1:]] == [*told, sum(told) / 2]
    assert all(cell.detail for cell in row.cells[1:3])  # an interval
    console = Console(width=120, file=io.StringIO())
    console.print(terminal_report(data))
    printed = console.file.getvalue()
    assert "eng→fra" in printed
    assert "ner in language: span F1" in printed
    assert "ner from eng: span F1" not in printed  # its scores are among the pairs
    (table,) = transfer_tables(data)
    assert [row.cells[1].text for row in table.rows] == ["eng", "fra"]
    value = {(s.task.split()[-1], s.language): s.value for s in result.scores}
    for row in table.rows:
        cells = dict(zip([c.label for c in table.columns[2:]], row.cells[2:], strict=True))
        for target, cell in cells.items():
            assert cell.sort == value[row.cells[1].text, target]
    figures = figure_files(data)
    title, drawn = figures["figure-transfer-ner.svg"]
    assert title == "Named entities: trained on one language (rows), scored in others"
    assert drawn.startswith(b"<?xml")
    gaps_to = {table.title.split(": ")[1] for table in source_tables(data)}
    assert gaps_to == {"gap to English", "gap to French"}


def test_without_parallel_text_there_are_scores_and_no_vectors(xnli, encoders, tmp_path):
    given = settings(
        xnli,
        [{"name": "subword", "encoder": str(encoders / "bert")}],
        parallel=None,
        languages=["eng"],
    )
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    (path,) = records(tmp_path / "x")
    assert not (path / "embeddings.safetensors").exists()
    gaps = json.loads((tmp_path / "x" / "gaps.json").read_text(encoding="utf-8"))
    assert gaps["linguistic"] == []
    assert len(gaps["performance"]) == 1
    assert read_folder(tmp_path / "x").runs[0].status == "done"


@pytest.mark.parametrize(
    ("name", "path", "language", "sizes"),
    [
        ("ud", "ud-treebanks", "eng", (1801, 200, 2077)),  # EWT: 2,001 dev and 2,077 test sentences
        ("xnli", "xnli/XNLI-1.0", "urd", (2241, 249, 5010)),
    ],
)
def test_real_corpora_with_dev_and_test_only_train_on_dev(shared, name, path, language, sizes):
    where = str(shared / "data" / path)
    given = CorpusChoice(name=name, path=where, splits={"train": "dev"}, dev_share=0.1)
    found = [n_rows(given, language, role, (language,)) for role in ("train", "dev", "test")]
    assert tuple(found) == sizes
