"""Somebody signs out in one tab while apps ask for them in others."""

import os

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from idp.models import Account, BrowserSession, Grant
from idp.services import sessions
from tests.conftest import MakeWork
from tests.oidc.relying_party import HOST, Browser, RelyingParty, answer_of
from tests.races.together import together

TABS = 16
ROUNDS = int(os.environ.get("LOGE_RACE_ROUNDS", "5"))


@pytest.mark.spec("RP-Initiated Logout 2")
def test_nothing_given_to_an_app_outlives_the_sign_out(
    web: RelyingParty, account: Account, make_work: MakeWork, engine: Engine
) -> None:
    given = 0
    for _ in range(ROUNDS):
        work = make_work()
        token = sessions.start(work, account.id, ["pwd"], None)
        work.db.commit()
        work.db.close()
        tabs = [Browser(web.app) for _ in range(TABS)]
        for tab in tabs:
            tab.cookies.set_cookie("paris-session", token, domain="localhost")
        hint = web.tokens(tabs[0])["id_token"]

        def act(place: int, tabs: list[Browser] = tabs, hint: str = hint) -> str:
            if place == TABS // 2:
                leave = {"id_token_hint": hint, "post_logout_redirect_uri": "https://web.example/bye"}
                assert tabs[place].get("/logout", leave).location == "https://web.example/bye"
                return ""
            response = web.authorize(tabs[place], prompt="none")
            return answer_of(response).get("code", "") if response.status_code == 303 else ""

        given += len([code for code in together(TABS, act) if code])
        with Session(engine) as db:
            living = (
                select(func.count()).select_from(Grant).join(BrowserSession, BrowserSession.id == Grant.session_id)
            )
            assert db.scalar(living.where(Grant.revoked_at.is_(None), BrowserSession.ended_at.is_not(None))) == 0
    assert given  # else nobody was there to be too late


def test_who_is_signed_out_at_this_very_moment_is_told_so(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch = sessions.touch

    def end(work: object, session: BrowserSession) -> None:
        monkeypatch.setattr(sessions, "touch", touch)
        session.ended_at = session.auth_time

    monkeypatch.setattr(sessions, "touch", end)
    response = web.authorize(signed_in, response_mode="form_post")
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert HOST not in response.headers.get("Location", "")
    assert "code" in answer_of(web.authorize(signed_in))
