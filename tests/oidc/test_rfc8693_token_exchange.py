"""RFC 8693: apps exchange a person's token for a narrower one that names them as acting."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.models import Account, Event
from idp.oidc import jose
from idp.settings.client import Client
from idp.settings.exchange import TOKEN_EXCHANGE, Exchange
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.conftest import SCOPES, Party
from tests.oidc.holder import Holder
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of

NOW = int(START.timestamp())
KIND = "urn:ietf:params:oauth:token-type:access_token"
API = "https://api.example/notices"
EXCHANGE: dict[str, Any] = {
    "clients": ["web", "post"],
    "scopes": ["openid", "email"],
    "audiences": ["second", API],
    "lifetime": "2m",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, one that exchanges their tokens, and one behind it."""
    paris = settings.landlords["paris"]
    usual: dict[str, Any] = {
        "secret_file": paris.clients[0].secret_file,
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "scopes": SCOPES[:-1],
    }
    behind = Exchange(clients=["first", "second"], scopes=["openid"], audiences=["second"])
    apps = [
        Client(client_id="first", name="First", exchanges=[Exchange(**EXCHANGE)], signing_alg="ES256", **usual),
        Client(client_id="second", name="Second", exchanges=[behind], **usual),
        Client(
            client_id="apart",
            name="Apart",
            exchanges=[Exchange(**EXCHANGE)],
            subject_type="pairwise",
            sector_identifier="apart.example",
            **usual,
        ),
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *apps]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def first(party: Party) -> RelyingParty:
    return party("first")


@pytest.fixture
def token(web: RelyingParty, signed_in: Browser) -> str:
    """An access token of a person."""
    found: str = web.tokens(signed_in, scope="openid email profile")["access_token"]
    return found


def exchanged(relying: RelyingParty, token: str, **changes: str | None) -> Any:
    """Exchange a token."""
    usual = {"grant_type": TOKEN_EXCHANGE, "subject_token": token, "subject_token_type": KIND}
    return relying.token(**(usual | changes))


def given(relying: RelyingParty, token: str, **changes: str | None) -> str:
    """Exchange a token, and return the new one."""
    response = exchanged(relying, token, **changes)
    assert response.status_code == 200, response.text
    found: str = response.get_json()["access_token"]
    return found


@pytest.mark.spec("RFC 8693 2.2.1")
@pytest.mark.spec("RFC 8693 4.1")
def test_a_narrower_token_names_who_acts(
    first: RelyingParty, web: RelyingParty, token: str, account: Account, make_work: MakeWork
) -> None:
    response = exchanged(first, token)
    answer = response.get_json()
    read = first.read(answer.pop("access_token"))
    assert answer == {
        "issued_token_type": KIND,
        "token_type": "Bearer",
        "expires_in": 120,
        "scope": "openid email",
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert read.header["typ"] == "at+jwt"
    claims, of_web = dict(read.claims), web.claims(token)
    assert len(claims.pop("jti")) == 43
    assert claims == {
        "iss": ISSUER,
        "sub": account.sub,
        "aud": ISSUER,
        "client_id": "first",
        "scope": "openid email",
        "iat": NOW,
        "exp": NOW + 120,
        "auth_time": NOW,
        "acr": "1",
        "gid": of_web["gid"],
        "act": {"sub": "first"},
    }
    (event,) = make_work().db.scalars(select(Event).where(Event.name == EventName.TOKENS_EXCHANGED))
    assert (event.client_id, event.account_id, event.details) == ("first", account.id, {"of_client": "web"})


@pytest.mark.spec("RFC 8693 2.2.1")
def test_the_person_is_who_the_new_tokens_app_knows(
    first: RelyingParty, party: Party, token: str, account: Account
) -> None:
    apart = party("apart")
    new = given(apart, token)
    known_as = apart.claims(new)["sub"]
    assert known_as != account.sub
    assert apart.userinfo(new).get_json()["sub"] == known_as
    assert first.claims(given(first, token))["sub"] == account.sub


@pytest.mark.spec("RFC 8693 2.1")
@pytest.mark.threat("T-62")
def test_it_opens_what_its_scope_says_and_no_more(first: RelyingParty, web: RelyingParty, signed_in: Browser) -> None:
    wish = '{"userinfo": {"birthdate": null}}'
    token = web.tokens(signed_in, scope="openid email profile", claims=wish)["access_token"]
    told = first.userinfo(given(first, token)).get_json()
    assert told.keys() == {"sub", "email", "email_verified"}
    narrow = given(first, token, scope="openid")
    assert first.userinfo(narrow).get_json().keys() == {"sub"}
    for scope in ("openid profile", "offline_access", "openid notices.read", "contracts"):
        assert error_of(exchanged(first, token, scope=scope)) == "invalid_scope", scope
    without = web.tokens(signed_in, scope="openid profile")["access_token"]
    assert error_of(exchanged(first, without, scope="openid email")) == "invalid_scope"
    assert first.introspect(given(first, without)).get_json()["scope"] == "openid"


@pytest.mark.spec("RFC 9068 3")
@pytest.mark.spec("RFC 9701 3")
@pytest.mark.spec("RFC 7662 4")
@pytest.mark.spec("RFC 8693 2.1")
@pytest.mark.spec("RFC 8693 2.2.2")
def test_the_audience_is_one_that_the_policy_names(first: RelyingParty, party: Party, token: str) -> None:
    for name in ("audience", "resource"):
        assert first.claims(given(first, token, **{name: API}))["aud"] == API
        assert first.claims(given(first, token, **{name: ISSUER}))["aud"] == ISSUER
        assert error_of(exchanged(first, token, **{name: "https://other.example/"})) == "invalid_target"
    assert first.claims(given(first, token, audience=API, resource=API))["aud"] == API
    assert error_of(exchanged(first, token, audience="second", resource=API)) == "invalid_target"
    for_second = given(first, token, audience="second")
    assert first.userinfo(for_second).status_code == 401
    told = party("second").introspect(for_second).get_json()
    assert (told["active"], told["aud"], told["act"]) == (True, "second", {"sub": "first"})
    assert party("post").introspect(for_second).get_json() == {"active": False}


@pytest.mark.spec("RFC 8693 4.1")
def test_a_chain_names_everybody_and_has_an_end(first: RelyingParty, party: Party, token: str) -> None:
    second = party("second")
    chained = given(second, given(first, token, audience="second"), audience="second")
    assert second.claims(chained)["act"] == {"sub": "second", "act": {"sub": "first"}}
    for _ in range(2):
        chained = given(second, chained, audience="second")
    response = exchanged(second, chained)
    assert (response.status_code, error_of(response)) == (400, "invalid_request")


@pytest.mark.spec("RFC 8693 2.1")
@pytest.mark.spec("RFC 8693 2.2.2")
@pytest.mark.threat("T-60")
def test_only_tokens_that_the_policy_names_and_that_were_meant_for_the_app(
    first: RelyingParty, party: Party, signed_in: Browser, token: str
) -> None:
    second, script = party("second"), party("script")
    own = second.token(grant_type="client_credentials").get_json()["access_token"]
    tokens = party("web").tokens(signed_in, scope=OFFLINE)
    for_api = given(first, token, audience=API)
    wrong = [
        (first, script.tokens(signed_in)["access_token"]),
        (second, token),
        (second, for_api),
        (second, own),
        (first, tokens["id_token"]),
        (first, tokens["refresh_token"]),
        (first, f"{token[:-4]}AAAA"),
        (first, ".."),
    ]
    for relying, foreign in wrong:
        response = exchanged(relying, foreign)
        assert (response.status_code, error_of(response)) == (400, "invalid_request"), foreign


@pytest.mark.spec("RFC 8693 2.1")
@pytest.mark.spec("RFC 8693 3")
@pytest.mark.threat("T-63")
@pytest.mark.parametrize(
    "changes",
    [
        {"subject_token": None},
        {"subject_token_type": None},
        {"subject_token_type": "urn:ietf:params:oauth:token-type:id_token"},
        {"subject_token_type": "access_token"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        {"actor_token_type": KIND},
        {"actor_token": "x"},
        {"actor_token": "x", "actor_token_type": KIND},
        {"actor_token": "x", "actor_token_type": "urn:ietf:params:oauth:token-type:jwt"},
    ],
)
def test_a_request_that_is_not_valid(first: RelyingParty, token: str, changes: dict[str, str | None]) -> None:
    response = exchanged(first, token, **changes)
    assert (response.status_code, error_of(response)) == (400, "invalid_request")
    assert exchanged(first, token, requested_token_type=KIND).status_code == 200


@pytest.mark.spec("RFC 8693 2.1")
def test_an_app_may_show_a_token_of_its_own_as_the_actor(first: RelyingParty, party: Party, token: str) -> None:
    own, foreign = (
        relying.token(grant_type="client_credentials").get_json()["access_token"]
        for relying in (first, party("second"))
    )
    acting = {"actor_token": own, "actor_token_type": KIND}
    assert first.claims(given(first, token, **acting))["act"] == {"sub": "first"}
    for wrong in (foreign, token):
        assert error_of(exchanged(first, token, **acting | {"actor_token": wrong})) == "invalid_request"
    first.revoke(own)
    assert error_of(exchanged(first, token, **acting)) == "invalid_request"


@pytest.mark.spec("RFC 8693 4.4")
def test_may_act_is_honoured(first: RelyingParty, web: RelyingParty, token: str, make_work: MakeWork) -> None:
    claims = web.claims(token)
    for named, status in (({"sub": "first"}, 200), ({"sub": "second"}, 400), ("first", 400)):
        work = make_work()
        signed = jose.sign(work, "RS256", "at+jwt", {**claims, "may_act": named})
        work.db.rollback()
        assert exchanged(first, signed).status_code == status


@pytest.mark.spec("RFC 6749 5.2")
def test_only_apps_with_a_policy_may_exchange(party: Party, token: str) -> None:
    for client_id in ("web", "post", "script"):
        response = exchanged(party(client_id), token)
        assert (response.status_code, error_of(response)) == (400, "unauthorized_client")
    response = party("first").send("/token", {"grant_type": TOKEN_EXCHANGE, "subject_token": token})
    assert (response.status_code, error_of(response)) == (401, "invalid_client")


@pytest.mark.spec("RFC 8693 5")
@pytest.mark.threat("T-60")
@pytest.mark.parametrize("how", ["revoked", "signed out", "subject given back"])
def test_it_dies_with_the_grant_it_came_from(
    first: RelyingParty, web: RelyingParty, signed_in: Browser, token: str, how: str
) -> None:
    new = given(first, token)
    assert first.userinfo(new).status_code == 200
    if how == "signed out":
        page = signed_in.get("/sign-out").text
        csrf = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
        assert signed_in.post("/sign-out", {"csrf_token": csrf}).status_code in (200, 303)
    else:
        web.revoke(token)
    assert first.userinfo(new).status_code == 401
    assert first.introspect(new).get_json() == {"active": False}
    assert error_of(exchanged(first, token)) == "invalid_request"


@pytest.mark.spec("RFC 7009 2.1")
def test_giving_it_back_leaves_the_first_token_alone(first: RelyingParty, web: RelyingParty, token: str) -> None:
    new, other = given(first, token), given(first, token)
    assert error_of(web.revoke(new)) == "invalid_grant"
    for _ in range(2):
        assert first.revoke(new).status_code == 200
    assert first.userinfo(new).status_code == 401
    assert first.introspect(new).get_json() == {"active": False}
    assert first.userinfo(other).status_code == 200
    assert web.userinfo(token).status_code == 200


@pytest.mark.spec("RFC 8693 2.2.1")
def test_it_is_never_good_for_longer_than_the_token_it_came_from(
    first: RelyingParty, token: str, clock: HandClock
) -> None:
    clock.forward(seconds=599)
    response = exchanged(first, token)
    assert response.get_json()["expires_in"] == 1
    clock.forward(seconds=1)
    assert first.userinfo(response.get_json()["access_token"]).status_code == 401
    assert error_of(exchanged(first, token)) == "invalid_request"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"auth": "none", "secret_file": None}, "secret"),
        ({"exchanges": [EXCHANGE | {"scopes": ["openid", "phone"]}]}, "phone"),
        ({"exchanges": [EXCHANGE | {"scopes": ["offline_access"]}]}, "offline_access"),
        ({"exchanges": [EXCHANGE | {"clients": []}]}, "clients"),
        ({"exchanges": [EXCHANGE | {"lifetime": "16m"}]}, "lifetime"),
        ({"exchanges": [EXCHANGE | {"audiences": ["two words"]}]}, "audiences"),
    ],
)
def test_the_configuration_says_what_is_wrong(values: dict[str, Any], word: str) -> None:
    usual: dict[str, Any] = {
        "client_id": "a",
        "name": "A",
        "secret_file": "secret",
        "redirect_uris": ["https://a.example/callback"],
        "scopes": ["openid", "email", "offline_access"],
        "exchanges": [EXCHANGE],
    }
    assert Client(**usual).may_ask_with(TOKEN_EXCHANGE)
    with pytest.raises(ValueError, match=word):
        Client(**(usual | values))


@pytest.mark.spec("RFC 9449 5")
def test_the_new_token_is_bound_to_the_key_of_whoever_asks(
    first: RelyingParty, web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    holder = Holder(clock)
    bound = replace(web, prove=Holder(clock)).tokens(signed_in, scope="openid email")["access_token"]
    answer = exchanged(replace(first, prove=holder), bound).get_json()
    assert (answer["token_type"], first.claims(answer["access_token"])["cnf"]) == ("DPoP", {"jkt": holder.thumbprint})
    assert replace(first, prove=holder).userinfo(answer["access_token"]).status_code == 200
    assert first.userinfo(answer["access_token"]).status_code == 401
