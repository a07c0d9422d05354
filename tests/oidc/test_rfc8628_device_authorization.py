"""RFC 8628: a person connects a device that has no keyboard with one that has."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.models import Account, DeviceRequest, FailureCounter
from idp.services import app_authorizations, purge, sessions
from idp.settings.tokens import Tokens
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty
from tests.oidc.test_journeys import token_of
from tests.people import PASSWORD, add_account, add_holder

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid email offline_access"


@pytest.fixture
def screen(party: Party) -> RelyingParty:
    """An app on a television."""
    return party("screen")


def started(device: RelyingParty, **changes: str | None) -> dict[str, Any]:
    """Let a device ask."""
    response = device.ask("/device_authorization", **({"scope": SCOPE} | changes))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def poll(device: RelyingParty, codes: dict[str, Any], **changes: str | None) -> TestResponse:
    """Let a device ask for its tokens."""
    return device.token(**({"grant_type": GRANT, "device_code": codes["device_code"]} | changes))


def error_of(response: TestResponse) -> str:
    assert response.status_code == 400, response.text
    assert set(response.get_json()) == {"error", "error_description"}
    assert response.headers["Cache-Control"] == "no-store"
    return str(response.get_json()["error"])


def type_code(browser: Browser, code: str) -> TestResponse:
    """Type a code on the page."""
    token = token_of(browser.get("/device"))
    return browser.post("/device", {"csrf_token": token, "user_code": code})


def answer(browser: Browser, codes: dict[str, Any], word: str = "allow") -> TestResponse:
    """Type the code and press a button."""
    page = browser.follow(type_code(browser, codes["user_code"]))
    assert codes["user_code"] in page.text
    return browser.post("/device/confirm", {"csrf_token": token_of(page), "answer": word})


@pytest.mark.spec("RFC 8628 3.2")
@pytest.mark.spec("RFC 8628 6.1")
@pytest.mark.parametrize("client_id", ["screen", "kiosk"])
def test_a_device_gets_two_codes_and_the_address_of_the_page(party: Party, client_id: str) -> None:
    codes = started(party(client_id))
    assert len(codes.pop("device_code")) == 43
    user_code = codes.pop("user_code")
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", user_code)
    assert codes == {
        "verification_uri": f"{ISSUER}/device",
        "verification_uri_complete": f"{ISSUER}/device?user_code={user_code}",
        "expires_in": 600,
        "interval": 5,
    }


@pytest.mark.spec("RFC 8628 3.1")
def test_an_app_shows_who_it_is_and_is_registered_for_it(party: Party, web: RelyingParty) -> None:
    assert web.ask("/device_authorization", scope="openid").get_json()["error"] == "unauthorized_client"
    assert web.token(grant_type=GRANT, device_code="x").get_json()["error"] == "unauthorized_client"
    wrong = party("kiosk").send("/device_authorization", {"client_id": "kiosk", "scope": "openid"})
    assert (wrong.status_code, wrong.get_json()["error"]) == (401, "invalid_client")
    read = Browser(web.app).get("/device_authorization")
    assert (read.status_code, read.headers["Allow"]) == (405, "POST")
    for scope in ("nothing", None):
        assert error_of(party("kiosk").ask("/device_authorization", scope=scope)) == "invalid_scope"
    twice = party("screen").send("/device_authorization", "client_id=screen&scope=openid&scope=email")
    assert error_of(twice) == "invalid_request"


@pytest.mark.spec("RFC 8628 3.1")
def test_empty_parameters_are_none_and_unknown_ones_nothing(party: Party) -> None:
    form = "client_id=screen&scope=openid&client_secret=&colour=red&colour=blue"
    assert party("screen").send("/device_authorization", form).status_code == 200
    assert error_of(party("screen").ask("/device_authorization", scope="")) == "invalid_scope"


@pytest.mark.spec("RFC 8628 3.4")
@pytest.mark.parametrize("client_id", ["screen", "kiosk"])
def test_the_person_allows_it_and_the_device_gets_its_tokens(
    party: Party, signed_in: Browser, account: Account, clock: HandClock, client_id: str
) -> None:
    device = party(client_id)
    codes = started(device)
    assert error_of(poll(device, codes)) == "authorization_pending"
    assert "Votre appareil est connecté" in answer(signed_in, codes).text
    clock.forward(seconds=5)
    tokens = poll(device, codes).get_json()
    assert (tokens["scope"], tokens["expires_in"]) == (SCOPE, 600)
    claims = device.claims(tokens["id_token"])
    assert (claims["sub"], claims["aud"]) == (account.sub, client_id)
    assert device.userinfo(tokens["access_token"]).get_json()["email"] == "chloe@example.org"
    assert device.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 8628 3.4")
def test_a_device_gets_no_more_than_it_may(party: Party, signed_in: Browser) -> None:
    device = party("kiosk")
    codes = started(device, scope="openid email contracts unknown")
    page = signed_in.follow(type_code(signed_in, codes["user_code"]))
    assert "votre adresse email" in page.text
    assert "vos contrats" not in page.text
    signed_in.post("/device/confirm", {"csrf_token": token_of(page), "answer": "allow"})
    tokens = poll(device, codes).get_json()
    assert tokens["scope"] == "openid email"
    assert "refresh_token" not in tokens


@pytest.mark.spec("RFC 8628 3.5")
def test_a_refusal_is_told(screen: RelyingParty, signed_in: Browser) -> None:
    codes = started(screen)
    assert "L’appareil n’est pas connecté" in answer(signed_in, codes, "refuse").text
    for _ in range(2):
        assert error_of(poll(screen, codes)) == "access_denied"
    assert type_code(signed_in, codes["user_code"]).status_code == 422


@pytest.mark.spec("RFC 8628 3.5")
def test_whoever_asks_too_often_waits_longer_each_time(
    screen: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    codes = started(screen)
    assert error_of(poll(screen, codes)) == "authorization_pending"
    clock.forward(seconds=4)
    assert error_of(poll(screen, codes)) == "slow_down"
    clock.forward(seconds=9)
    assert error_of(poll(screen, codes)) == "slow_down"
    clock.forward(seconds=15)
    assert error_of(poll(screen, codes)) == "authorization_pending"
    answer(signed_in, codes)
    assert poll(screen, codes).status_code == 200


@pytest.mark.spec("RFC 8628 3.5")
def test_codes_expire(screen: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    early, late = started(screen), started(screen)
    page = signed_in.follow(type_code(signed_in, late["user_code"]))
    answer(signed_in, early)
    clock.forward(minutes=10)
    for codes in (early, late):
        assert error_of(poll(screen, codes)) == "expired_token"
    pressed = signed_in.post("/device/confirm", {"csrf_token": token_of(page), "answer": "allow"})
    assert pressed.status_code == 422
    assert "Aucun appareil n’attend" in unescape(type_code(signed_in, late["user_code"]).text)


@pytest.mark.spec("RFC 8628 3.2")
def test_the_landlord_says_how_long_within_bounds() -> None:
    assert Tokens.model_validate({"device_code": "30m"}).device_code.total_seconds() == 1800
    for outside in ("59s", "31m"):
        with pytest.raises(ValueError, match="device_code"):
            Tokens.model_validate({"device_code": outside})


@pytest.mark.spec("RFC 8628 3.4")
@pytest.mark.threat("T-50")
def test_a_device_code_gives_tokens_once(screen: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    codes = started(screen)
    answer(signed_in, codes)
    tokens = poll(screen, codes).get_json()
    assert error_of(poll(screen, codes)) == "invalid_grant"
    assert screen.userinfo(tokens["access_token"]).status_code == 200  # the same request, in the same moment
    clock.forward(seconds=2)
    assert error_of(poll(screen, codes)) == "invalid_grant"
    assert screen.userinfo(tokens["access_token"]).status_code == 401
    assert screen.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.spec("RFC 8628 3.4")
@pytest.mark.threat("T-50")
def test_a_device_code_is_its_apps_own(party: Party, screen: RelyingParty, signed_in: Browser) -> None:
    codes = started(screen)
    answer(signed_in, codes)
    assert error_of(poll(party("kiosk"), codes)) == "invalid_grant"
    for wrong in ("x", "x" * 43, codes["user_code"]):
        assert error_of(poll(screen, {"device_code": wrong})) == "invalid_grant"
    assert error_of(poll(screen, codes, device_code=None)) == "invalid_request"
    assert poll(screen, codes).status_code == 200


@pytest.mark.spec("RFC 8628 3.3")
def test_the_code_is_typed_before_the_sign_in(
    screen: RelyingParty, stranger: Browser, make_work: MakeWork, settings: Any
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    codes = started(screen)
    done = type_code(stranger, codes["user_code"].replace("-", " ").lower())
    page = stranger.follow(done)
    assert page.location == "/paris/sign-in?then=device"
    typed = {
        "csrf_token": token_of(stranger.follow(page)),
        "identifier": holder.identifier,
        "password": PASSWORD,
    }
    confirm = stranger.follow(stranger.post("/sign-in?then=device", typed))
    assert codes["user_code"] in confirm.text
    assert "Lutèce sur grand écran" in confirm.text
    assert "même quand vous n’êtes pas là" in confirm.text
    stranger.post("/device/confirm", {"csrf_token": token_of(confirm), "answer": "allow"})
    assert poll(screen, codes).status_code == 200


@pytest.mark.spec("RFC 8628 3.3.1")
@pytest.mark.spec("RFC 8628 5.4")
@pytest.mark.threat("T-32")
def test_an_address_with_the_code_fills_it_in_and_no_more(screen: RelyingParty, signed_in: Browser) -> None:
    codes = started(screen)
    path = codes["verification_uri_complete"].removeprefix(ISSUER)
    page = signed_in.get(path)
    assert f'value="{codes["user_code"]}"' in page.text
    assert error_of(poll(screen, codes)) == "authorization_pending"
    assert signed_in.get("/device/confirm").location == "/paris/device"
    sent = {"csrf_token": token_of(page), "user_code": codes["user_code"]}
    confirm = signed_in.follow(signed_in.post(path, sent))
    for words in ("Continuez seulement si l’appareil est devant vous", "refusez", "Chloé LEFÈVRE"):
        assert words in confirm.text
    assert signed_in.post("/device/confirm", {"answer": "allow"}).status_code == 400
    token = token_of(confirm)
    assert "pas connecté" in signed_in.post("/device/confirm", {"csrf_token": token}).text


def test_what_is_no_code_is_said_beside_the_field(signed_in: Browser) -> None:
    page = signed_in.get("/device", {"user_code": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text
    for typed in ("", "   ", "x" * 50, "\x00", "WDJB-MJHT", "é"):
        response = type_code(signed_in, typed)
        assert response.status_code == 422
        assert "<title>Erreur" in response.text


@pytest.mark.spec("RFC 8628 5.1")
@pytest.mark.threat("T-01")
def test_nobody_can_try_many_codes(
    screen: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    codes = started(screen)
    for _ in range(20):
        assert "Aucun appareil" in type_code(signed_in, "BBBB-BBBB").text
    closed = type_code(signed_in, codes["user_code"])
    assert closed.status_code == 422
    assert "trop d’essais" in closed.text
    clock.forward(minutes=9)
    assert type_code(signed_in, codes["user_code"]).status_code == 422
    clock.forward(minutes=2)
    codes = started(screen)
    for _ in range(25):  # right ones do not count
        assert type_code(signed_in, codes["user_code"]).status_code == 303


@pytest.mark.threat("T-14")
def test_nobody_answers_while_something_is_due(
    screen: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account
) -> None:
    codes = started(screen)
    assert type_code(stranger, codes["user_code"]).status_code == 303
    token = token_of(stranger.get("/device"))
    pressed = stranger.post("/device/confirm", {"csrf_token": token, "answer": "allow"})
    assert pressed.location.endswith("/sign-in?then=device")
    assert error_of(poll(screen, codes)) == "authorization_pending"


def test_one_answer_counts(screen: RelyingParty, signed_in: Browser) -> None:
    codes = started(screen)
    page = signed_in.follow(type_code(signed_in, codes["user_code"]))
    typed = {"csrf_token": token_of(page), "answer": "refuse"}
    assert signed_in.post("/device/confirm", typed).status_code == 200
    assert signed_in.post("/device/confirm", typed | {"answer": "allow"}).status_code == 422
    assert error_of(poll(screen, codes)) == "access_denied"


def test_what_was_allowed_can_be_withdrawn(
    screen: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    codes = started(screen)
    answer(signed_in, codes)
    assert "Lutèce sur grand écran" in signed_in.get("/authorizations").text
    work = make_work()
    assert app_authorizations.withdraw(work, account.id, "screen")
    work.db.commit()
    assert error_of(poll(screen, codes)) == "invalid_grant"


def test_a_new_password_ends_it(
    screen: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    codes = started(screen)
    answer(signed_in, codes)
    work = make_work()
    sessions.end_all_of_account(work, account.id)
    work.db.commit()
    assert error_of(poll(screen, codes)) == "invalid_grant"


@pytest.mark.threat("T-20")
def test_codes_of_one_landlord_are_nothing_at_another(screen: RelyingParty, stranger: Browser) -> None:
    codes = started(screen)
    page = stranger.cookies.get("/moselle/device", base_url="http://localhost:8000")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    typed = {"csrf_token": found[1], "user_code": codes["user_code"]}
    assert stranger.cookies.post("/moselle/device", base_url="http://localhost:8000", data=typed).status_code == 422


def test_nothing_readable_is_kept_and_all_of_it_is_purged(
    screen: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    codes = started(screen)
    answer(signed_in, codes)
    assert poll(screen, codes).status_code == 200
    work = make_work()
    (row,) = work.db.scalars(select(DeviceRequest))
    kept = " ".join(str(value) for value in vars(row).values())
    for secret in (codes["device_code"], codes["user_code"], codes["user_code"].replace("-", "")):
        assert secret not in kept
    assert work.db.scalars(select(FailureCounter.count)).all() == [0]
    work.db.commit()
    clock.forward(days=400)
    later = make_work()
    assert purge.purge(later, purge.RULES["device_requests"]) == 1
    later.db.commit()


@pytest.mark.spec("RFC 8628 4")
def test_the_metadata_say_where(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert document["device_authorization_endpoint"] == f"{ISSUER}/device_authorization"
    assert GRANT in document["grant_types_supported"]


@pytest.mark.spec("RFC 8628 3.3")
def test_another_person_may_type_it(app: Any, screen: RelyingParty, signed_in: Browser, make_work: MakeWork) -> None:
    codes = started(screen)
    work = make_work()
    other = add_account(work, add_holder(work), email="other@example.org")
    work.db.commit()
    second = Browser(app)
    open_session(second, make_work, other)
    signed_in.follow(type_code(signed_in, codes["user_code"]))
    answer(second, codes)
    assert signed_in.get("/device/confirm").location == "/paris/device"
    assert screen.claims(poll(screen, codes).get_json()["id_token"])["sub"] == other.sub
