"""charsiu with a tiny T5 made here: bytes in and out as ByT5's, batches, errors that say what to do."""

import pytest

from lingap.errors import G2PError, LanguageError, MissingExtra
from lingap.g2p import Phonemizer
from lingap.g2p.backends.charsiu import CHARSIU, MODEL, _decoded, tags
from lingap.languages import get_language

torch = pytest.importorskip("torch", reason="needs the extra train")
transformers = pytest.importorskip("transformers", reason="needs the extra train")

FRENCH = get_language("fra")
COMMIT = "ab" * 20


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with an untrained byte-level T5."""
    torch.manual_seed(0)
    config = transformers.T5Config(
        vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_decoder_layers=1,
        num_heads=2, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("charsiu")
    transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def load(model, **options):
    return CHARSIU.load(FRENCH, {"model": str(model)} | options)


def test_words_go_in_as_byt5_reads_them(model, monkeypatch):
    engine = load(model)
    asked = []

    def generate(*, input_ids, attention_mask, **how):
        asked.append((input_ids, attention_mask, how))
        answers = {len(b"<fra>: r\xc3\xa9"): b"\xca\x81", len(b"<fra>: mots"): b"ab, c"}
        rows = [[0, *(b + 3 for b in answers[int(m.sum())]), 1, 0] for m in attention_mask]
        width = max(map(len, rows))
        return torch.tensor([row + [0] * (width - len(row)) for row in rows])

    monkeypatch.setattr(engine._model, "generate", generate)
    said = engine.transcribe(["mots", "ré"])
    ids, mask, how = asked[0]
    spelled = [b"<fra>: r\xc3\xa9", b"<fra>: mots"]  # the shorter first
    for row, text in enumerate(spelled):
        assert bytes(t - 3 for t in ids[row][mask[row] == 1].tolist()) == text
    assert how["generation_config"].num_beams == 1
    assert how["generation_config"].do_sample is False
    assert [word.ipa for word in said] == ["ab", "ʁ"]  # in the order asked


def test_decoding_stops_at_the_end_and_takes_the_first_variant():
    def tokens(data):
        return [0, *(byte + 3 for byte in data), 1, 0, 0]

    assert _decoded(tokens("ʁe".encode())) == "ʁe"
    assert _decoded(tokens(b"ab, ac")) == "ab"
    assert _decoded([0, *(byte + 3 for byte in "aʁ".encode()[:-1])]) == "a"  # cut in half
    assert _decoded([0, 1]) == ""


def test_batches_do_not_change_answers(model, monkeypatch):
    monkeypatch.setattr("lingap.g2p.backends.charsiu._BYTES_A_WORD", 6)
    words = ["a", "mots", "pronunciation", "é", "x" * 30]
    one, three = (load(model, batch=b).transcribe(words) for b in ("1", "3"))
    assert len(one) == len(words)
    assert one == three


def test_through_the_phonemizer(model, monkeypatch):
    monkeypatch.setattr("lingap.g2p.backends.charsiu._BYTES_A_WORD", 6)
    phonemizer = Phonemizer("fra", "charsiu", model=str(model), cache=False)
    assert len(phonemizer(["mots", "!", "漢"])) == 3
    assert phonemizer.provenance()["charsiu tag"] == "fra"


def test_what_the_model_leaves_empty_is_counted(model, monkeypatch):
    engine = load(model)
    monkeypatch.setattr(engine, "_read", lambda words: ["" for _ in words])
    assert engine.transcribe(["mot"])[0].unmapped == ("m", "o", "t")


def test_another_model_is_another_provenance(model, tmp_path):
    here = CHARSIU.provenance(FRENCH, {"model": str(model)})
    hub = CHARSIU.provenance(FRENCH, {"revision": COMMIT})
    assert hub["charsiu model"] == MODEL
    assert hub["charsiu revision"] == COMMIT
    assert here["charsiu revision"] != hub["charsiu revision"]
    assert CHARSIU.provenance(FRENCH, {"model": str(model), "batch": "8"}) == here


def test_errors_say_what_to_do(model, tmp_path, monkeypatch):
    with pytest.raises(G2PError, match="neither a folder nor a hub id"):
        load(tmp_path / "gone")
    with pytest.raises(G2PError, match="Cannot load the charsiu model"):
        load(tmp_path)
    with pytest.raises(G2PError, match="at least 1; got '0'"):
        load(model, batch="0")
    with pytest.raises(G2PError, match="no option beams='4'.*Known: model; revision"):
        load(model, beams="4")
    with pytest.raises(LanguageError, match="charsiu does not serve Zulu"):
        CHARSIU.load(get_language("zul"), {})
    monkeypatch.setattr("lingap.g2p.backends.charsiu.installed_version", lambda name: None)
    assert "lingap[train]" in CHARSIU.missing()
    with pytest.raises(MissingExtra, match=r"lingap\[train\]"):
        load(model)


def test_the_cache_is_read_before_the_hub_is_asked(model, monkeypatch):
    asked = []

    def found(repo, *, revision, local_files_only, **_):
        asked.append((repo, revision, local_files_only))
        return str(model)

    monkeypatch.setattr("huggingface_hub.snapshot_download", found)
    CHARSIU.load(FRENCH, {"revision": COMMIT})
    assert asked == [(MODEL, COMMIT, True)]


def test_without_a_network_the_hub_is_asked_once(monkeypatch):
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked = []

    def nothing(repo, *, local_files_only, **_):
        asked.append(local_files_only)
        raise LocalEntryNotFoundError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", nothing)
    monkeypatch.setattr("lingap.storage.hub.is_reachable", lambda: True)  # it was, a moment ago
    with pytest.raises(
        G2PError, match=r"not in the hub's cache and cannot be reached .*name a local folder"
    ):
        CHARSIU.load(FRENCH, {})
    assert asked == [True, False]
    monkeypatch.setattr("lingap.storage.hub.is_reachable", lambda: False)
    with pytest.raises(
        G2PError, match=r"not in the hub's cache and cannot be reached .*name a local folder"
    ):
        CHARSIU.load(FRENCH, {})
    assert asked[2:] == [True, True]


def test_a_model_without_weights_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr("lingap.storage.hub.is_reachable", lambda: True)
    with pytest.raises(
        G2PError, match=r"at [0-9a-f]{40} has no file like \*\.safetensors or pytorch"
    ):
        CHARSIU.load(FRENCH, {})


def test_tags_are_of_the_table():
    assert len(tags()) > 75
    assert tags()["eng"] == "eng-us"
    assert all(get_language(code).code == code for code in tags())
