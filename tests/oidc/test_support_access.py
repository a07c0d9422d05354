"""RFC 8693 for advisers: what the code of a support access is exchanged for, and what that opens."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.domain.support import Closer
from idp.models import Account
from idp.services import sessions, support, support_record
from idp.services.support import Asked
from idp.services.support_record import Wish
from idp.settings.client import Client
from idp.settings.exchange import TOKEN_EXCHANGE, Exchange
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.conftest import SCOPES, Party
from tests.oidc.relying_party import ISSUER, RelyingParty
from tests.oidc.test_rfc6749_token_endpoint import error_of
from tests.oidc.test_rfc8693_token_exchange import KIND

NOW = int(START.timestamp())
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, the advisers' desk, and an API that the desk calls."""
    paris = settings.landlords["paris"]
    usual: dict[str, Any] = {
        "secret_file": paris.clients[0].secret_file,
        "grant_types": [],
        "redirect_uris": [],
        "scopes": ["openid", "profile", "contracts"],
    }
    behind = Exchange(clients=["desk"], scopes=["contracts"], audiences=["https://api.example/"])
    apps = [
        Client(client_id="desk", name="Desk", support=True, first_party=True, **usual),
        Client(client_id="api", name="API", exchanges=[behind], **usual),
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *apps]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def desk(party: Party) -> RelyingParty:
    return party("desk")


@pytest.fixture
def asked(account: Account, make_work: MakeWork) -> Asked:
    """A request that waits."""
    work = make_work()
    found = support.ask(work, account, work.landlord.desks[0], Wish("Camille Durand", "Votre avis"))
    assert isinstance(found, Asked)
    work.db.commit()
    return found


@pytest.fixture
def accepted(asked: Asked, account: Account, make_work: MakeWork) -> Asked:
    """A request that the person said yes to."""
    work = make_work()
    session = sessions.find(work, sessions.start(work, account.id, ["pwd"], None))
    access = support_record.find(work, asked.reference)
    assert session is not None
    assert access is not None
    assert support.accept(work, access, session, HALF_AN_HOUR)
    work.db.commit()
    return asked


def close(make_work: MakeWork, asked: Asked, by: Closer = Closer.PERSON) -> None:
    work = make_work()
    access = support_record.find(work, asked.reference)
    assert access is not None
    support.close(work, access, by)
    work.db.commit()


def look(desk: RelyingParty, code: str, **changes: str | None) -> TestResponse:
    usual = {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": code,
        "subject_token_type": f"{ISSUER}/support-access",
    }
    return desk.token(**(usual | changes))


@pytest.mark.journey("moselle-8")
@pytest.mark.spec("RFC 8693 2.2.1")
@pytest.mark.spec("RFC 8693 4.1")
def test_the_token_names_the_adviser_and_only_reads(desk: RelyingParty, accepted: Asked, account: Account) -> None:
    answer = look(desk, accepted.code).get_json()
    token = answer.pop("access_token")
    assert answer == {
        "issued_token_type": KIND,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "openid profile contracts",
    }
    claims = desk.claims(token)
    assert {len(claims.pop(name)) for name in ("jti", "gid")} == {43}
    assert claims == {
        "iss": ISSUER,
        "sub": account.sub,
        "aud": ISSUER,
        "client_id": "desk",
        "scope": "openid profile contracts",
        "iat": NOW,
        "exp": NOW + 300,
        "act": {"sub": "desk", "name": "Camille Durand"},
    }
    told = desk.userinfo(token).get_json()
    assert (told["sub"], told["family_name"], len(told["contracts"])) == (account.sub, "LEFÈVRE", 1)
    assert "email" not in told
    assert desk.introspect(token).get_json()["act"] == claims["act"]
    narrow = look(desk, accepted.code, scope="openid").get_json()["access_token"]
    assert desk.userinfo(narrow).get_json() == {"sub": account.sub}


@pytest.mark.journey("moselle-8")
@pytest.mark.spec("RFC 8693 2.2.2")
def test_nothing_before_the_yes_nothing_after_the_end(
    desk: RelyingParty, asked: Asked, make_work: MakeWork, account: Account
) -> None:
    assert error_of(look(desk, asked.code)) == "authorization_pending"
    close(make_work, asked)
    assert error_of(look(desk, asked.code)) == "access_denied"


@pytest.mark.parametrize("by", [Closer.PERSON, Closer.STAFF])
def test_an_end_takes_the_tokens_too(desk: RelyingParty, accepted: Asked, make_work: MakeWork, by: Closer) -> None:
    token = look(desk, accepted.code).get_json()["access_token"]
    assert desk.userinfo(token).status_code == 200
    close(make_work, accepted, by)
    assert desk.userinfo(token).status_code == 401
    assert desk.introspect(token).get_json() == {"active": False}
    assert error_of(look(desk, accepted.code)) == "invalid_request"


def test_it_ends_by_itself(desk: RelyingParty, accepted: Asked, clock: HandClock) -> None:
    clock.forward(minutes=28)
    response = look(desk, accepted.code)
    assert response.get_json()["expires_in"] == 120
    clock.forward(minutes=2)
    assert desk.userinfo(response.get_json()["access_token"]).status_code == 401
    assert error_of(look(desk, accepted.code)) == "invalid_request"


@pytest.mark.threat("T-60")
@pytest.mark.threat("T-62")
def test_only_the_desk_and_only_for_what_it_may_see(
    desk: RelyingParty, accepted: Asked, party: Party, make_work: MakeWork
) -> None:
    assert error_of(look(party("web"), accepted.code)) == "unauthorized_client"
    assert error_of(look(party("api"), accepted.code)) == "invalid_request"
    for scope in (*SCOPES[2:5], "offline_access", "openid email", "notices.read"):
        assert error_of(look(desk, accepted.code, scope=scope)) == "invalid_scope"
    for name in ("audience", "resource"):
        assert error_of(look(desk, accepted.code, **{name: "https://api.example/"})) == "invalid_target"
        assert look(desk, accepted.code, **{name: ISSUER}).status_code == 200
    for code in (accepted.reference, "", "x" * 43, "é"):
        assert error_of(look(desk, code)) == "invalid_request"
    access_token = look(desk, accepted.code).get_json()["access_token"]
    wrong: list[dict[str, str | None]] = [
        {"subject_token": access_token},
        {"subject_token_type": KIND},
        {"subject_token_type": "http://localhost:8000/moselle/support-access"},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
    ]
    for changes in wrong:
        assert error_of(look(desk, accepted.code, **changes)) == "invalid_request", changes


@pytest.mark.spec("RFC 8693 4.1")
def test_an_api_behind_the_desk_learns_who_looks(desk: RelyingParty, accepted: Asked, party: Party) -> None:
    token = look(desk, accepted.code).get_json()["access_token"]
    api = party("api")
    asked = {"grant_type": TOKEN_EXCHANGE, "subject_token": token, "subject_token_type": KIND}
    chained = api.token(**asked, audience="https://api.example/").get_json()["access_token"]
    assert api.claims(chained)["act"] == {"sub": "api", "act": {"sub": "desk", "name": "Camille Durand"}}


def test_the_desk_gets_no_session_and_no_code(app: Flask, desk: RelyingParty, accepted: Asked) -> None:
    response = look(desk, accepted.code)
    assert "Set-Cookie" not in response.headers
    assert not {"refresh_token", "id_token"} & response.get_json().keys()
    page = app.test_client().get(
        "/paris/authorize?client_id=desk&response_type=code", base_url="http://localhost:8000"
    )
    assert page.status_code == 400


@pytest.mark.parametrize(
    "values", [{"auth": "none", "secret_file": None}, {"scopes": ["profile"]}, {"first_party": False}]
)
def test_the_configuration_says_what_is_wrong(values: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "client_id": "a",
        "name": "A",
        "secret_file": "secret",
        "redirect_uris": ["https://a.example/callback"],
        "support": True,
        "first_party": True,
    }
    assert Client(**usual).support
    with pytest.raises(ValueError, match="support"):
        Client(**(usual | values))
