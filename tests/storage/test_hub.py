"""Snapshots of the hub: its cache as it really lies on disk, its answers as its client gives them."""

import sys

import pytest
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from lingap.errors import HubError, MissingExtra
from lingap.storage import hub
from lingap.storage.hub import snapshot

COMMIT = "a" * 40
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """The hub's own cache, without a network; gives what makes a file in it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    def make(name, kind="models"):
        path = tmp_path / f"{kind}--owner--name" / "snapshots" / COMMIT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path

    return make


@pytest.fixture
def asked(monkeypatch):
    """What is asked of a hub that can be reached; an answer is a folder or an error."""

    class Calls(list):
        answer = None

    calls = Calls()

    def download(repo, **options):
        calls.append(options)
        answer = calls.answer(options)
        if isinstance(answer, BaseException):
            raise answer
        return str(answer)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    monkeypatch.setattr(hub, "is_reachable", lambda: True)
    return calls


def error_of(kind):
    made = kind.__new__(kind)
    made.args = ("nothing",)
    return made


def test_a_model_in_the_cache_needs_no_network(cache):
    config, weights = cache("config.json"), cache("model.safetensors")
    cache("pytorch_model.bin")
    assert snapshot("owner/name", COMMIT, WEIGHTS, beside=["*.json"]) == (config.parent, (weights,))


def test_the_second_pattern_where_the_first_fits_nothing(cache):
    cache("onnx/model.safetensors")  # of another folder, which no reader looks into
    weights = {cache("pytorch_model-2.bin"), cache("pytorch_model-1.bin")}
    assert snapshot("owner/name", COMMIT, WEIGHTS)[1] == tuple(sorted(weights))


def test_a_data_set_in_the_cache_without_a_network(cache):
    wanted = [
        cache("data/ko/dev-1.parquet", "datasets"),
        cache("data/ko/dev-2.parquet", "datasets"),
    ]
    cache("data/fr/dev-1.parquet", "datasets")
    found = snapshot("owner/name", COMMIT, ["none/*", "*/ko/dev*"], kind="dataset")
    assert found == (wanted[0].parents[2], tuple(wanted))


@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_nothing_in_the_cache_and_no_network(cache, kind):
    with pytest.raises(HubError, match=r"^owner/name at a+ is not in the hub's cache and cannot be reached .*HF_HUB_OFFLINE.$") as caught:  # fmt: skip
        snapshot("owner/name", COMMIT, WEIGHTS, kind=kind)
    assert caught.value.reason == "unreachable"
    with pytest.raises(HubError, match="It is gated: Ask its makers"):
        snapshot("owner/name", COMMIT, WEIGHTS, kind=kind, gated="Ask its makers.")


def test_a_cache_without_the_file_and_no_network(cache):
    cache("config.json")
    with pytest.raises(HubError, match=r"no file like \*.safetensors or .*bin.*Only the hub's cache was searched"):  # fmt: skip
        snapshot("owner/name", COMMIT, WEIGHTS)


def test_a_model_is_looked_for_in_the_cache_first_and_a_data_set_at_the_hub(asked, tmp_path):
    asked.answer = lambda _: tmp_path
    (tmp_path / "x.bin").touch()
    for kind, first in (("model", True), ("dataset", False)):
        asked.clear()
        snapshot("owner/name", COMMIT, ["x.bin"], beside=["*.json"], kind=kind)
        assert [options["local_files_only"] for options in asked] == [first]
        assert asked[0]["repo_type"] == kind
        assert asked[0]["revision"] == COMMIT
        assert asked[0]["allow_patterns"] == ["*.json", "x.bin"]


def test_what_the_cache_lacks_is_fetched(asked, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "pytorch_model.bin").touch()
    asked.answer = lambda options: tmp_path / ("here" if options["local_files_only"] else "there")
    folder, _ = snapshot("owner/name", COMMIT, WEIGHTS)
    assert folder == tmp_path / "there"
    assert [options["local_files_only"] for options in asked] == [True, True, False, False]


@pytest.mark.parametrize(
    ("error", "reason", "says"),
    [
        (GatedRepoError, "gated", "is gated. Ask its makers"),
        (RepositoryNotFoundError, "absent", "The hub has no owner/name at a+ .or hides it."),
        (
            HfHubHTTPError,
            "unreachable",
            "cannot be reached .HfHubHTTPError.* gated: Ask its makers",
        ),
        (ConnectionError, "unreachable", "cannot be reached .ConnectionError"),
        (ValueError, "unreachable", "cannot be reached .ValueError"),
    ],
)
@pytest.mark.parametrize("kind", ["model", "dataset"])
def test_what_the_hub_refuses_is_said_plainly(asked, error, reason, says, kind):
    asked.answer = lambda _: error_of(error)
    with pytest.raises(HubError, match=says) as caught:
        snapshot("owner/name", COMMIT, WEIGHTS, kind=kind, gated="Ask its makers.")
    assert caught.value.reason == reason


def test_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtra, match=r"owner/name from the hub.*lingap\[data\]"):
        snapshot("owner/name", COMMIT, WEIGHTS)
