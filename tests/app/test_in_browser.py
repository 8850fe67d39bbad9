"""The explorer in a real browser: by keyboard, on a phone, right to left, and silent to the world."""

import os
import subprocess
import sys

import pytest

import checkpoints
from lingap.g2p import DEFAULT_BACKEND
from pages import PATIENCE, open_page

HOSTILE = "<img src=x onerror='window.hacked=true'>"


@pytest.fixture(scope="module")
def address(experiment, tmp_path_factory):
    pytest.importorskip("uvicorn")
    model = tmp_path_factory.mktemp("models") / "gpt2"
    model.mkdir()
    checkpoints.gpt2(model)
    code = "import sys\nfrom pathlib import Path\nfrom lingap.app.serving import serve\n" \
           "serve(Path(sys.argv[1]), port=18321, tokenizers=['byte'], models=sys.argv[2:])"  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(experiment), str(model)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    yield next(word for word in child.stdout.readline().split() if word.startswith("http"))
    child.terminate()
    child.communicate(timeout=300)


@pytest.fixture(
    params=[{"width": 1280, "height": 900}, {"width": 390, "height": 844}], ids=["desk", "phone"]
)
def page(browser, address, request):
    with open_page(browser, asks=(address, "data:"), viewport=request.param) as page:
        page.goto(address)
        page.wait_for_selector("#heat")
        page.wait_for_selector("html[data-ready]")  # the lines it begins with are read
        yield page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def settle(page, act):
    """Do something and wait until the page has read the lines anew."""
    before = page.evaluate("document.documentElement.dataset.ready")
    act()
    page.wait_for_function(
        "before => document.documentElement.dataset.ready !== before", arg=before
    )


def test_it_begins_with_four_scripts(page):
    page.click("#tab-text")
    assert page.locator(".line").count() == 4
    assert page.locator(".line .gloss .word").count() > 15
    urdu = page.locator(".line").nth(3)
    assert urdu.locator(".gloss").get_attribute("dir") == "rtl"
    assert urdu.locator("textarea").get_attribute("dir") == "rtl"
    boxes = [urdu.locator(".word").nth(at).bounding_box() for at in (0, 1)]
    assert boxes[0]["x"] > boxes[1]["x"]  # the first word stands right of the second
    assert urdu.locator(".sound").first.get_attribute("dir") == "ltr"


def test_tokenizers_and_models_named_at_the_start_are_compared(page):
    page.click("#tab-text")
    rows = page.locator("#units .reading").all_inner_texts()
    by_bytes = [row.split() for row in rows if "byte" in row.split()]
    assert len(by_bytes) == 4
    n = len(b"Paris is the capital of France.")
    assert by_bytes[0][: by_bytes[0].index("byte") + 2][-1] == str(n)
    assert any(word.startswith("(×") for word in by_bytes[1])
    assert page.locator("#models .layers b").inner_text().startswith("gpt2 (")
    assert page.locator("#models .layer").count() > 1
    settle(
        page, lambda: page.locator(".line textarea").nth(1).fill("Paris is the capital of France.")
    )
    assert page.locator("#models .layer").last.inner_text().split()[1] == "1.00"


def test_the_back_end_ticked_first_is_the_one_that_the_command_takes(page):
    page.click("#tab-text")
    for line in page.locator(".line").all():
        ticked = line.locator(".backends input:checked")
        assert ticked.count() == 1
        assert ticked.get_attribute("value") == DEFAULT_BACKEND
        assert line.locator(".coverage b").inner_text().startswith("auto (")


def test_digits_on_the_heat_map_have_contrast(page):
    least = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("#heat td")].filter((cell) => cell.textContent).map((cell) => {
          const lightness = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map((one) => one / 255)
            .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const both = [getComputedStyle(cell).backgroundColor, getComputedStyle(cell).color].map(lightness);
          return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05); }))"""
    )
    assert least >= 4.5


def test_typing_is_answered_and_stays_text(page):
    page.click("#tab-text")
    first = page.locator(".line").first
    settle(page, lambda: first.locator("textarea").fill(f"colonel {HOSTILE}"))
    assert first.locator(".form").first.inner_text() == "colonel"
    assert first.locator(".sound").first.inner_text().split()[0] == "k"
    assert "onerror" in first.locator(".gloss").inner_text()
    assert page.locator("img").count() == 0


def test_a_long_word_does_not_widen_the_page_and_limits_are_told(page):
    page.click("#tab-text")
    first = page.locator(".line").first
    settle(page, lambda: first.locator("textarea").fill("a" * 300))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "words were not compared" in page.locator("#similar").inner_text()
    assert "At most 8 lines of 4,000 characters" in page.locator("#limits").inner_text()
    assert first.locator("textarea").get_attribute("maxlength") == "4000"


def test_back_ends_stand_side_by_side(page):
    page.click("#tab-text")
    korean = page.locator(".line").nth(1)
    boxes = korean.locator(".backends input")
    assert boxes.nth(0).is_checked()
    settle(page, lambda: boxes.nth(1).check(force=True))
    name = boxes.nth(1).get_attribute("value")
    assert (
        korean.locator(f".word .sound[title='{name}']").count() == korean.locator(".word").count()
    )
    assert name in korean.locator(".coverage").inner_text()


def test_by_keyboard_alone(page):
    page.locator("#tab-experiment").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#view-text").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "language"
    page.locator("#add").focus()
    settle(page, lambda: page.keyboard.press("Enter"))
    assert page.locator(".line").count() == 5
    assert page.evaluate("document.activeElement.className") == "sentence"
    settle(page, lambda: page.keyboard.type("bonjour"))
    assert page.locator(".line").nth(4).locator(".sound").count() == 1
    page.locator(".line").nth(4).locator(".remove").focus()
    settle(page, lambda: page.keyboard.press("Enter"))
    assert page.locator(".line").count() == 4


def test_units_and_pairs_are_shown(page):
    page.click("#tab-text")
    assert page.locator("#units .reading").count() == 16  # four lines in four ways
    page.select_option("#pair", label="3. Hindi – 4. Urdu")
    shared = page.locator("#shared .overlap")
    assert shared.count() == 4
    assert page.locator("#similar .twin").count() > 0


def test_the_experiment_is_browsed(page):
    table = page.locator("#view-experiment table").first
    assert "phoneme" in table.inner_text()
    assert page.locator("#heat td").count() == 9
    languages = page.locator(".languages input")
    languages.nth(1).uncheck(force=True)
    page.wait_for_function("() => document.querySelectorAll('#heat td').length === 4")
    assert "kor" not in table.locator("thead").inner_text()
    pytest.importorskip("pyarrow")
    page.select_option("#error-language", "eng")
    page.wait_for_function(
        "() => document.querySelector('#view-experiment').innerText.includes('<b>Rome</b>')"
    )
    page.select_option("#error-language", "urd")
    page.wait_for_selector("#view-experiment .context[dir=rtl]")


def test_it_says_when_the_server_is_gone(browser, experiment):
    """A page whose server was ended says so in place of doing nothing."""
    code = "from lingap.app.serving import serve\nserve(None, port=18421)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONUNBUFFERED": "1"})  # fmt: skip
    where = next(word for word in child.stdout.readline().split() if word.startswith("http"))
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(where)
    page.wait_for_selector("html[data-ready]")
    assert page.locator("#status").text_content() == ""
    child.terminate()
    child.communicate(timeout=300)
    page.locator("textarea").first.fill("x")
    page.wait_for_function("() => document.getElementById('status').textContent !== ''")
    assert "does not respond" in page.locator("#status").text_content()
    context.close()
