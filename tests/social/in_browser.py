"""What stories of accounts elsewhere do in Chromium: serve the landlord, press, look."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from idp.web.database import db
from tests.conftest import ROOT
from tests.journeys.tenant import LOOKS, WIDTHS

SCREENSHOTS = ROOT / "screenshots/social"


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    """Serve an application until the end of the block."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def french_phone(browser: Browser) -> BrowserContext:
    """Take a phone out of the box."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR", reduced_motion="reduce")
    context.set_default_timeout(60_000)
    return context


def look(page: Page, name: str) -> None:
    """Check the present page for everybody's eyes and ears, and keep pictures of it."""
    page.wait_for_load_state()  # after a click the new document may be there, and still be empty
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": WIDTHS[width], "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], (name, width)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 800})
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name


def press(page: Page, words: str) -> None:
    """Press the first button or link with some words."""
    page.locator("main button, main a", has_text=words).first.click()
