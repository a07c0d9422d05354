"""Fields as browsers and password managers read them, on every page in every state."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.guards.sources import ROOT
from tests.pages.states import EVERYWHERE, STATES

AUTOCOMPLETE = {
    "identifier": {"username"},
    "email": {"email", "username"},
    "email_again": {"email", "off"},
    "password": {"current-password", "new-password", "one-time-code"},
    "confirmation": {"new-password"},
    "last_name": {"family-name"},
    "first_name": {"given-name"},
    "birth_date-day": {"bday-day"},
    "birth_date-month": {"bday-month"},
    "birth_date-year": {"bday-year"},
}
LONGEST_PASSWORD = 128
SCRIPT = (ROOT / "templates/static/loge.js").read_text(encoding="utf-8")


class Inputs(HTMLParser):
    """Collects the attributes of every field that a person fills in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") not in ("hidden", "checkbox", "radio", "submit") and "name" in found:
            self.found.append(found)


def inputs(app: Flask, name: str, landlord: str = "") -> Iterator[dict[str, str | None]]:
    page = Inputs()
    page.feed(STATES[name].render(app, "fr", landlord))
    return iter(page.found)


def test_every_field_says_what_belongs_into_it(app: Flask) -> None:
    for landlord, name in EVERYWHERE:
        for found in inputs(app, name, landlord):
            field = str(found["name"])
            if field in AUTOCOMPLETE:
                assert found.get("autocomplete") in AUTOCOMPLETE[field], (landlord, name, field)
            assert found.get("id"), (landlord, name, field)
            assert not {"onpaste", "readonly", "disabled", "placeholder"} & found.keys(), (landlord, name, field)
            if found.get("type") == "password":  # long ones may be typed and pasted
                assert int(found.get("maxlength") or LONGEST_PASSWORD) >= LONGEST_PASSWORD, (landlord, name, field)
                assert found.get("autocapitalize") == "none", (landlord, name, field)
                assert found.get("spellcheck") == "false", (landlord, name, field)


@pytest.mark.parametrize("name", ["sign_in", "prove"])
def test_a_password_of_ones_own_is_filled_in_and_a_new_one_is_not(app: Flask, name: str) -> None:
    assert [found["autocomplete"] for found in inputs(app, name)] == ["username", "current-password"]


@pytest.mark.parametrize("name", ["own_password", "reset"])
def test_a_new_password_is_offered_to_the_manager(app: Flask, name: str) -> None:
    kinds = [found["autocomplete"] for found in inputs(app, name) if found.get("type") == "password"]
    assert kinds == ["new-password", "new-password"]


def test_the_script_leaves_pasting_alone() -> None:
    assert not re.search(r"paste|copy|cut|contextmenu|drop\b", SCRIPT)
