"""Codes and refresh tokens used by many at the same instant."""

import os
from collections import Counter

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from idp.models import Grant, RefreshToken
from tests.conftest import HandClock
from tests.oidc.relying_party import Browser, RelyingParty
from tests.races.together import together

AT_ONCE = 50
ROUNDS = int(os.environ.get("LOGE_RACE_ROUNDS", "5"))
SCOPE = "openid offline_access"


def live_descendants(engine: Engine) -> int:
    with Session(engine) as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(RefreshToken)
                .join(Grant, Grant.id == RefreshToken.grant_id)
                .where(RefreshToken.used_at.is_(None), Grant.revoked_at.is_(None))
            )
            or 0
        )


@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.threat("T-50")
def test_a_code_opens_once(web: RelyingParty, signed_in: Browser, engine: Engine) -> None:
    for _ in range(ROUNDS):
        code = web.code(signed_in, scope=SCOPE)
        answers = together(AT_ONCE, lambda _, code=code: web.redeem(code))  # type: ignore[misc]  # bound now
        assert Counter(answer.status_code for answer in answers) == {200: 1, 400: AT_ONCE - 1}
        assert {answer.get_json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
        (tokens,) = [answer.get_json() for answer in answers if answer.status_code == 200]
        # The others were the same request in the same moment: what the first one got lives, and nothing else does.
        assert web.userinfo(tokens["access_token"]).status_code == 200
        assert live_descendants(engine) == 1
        assert web.revoke(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.threat("T-50")
def test_a_code_replayed_by_many_later_leaves_nothing(
    web: RelyingParty, signed_in: Browser, engine: Engine, clock: HandClock
) -> None:
    code = web.code(signed_in, scope=SCOPE)
    assert web.redeem(code).status_code == 200
    clock.forward(seconds=2)
    answers = together(AT_ONCE, lambda _: web.redeem(code))
    assert {answer.status_code for answer in answers} == {400}
    assert live_descendants(engine) == 0


@pytest.mark.spec("RFC 9700 2.2.2")
@pytest.mark.threat("T-55")
def test_a_refresh_token_has_one_successor(web: RelyingParty, signed_in: Browser, engine: Engine) -> None:
    token = web.tokens(signed_in, scope=SCOPE)["refresh_token"]
    for _ in range(ROUNDS):
        answers = together(AT_ONCE, lambda _, token=token: web.refresh(token))  # type: ignore[misc]  # bound now
        assert {answer.status_code for answer in answers} == {200}
        (token,) = {answer.get_json()["refresh_token"] for answer in answers}
        assert live_descendants(engine) == 1
    assert web.refresh(token).status_code == 200
