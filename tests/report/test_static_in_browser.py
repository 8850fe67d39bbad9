"""The pages that --out writes, in a real browser: every name is whole and can be read."""

import pytest
from typer.testing import CliRunner

from lingap.cli.gap import app
from pages import open_page

CODES = (
    "eng deu nld fra spa ita rus pol ces hin ben fin est hun tur kaz uzb swa zul yor ind tgl vie "
    "kor jpn zho zho_Hant tha ara heb amh tam tel tzm_Tfng knc_Arab cat eus nor isl"
).split()
TEXTS = """svg => [...svg.querySelectorAll("text")].filter(one => one.textContent.trim()).map(one => {
  const box = one.getBoundingClientRect(), all = svg.getBoundingClientRect();
  const whole = box.left >= all.left - 1 && box.right <= all.right + 1
             && box.top >= all.top - 1 && box.bottom <= all.bottom + 1;
  return {text: one.textContent, whole, size: parseFloat(getComputedStyle(svg).fontSize)
                                              * all.width / svg.viewBox.baseVal.width};
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    names = ["organisation__a-model-of-a-rather-long-name", "o/b", "o/c"]
    rows = [
        f"{name},xnli,{code},{0.2 + 0.1 * k + 0.5 * ((7 * at + 3 * k) % 31) / 31:.4f}"
        for k, name in enumerate(names)
        for at, code in enumerate(CODES)
    ]
    (folder / "scores.csv").write_text("\n".join(["system,task,language,score", *rows]))
    (folder / "text").mkdir()
    for at, code in enumerate(CODES):
        lines = [f"word{i} {'long' * (at % 7)} {code[:3]}" for i in range(6)]
        (folder / "text" / f"{code}.txt").write_text("\n".join(lines), encoding="utf-8")
    for name, arguments in {
        "scores": ["scores", folder / "scores.csv"],
        "explain": ["explain", folder / "scores.csv", "--system", "o/b"],
        "tokens": ["tokens", folder / "text", "-t", "byte", "-t", "character", "--resamples", "0"],
    }.items():
        made = CliRunner().invoke(
            app, [*map(str, arguments), "--out", str(folder / f"{name}.html")]
        )
        assert made.exit_code == 0, made.output
    return folder


@pytest.mark.parametrize("width", [1300, 390])
@pytest.mark.parametrize("name", ["scores", "explain", "tokens"])
def test_every_name_is_whole_and_legible(browser, folder, name, width):
    with open_page(browser, viewport={"width": width, "height": 844}, offline=True) as page:
        page.goto((folder / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        charts = page.locator("figure.scores svg")
        assert charts.count() >= 1
        for at in range(charts.count()):
            for one in charts.nth(at).evaluate(TEXTS):
                assert one["whole"], one
                assert one["size"] >= 9, one
        hidden = page.locator("svg path.to-name").evaluate_all(
            "paths => paths.filter(one => getComputedStyle(one).display === 'none').length"
        )
        assert hidden == 0
        if name == "scores":
            assert page.locator("svg path.to-name").count() >= 2 * 16  # of the slopes, both sides
