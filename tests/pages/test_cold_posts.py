"""Every form of every landlord, sent when nothing led to it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from idp.models import Base
from idp.settings.root import Settings
from idp.web.stance import ATTRIBUTE
from tests.visitor import Visitor

NO_STATE = {"event", "failure_counter", "captcha", "mail", "mail_link", "signing_key", "alembic_version"}
"""What a try may leave: its count, its trace, the digits of its form, and the mail to nobody."""
SAYS_ONLY = ("/activate/again",)
"""Forms that answer everybody with the same page."""
TYPED = {
    "identifier": "7000101",
    "password": "Violette-9-portes",
    "confirmation": "Violette-9-portes",
    "email": "mallory@example.net",
    "email_again": "mallory@example.net",
    "last_name": "LEFÈVRE",
    "first_name": "Chloé",
    "answer": "yes",
    "verified": "1",
    "step": "password",
}


def forms(app: Flask) -> Iterator[str]:
    """List the addresses of people's forms."""
    for rule in app.url_map.iter_rules():
        stance = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
        if stance and stance.csrf and stance.landlord and "POST" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule


def state(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in Base.metadata.tables.items()
            if name not in NO_STATE
        }


@pytest.mark.threat("T-14")
@pytest.mark.parametrize("landlord", ["auvergne", "contrat", "moselle", "paris"])
def test_no_form_sent_cold_changes_anything(app: Flask, engine: Engine, settings: Settings, landlord: str) -> None:
    before = state(engine)
    addresses = list(forms(app))
    assert len(addresses) > 10
    for path in addresses:
        for fields in ({}, TYPED, {**TYPED, "journey": "x" * 43, "landlord": "paris"}):
            visitor = Visitor(app, landlord)
            visitor.get("/sign-in")
            answer = visitor.submit(path, **fields)
            expected = (200, 400, 404) if path in SAYS_ONLY else (303, 400, 404, 410, 422)
            assert answer.status_code in expected, (path, answer.status_code)
            if answer.status_code == 303:
                assert answer.location.startswith((f"/{landlord}/", settings.landlords[landlord].home_url)), path
            assert visitor.client.get_cookie(f"{landlord}-session") is None, path
    assert state(engine) == before


@pytest.mark.threat("T-14")
@pytest.mark.threat("T-32")
def test_no_form_is_taken_without_the_token_of_its_browser(app: Flask, engine: Engine) -> None:
    before = state(engine)
    other = Visitor(app, address="198.51.100.9")
    other.get("/sign-in")
    for path in forms(app):
        for token in ("", other.token()):
            visitor = Visitor(app)
            visitor.get("/sign-in")
            answer = visitor.submit(path, csrf_token=token, **TYPED)
            assert answer.status_code in (400, 404), (path, answer.status_code)
    assert state(engine) == before
