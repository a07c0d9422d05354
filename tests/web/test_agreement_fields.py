from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from idp.settings.agreements import Consent, Terms
from idp.web import agreement_fields
from idp.web.forms import Form

QUESTIONS = [
    Consent(name="news", version="2", question={"fr": "Des nouvelles ?"}),
    Consent(name="bills", version="1", question={"fr": "Des avis ?"}),
]
TERMS = Terms(version="2026-01", url="https://www.example.fr/conditions", published_on=date(2026, 1, 15))
Send = Callable[..., Form]


@pytest.fixture
def send(app: Flask) -> Send:
    """Send a form with two questions and the terms."""

    def sent(**typed: str) -> Form:
        with app.test_request_context("/?lang=fr", environ_overrides={"loge.landlord": "paris"}):
            form = agreement_fields.with_agreements(Form, QUESTIONS, TERMS)(
                formdata=MultiDict(typed), meta={"csrf": False}
            )
            form.validate()
            return form

    return sent


@pytest.mark.journey("contrat-3")
def test_nothing_is_chosen_beforehand_and_every_question_wants_an_answer(send: Send) -> None:
    assert set(send().errors) == {"consent_news", "consent_bills", "terms"}
    assert set(send(consent_news="yes", terms="2026-01").errors) == {"consent_bills"}
    assert set(send(consent_news="perhaps", consent_bills="no", terms="2026-01").errors) == {"consent_news"}


@pytest.mark.journey("contrat-3")
def test_answers_are_read_by_name(send: Send) -> None:
    form = send(consent_news="yes", consent_bills="no", terms="2026-01")
    assert form.errors == {}
    assert agreement_fields.answers_of(form) == {"news": True, "bills": False}
    assert agreement_fields.accepted_version(form) == "2026-01"


@pytest.mark.journey("auvergne-3")
def test_only_the_version_that_was_shown_is_accepted(send: Send) -> None:
    form = send(consent_news="yes", consent_bills="no", terms="2025-06")
    assert set(form.errors) == {"terms"}
    assert agreement_fields.accepted_version(form) is None
