"""OpenID Connect Core §3.1.2.4: people are asked before an app that is not the landlord's own gets anything."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from idp.domain.events import EventName
from idp.models import Account, Event
from idp.services import accounts, app_authorizations, leaving
from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, form_of
from tests.oidc.test_journeys import resume_of, token_of
from tests.oidc.test_rfc9126_par import pushed
from tests.oidc.told import Ears
from tests.people import PASSWORD, add_account, add_holder

ASK = "/paris/authorization?journey="
EVERYTHING = "openid profile email phone address contracts offline_access"


@pytest.fixture
def partner(party: Party) -> RelyingParty:
    """An app of somebody else's."""
    return party("partner")


def asked(browser: Browser, response: TestResponse) -> TestResponse:
    """Follow to the page that asks the person."""
    assert response.status_code == 303
    assert response.location.startswith(ASK), response.location
    return browser.follow(response)


def allow(browser: Browser, response: TestResponse) -> TestResponse:
    """Press « Autoriser » on the page that a request led to, and follow to the answer."""
    page = asked(browser, response)
    done = browser.post(response.location.removeprefix("/paris"), {"csrf_token": token_of(page)})
    return browser.follow(done)


def refuse(browser: Browser, response: TestResponse) -> TestResponse:
    """Press « Refuser »."""
    page = asked(browser, response)
    journey = response.location.partition("?")[2]
    return browser.post(f"/authorize/cancel?{journey}", {"csrf_token": token_of(page)})


def events(make_work: MakeWork, *names: EventName) -> list[tuple[str, str | None]]:
    work = make_work()
    found = work.db.execute(select(Event.name, Event.client_id).where(Event.name.in_(names)).order_by(Event.id))
    rows = [(row.name, row.client_id) for row in found]
    work.db.commit()
    return rows


@pytest.mark.spec("OIDC Core 11")
@pytest.mark.spec("RFC 6749 10.12")
@pytest.mark.spec("OIDC Core 3.1.2.4")
def test_an_app_of_somebody_else_gets_nothing_before_the_person_agrees(
    partner: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    page = asked(signed_in, partner.authorize(signed_in, scope=EVERYTHING))
    for words in (
        "Watts &amp; Compagnie",
        "votre nom",
        "votre adresse email",
        "votre numéro de téléphone",
        "votre adresse postale",
        "vos contrats",
        "même quand vous n’êtes pas là",
        "partner.example",
        "https://partner.example/privacy",
        "Chloé LEFÈVRE",
        "Autoriser",
        "Refuser",
    ):
        assert words in page.text
    answer = answer_of(allow(signed_in, partner.authorize(signed_in, scope=EVERYTHING)))
    assert (answer["state"], answer["iss"]) == ("a state", ISSUER)
    tokens = partner.redeem(answer["code"]).get_json()
    assert tokens["scope"] == EVERYTHING
    assert "refresh_token" in tokens
    assert partner.userinfo(tokens["access_token"]).get_json()["sub"] == account.sub
    assert events(make_work, EventName.AUTHORIZATION_GIVEN) == [("authorization.given", "partner")]


@pytest.mark.spec("OIDC Core 3.1.2.4")
def test_the_landlords_own_apps_are_not_asked_about(
    web: RelyingParty, signed_in: Browser, settings: Settings, engine: Engine
) -> None:
    read: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: read.append(args[2]))
    assert "code" in answer_of(web.authorize(signed_in, scope=EVERYTHING))
    assert not any("app_authorization" in statement for statement in read)
    for slug in ("paris", "moselle", "contrat", "auvergne"):
        own = [client for client in settings.landlords[slug].clients if client.client_id in ("portal", "mobile")]
        assert own
        assert all(client.first_party for client in own)


def test_an_app_is_somebody_elses_unless_the_file_says_otherwise() -> None:
    assert not Client(client_id="a", name="a", auth="none", redirect_uris=["https://a.example/"]).first_party


@pytest.mark.spec("OIDC Core 3.1.2.4")
def test_the_page_names_only_what_is_asked_for(partner: RelyingParty, signed_in: Browser) -> None:
    page = asked(signed_in, partner.authorize(signed_in))
    assert "un numéro qui vous désigne" in page.text
    for words in ("votre nom", "email", "vos contrats", "n’êtes pas là"):
        assert words not in page.text


@pytest.mark.spec("OIDC Core 5.5")
@pytest.mark.threat("T-62")
def test_claims_asked_for_by_name_are_asked_about_too(partner: RelyingParty, signed_in: Browser) -> None:
    allow(signed_in, partner.authorize(signed_in))
    for place in ("userinfo", "id_token"):
        page = asked(signed_in, partner.authorize(signed_in, claims=f'{{"{place}": {{"email": null}}}}'))
        assert "votre adresse email" in page.text


@pytest.mark.spec("OIDC Core 3.1.2.4")
def test_what_was_allowed_is_not_asked_again_and_what_is_new_is(
    partner: RelyingParty, party: Party, signed_in: Browser
) -> None:
    allow(signed_in, partner.authorize(signed_in, scope="openid email"))
    for scope in ("openid email", "openid", "email"):
        assert "code" in answer_of(partner.authorize(signed_in, scope=scope))
        assert "code" in answer_of(partner.authorize(signed_in, scope=scope, prompt="none"))
    more = partner.authorize(signed_in, scope="openid contracts")
    assert "déjà autorisé" in asked(signed_in, more).text
    allow(signed_in, more)
    assert "code" in answer_of(partner.authorize(signed_in, scope="openid email contracts"))
    asked(signed_in, party("gadget").authorize(signed_in, scope="openid"))


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.spec("OIDC Core 11")
def test_lasting_access_is_asked_for(partner: RelyingParty, signed_in: Browser) -> None:
    allow(signed_in, partner.authorize(signed_in))
    assert (
        "même quand vous n’êtes pas là"
        in asked(signed_in, partner.authorize(signed_in, scope="openid offline_access")).text
    )


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_prompt_consent_asks_each_time(partner: RelyingParty, signed_in: Browser) -> None:
    for _ in range(2):
        assert "code" in answer_of(allow(signed_in, partner.authorize(signed_in, prompt="consent")))
    assert "code" in answer_of(partner.authorize(signed_in))


@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.spec("OIDC Core 3.1.2.6")
def test_without_a_page_the_app_hears_that_consent_is_missing(partner: RelyingParty, signed_in: Browser) -> None:
    answer = answer_of(partner.authorize(signed_in, prompt="none"))
    assert (answer["error"], answer["state"], answer["iss"]) == ("consent_required", "a state", ISSUER)


@pytest.mark.spec("OIDC Core 3.1.2.6")
def test_without_anybody_it_hears_nothing_of_consent(partner: RelyingParty, stranger: Browser) -> None:
    assert answer_of(partner.authorize(stranger, prompt="none"))["error"] == "login_required"


@pytest.mark.spec("RFC 6749 4.1.2.1")
def test_a_refusal_goes_to_the_app(
    partner: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    response = partner.authorize(signed_in)
    answer = answer_of(refuse(signed_in, response))
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", ISSUER)
    assert signed_in.get(resume_of(response.location)).status_code == 410
    asked(signed_in, partner.authorize(signed_in))
    assert events(make_work, EventName.AUTHORIZATION_REFUSED, EventName.AUTHORIZATION_GIVEN) == [
        ("authorization.refused", "partner")
    ]


@pytest.mark.spec("Form Post 2")
@pytest.mark.spec("JARM 2.1")
def test_answers_come_in_the_way_that_was_asked_for(partner: RelyingParty, signed_in: Browser) -> None:
    _, fields = form_of(refuse(signed_in, partner.authorize(signed_in, response_mode="form_post")))
    assert fields["error"] == "access_denied"
    signed = answer_of(refuse(signed_in, partner.authorize(signed_in, response_mode="jwt")))
    assert partner.claims(signed["response"])["error"] == "access_denied"
    _, fields = form_of(allow(signed_in, partner.authorize(signed_in, response_mode="form_post.jwt")))
    assert partner.redeem(partner.claims(fields["response"])["code"]).status_code == 200


@pytest.mark.spec("RFC 9126 4")
def test_a_pushed_request_waits_for_the_person_too(partner: RelyingParty, signed_in: Browser) -> None:
    brought = pushed(partner)
    answer = answer_of(allow(signed_in, signed_in.get("/authorize", brought)))
    assert partner.redeem(answer["code"]).status_code == 200
    brought = pushed(partner, prompt="consent")
    assert answer_of(refuse(signed_in, signed_in.get("/authorize", brought)))["error"] == "access_denied"
    assert signed_in.get("/authorize", brought).status_code == 400


@pytest.mark.spec("OIDC Core 3.1.2.4")
@pytest.mark.threat("T-14")
def test_nobody_is_asked_before_they_have_signed_in(
    partner: RelyingParty, stranger: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    response = partner.authorize(stranger)
    page = stranger.follow(response)
    journey = response.location.partition("?")[2]
    assert stranger.get(f"/authorization?{journey}").location == f"/paris/sign-in?{journey}"
    typed = {"csrf_token": token_of(page), "identifier": holder.identifier, "password": PASSWORD}
    done = stranger.follow(stranger.post(f"/sign-in?{journey}", typed))
    assert "code" in answer_of(allow(stranger, done))


@pytest.mark.threat("T-14")
def test_an_earlier_sign_in_cannot_agree_where_a_new_one_is_due(partner: RelyingParty, signed_in: Browser) -> None:
    journey = partner.authorize(signed_in, prompt="login").location.partition("?")[2]
    assert signed_in.get(f"/authorization?{journey}").location == f"/paris/authorize/resume?{journey}"
    token = token_of(signed_in.get("/account"))
    signed_in.post(f"/authorization?{journey}", {"csrf_token": token})
    assert answer_of(partner.authorize(signed_in, prompt="none"))["error"] == "consent_required"


@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.spec("RFC 6749 10.12")
@pytest.mark.threat("T-32")
def test_another_site_cannot_agree(partner: RelyingParty, signed_in: Browser) -> None:
    path = partner.authorize(signed_in).location.removeprefix("/paris")
    assert signed_in.post(path).status_code == 400
    token = token_of(signed_in.get(path))
    assert signed_in.post(path, {"csrf_token": token}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert answer_of(partner.authorize(signed_in, prompt="none"))["error"] == "consent_required"


@pytest.mark.threat("T-33")
def test_one_person_does_not_agree_for_another(
    app: Flask, partner: RelyingParty, signed_in: Browser, make_work: MakeWork
) -> None:
    waiting = partner.authorize(signed_in, prompt="consent")
    page = asked(signed_in, waiting)
    signed_in.post(waiting.location.removeprefix("/paris"), {"csrf_token": token_of(page)})
    work = make_work()
    other = add_account(work, add_holder(work), email="other@example.org")
    work.db.commit()
    open_session(signed_in, make_work, other, in_place_of=signed_in)
    asked(signed_in, signed_in.get(resume_of(waiting.location)))
    again = Browser(app)
    open_session(again, make_work, other)
    asked(again, partner.authorize(again))


@pytest.mark.journey("all-5")
def test_pressing_twice_and_two_tabs_do_no_harm(partner: RelyingParty, signed_in: Browser) -> None:
    first, second = (partner.authorize(signed_in, state=state) for state in ("one", "two"))
    assert answer_of(allow(signed_in, first))["state"] == "one"
    page = signed_in.get("/account")
    path = first.location.removeprefix("/paris")
    again = signed_in.follow(signed_in.post(path, {"csrf_token": token_of(page)}))
    assert again.status_code == 410
    assert answer_of(signed_in.follow(signed_in.get(second.location.removeprefix("/paris"))))["state"] == "two"
    assert signed_in.get("/authorization").location.endswith("/paris/sign-in")


def withdraw(browser: Browser, app: str) -> TestResponse:
    """Press « Retirer l'accès » of one app."""
    token = token_of(browser.get("/account"))
    return browser.follow(browser.post("/authorizations", {"csrf_token": token, "app": app}))


def test_the_person_withdraws_it_and_the_app_is_out(
    partner: RelyingParty, party: Party, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    gadget = party("gadget")
    code = answer_of(allow(signed_in, partner.authorize(signed_in, scope="openid offline_access")))["code"]
    tokens = partner.redeem(code).get_json()
    unused = partner.code(signed_in)
    other = gadget.redeem(answer_of(allow(signed_in, gadget.authorize(signed_in)))["code"]).get_json()
    clock.forward(minutes=5)
    assert "Watts &amp; Compagnie" in signed_in.get("/authorizations").text
    assert "Applications autorisées" in signed_in.get("/account").text
    page = withdraw(signed_in, "partner")
    assert "L’accès de l’application est retiré." in page.text
    assert "Watts" not in page.text
    assert partner.userinfo(tokens["access_token"]).status_code == 401
    assert partner.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert partner.redeem(unused).get_json()["error"] == "invalid_grant"
    assert gadget.userinfo(other["access_token"]).status_code == 200
    (told,) = Ears(make_work).listen()
    assert told[0] == "https://partner.example/signed-out"
    assert partner.claims(told[1])["sid"] == partner.claims(tokens["id_token"])["sid"]
    asked(signed_in, partner.authorize(signed_in))
    assert "Watts" not in withdraw(signed_in, "partner").text
    assert events(make_work, EventName.AUTHORIZATION_WITHDRAWN) == [("authorization.withdrawn", "partner")]


def test_withdrawing_what_was_never_allowed_changes_nothing(web: RelyingParty, signed_in: Browser) -> None:
    tokens = web.tokens(signed_in)
    for app in ("web", "nobody", "", "\x00"):
        assert withdraw(signed_in, app).status_code == 200
    assert web.userinfo(tokens["access_token"]).status_code == 200
    assert "Applications autorisées" not in signed_in.get("/account").text


@pytest.mark.threat("T-18")
@pytest.mark.threat("T-19")
def test_an_account_opened_anew_or_closed_allows_nothing(
    partner: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    allow(signed_in, partner.authorize(signed_in))
    work = make_work()
    held = work.db.get_one(Account, account.id)
    holder = held.enrolments[0].holder
    accounts.open_for(work, holder, "chloe@example.org", work.now, work.vault.hash_password("Violette-10-portes"))
    assert app_authorizations.of_account(work, account.id) == []
    app_authorizations.give(work, account.id, "partner", ())
    holder.left_at = work.now.replace(year=2020)
    work.db.flush()
    assert leaving.close(work, account.id)
    assert app_authorizations.of_account(work, account.id) == []
    work.db.commit()


def test_links_of_an_app_are_https() -> None:
    usual: dict[str, Any] = {"client_id": "a", "name": "a", "auth": "none", "redirect_uris": ["https://a.example/"]}
    assert Client(**usual, policy_uri="https://a.example/données?a=b").policy_uri
    for wrong in (
        "http://a.example/",
        "javascript:alert(1)",
        "https://u@a.example/",
        "https://",
        "https://a.example/ b",
    ):
        with pytest.raises(ValueError, match="policy_uri"):
            Client(**usual, policy_uri=wrong)
