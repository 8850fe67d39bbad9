"""The server answers this machine's page and nobody else."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lingap.app.browsing import Browser
from lingap.errors import StoreError
from lingap.gap import linguistic_gap, performance_gaps
from lingap.records import Score
from lingap.report import ReportData

pytest.importorskip("starlette")
testclient = pytest.importorskip("starlette.testclient", exc_type=Exception)

from lingap.app.server import MAX_BODY_BYTES, create_app  # noqa: E402

LINES = {"lines": [{"text": "Paris", "language": "eng", "backends": ["gruut-lang-en"]}]}


@pytest.fixture(scope="module")
def client(experiment):
    return testclient.TestClient(create_app(experiment), base_url="http://127.0.0.1:8321")


@pytest.mark.parametrize(
    "path", ["/", "/common.css", "/page.css", "/page.js", "/experiment.js", "/api/start"]
)
def test_every_answer_forbids_the_rest_of_the_world(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_names_no_other_host(client):
    for path in ("/", "/common.css", "/page.css", "/page.js", "/experiment.js"):
        text = client.get(path).text
        assert "http" not in text, path
        assert "innerHTML" not in text


def test_another_name_for_this_machine_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_text_is_answered(client):
    answer = client.post("/api/text", json=LINES)
    assert answer.json()["lines"][0]["spoken"][0]["words"][0]["units"]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [(json.dumps(LINES), "text/plain", "application/json"), ("{", "application/json", "not valid JSON"),
     ("[" * 50_000, "application/json", "not valid JSON"), ("[]", "application/json", "lines"),
     ("x" * (MAX_BODY_BYTES + 1), "application/json", "bytes")],
)  # fmt: skip
def test_bad_requests_get_a_sentence(client, body, kind, said):
    answer = client.post("/api/text", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_the_experiment_is_offered(client):
    about = client.get("/api/start").json()["experiment"]
    assert about["title"] == "Cities <i>"
    assert about["systems"] == ["character", "phoneme"]
    assert [row["code"] for row in about["languages"]] == ["eng", "kor", "urd"]
    assert about["unfinished"][0][0] == "not-yet"


def test_gaps_follow_the_languages(client):
    query = {"task": "ner", "metric": "span_f1", "layer": "input", "languages": "eng,urd"}
    found = client.get("/api/experiment/gaps", params=query).json()
    row = next(row for row in found["rows"] if row["system"] == "phoneme")
    assert row["scores"] == pytest.approx({"eng": 0.7, "urd": 0.8})
    assert row["rpd"] == pytest.approx(0.1 / 0.75 * 100)
    assert row["std"] == pytest.approx(0.1 / 2**0.5)
    assert row["cka"] == pytest.approx(found["maps"]["phoneme"]["values"][0][1])
    assert row["ckaName"] == found["maps"]["phoneme"]["name"] == "debiased CKA"
    assert row["nothing"] == []
    told = {row["system"]: row["scores"] for row in found["rows"] if row.get("baseline")}
    assert told == {
        "majority label": {"eng": 0.0, "urd": 0.0},
        "chance": {"eng": 0.06, "urd": 0.04},
    }


def test_errors_come_with_their_phonemes(client):
    pytest.importorskip("pyarrow")
    found = client.get(
        "/api/experiment/errors", params={"task": "ner", "system": "phoneme", "language": "kor"}
    ).json()
    assert (found["words"], found["wrong"], found["runs"]) == (4, 1, 1)
    assert found["errors"][0] == {
        "word": "로마", "gold": "O", "predicted": "B-X", "times": 1, "seen": 1,
        "context": [["파리", "와"], []], "phonemes": found["errors"][0]["phonemes"],
    }  # fmt: skip
    assert found["errors"][0]["phonemes"].split()
    assert found["confusions"] == [["O", "B-X", 1]]


@pytest.mark.parametrize("change", [{"task": "x"}, {"system": "../.."}, {"language": "zzz"}])
def test_unknown_choices_are_refused(client, change):
    query = {"task": "ner", "system": "phoneme", "language": "kor", **change}
    answer = client.get("/api/experiment/errors", params=query)
    assert answer.status_code == 400
    assert next(iter(change.values())) in answer.json()["error"]


def test_without_an_experiment_there_are_no_such_routes():
    client = testclient.TestClient(create_app(), base_url="http://localhost")
    assert client.get("/api/start").json()["experiment"] is None
    assert client.get("/api/experiment/gaps").status_code == 404


def test_a_folder_that_is_no_experiment_is_refused_at_once(tmp_path):
    with pytest.raises(StoreError, match="not an experiment"):
        create_app(tmp_path)


def test_similarity_is_that_of_the_task_that_is_shown(monkeypatch, tmp_path):
    draw = np.random.default_rng(0)
    base = draw.normal(size=(20, 6))
    languages = {"ner from hin": ("hin", "urd"), "ner from srp": ("srp", "hrv")}
    rows = [
        Score("phoneme", task, code, "span_f1", 0.5)
        for task in languages
        for code in languages[task]
    ]
    similar = tuple(
        replace(
            linguistic_gap(
                {code: base + noise * draw.normal(size=base.shape) for code in languages[task]},
                system="phoneme", layer="input", corpus="names", n_permutations=20,
            ),
            task=task,
        )
        for task, noise in (("ner from hin", 2.0), ("ner from srp", 0.1))
    )  # fmt: skip
    data = ReportData("two", performance=tuple(performance_gaps(rows)), linguistic=similar)
    monkeypatch.setattr(Browser, "data", data)
    browser = Browser(tmp_path)
    for gap in similar:
        found = browser.gaps(gap.task, "span_f1", "input", ("hin", "urd", "srp", "hrv"))
        assert found["maps"]["phoneme"]["languages"] == list(gap.languages)
        assert found["rows"][0]["cka"] == pytest.approx(gap.similarity.values[0][1])
    assert browser.gaps("another", "span_f1", "input", ("hin", "urd"))["maps"] == {}
