"""RFC 7662: apps ask whether a token is still good."""

import pytest

from idp.models import Account
from idp.services import grants
from tests.conftest import PORTAL_SECRET, START, HandClock, MakeWork
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, basic
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of

NOW = int(START.timestamp())
INACTIVE = {"active": False}


@pytest.mark.spec("RFC 9701 9")
@pytest.mark.spec("RFC 7662 2.1")
@pytest.mark.spec("RFC 7662 2.2")
@pytest.mark.parametrize("client_id", ["web", "post"])
def test_an_access_token_of_its_own_is_active(
    party: Party, signed_in: Browser, account: Account, client_id: str
) -> None:
    relying = party(client_id)
    token = relying.tokens(signed_in, scope="openid email")["access_token"]
    claims = relying.claims(token)
    for hint in ("access_token", "refresh_token", "nonsense"):
        assert relying.introspect(token, token_type_hint=hint).get_json()["active"] is True
    response = relying.introspect(token)
    assert response.get_json() == {
        "active": True,
        "iss": ISSUER,
        "sub": account.sub,
        "aud": ISSUER,
        "client_id": client_id,
        "scope": "openid email",
        "iat": NOW,
        "exp": NOW + 600,
        "jti": claims["jti"],
        "auth_time": NOW,
        "acr": "1",
        "sid": claims["sid"],
        "token_type": "Bearer",
    }
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.spec("RFC 7662 2.1")
@pytest.mark.spec("RFC 7662 2.2")
@pytest.mark.parametrize("hint", ["refresh_token", "access_token", "nonsense", None])
def test_a_refresh_token_is_active_until_it_is_used(
    web: RelyingParty, signed_in: Browser, account: Account, hint: str | None
) -> None:
    token = web.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    assert web.introspect(token, token_type_hint=hint).get_json() == {
        "active": True,
        "iss": ISSUER,
        "sub": account.sub,
        "client_id": "web",
        "scope": OFFLINE,
        "iat": NOW,
        "exp": NOW + 30 * 86400,
    }
    assert web.refresh(token).status_code == 200  # asking used nothing up
    assert web.introspect(token, token_type_hint=hint).get_json() == INACTIVE


@pytest.mark.spec("RFC 7662 4")
@pytest.mark.spec("RFC 7662 5")
@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 7662 2.2")
def test_whatever_else_is_inactive_and_nothing_more(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    own, foreign = web.tokens(signed_in, scope=OFFLINE), party("post").tokens(signed_in, scope=OFFLINE)
    revoked = web.tokens(signed_in, scope=OFFLINE)
    web.revoke(revoked["refresh_token"])
    for token in (
        own["id_token"],
        own["access_token"][:-4],
        foreign["access_token"],
        foreign["refresh_token"],
        revoked["access_token"],
        revoked["refresh_token"],
        web.code(signed_in),
        "x" * 43,
        "..",
        "é",
    ):
        response = web.introspect(token)
        assert (response.status_code, response.get_json()) == (200, INACTIVE), token


@pytest.mark.spec("RFC 7662 4")
def test_it_dies_in_time(web: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    clock.forward(seconds=599)
    assert web.introspect(tokens["access_token"]).get_json()["active"] is True
    clock.forward(seconds=1)
    assert web.introspect(tokens["access_token"]).get_json() == INACTIVE
    assert web.introspect(tokens["refresh_token"]).get_json()["active"] is True
    clock.forward(days=30)
    assert web.introspect(tokens["refresh_token"]).get_json() == INACTIVE


@pytest.mark.spec("RFC 7662 4")
def test_it_dies_with_its_grant(web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    work = make_work()
    grants.revoke_of_account(work, account.id)
    work.db.commit()
    for kind in ("access_token", "refresh_token"):
        assert web.introspect(tokens[kind]).get_json() == INACTIVE


@pytest.mark.spec("RFC 9701 3")
@pytest.mark.spec("RFC 9701 8.2")
@pytest.mark.spec("RFC 6749 2.3")
@pytest.mark.spec("RFC 7662 4")
@pytest.mark.spec("RFC 7662 2.1")
def test_only_apps_with_a_secret_may_ask(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    token = web.tokens(signed_in)["access_token"]
    answers = [
        party("script").introspect(party("script").tokens(signed_in)["access_token"]),
        web.send("/introspect", {"token": token}),
        web.send("/introspect", {"token": token, "client_id": "web"}),
        web.send("/introspect", {"token": token}, Authorization=basic("web", "wrong")),
        web.send("/introspect", {"token": token}, Authorization=f"Bearer {token}"),
    ]
    assert [(answer.status_code, error_of(answer)) for answer in answers] == [(401, "invalid_client")] * 5


@pytest.mark.spec("RFC 7662 2.1")
@pytest.mark.spec("RFC 7662 4")
@pytest.mark.threat("T-63")
@pytest.mark.spec("RFC 7662 2.3")
def test_broken_requests_are_refused(web: RelyingParty, stranger: Browser) -> None:
    header = {"Authorization": basic("web", PORTAL_SECRET)}
    for form in ("", "token=", "token=a&token=a", "token=%00", "token=" + "x" * 5000):
        response = web.send("/introspect", form, **header)
        assert (response.status_code, error_of(response)) == (400, "invalid_request"), form
    by_get = stranger.get("/introspect", {"token": "a"})
    assert (by_get.status_code, by_get.headers["Allow"]) == (405, "POST")


@pytest.mark.threat("T-65")
def test_no_script_reads_the_answer(web: RelyingParty, signed_in: Browser) -> None:
    token = web.tokens(signed_in)["access_token"]
    header = {"Authorization": basic("web", PORTAL_SECRET), "Origin": "https://script.example"}
    response = web.send("/introspect", {"token": token}, **header)
    assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]
