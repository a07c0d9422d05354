"""Whatever a stranger types into whatever form: an answer in words, soon, and no identity."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from idp.web.stance import ATTRIBUTE
from tests.effort import little_work
from tests.visitor import BASE, Visitor

FIELDS = (
    "identifier",
    "user_code",
    "app",
    "answer",
    "password",
    "confirmation",
    "present",
    "email",
    "email_again",
    "last_name",
    "first_name",
    "module",
    "phone",
    "message",
    "kind",
    "captcha",
    "captcha_reference",
    "captcha_action",
    "birth_date-day",
    "birth_date-month",
    "birth_date-year",
    "consent_commercial_mails",
    "terms",
    "remember",
    "later",
    "suggestion",
    "token",
)
STRANGE = {
    "nul": "\x00",
    "controls": "\x01\x1b[31m\x7f",
    "line breaks": "a@example.org\r\nBcc: b@example.org",
    "overlong": "a" * 40_000,
    "overlong digits": "9" * 5_000,
    "other digits": "\u0661\u0662\u0663\u0664\u0665\u0666",
    "full width": "\uff11\uff12\uff13\uff20",
    "right to left": "\u202e\u05d0\u05d1\u2067",
    "combining": "e" + "\u0301" * 500,
    "astral": "\U0001f600" * 100,
    "markup": "<script>alert(1)</script>{{ 7 * 7 }}%(x)s",
    "formula": "=HYPERLINK(1)",
    "quotes": "'\"\\;--",
    "number": "1e999",
    "negative": "-1",
    "spaces": "\u00a0\u2003\u200b ",
    "address": "a@" + "b." * 120 + "fr",
    "look-alike": "\ufb00\u0131\u212a@example.org",
}


def forms(app: Flask) -> Iterator[str]:
    """List the addresses that take a form of a landlord's page."""
    for rule in app.url_map.iter_rules():
        stance = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        takes_forms = stance is not None and stance.csrf and stance.landlord and "POST" in (rule.methods or ())
        if takes_forms and not rule.arguments:
            yield rule.rule


@pytest.mark.threat("T-76")
@pytest.mark.threat("T-74")
@pytest.mark.threat("T-35")
@pytest.mark.parametrize("landlord", ["paris", "contrat", "auvergne"])
@pytest.mark.parametrize("value", STRANGE.values(), ids=list(STRANGE))
def test_no_form_breaks(app: Flask, landlord: str, value: str) -> None:
    for path in forms(app):
        visitor = Visitor(app, landlord)
        visitor.get("/sign-in")
        with little_work(path):
            answer = visitor.submit(path, **dict.fromkeys(FIELDS, value))
        assert answer.status_code < 500, path
        assert "alert(1)</script>" not in answer.text, path
        assert not any(re.search("session=[^;]", cookie) for cookie in answer.headers.getlist("Set-Cookie")), path


@pytest.mark.threat("T-76")
def test_bytes_that_are_no_text_are_refused(app: Flask) -> None:
    for path in forms(app):
        visitor = Visitor(app)
        visitor.get("/sign-in")
        body = f"csrf_token={visitor.token()}&".encode() + b"identifier=%ff%fe%80&password=%ed%a0%80&email=%ff"
        kind = "application/x-www-form-urlencoded"
        answer = visitor.client.post(f"/paris{path}", data=body, content_type=kind, base_url=BASE)
        assert answer.status_code < 500, path


@pytest.mark.threat("T-75")
def test_a_flood_in_one_form_is_refused(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    answer = visitor.submit("/sign-in", **{f"field{number}": "x" * 100 for number in range(700)})
    assert answer.status_code in (400, 413)
