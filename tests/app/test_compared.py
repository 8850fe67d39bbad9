"""Tokenizers and models named at the start: on the page they say what the commands say."""

from pathlib import Path

import numpy as np
import pytest

import checkpoints as make
from lingap.app.analysis import Line, analyse
from lingap.app.compared import Compared
from lingap.app.work import Work
from lingap.errors import ConfigError
from lingap.gap import load_tokenizer

TEXTS = {
    "eng": "Paris is the capital.", "kor": "파리는 프랑스의 수도다.", "hin": "पेरिस राजधानी है।",
    "urd": "پیرس دارالحکومت ہے۔", "fra": "naïve 👩‍👩‍👧 café",
}  # fmt: skip


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "gpt2"
    folder.mkdir()
    make.gpt2(folder)
    return folder


@pytest.mark.parametrize("source", ["byte", "character", "phoneme", "model"])
def test_what_is_shown_is_what_is_counted(source, gpt2):
    one = load_tokenizer(gpt2 if source == "model" else source)
    for language, text in TEXTS.items():
        counted, _ = one.count([text], language)
        assert len(one.split(text, language)) == counted[0], language


def test_parts_of_a_character_are_marked_and_no_letter_is_lost(gpt2):
    shown = load_tokenizer(gpt2).split("né 한", "eng")
    assert "".join(piece for piece in shown if piece != "·") == "né 한"
    assert load_tokenizer("byte").split("é", "fra") == ["c3", "a9"]


def test_the_page_has_their_tokens_beside_its_own(gpt2):
    compared = Compared.load(["byte", "mine=byte", "character"], [str(gpt2)])
    assert list(compared.tokenizers) == ["byte", "mine", "character (tokenizer)", "gpt2"]
    found = analyse(
        [Line(TEXTS["eng"], "eng", ()), Line(TEXTS["kor"], "kor", ())], compared=compared
    )
    for read, code in zip(found["lines"], ("eng", "kor"), strict=True):
        assert len(read["units"]["byte"]) == len(TEXTS[code].encode())
        assert len(read["units"]["gpt2"]) == load_tokenizer(gpt2).count([TEXTS[code]], code)[0][0]
        assert read["units"]["character"] != read["units"]["character (tokenizer)"]
    assert set(found["pairs"][0]["shared"]) >= {"byte", "mine", "gpt2"}


def test_models_are_compared_at_every_layer(gpt2):
    from lingap.evaluation import SentenceEncoder

    texts = list(TEXTS.values())[:3]
    [found] = Compared.load([], [f"small={gpt2}"]).cosines(texts, Work())
    assert found["model"] == "small"
    encoder = SentenceEncoder(Path(gpt2))
    assert found["pooling"] == encoder.pooling
    vectors = encoder.vectors(texts).layers
    assert [one["layer"] for one in found["layers"]] == list(vectors)
    for one in found["layers"]:
        rows = vectors[one["layer"]].astype(float)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        expected = [rows[i] @ rows[j] for i, j in ((0, 1), (0, 2), (1, 2))]
        assert one["cosine"] == pytest.approx(expected, abs=2e-3)


def test_prefix_and_pooling_are_those_of_the_command(gpt2):
    from lingap.evaluation import SentenceEncoder

    texts = list(TEXTS.values())[:2]
    asked = {"prefix": "query: ", "pooling": "last"}
    [found] = Compared.load([], [str(gpt2)], **asked).cosines(texts, Work())
    assert found["pooling"] == "last"
    for one, rows in zip(
        found["layers"], SentenceEncoder(gpt2, **asked).vectors(texts).layers.values(), strict=True
    ):
        unit = rows.astype(float) / np.linalg.norm(rows, axis=1, keepdims=True)
        assert one["cosine"] == pytest.approx([unit[0] @ unit[1]], abs=2e-3)
    with pytest.raises(ConfigError, match="pooling: expected"):
        Compared.load([], [str(gpt2)], pooling="median")


def test_an_empty_line_has_no_tokens_and_no_vector(gpt2):
    compared = Compared.load(["byte"], [str(gpt2)])
    found = analyse([Line("  ", "eng", ()), Line("a", "eng", ())], compared=compared)
    assert "byte" not in found["lines"][0]["units"]
    assert found["models"] == []


def test_what_is_none_is_refused_at_the_start(tmp_path):
    with pytest.raises(ConfigError, match="No file, folder or tokenizer"):
        Compared.load(["nowhere.json"])
    with pytest.raises(ConfigError, match=r"No model|nowhere"):
        Compared.load([], [str(tmp_path / "nowhere")])
    with pytest.raises(ConfigError, match="Two tokenizers"):
        Compared.load(["a=byte", "a=character"])
