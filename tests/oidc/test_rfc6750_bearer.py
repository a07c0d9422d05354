"""RFC 6750 and OpenID Connect Core §5.3: the userinfo endpoint."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import update

from idp.models import Account
from idp.services import grants, sessions
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import HOST, NETWORK, Browser, RelyingParty


@pytest.fixture
def token(web: RelyingParty, signed_in: Browser) -> str:
    access_token: str = web.tokens(signed_in)["access_token"]
    return access_token


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("RFC 6750 2.1")
@pytest.mark.spec("RFC 6750 2.2")
@pytest.mark.spec("RFC 6750 5.3")
@pytest.mark.conformance(
    "oidcc-userinfo-get",
    "oidcc-userinfo-post-header",
    "oidcc-userinfo-post-body",
)
@pytest.mark.spec("OIDC Core 5.3")
@pytest.mark.spec("OIDC Core 5.3.1")
def test_the_token_may_come_in_the_header_or_in_a_form(
    web: RelyingParty, stranger: Browser, token: str, account: Account
) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    answers = [
        stranger.get("/userinfo", **bearer),
        stranger.post("/userinfo", **bearer),
        stranger.get("/userinfo", Authorization=f"bearer {token}"),
        web.send("/userinfo", {"access_token": token}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.get_json()) == (HTTPStatus.OK, {"sub": account.sub})
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("OIDC Core 16.4")
@pytest.mark.threat("T-64")
@pytest.mark.spec("RFC 6750 2.3")
def test_a_token_in_the_query_does_not_count(stranger: Browser, token: str) -> None:
    response = stranger.get("/userinfo", {"access_token": token})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="paris"'


@pytest.mark.spec("RFC 6750 2.2")
def test_a_token_in_a_body_that_is_no_form_does_not_count(stranger: Browser, token: str) -> None:
    at: dict[str, Any] = {"path": "/paris/userinfo", "base_url": HOST, "environ_overrides": NETWORK}
    answers = [
        stranger.cookies.get(data={"access_token": token}, **at),
        stranger.cookies.post(json={"access_token": token}, **at),
        stranger.cookies.post(data={"access_token": token}, content_type="multipart/form-data", **at),
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert [answer.headers["WWW-Authenticate"] for answer in answers] == ['Bearer realm="paris"'] * 3


@pytest.mark.spec("RFC 6750 3.1")
@pytest.mark.spec("RFC 6750 2")
def test_a_token_in_two_places_is_refused(web: RelyingParty, token: str) -> None:
    response = web.send("/userinfo", {"access_token": token}, Authorization=f"Bearer {token}")
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 6750 3")
def test_without_a_token_the_challenge_names_no_error(web: RelyingParty, stranger: Browser) -> None:
    for response in (
        stranger.get("/userinfo"),
        stranger.get("/userinfo", Authorization="Basic d2ViOng="),
        stranger.get("/userinfo", Authorization="Bearer"),
        web.send("/userinfo", {}),
    ):
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="paris"'


@pytest.mark.spec("RFC 6750 3")
@pytest.mark.spec("OIDC Core 5.3.3")
@pytest.mark.spec("RFC 6750 3.1")
def test_a_bad_token_is_named_in_the_challenge(web: RelyingParty) -> None:
    response = web.userinfo("nothing")
    assert response.status_code == 401
    challenge = response.headers["WWW-Authenticate"]
    words = re.findall(r'(\w+)="([ !#-\[\]-~]+)"', challenge)
    assert challenge == "Bearer " + ", ".join(f'{name}="{value}"' for name, value in words)
    assert [name for name, _ in words] == ["realm", "error", "error_description"]
    assert dict(words)["error"] == response.get_json()["error"] == "invalid_token"


@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 9068 4")
def test_an_id_token_is_no_access_token(web: RelyingParty, signed_in: Browser) -> None:
    assert web.userinfo(web.tokens(signed_in)["id_token"]).status_code == 401


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("RFC 6749 7")
@pytest.mark.spec("RFC 6750 5.2")
@pytest.mark.spec("RFC 9068 4")
def test_an_access_token_expires(web: RelyingParty, token: str, clock: HandClock) -> None:
    clock.forward(seconds=599)
    assert web.userinfo(token).status_code == 200
    clock.forward(seconds=1)
    assert web.userinfo(token).status_code == 401


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("Back-Channel Logout 2.7")
@pytest.mark.journey("paris-11")
def test_it_dies_with_the_session(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account, token: str
) -> None:
    offline = web.tokens(signed_in, scope="openid offline_access")
    browser = Browser(web.app)
    session = open_session(browser, make_work, account)
    other = web.tokens(browser)["access_token"]
    work = make_work()
    ended = sessions.find(work, signed_in.cookies.get_cookie("paris-session").value)
    assert ended is not None
    assert ended.id != session.id
    sessions.end(work, ended)
    work.db.commit()
    assert web.userinfo(token).status_code == 401
    assert web.userinfo(other).status_code == 200
    assert web.userinfo(offline["access_token"]).status_code == 200
    assert web.refresh(offline["refresh_token"]).status_code == 200


@pytest.mark.threat("T-03")
def test_everything_dies_when_the_account_is_revoked(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    tokens = web.tokens(signed_in, scope="openid offline_access")
    pending = web.code(signed_in)
    work = make_work()
    grants.revoke_of_account(work, account.id)
    work.db.commit()
    assert web.userinfo(tokens["access_token"]).status_code == 401
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert web.redeem(pending).get_json()["error"] == "invalid_grant"


@pytest.mark.threat("T-05")
def test_a_closed_account_has_no_tokens(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account, clock: HandClock
) -> None:
    tokens = web.tokens(signed_in, scope="openid offline_access")
    pending = web.code(signed_in)
    work = make_work()
    work.db.execute(update(Account).where(Account.id == account.id).values(closed_at=clock.now))
    work.db.commit()
    assert web.userinfo(tokens["access_token"]).status_code == 401
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert web.redeem(pending).get_json()["error"] == "invalid_grant"
    assert web.authorize(signed_in).location.startswith("/paris/sign-in?")
