"""Somebody who is signed in already: the answer comes at once, and is the one that the page would give."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.domain.events import EventName
from idp.models import Account, BrowserSession, Event, Journey
from idp.services import audit, sessions
from idp.services.work import Work
from idp.settings.root import Settings
from idp.web.side_door import SIDE_DOOR, SideDoor
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import HOST, Browser, RelyingParty, answer_of

PLAIN: dict[str, dict[str, str | None]] = {
    "plain": {},
    "without state and nonce": {"state": None, "nonce": None},
    "odd state": {"state": "%2F -._~ é&="},
    "for long": {"scope": "openid profile offline_access"},
    "old enough": {"max_age": "100000"},
    "claims": {"claims": '{"userinfo": {"email": null}, "id_token": {"acr": {"value": "1"}}}'},
    "hints": {"login_hint": "somebody", "ui_locales": "xx en", "display": "popup", "acr_values": "9"},
    "silent": {"prompt": "none"},
    "consent to the landlord's own app": {"prompt": "consent"},
    "own query": {"redirect_uri": "https://web.example/other?kept=1"},
}
OTHERWISE: dict[str, dict[str, str | None]] = {
    "new sign-in": {"prompt": "login"},
    "at once too old": {"max_age": "0"},
    "account opening": {"prompt": "create"},
    "form": {"response_mode": "form_post"},
    "signed answer": {"response_mode": "jwt"},
    "no app": {"client_id": "nobody"},
    "foreign address": {"redirect_uri": "https://evil.example/"},
    "no challenge": {"code_challenge": None, "code_challenge_method": None},
    "wrong type": {"response_type": "token"},
    "no scope": {"scope": "nothing"},
    "unsigned object": {"request": "e30.e30."},
    "reference": {"request_uri": "https://evil.example/"},
    "second factor": {"claims": '{"id_token": {"acr": {"essential": true, "value": "2"}}}'},
}


def shape(response: TestResponse) -> tuple[object, ...]:
    """Reduce an answer to what two of the same kind have in common."""
    parts = urlsplit(response.headers.get("Location", ""))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return (
        response.status_code,
        parts.netloc,
        parts.path,
        query | dict.fromkeys(query.keys() & {"code", "journey", "response"}),
    )


def code_at_once(response: TestResponse, pages: list[str]) -> str:
    """Return the code of an answer, after making sure that it came from the side door and has nothing of a page."""
    assert pages == []
    assert response.status_code == 303
    assert response.data == b""
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    answer = answer_of(response)
    assert answer["iss"] == f"{HOST}/paris"
    return answer["code"]


@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.parametrize("changes", PLAIN.values(), ids=list(PLAIN))
def test_nothing_due_is_answered_without_a_page(
    web: RelyingParty, signed_in: Browser, pages: list[str], changes: dict[str, str | None]
) -> None:
    code = code_at_once(web.authorize(signed_in, **changes), pages)
    redirect_uri = changes.get("redirect_uri", web.client.redirect_uris[0])
    assert web.redeem(code, redirect_uri=redirect_uri).status_code == 200


@pytest.mark.parametrize("changes", [*PLAIN.values(), *OTHERWISE.values()], ids=[*PLAIN, *OTHERWISE])
def test_the_page_would_answer_the_same(
    app: Flask,
    web: RelyingParty,
    signed_in: Browser,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str | None],
) -> None:
    door: SideDoor = app.extensions[SIDE_DOOR]
    at_once = web.authorize(signed_in, **changes)
    monkeypatch.setattr(door, "_at_once", {})
    assert shape(at_once) == shape(web.authorize(signed_in, **changes))


@pytest.mark.parametrize("changes", OTHERWISE.values(), ids=list(OTHERWISE))
def test_everything_else_is_left_to_the_page(
    web: RelyingParty, signed_in: Browser, pages: list[str], changes: dict[str, str | None]
) -> None:
    web.authorize(signed_in, **changes)
    assert pages == ["/authorize"]


Change = Callable[[BrowserSession], dict[str, object]]


@pytest.mark.threat("T-05")
@pytest.mark.parametrize(
    "change",
    [
        lambda session: {"ended_at": session.auth_time},
        lambda session: {"expires_at": session.auth_time},
        lambda session: {"seen_at": session.auth_time - timedelta(days=400)},
    ],
    ids=["ended", "expired", "idle"],
)
def test_a_session_that_is_over_opens_nothing(
    web: RelyingParty, signed_in: Browser, pages: list[str], make_work: MakeWork, change: Change
) -> None:
    work = make_work()
    session = work.db.scalars(select(BrowserSession)).one()
    work.db.execute(update(BrowserSession).values(**change(session)))
    work.db.commit()
    response = web.authorize(signed_in)
    assert pages == ["/authorize"]
    assert urlsplit(response.location).path == "/paris/sign-in"


@pytest.mark.threat("T-05")
def test_a_closed_account_opens_nothing(
    web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    work = make_work()
    work.db.execute(update(Account).values(closed_at=work.now))
    work.db.commit()
    assert urlsplit(web.authorize(signed_in).location).path == "/paris/sign-in"


def test_what_fails_is_left_to_the_page_and_leaves_nothing(
    app: Flask, web: RelyingParty, signed_in: Browser, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(work: Work, _: object) -> None:
        audit.record(work, EventName.PURGED)
        raise RuntimeError("fails once something is written")

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "touch", fail)
        app.testing = False
        assert web.authorize(signed_in).status_code == 500
    work = make_work()
    assert "purge.done" not in work.db.scalars(select(Event.name)).all()
    assert work.db.scalars(select(Journey)).all() == []
    work.db.commit()
    assert "code" in answer_of(web.authorize(signed_in))


def test_it_is_counted_once_whoever_answers(settings: Settings, clock: HandClock) -> None:
    limits = settings.rate_limits.model_copy(update={"protocol": "2 per minute"})
    app = create_app(settings.model_copy(update={"rate_limits": limits}), clock)
    stranger = Browser(app)
    assert [stranger.get("/authorize").status_code for _ in range(3)] == [400, 400, 429]
