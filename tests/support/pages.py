"""Pages in a real browser, where there is one."""

import os
import shutil
from contextlib import contextmanager

import pytest

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 300_000
"""Milliseconds after which what hangs is ended; a busy machine is no reason to fail before."""


@contextmanager
def browser_here():
    """Chromium; the test is skipped where it or playwright is not installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    named = os.environ.get("CHROMIUM")
    program = named or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium on the search path")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()


@contextmanager
def open_page(browser, *, asks=("file:", "data:", "blob:"), **options):
    """A page of its own; in the end it has said nothing, and asked for these addresses alone."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    heard = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(asks) or heard.append(asked.url))
    yield page
    assert heard == []
    assert page.evaluate("window.hacked === undefined")
    context.close()


def point_at(page, box, across, down, until):
    """Point at a place of a box, once and again, until something is there to be seen."""
    for step in range(PATIENCE // 100):
        place = box["x"] + box["width"] * across, box["y"] + box["height"] * down
        page.mouse.move(place[0] + step % 2, place[1])
        if page.evaluate(until):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came: {until}")
