"""What style and script do, in real Chromium, with the headers that the server sends."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.pages.inspection import Inspection
from tests.pages.shown import served

pytestmark = pytest.mark.browser
Show = Callable[..., None]


@pytest.fixture
def inspection(browser: Browser, app: Flask) -> Iterator[Inspection]:
    """The narrowest phone there is; it fails when the console complains."""
    with served(app) as address, browser.new_context(viewport={"width": 320, "height": 700}) as context:
        made = Inspection(context.new_page(), address)
        yield made
    assert made.complaints == []


@pytest.fixture
def narrow(inspection: Inspection) -> Page:
    return inspection.page


@pytest.fixture
def show(inspection: Inspection) -> Show:
    """Open a page in one of its states."""
    return inspection.show


@pytest.mark.journey("all-3")
def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(narrow: Page, show: Show) -> None:
    show("sign_in_empty")
    expect(narrow.locator("#summary")).to_be_focused()
    narrow.keyboard.press("Tab")
    narrow.keyboard.press("Enter")
    expect(narrow.locator("#identifier")).to_be_focused()


def test_the_first_tab_leads_past_the_brand(narrow: Page, show: Show) -> None:
    show("sign_in")
    narrow.keyboard.press("Tab")
    expect(narrow.locator(".skip")).to_be_focused()
    expect(narrow.locator(".skip")).to_be_in_viewport()
    narrow.keyboard.press("Enter")
    expect(narrow.locator("main")).to_be_focused()


@pytest.mark.journey("paris-7")
def test_password_rules_are_ticked_while_typing(narrow: Page, show: Show) -> None:
    show("reset", landlord="auvergne")
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


def test_a_password_can_be_shown_and_hidden_and_is_sent_hidden(narrow: Page, show: Show) -> None:
    show("sign_in")
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
def test_the_mail_can_be_sent_again_when_the_time_has_come(narrow: Page, show: Show) -> None:
    narrow.clock.install()
    show("mailbox")
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
def test_coming_back_from_the_mailbox_looks_again(narrow: Page, show: Show) -> None:
    show("mailbox")
    with narrow.expect_navigation():
        narrow.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.journey("all-5")
def test_a_double_click_sends_a_form_once(narrow: Page, show: Show) -> None:
    show("confirm")
    narrow.evaluate(
        """() => { window.sent = 0; document.addEventListener("submit", event => {
             if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); }); }"""
    )
    narrow.get_by_role("button", name="Confirmer mon adresse email").dblclick()
    assert narrow.evaluate("window.sent") == 1


@pytest.mark.journey("auvergne-1")
@pytest.mark.parametrize("way", ["button", "picture", "keyboard"])
def test_another_picture_takes_the_place_of_the_first(narrow: Page, show: Show, way: str) -> None:
    show("sign_in_captcha")
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
def test_the_key_enter_sends_the_form_and_asks_for_no_other_picture(narrow: Page, show: Show, field: str) -> None:
    show("sign_in_captcha")
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
def test_the_help_page_prints_as_one_sheet(narrow: Page, show: Show, landlord: str, language: str) -> None:
    show("help", language, landlord)
    printed = narrow.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    narrow.emulate_media(media="print")
    expect(narrow.locator(".onpaper")).to_be_visible()
    expect(narrow.get_by_role("link", name="Aller à la page de connexion")).to_be_hidden()


@pytest.mark.journey("paris-10")
def test_a_browser_that_knows_too_little_is_told_so(narrow: Page, show: Show) -> None:
    show("sign_in")
    expect(narrow.locator(".outdated")).to_be_hidden()
    narrow.route(
        "**/loge.css*", lambda route: route.fulfill(body=".outdated { color: red }", content_type="text/css")
    )
    show("sign_in")
    expect(narrow.locator(".outdated")).to_be_visible()
