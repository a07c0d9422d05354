"""RFC 7009: apps give tokens back."""

from urllib.parse import urlencode

import pytest

from idp.domain.events import EventName
from idp.models import Event
from tests.conftest import PORTAL_SECRET, HandClock, MakeWork
from tests.oidc.conftest import Party
from tests.oidc.relying_party import Browser, RelyingParty, basic
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of

KINDS = ("access_token", "refresh_token")
APPS = ("web", "post", "script")


def is_dead(relying: RelyingParty, tokens: dict[str, str]) -> bool:
    """Tell whether nothing that a token answer gave is good for anything."""
    told = relying.userinfo(tokens["access_token"]).status_code
    refreshed = relying.refresh(tokens["refresh_token"])
    return (told, refreshed.status_code) == (401, 400) and error_of(refreshed) == "invalid_grant"


@pytest.mark.spec("RFC 7009 2")
@pytest.mark.spec("RFC 7009 2.1")
@pytest.mark.parametrize("client_id", APPS)
@pytest.mark.parametrize("kind", KINDS)
def test_either_token_ends_the_whole_grant(party: Party, signed_in: Browser, client_id: str, kind: str) -> None:
    relying = party(client_id)
    tokens, others = relying.tokens(signed_in, scope=OFFLINE), relying.tokens(signed_in, scope=OFFLINE)
    response = relying.revoke(tokens[kind])
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert is_dead(relying, tokens)
    assert relying.userinfo(others["access_token"]).status_code == 200
    assert relying.refresh(others["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 7009 2.1")
@pytest.mark.parametrize("hint", [*KINDS, "id_token", "nonsense", None])
@pytest.mark.parametrize("kind", KINDS)
def test_the_hint_may_be_wrong(web: RelyingParty, signed_in: Browser, kind: str, hint: str | None) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    assert web.revoke(tokens[kind], token_type_hint=hint).status_code == 200
    assert is_dead(web, tokens)


@pytest.mark.spec("RFC 7009 2.1")
def test_a_used_refresh_token_ends_its_family(web: RelyingParty, signed_in: Browser) -> None:
    first = web.tokens(signed_in, scope=OFFLINE)
    second = web.refresh(first["refresh_token"]).get_json()
    assert web.revoke(first["refresh_token"]).status_code == 200
    assert is_dead(web, second)


@pytest.mark.spec("RFC 7009 2.2")
def test_what_is_not_known_is_as_good_as_revoked(web: RelyingParty, signed_in: Browser, make_work: MakeWork) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    done = web.revoke(tokens["refresh_token"])
    broken = (tokens["access_token"][:-4], f"{tokens['access_token']}AAAA", "..", "é", "x" * 43)
    for token in (*tokens.values(), *broken):
        response = web.revoke(str(token))
        assert (response.status_code, response.data) == (200, done.data), token
    assert make_work().db.query(Event).filter_by(name=EventName.GRANT_REVOKED).count() == 1


@pytest.mark.spec("RFC 7009 5")
@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 7009 2.1")
@pytest.mark.parametrize("kind", KINDS)
def test_another_apps_token_is_refused_and_lives_on(
    web: RelyingParty, party: Party, signed_in: Browser, kind: str
) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    for other in ("post", "script"):
        response = party(other).revoke(tokens[kind])
        assert (response.status_code, error_of(response)) == (400, "invalid_grant")
    assert web.userinfo(tokens["access_token"]).status_code == 200
    assert web.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.threat("T-60")
def test_an_id_token_and_an_expired_access_token_revoke_nothing(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    assert web.revoke(tokens["id_token"]).status_code == 200
    clock.forward(minutes=10)
    assert web.revoke(tokens["access_token"]).status_code == 200
    assert web.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 7009 2.1")
@pytest.mark.parametrize("client_id", APPS)
def test_the_session_at_the_provider_goes_on(party: Party, signed_in: Browser, client_id: str) -> None:
    relying = party(client_id)
    relying.revoke(relying.tokens(signed_in, scope=OFFLINE)["refresh_token"])
    assert relying.tokens(signed_in, prompt="none")


@pytest.mark.spec("RFC 7009 2.1")
def test_an_app_shows_who_it_is_first(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    tokens = web.tokens(signed_in, scope=OFFLINE)
    form = {"token": tokens["refresh_token"]}
    for sent, headers in (
        (form, {}),
        (form | {"client_id": "web"}, {}),
        (form | {"client_id": "web", "client_secret": PORTAL_SECRET}, {}),
        (form, {"Authorization": basic("web", "wrong")}),
        (form, {"Authorization": f"Bearer {tokens['access_token']}"}),
    ):
        response = web.send("/revoke", sent, **headers)
        assert (response.status_code, error_of(response)) == (401, "invalid_client")
    assert web.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 7009 2")
@pytest.mark.spec("RFC 7009 2.1")
@pytest.mark.threat("T-63")
@pytest.mark.spec("RFC 7009 2.2.1")
def test_broken_requests_have_the_errors_of_the_token_endpoint(web: RelyingParty, stranger: Browser) -> None:
    header = {"Authorization": basic("web", PORTAL_SECRET)}
    for form in ("", "token=", "token=a&token=a", "token=a&token_type_hint=x&token_type_hint=x", "token=%00"):
        response = web.send("/revoke", form, **header)
        assert (response.status_code, error_of(response)) == (400, "invalid_request"), form
    by_query = web.send(f"/revoke?{urlencode({'token': 'a'})}", "", **header)
    assert (by_query.status_code, error_of(by_query)) == (400, "invalid_request")
    by_get = stranger.get("/revoke", {"token": "a"})
    assert (by_get.status_code, by_get.headers["Allow"], error_of(by_get)) == (405, "POST", "invalid_request")


def test_what_was_revoked_stays_so_for_the_next_sign_in(web: RelyingParty, signed_in: Browser) -> None:
    first = web.tokens(signed_in, scope=OFFLINE)
    web.revoke(first["refresh_token"])
    assert not is_dead(web, web.tokens(signed_in, scope=OFFLINE))
    assert is_dead(web, first)
