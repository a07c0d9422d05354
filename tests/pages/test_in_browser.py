"""What style and script do, in real Chromium, with the headers that the server sends."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from idp.web.captcha_picture import drawn
from idp.web.safety import POLICY
from tests.pages.states import NONCE, STATES

pytestmark = pytest.mark.browser
ADDRESS = "http://localhost:8000"
LEAST_TARGET = 44
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """least => [...document.querySelectorAll("a, button, input, summary")]
  .filter(item => item.checkVisibility() && getComputedStyle(item).display !== "inline")
  .filter(item => (item.closest("label") ?? item).getBoundingClientRect().height < least)
  .map(item => item.outerHTML)"""


@pytest.fixture
def narrow(browser: Browser, app: Flask) -> Iterator[Page]:
    """The narrowest phone there is, in front of `/state/<name>`; it fails when the console complains."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.route("**/*", answer(app))
    yield page
    context.close()
    assert complaints == []


def answer(app: Flask) -> Callable[[Route], None]:
    """Answer a browser with the pages of all states, and with the style and script that they name."""

    def handle(route: Route) -> None:
        path, language = urlsplit(route.request.url).path, urlsplit(route.request.url).query.removeprefix("lang=")
        if path.startswith("/state/"):
            policy = {"Content-Security-Policy": POLICY.format(nonce=NONCE)}
            html = STATES[path.removeprefix("/state/")].render(app, language)
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)
        elif "/captcha/" in path:
            route.fulfill(body=drawn("314159"), content_type="image/png")
        else:
            found = app.test_client().get(path, base_url=ADDRESS)
            route.fulfill(status=found.status_code, body=found.data, content_type=found.content_type)

    return handle


def violations(page: Page, only: object) -> list[tuple[str, list[str]]]:
    """List what axe finds on a page, by some of its rules."""
    found = Axe().run(page, options={"runOnly": only}).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def show(page: Page, name: str, language: str = "fr") -> None:
    page.goto(f"{ADDRESS}/state/{name}?lang={language}")


@pytest.mark.journey("all-4")
def test_every_page_can_be_seen_heard_and_touched(narrow: Page) -> None:
    narrow.emulate_media(color_scheme="light")
    for name in STATES:
        show(narrow, name)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert narrow.evaluate(SMALL_TARGETS, LEAST_TARGET) == [], name
        assert violations(narrow, RULES) == [], name


@pytest.mark.journey("all-4")
def test_every_page_can_be_read_in_the_dark(narrow: Page) -> None:
    narrow.emulate_media(color_scheme="dark")
    for name in STATES:
        show(narrow, name)
        assert violations(narrow, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}) == [], name


@pytest.mark.journey("all-3")
def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(narrow: Page) -> None:
    show(narrow, "sign_in_empty")
    expect(narrow.locator("#summary")).to_be_focused()
    narrow.keyboard.press("Tab")
    narrow.keyboard.press("Enter")
    expect(narrow.locator("#identifier")).to_be_focused()


def test_the_first_tab_leads_past_the_brand(narrow: Page) -> None:
    show(narrow, "sign_in")
    narrow.keyboard.press("Tab")
    expect(narrow.locator(".skip")).to_be_focused()
    expect(narrow.locator(".skip")).to_be_in_viewport()
    narrow.keyboard.press("Enter")
    expect(narrow.locator("main")).to_be_focused()


@pytest.mark.journey("paris-7")
def test_password_rules_are_ticked_while_typing(narrow: Page) -> None:
    show(narrow, "own_password")
    narrow.clock.install()

    def kept() -> list[str]:
        found: list[str] = narrow.eval_on_selector_all(
            "[data-state=kept]", "items => items.map(item => item.dataset.rule)"
        )
        return found

    assert kept() == []
    narrow.fill("#password", "abc")
    assert kept() == ["lower"]
    narrow.fill("#password", "abc-É4")
    assert kept() == ["lower", "upper", "digit", "special"]
    narrow.clock.run_for(2000)
    expect(narrow.locator(".rules [role=status]")).to_contain_text("8 caractères ou plus")
    narrow.fill("#password", "abc-É4😀😀")
    assert kept() == ["length", "lower", "upper", "digit", "special"]
    narrow.clock.run_for(2000)
    expect(narrow.locator(".rules [role=status]")).to_have_text("Toutes ces règles sont respectées.")
    narrow.fill("#password", "")
    assert kept() == []


def test_a_password_can_be_shown_and_hidden_and_is_sent_hidden(narrow: Page) -> None:
    show(narrow, "sign_in")
    field, button = narrow.locator("#password"), narrow.get_by_role("button", name="Afficher Mot de passe")
    field.fill("Orange-4")
    button.click()
    expect(field).to_have_attribute("type", "text")
    for name, value in (("name", "password"), ("id", "password"), ("autocomplete", "current-password")):
        expect(field).to_have_attribute(name, value)  # what a password manager knows the field by
    hide = narrow.get_by_role("button", name="Masquer Mot de passe")
    hide.click()
    expect(field).to_have_attribute("type", "password")
    button.click()
    narrow.evaluate("document.forms[0].addEventListener('submit', event => event.preventDefault())")
    narrow.locator("button[type=submit]").click()
    expect(field).to_have_attribute("type", "password")


@pytest.mark.journey("paris-5")
def test_the_mail_can_be_sent_again_when_the_time_has_come(narrow: Page) -> None:
    narrow.clock.install()
    show(narrow, "mailbox")
    button = narrow.get_by_role("button", name="Renvoyer le message")
    expect(button).to_be_disabled()
    expect(narrow.locator(".wait")).to_contain_text("47")
    narrow.clock.run_for(40_000)
    expect(narrow.locator(".wait b")).to_have_text(re.compile("^[5-9]$"))
    expect(button).to_be_disabled()
    narrow.clock.run_for(8_000)
    expect(button).to_be_enabled()
    expect(narrow.locator(".wait")).to_be_hidden()


@pytest.mark.journey("paris-6")
def test_coming_back_from_the_mailbox_looks_again(narrow: Page) -> None:
    show(narrow, "mailbox")
    with narrow.expect_navigation():
        narrow.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.journey("all-5")
def test_a_double_click_sends_a_form_once(narrow: Page) -> None:
    show(narrow, "confirm")
    narrow.evaluate(
        """() => { window.sent = 0; document.addEventListener("submit", event => {
             if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }"""
    )
    narrow.get_by_role("button", name="Confirmer mon adresse email").dblclick()
    assert narrow.evaluate("window.sent") == 1


@pytest.mark.journey("auvergne-1")
@pytest.mark.parametrize("way", ["button", "picture", "keyboard"])
def test_another_picture_takes_the_place_of_the_first(narrow: Page, way: str) -> None:
    show(narrow, "sign_in_captcha")
    made = {"reference": "other", "picture": "/paris/captcha/other.png", "recording": "/paris/captcha/other.wav"}
    narrow.route("**/captcha/sign_in", lambda route: route.fulfill(json=made))
    narrow.fill("#identifier", "0360172")
    narrow.fill("#password", "Orange-4")
    narrow.fill("#captcha", "123")
    button = narrow.get_by_role("button", name="Une autre image")
    if way == "picture":
        narrow.locator(".captcha img").click()
    elif way == "button":
        button.click()
    else:
        button.press("Enter")
    expect(narrow.locator(".captcha img")).to_have_attribute("src", made["picture"])
    expect(narrow.locator(".captcha audio")).to_have_attribute("src", made["recording"])
    expect(narrow.locator("[name=captcha_reference]")).to_have_value("other")
    expect(narrow.locator("#captcha")).to_have_value("")
    expect(narrow.locator("#captcha")).to_be_focused()
    expect(narrow.locator(".captcha [role=status]")).to_have_text("Voici une autre image.")
    expect(narrow.locator("#password")).to_have_value("Orange-4")


@pytest.mark.parametrize("field", ["identifier", "password", "captcha"])
def test_the_key_enter_sends_the_form_and_asks_for_no_other_picture(narrow: Page, field: str) -> None:
    show(narrow, "sign_in_captcha")
    narrow.fill(f"#{field}", "1")
    narrow.evaluate(
        """() => document.addEventListener("submit", event => {
             window.pressed = event.submitter.name; event.preventDefault(); })"""
    )
    narrow.press(f"#{field}", "Enter")
    assert narrow.evaluate("window.pressed") == ""


@pytest.mark.journey("all-6")
@pytest.mark.parametrize("landlord", ["auvergne", "contrat", "moselle", "paris"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_page_prints_as_one_sheet(narrow: Page, landlord: str, language: str) -> None:
    show(narrow, f"help_{landlord}", language)
    printed = narrow.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    narrow.emulate_media(media="print")
    expect(narrow.locator(".onpaper")).to_be_visible()
    expect(narrow.get_by_role("link", name="Aller à la page de connexion")).to_be_hidden()


@pytest.mark.journey("paris-10")
def test_a_browser_that_knows_too_little_is_told_so(narrow: Page) -> None:
    show(narrow, "sign_in")
    expect(narrow.locator(".outdated")).to_be_hidden()
    narrow.route(
        "**/loge.css*", lambda route: route.fulfill(body=".outdated { color: red }", content_type="text/css")
    )
    show(narrow, "sign_in")
    expect(narrow.locator(".outdated")).to_be_visible()
