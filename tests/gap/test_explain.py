"""``lingap gap explain``: planted causes are found, what is missing is named, nothing is fetched."""

import json
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from lingap.cli.gap import app
from lingap.errors import LingapError, MissingExtra
from lingap.gap import read_gaps, uriel
from lingap.gap.explain import explain_scores
from lingap.gap.explanation import Explanation
from lingap.gap.language_features import language_features
from lingap.report.html import render_html
from lingap.report.summary import ReportData

CODES = (
    "eng deu nld fra spa ita rus pol ces hin ben fin est hun tur kaz uzb swa zul yor ind tgl "
    "vie kor jpn zho tha ara heb amh tam tel"
).split()  # fmt: skip


@pytest.fixture
def core(monkeypatch):
    """As without the extra."""
    monkeypatch.setattr("lingap.gap.language_features.has_uriel", lambda: False)


def run(*arguments):
    result = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def files(tmp_path):
    """Scores that follow the size of the data but in Thai, which is far below it."""
    rng = np.random.default_rng(1)
    size = rng.uniform(4, 10, len(CODES))
    score = 0.1 * size - 0.1 + 0.01 * rng.normal(size=len(CODES))
    score[CODES.index("tha")] -= 0.25
    rows = [f"mine,{code},{s:.4f}" for code, s in zip(CODES, score, strict=True)]
    (tmp_path / "scores.csv").write_text("\n".join(["system,language,score", *rows]))
    sizes = [f"{code}\t{10**s:.0f}" for code, s in zip(CODES, size, strict=True)]
    sizes += ["kat\t1000000"]
    (tmp_path / "sizes.tsv").write_text("\n".join(["language\ttokens", *sizes]))
    return tmp_path


def test_too_few_languages_name_the_file(tmp_path, core):
    path = tmp_path / "few.csv"
    path.write_text("system,language,score\nmine,eng,0.9\nmine,fra,0.8\nmine,tha,0.1\n")
    with pytest.raises(LingapError, match=r"few\.csv: mine \(.*\): 3 languages; at least 6"):
        run(path)


def test_a_planted_cause_and_a_language_below_it_are_found(files, core):
    out = run(
        files / "scores.csv", "--data-size", files / "sizes.tsv", "--no-phonemes",
        "--predict", "ka,guj", "--json", "--permutations", "199",
    )  # fmt: skip
    [found] = [Explanation.from_dict(row) for row in json.loads(out.stdout)["explanations"]]
    effects = {one.feature: one for one in found.features}
    size = effects["data size (tokens)"]
    assert size.value > 0.8
    assert size.p_value == 1 / 200
    assert size.unique > 0.3
    assert found.is_explained
    assert found.error_language < 0.5 * found.mean_error_language
    assert [one.language for one in found.residuals if one.is_below] == ["tha"]
    georgian, gujarati = found.predictions
    assert georgian.by == "family"
    assert georgian.predicted == pytest.approx(0.5, abs=0.1)
    assert gujarati.by == "language"
    assert gujarati.missing == ("data size (tokens)",)
    assert georgian.interval.low < georgian.predicted < georgian.interval.high


def test_tables_notes_and_file(files, core, tmp_path):
    out = run(
        files / "scores.csv", "--data-size", files / "sizes.tsv", "--permutations", "99",
        "-o", tmp_path / "why.md", "-o", tmp_path / "why.html", "-o", tmp_path / "why.json",
        "--predict", "kat",
    )  # fmt: skip
    assert out.stdout.startswith("mine, all: data size (tokens) (R 0.")
    assert "Below their prediction beyond chance: Thai.\n" in out.stdout
    assert "what each feature explains" in out.stdout
    assert "Georgian (kat)" in out.stdout  # asked for
    assert "Thai (tha)" not in out.stdout
    assert "Not shown: " in out.stderr
    assert "languages below and above what features predict" in out.stderr
    whole = run(
        files / "scores.csv", "--data-size", files / "sizes.tsv", "--permutations", "99",
        "--details",
    )  # fmt: skip
    assert "Thai (tha)" in whole.stdout
    assert "Not shown" not in whole.stderr
    assert "pip install 'lingap[explain]'" in out.stderr
    assert "phonemes: unknown in " in out.stderr
    page = (tmp_path / "why.md").read_text()
    assert "| Georgian (kat)" in page
    charts = (tmp_path / "why.html").read_text()
    assert charts.count("<svg") == 2
    assert "<title>Thai (Tai-Kadai): " in charts
    assert "://" not in charts.replace("http://www.w3.org/2000/svg", "")
    [found] = read_gaps(tmp_path / "why.json").explanations
    report = render_html(ReportData("why", explanations=(found,)))
    assert "What features of languages explain" in report
    assert "<title>Thai (Tai-Kadai): " in report
    with pytest.raises(LingapError, match=r"expected a name with \.html, \.md or \.json"):
        run(files / "scores.csv", "-o", tmp_path / "why.txt")


def test_unknown_languages_and_missing_values_are_named(core):
    scores = {code: 0.3 + 0.02 * i for i, code in enumerate(CODES)} | {"qqz": 0.5}
    features = language_features(list(scores), inventory=False)
    found = explain_scores(scores, features, n_permutations=99)
    assert any("no table knows: qqz" in note for note in found.warnings)
    script = next(one for one in found.features if one.feature == "script")
    assert script.missing == ("qqz",)
    assert all("qqz" in one.left_out for one in found.pairs)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("language\ttokens\nkor\t-3\n", r"sizes.tsv:2: tokens is '-3'"),
        ("language\ttokens\nkor\tmany\n", r"sizes.tsv:2: tokens is 'many'"),
        ("language\ttokens\nkor\t3\nko\t4\n", r"sizes.tsv:3: a second size for kor"),
        ("tokens\tbytes\n3\t4\n", "expected a column language"),
        ("language\nkor\n", "expected a column language"),
    ],
)
def test_bad_sizes_are_named(files, core, text, match):
    (files / "sizes.tsv").write_text(text)
    with pytest.raises(LingapError, match=match):
        run(files / "scores.csv", "--data-size", files / "sizes.tsv", "--no-phonemes")


def test_too_little_is_said(files, core):
    head = (files / "scores.csv").read_text().splitlines()
    (files / "few.csv").write_text("\n".join(head[:5]))
    with pytest.raises(LingapError, match="4 languages; at least 6"):
        run(files / "few.csv", "--no-phonemes")
    (files / "ten.csv").write_text("\n".join(head[:11]))
    out = run(files / "ten.csv", "--no-phonemes", "--permutations", "99")
    assert "no model below 12 languages" in out.stderr
    (files / "flat.csv").write_text("\n".join([head[0], *(f"m,{c},0.5" for c in CODES)]))
    with pytest.raises(LingapError, match="nothing to explain"):
        run(files / "flat.csv", "--no-phonemes")
    flat, steep = ([f"{name},{c},0.{at + 10 if name == 'n' else 5}" for at, c in enumerate(CODES)]
                   for name in "mn")  # fmt: skip
    two = [head[0], *flat, *steep]
    (files / "two.csv").write_text("\n".join(two))
    out = run(files / "two.csv", "--no-phonemes", "--permutations", "99")
    assert "the same score in all languages, not explained: m." in out.stderr
    assert "n, " in out.stdout
    with pytest.raises(LingapError, match="no table knows"):
        run(files / "scores.csv", "--reference", "qqz")
    with pytest.raises(LingapError, match="predict: no table knows qqz, and neither tokens nor"):
        run(files / "scores.csv", "--predict", "kat,qqz", "--no-phonemes")
    (files / "none.json").write_text('{"tokens": []}')
    with pytest.raises(LingapError, match="no token premiums"):
        run(files / "scores.csv", "--tokens", files / "none.json")
    with pytest.raises(
        LingapError, match=r"sizes\.tsv is damaged.*; expected what `lingap gap tok"
    ):
        run(files / "scores.csv", "--tokens", files / "sizes.tsv")


def test_failed_runs_and_a_system_at_chance_are_told(files, core):
    path = files / "seeds.csv"
    rows = [f"m,ner,{code},{seed},0.{at + 50}" for at, code in enumerate(CODES) for seed in (1, 2)]
    rows[-1] = rows[-1].rpartition(",")[0] + ",0"
    rows += [f"g,xnli,{code},1,0.33{at}" for at, code in enumerate(CODES)]
    path.write_text("\n".join(["system,task,language,seed,score", *rows]))
    asked = [path, "--no-phonemes", "--permutations", "99"]
    told = run(*asked)
    assert "1 run (language and seed) at 0 or chance" in told.stderr
    assert "pass --drop-failed to leave them out" in told.stderr
    assert "xnli: near chance, 0.333" in told.stderr
    kept = json.loads(run(*asked, "--drop-failed", "--json").stdout)["explanations"][0]
    [last] = [one for one in kept["residuals"] if one["language"] == CODES[-1]]
    assert last["score"] == pytest.approx(float(f"0.{len(CODES) + 49}"))


def test_distances_without_the_package_name_the_extra(monkeypatch):
    monkeypatch.setattr(uriel, "package_folder", lambda name: None)
    with pytest.raises(MissingExtra, match="explain"):
        uriel.uriel_distances(["eng"])


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The two files that are read, made by hand."""
    data = tmp_path / "urielplus/database"
    (data / "urielplus_csvs").mkdir(parents=True)
    (data / "original_uriel").mkdir()
    (data / "urielplus_csvs/lang_fam_geo.csv").write_text(
        "language_id,language_name,latitude,longitude,lineage\n"
        'stan1293,English,0,0,"F, G, W"\n'
        'stan1295,German,0,90,"F, G, H"\n'
        "kore1280,Korean,0,180,K\n"
        "basq1248,Basque,,,\n"
    )
    names = np.array([f"S_{k}" for k in range(12)] + ["P_1", "INV_1"])
    values = np.full((2, 14, 2), -1.0, dtype=np.float32)
    values[0, :12, 0] = [1] * 6 + [0] * 6
    values[1, :12, 1] = [1] * 3 + [0] * 3 + [1] * 3 + [0] * 3
    np.savez(
        data / "original_uriel/features.npz", feats=names, langs=np.array(["eng", "deu"]),
        sources=np.array(["A", "B"]), data=values,
    )  # fmt: skip
    monkeypatch.setattr(uriel, "package_folder", lambda name: tmp_path / "urielplus")
    return data


def test_distances_by_hand(package):
    found = uriel.uriel_distances(["eng", "deu", "kor", "eus"])
    far = 2 / np.pi * np.arccos(2 / 3)
    np.testing.assert_allclose(found["genealogical"][0], [0, far, 1, 1])
    np.testing.assert_allclose(found["geographic"][0, :3], [0, 0.5, 1])
    assert np.isnan(found["geographic"][0, 3])
    np.testing.assert_allclose(found["syntactic"][0, :2], [0, 2 / np.pi * np.arccos(0.5)])
    assert np.isnan(found["syntactic"][0, 2])
    assert np.isnan(found["phonological"][0, 1])  # too few features
    assert "urielplus" not in sys.modules


def test_a_damaged_package_is_named(package):
    (package / "original_uriel/features.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(LingapError, match=r"not the files of urielplus 1\.3"):
        uriel.uriel_distances(["eng", "deu"])


def test_the_real_package_gives_its_own_distances():
    if not uriel.has_uriel():
        pytest.skip("needs the extra explain")
    found = uriel.uriel_distances(["eng", "kor"])
    # URIELPlus().new_distance(kind, ["eng", "kor"]) of 1.3.2
    for kind, value in (("syntactic", 0.587), ("phonological", 0.4638), ("inventory", 0.4866)):
        assert found[kind][0, 1] == pytest.approx(value, abs=5e-5)
    assert found["genealogical"][0, 1] == 1


def test_token_premiums_are_features_as_logarithms(tmp_path, core):
    for name, text in (("eng", "a b\n"), ("kor", "가 나 다\n")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    made = CliRunner().invoke(app, ["tokens", str(tmp_path), "-t", "byte", "--json"])
    (tmp_path / "tokens.json").write_text(made.stdout, encoding="utf-8")
    found = language_features(["kor", "swa"], tokens=tmp_path / "tokens.json", inventory=False)
    [(name, values)] = found.numbers.items()
    assert name == "token premium of byte"
    assert values[0] == pytest.approx(np.log(11 / 3))
    assert np.isnan(values[1])


def test_phonemes_are_those_of_names(core):
    found = language_features(["fin", "qqz"], inventory=True)
    assert 20 < found.numbers["phonemes"][0] < 60
    assert 0 < found.numbers["phonemes not shared with eng"][0] < 1
    assert np.isnan(found.numbers["phonemes"][1])
