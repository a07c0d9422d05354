"""Two apps, two people and two browsers do what they like in any order, and everything is worth what it must be.

The suite runs some examples; STATE_MACHINE_EXAMPLES=300 runs as many as a release wants to see.
"""

import base64
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

import hypothesis
import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from werkzeug.test import TestResponse

from idp.models import Account
from idp.services import sessions
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.model import TOKENS, AccessToken, Answer, Code, Grant, Model, RefreshToken
from tests.oidc.relying_party import VERIFIER, Browser, RelyingParty, answer_of
from tests.people import add_account, add_holder

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "40"))
STEPS = 50
APPS = ("web", "script")
BYE = "https://web.example/bye"
SHORT = {
    "access_token": timedelta(minutes=2),
    "refresh_idle": timedelta(minutes=10),
    "refresh_absolute": timedelta(minutes=30),
}
"""Lifetimes within reach of fifty steps; codes last a minute, and the grace ten seconds, as usual."""
WAITS = (1, 2, 9, 10, 11, 30, 59, 60, 61, 120, 299, 300, 600)
NUMBERS = count(7500001)
SELDOM = st.sampled_from((False, False, False, False, True))
OFTEN = st.sampled_from((True, True, True, False))
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class World:
    """What all examples share.

    Attributes:
        app: the provider.
        settings: its settings.
        clock: its clock.
        make_work: makes works on its database.
        party: the apps by their `client_id`.
    """

    app: Flask
    settings: Settings
    clock: HandClock
    make_work: MakeWork
    party: Callable[[str], RelyingParty]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, at a landlord where everything is soon over."""
    paris = settings.landlords["paris"]
    short = paris.model_copy(
        update={
            "tokens": paris.tokens.model_copy(update=SHORT),
            "sessions": paris.sessions.model_copy(
                update={"idle": timedelta(minutes=5), "absolute": timedelta(minutes=20)}
            ),
        }
    )
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": short}})


class Provider(RuleBasedStateMachine):
    """Everything that apps, people, time and the worker may do; each answer is compared with the model's."""

    codes: Bundle[Code] = Bundle("codes")
    answers: Bundle[Answer] = Bundle("answers")
    browser_names = st.sampled_from(("telephone", "computer"))
    app_names = st.sampled_from(APPS)
    people = st.sampled_from((0, 1))
    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.apps = {name: self.world.party(name) for name in APPS}
        self.browsers = {name: Browser(self.world.app) for name in ("telephone", "computer")}
        self.model = Model(self.world.settings.landlords["paris"], self.world.clock())
        self.accounts: list[Account] = []
        self.given: list[Answer] = []

    @initialize()
    def two_people(self) -> None:
        work = self.world.make_work()
        self.accounts = [add_account(work, add_holder(work, str(next(NUMBERS)))) for _ in range(2)]
        work.db.commit()

    @rule(browser=browser_names, person=people)
    def sign_in(self, browser: str, person: int) -> None:
        former = self.browsers[browser].cookies.get_cookie("paris-session")
        account = self.accounts[person]
        before = self.browsers[browser] if former is not None else None
        session = open_session(self.browsers[browser], self.world.make_work, account, in_place_of=before)
        self.model.sign_in(browser, account.sub, session.sid)

    @rule(target=answers, browser=browser_names, person=people, app=app_names, offline=OFTEN)
    def open(self, browser: str, person: int, app: str, offline: bool) -> Answer | MultipleResults[Answer]:
        if self.model.session_of(browser) is None:
            self.sign_in(browser, person)
        code = self.authorize(browser, app, offline)
        assert isinstance(code, Code)
        return self.redeem(code, by_other=False, with_other=False)

    @rule(target=codes, browser=browser_names, app=app_names, offline=OFTEN)
    def authorize(self, browser: str, app: str, offline: bool) -> Code | MultipleResults[Code]:
        scope = "openid offline_access" if offline else "openid"
        answer = answer_of(self.apps[app].authorize(self.browsers[browser], prompt="none", scope=scope))
        session = self.model.session_of(browser)
        if session is None:
            assert answer["error"] == "login_required"
            return multiple()
        grant = self.model.authorize(session, app, offline=offline)
        return Code(answer["code"], grant, self.model.now + self.model.tokens.code)

    @rule(target=answers, code=codes, by_other=SELDOM, with_other=SELDOM)
    def redeem(self, code: Code, by_other: bool, with_other: bool) -> Answer | MultipleResults[Answer]:
        app = self._app(code.grant, by_other)
        verifier = "w" * 64 if with_other else VERIFIER
        uri = self.apps[code.grant.client_id].client.redirect_uris[0]
        response = self.apps[app].redeem(code.secret, code_verifier=verifier, redirect_uri=uri)
        if not self._is_worth(response, self.model.redeem(code, app, whole=not with_other)):
            return multiple()
        return self._answer(code.grant, response.get_json())

    @rule(target=answers, answer=answers.filter(lambda answer: answer.refresh), by_other=SELDOM, wider=SELDOM)
    def refresh(self, answer: Answer, by_other: bool, wider: bool) -> Answer | MultipleResults[Answer]:
        token = answer.refresh
        assert token is not None
        app = self._app(token.grant, by_other)
        scope = "openid offline_access profile" if wider else None
        response = self.apps[app].refresh(token.secret, scope=scope)
        if not self._is_worth(response, self.model.refresh(token, app, wider=wider)):
            return multiple()
        return self._answer(token.grant, response.get_json(), token)

    @rule(answer=answers, by_other=SELDOM, which=st.sampled_from(("access", "refresh")))
    def revoke(self, answer: Answer, by_other: bool, which: str) -> None:
        token = getattr(answer, which) or answer.access
        app = self._app(token.grant, by_other)
        self._is_worth(self.apps[app].revoke(token.secret), self.model.revoke(token, app))

    @rule(answer=answers)
    def look(self, answer: Answer) -> None:
        self._compare(answer)

    @rule(browser=browser_names, answer=answers)
    def sign_out_by_app(self, browser: str, answer: Answer) -> None:
        asked = {"id_token_hint": answer.id_token, "post_logout_redirect_uri": BYE}
        response = self.browsers[browser].get("/logout", asked)
        grant = answer.access.grant
        leaves = grant.client_id == "web" and self.model.sign_out_by_app(browser, grant)
        assert response.location == (BYE if leaves else "/paris/sign-out")

    @rule(browser=browser_names, person=people, way=st.sampled_from(("page", "everywhere", "worker")))
    def end(self, browser: str, person: int, way: str) -> None:
        if way == "page":
            self._sign_out(browser)
            return
        work = self.world.make_work()
        if way == "everywhere":
            sessions.end_all_of_account(work, self.accounts[person].id)
            self.model.end_everything_of(self.accounts[person].sub)
        else:
            while sessions.end_expired(work) == sessions.BATCH:
                work.db.commit()
            self.model.notice_ends()
        work.db.commit()

    @rule(seconds=st.sampled_from(WAITS))
    def wait(self, seconds: int) -> None:
        self.world.clock.forward(seconds=seconds)
        self.model.now = self.world.clock()

    def teardown(self) -> None:
        for answer in self.given:
            self._compare(answer)

    def _sign_out(self, browser: str) -> None:
        found = CSRF.search(self.browsers[browser].get("/sign-out").text)
        session = self.model.session_of(browser)
        assert (found is None) == (session is None)
        if found is not None and session is not None:
            assert self.browsers[browser].post("/sign-out", {"csrf_token": found[1]}).status_code == 303
            self.model.end(session)

    def _app(self, grant: Grant, by_other: bool) -> str:
        return next(name for name in APPS if (name == grant.client_id) is not by_other)

    def _is_worth(self, response: TestResponse, expected: str) -> bool:
        """Compare an answer with the model's, and tell whether it is one with tokens."""
        given = TOKENS if response.status_code == 200 else response.get_json()["error"]
        assert given == expected
        return expected == TOKENS

    def _answer(self, grant: Grant, body: dict[str, Any], former: RefreshToken | None = None) -> Answer:
        expires_at = min(self.model.now + self.model.tokens.access_token, grant.expires_at)
        assert body["expires_in"] == (expires_at - self.model.now).total_seconds()
        told = json.loads(base64.urlsafe_b64decode(body["id_token"].split(".")[1] + "=="))
        assert (told["sub"], told["sid"], told["aud"]) == (grant.sub, grant.sid, grant.client_id)
        assert told["auth_time"] == grant.auth_time.timestamp()
        access = AccessToken(body["access_token"], grant, expires_at)
        answer = Answer(access, self._refresh_token(grant, body.get("refresh_token"), former), body["id_token"])
        self.given.append(answer)
        return answer

    def _refresh_token(self, grant: Grant, secret: str | None, former: RefreshToken | None) -> RefreshToken | None:
        """Find the token in the answer: a new one, or the same successor for a retry."""
        assert (secret is not None) is grant.offline
        if secret is None:
            return None
        if former is not None and former.successor is not None:
            assert secret == former.successor.secret
            return former.successor
        token = RefreshToken(secret, grant, min(self.model.now + self.model.tokens.refresh_idle, grant.expires_at))
        if former is not None:
            former.successor = token
        return token

    def _compare(self, answer: Answer) -> None:
        """Ask what tokens are worth: everybody who is told hears the same."""
        good = self.model.is_good(answer.access)
        assert (self.apps["web"].userinfo(answer.access.secret).status_code == 200) is good
        for token in (answer.access, answer.refresh):
            if token is not None:
                own = token.grant.client_id == "web"
                told = self.apps["web"].introspect(token.secret).get_json()
                assert told["active"] is (own and self.model.is_good(token))


@pytest.mark.threat("T-50")
@pytest.mark.threat("T-55")
@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.spec("RFC 7009 2.1")
def test_everything_is_worth_what_it_must_be_in_any_order(
    app: Flask, settings: Settings, clock: HandClock, make_work: MakeWork, party: Party
) -> None:
    class Here(Provider):
        world = World(app, settings, clock, make_work, party)

    chosen = hypothesis.settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Here, settings=chosen)
