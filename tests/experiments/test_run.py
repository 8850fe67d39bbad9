"""A tiny plan, the whole way: run, kill, resume, repeat, report."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import LanguageError
from lingap.experiments import Experiment, make_plan
from lingap.experiments.analysis import analyse
from lingap.experiments.store import Store
from lingap.report.folder import read_folder
from lingap.tasks.tagging import Tagging

TINY = Path(__file__).parents[1] / "data" / "tiny.yaml"


def tiny():
    return Experiment.from_yaml(TINY)


def rows(folder):
    """All that a run leaves but its time."""
    found = {}
    for path in sorted(folder.glob("runs/*/run.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        record.pop("seconds", None)
        found[path.parent.name] = record
    return found


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiment") / "x"
    assert tiny().run(folder, n_workers=0).failures == ()
    return folder


def test_every_representation_is_scored_on_the_same_words(finished):
    found = rows(finished)
    assert len(found) == 6
    words = {}
    for record in found.values():
        (score,) = record["scores"]
        assert 0 <= score["value"] <= 1
        words.setdefault(score["language"], set()).add(score["n_words"])
    assert all(len(counts) == 1 for counts in words.values())


def test_gaps_and_coverage_are_there(finished):
    gaps = json.loads((finished / "gaps.json").read_text(encoding="utf-8"))
    assert [g["system"] for g in gaps["performance"]] == ["subword", "character", "phoneme"]
    assert {(g["system"], g["layer"]) for g in gaps["linguistic"]} == {
        (s, layer) for s in ("subword", "character", "phoneme") for layer in ("input", "last")
    }
    coverage = json.loads((finished / "coverage.json").read_text(encoding="utf-8"))
    assert {row["language"] for row in coverage} == {"eng", "kor"}
    assert all(row["words"] > 0 for row in coverage)
    assert {(row["task"], row["system"]) for row in coverage} == {("ner", "phoneme")}


def test_parallel_sentences_are_drawn_with_the_experiment(finished):
    drawn = read_folder(finished).projections
    assert [one.system for one in drawn] == ["subword", "character", "phoneme"]
    assert set(drawn[0].texts) == {"eng", "kor"}


def test_what_the_parallel_text_lost_stands_beside_the_similarity(finished, tmp_path):
    folder = tmp_path / "x"
    shutil.copytree(finished, folder)
    plan = make_plan(tiny().config)
    for job in plan.of("runs"):
        path = folder / "runs" / job.id / "run.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        (code,) = job.spec.parallel_languages
        counts = record["parallel_counts"][code]
        assert counts["words"] > 0
        assert counts["words_truncated"] == 0
        counts |= {"words": 40, "words_truncated": 2, "units": 200, "units_unknown": 3}
        path.write_text(json.dumps(record), encoding="utf-8")
    analyse(Store(folder), plan)
    gaps = json.loads((folder / "gaps.json").read_text(encoding="utf-8"))["linguistic"]
    assert len(gaps) == 3 * 2
    for gap in gaps:
        for code in ("eng", "kor"):
            assert (
                f"In the parallel text of {code} 2 of 40 words were truncated by the encoder and "
                "1.5% of the units are not in the vocabulary."
            ) in gap["warnings"]


def test_a_second_run_computes_nothing(finished):
    stamps = {p: p.stat().st_mtime_ns for p in finished.glob("*/*/run.json")}
    asked = []
    from contextlib import contextmanager

    @contextmanager
    def watch(every, jobs):
        asked.extend(jobs)
        yield lambda *_: None

    tiny().run(finished, n_workers=0, watch=watch)
    assert asked == []
    assert {p: p.stat().st_mtime_ns for p in finished.glob("*/*/run.json")} == stamps


def test_workers_give_the_same_numbers_to_the_bit(finished, tmp_path):
    tiny().run(tmp_path / "x", n_workers=2)
    assert rows(tmp_path / "x") == rows(finished)


# ``lingap`` that sends itself a signal at the first step it hears of after a run has ended.
DIES = """
import os, sys
from lingap.cli import main
from lingap.experiments import experiment
number = int(sys.argv[1])

class Dying(experiment.Schedule):
    def __init__(self, jobs, root, tell):
        ended = []
        def told(job, event, step):
            tell(job, event, step)
            if event == "done" and job.kind == "runs":
                ended.append(job)
            if event == "step" and ended:
                os.kill(os.getpid(), number)
        super().__init__(jobs, root, told)

experiment.Schedule = Dying
del sys.argv[:2]
main()
"""


def test_killed_in_the_middle_it_goes_on_to_the_same_rows(finished, tmp_path):
    folder = tmp_path / "x"
    arguments = ["lingap", "run", str(TINY), "--out", str(folder), "--workers", "1"]
    before = {}
    for kill, expected in ((signal.SIGKILL, -9), (signal.SIGINT, 130)):
        # Its worker holds the same stderr, so that this returns when both are gone.
        killed = subprocess.run(
            [sys.executable, "-c", DIES, str(int(kill)), *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert killed.returncode == expected
        assert ("run it again to resume" in killed.stderr) is (kill == signal.SIGINT)
        after = {p: p.stat().st_mtime_ns for p in folder.glob("runs/*/run.json")}
        assert after.items() > before.items()
        assert len(after) == len(before) + 1
        before = after
    ended = CliRunner().invoke(app, arguments[1:], catch_exceptions=False)
    assert ended.exit_code == 0
    assert rows(folder) == rows(finished)
    assert all(p.stat().st_mtime_ns == stamp for p, stamp in before.items())
    assert list((folder / "work").iterdir()) == []
    assert (folder / "report.html").stat().st_size > 1e6


def test_what_one_job_encoded_others_take(tmp_path, monkeypatch):
    given = tiny().config.model_dump(mode="json")
    given |= {"representations": [{"name": "phoneme", "label": "spelled"}], "seeds": [0, 1]}
    asked = []
    whole = Tagging.instances

    def counted(self, examples, *args, **kwargs):
        asked.append((self.name, examples[0].language, len(examples)))
        return whole(self, examples, *args, **kwargs)

    monkeypatch.setattr(Tagging, "instances", counted)
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    # Beside the text for pre-training (twice): train, dev, test and parallel of two languages.
    assert len(asked) == 2 + 2 * 4
    assert not (tmp_path / "x" / "work" / "encoded").exists()
    alone = given | {"seeds": [1]}
    assert Experiment(alone).run(tmp_path / "y", n_workers=0).failures == ()
    both, one = rows(tmp_path / "x"), rows(tmp_path / "y")
    assert (len(both), len(one)) == (4, 2)
    assert one.items() <= both.items()
    (encoder,) = read_folder(tmp_path / "x").pretraining
    assert encoder.system == "spelled"


def test_labels_that_training_never_had_are_counted_or_refused(tmp_path):
    corpus = {
        "name": "tags", "task": "pos", "format": "conll", "path": "{iso3}.{split}.txt",
    }  # fmt: skip
    path = tmp_path / "tags.yaml"
    path.write_text(yaml.safe_dump(corpus), encoding="utf-8")

    def write(split, labels):
        text = "".join(f"word\t{label}\n" for label in labels) + "\n"
        for code in ("eng", "fra"):
            (tmp_path / f"{code}.{split}.txt").write_text(text * 6, encoding="utf-8")

    write("train", ("NOUN", "X"))
    write("dev", ("NOUN", "X", "Noun"))  # what is only in dev is not learned either
    write("test", ("Noun", "X", "NOUN"))
    given = tiny().config.model_dump(mode="json")
    given |= {
        "languages": ["eng", "fra"], "parallel": None,
        "representations": [{"name": "character"}],
        "tasks": [{"task": "pos", "corpus": {"name": str(path)}}],
    }  # fmt: skip
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    done = rows(tmp_path / "x")
    assert len(done) == 2
    for record in done.values():
        assert record["scores"][0]["counts"]["labels_unseen"] == 6
        assert record["scores"][0]["n_words"] == 18
    write("test", ("Noun", "x"))
    failures = Experiment(given).run(tmp_path / "x", n_workers=0).failures
    assert "eng: the test data have the labels Noun, x, training has NOUN, X" in failures[0].reason


def test_a_failed_job_is_kept_with_its_reason_and_the_rest_goes_on(tmp_path, diverging):
    given = tiny().config.model_dump(mode="json")
    given["finetuning"] |= {"learning_rate": 1, "epochs": 2}
    given["representations"] = [{"name": "character"}]
    failures = Experiment(given).run(tmp_path / "x", n_workers=0).failures
    assert len(failures) == 2
    assert all("The loss is" in failure.reason for failure in failures)
    assert {r["status"] for r in rows(tmp_path / "x").values()} == {"failed"}


def test_a_language_without_back_end_or_names_is_refused_before_anything_runs(tmp_path):
    given = tiny().config.model_dump(mode="json")
    given["representations"][-1]["options"] = {"backend": "epitran"}  # auto: by what is installed
    with pytest.raises(LanguageError, match="Hebrew"):
        Experiment(given | {"languages": ["eng", "heb"]}).run(tmp_path / "x", n_workers=0)
    assert not (tmp_path / "x" / "runs").exists()


def test_a_full_disk_ends_the_run_and_is_not_the_jobs_fault(tmp_path, monkeypatch):
    from lingap import models

    def full(*_, **__):
        raise RuntimeError("I/O error: No space left on device (os error 28)")

    with monkeypatch.context() as patched:
        patched.setattr(models, "save_encoder", full)
        with pytest.raises(OSError, match="No space left"):
            tiny().run(tmp_path / "x", n_workers=0)
    assert rows(tmp_path / "x") == {}
    assert tiny().run(tmp_path / "x", n_workers=0).failures == ()


def test_a_worker_that_dies_is_replaced_and_its_job_tried_again(tmp_path):
    import psutil

    killed = []
    from contextlib import contextmanager

    @contextmanager
    def watch(every, jobs):
        def tell(job, event, step):
            if event == "step" and not killed:
                (child,) = [
                    c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())
                ]
                killed.append(child.pid)
                child.kill()

        yield tell

    assert tiny().run(tmp_path / "x", n_workers=1, watch=watch).failures == ()
    assert len(killed) == 1
    assert len(rows(tmp_path / "x")) == 6
