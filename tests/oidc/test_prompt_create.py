"""Initiating User Registration 1.0: an app sends people to open an account; and lets them choose another one."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Account
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.oidc.relying_party import VERIFIER, Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import cancel_on, token_of
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.visitor import Visitor

EMAIL = "nouvelle@example.org"
NEW = "Jonquille-7-rues"


def sign_in(visitor: Visitor, identifier: str) -> None:
    """Sign somebody in who has an account already."""
    visitor.get("/sign-in")
    visitor.submit(identifier=identifier, password=PASSWORD)
    assert visitor.page is not None
    assert visitor.page.status_code == 303


def arrived(visitor: Visitor) -> dict[str, str]:
    """Follow the last redirects within the provider, and read what the app is told."""
    assert visitor.location == "/authorize/resume"
    visitor.follow()
    assert visitor.page is not None
    return dict(parse_qsl(urlsplit(visitor.page.location).query))


def mailed(make_work: MakeWork, slug: str, kind: MailKind) -> str:
    work = make_work(slug)
    token = newest_mail(work, kind)[1]
    work.db.commit()
    return token


@pytest.mark.spec("Initiating User Registration 4.1")
@pytest.mark.parametrize("signed_in_before", [False, True])
def test_a_letter_leads_to_a_new_account_and_back_to_the_app(
    app: Flask, web: RelyingParty, make_work: MakeWork, signed_in_before: bool
) -> None:
    work = make_work()
    other = add_account(work, add_holder(work, "7000921"), email="other@example.org")
    add_letter(work, add_holder(work, "7000922"))
    work.db.commit()
    visitor = Visitor(app)
    if signed_in_before:
        sign_in(visitor, "7000921")
    visitor.get(f"/authorize?{urlencode(web.request(prompt='create'))}")
    assert visitor.location == "/first-connection"
    visitor.follow()
    visitor.submit(identifier="7000922", password=CODE)
    visitor.follow()
    visitor.submit(email=EMAIL)
    visitor.follow()
    visitor.get(f"/link?token={mailed(make_work, 'paris', MailKind.CONFIRM_EMAIL)}")
    visitor.follow()
    visitor.submit()
    assert visitor.location == "/first-connection/password"
    visitor.follow()
    visitor.submit(password=NEW, confirmation=NEW)
    answer = arrived(visitor)
    assert answer["state"] == "a state"
    claims = web.claims(web.redeem(answer["code"]).get_json()["id_token"])
    later = make_work()
    opened = later.db.scalar(select(Account.sub).where(Account.email == EMAIL))
    later.db.commit()
    assert claims["sub"] == opened != other.sub


@pytest.mark.spec("Initiating User Registration 4.1")
@pytest.mark.parametrize("signed_in_before", [False, True])
def test_a_registration_leads_to_a_new_account_and_back_to_the_app(
    app: Flask, make_work: MakeWork, settings: Settings, signed_in_before: bool
) -> None:
    work = make_work("moselle")
    add_account(work, add_holder(work, "lef120021"), email="other@example.org")
    add_holder(work, "lef120022", last_name="Martin")
    work.db.commit()
    visitor = Visitor(app, "moselle")
    if signed_in_before:
        sign_in(visitor, "lef120021")
    (client,) = [one for one in settings.landlords["moselle"].clients if one.client_id == "portal"]
    asked: dict[str, Any] = {
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uris[0],
        "response_type": "code",
        "scope": "openid",
        "state": "a state",
        "prompt": "create",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    visitor.get(f"/authorize?{urlencode(asked)}")
    assert visitor.location == "/registration"
    visitor.follow()
    visitor.submit(identifier="LEF120022", last_name="Martin", first_name="Chloé")
    visitor.follow()
    visitor.submit(email=EMAIL, password=NEW, confirmation=NEW)
    visitor.follow()
    visitor.get(f"/activation?token={mailed(make_work, 'moselle', MailKind.ACTIVATE)}")
    visitor.follow()
    visitor.submit()
    assert visitor.location == "/sign-in"
    visitor.follow()
    visitor.submit(identifier="LEF120022", password=NEW)
    answer = arrived(visitor)
    assert answer["state"] == "a state"
    assert len(answer["code"]) == 43


@pytest.mark.spec("Initiating User Registration 4.1")
def test_who_would_rather_not_is_sent_back(web: RelyingParty, signed_in: Browser) -> None:
    page = signed_in.follow(web.authorize(signed_in, prompt="create"))
    answer = answer_of(signed_in.post(cancel_on(page) or "", {"csrf_token": token_of(page)}))
    assert (answer["error"], answer["state"]) == ("access_denied", "a state")
    assert "code" in answer_of(web.authorize(signed_in))


@pytest.mark.spec("Initiating User Registration 4.1")
def test_who_has_an_account_signs_in_instead(web: RelyingParty, stranger: Browser, make_work: MakeWork) -> None:
    work = make_work()
    holder = add_holder(work)
    account = add_account(work, holder)
    work.db.commit()
    asked = web.authorize(stranger, prompt="create")
    page = stranger.follow(asked)
    typed = {"csrf_token": token_of(page), "identifier": holder.identifier, "password": PASSWORD}
    done = stranger.follow(stranger.post(asked.location.removeprefix("/paris"), typed))
    tokens = web.redeem(answer_of(done)["code"]).get_json()
    assert web.claims(tokens["id_token"])["sub"] == account.sub


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_select_account_lets_another_person_sign_in(
    web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    work = make_work()
    other = add_account(work, add_holder(work, "7000931"), email="other@example.org")
    work.db.commit()
    asked = web.authorize(signed_in, prompt="select_account")
    page = signed_in.follow(asked)
    typed = {"csrf_token": token_of(page), "identifier": "7000931", "password": PASSWORD}
    done = signed_in.follow(signed_in.post(asked.location.removeprefix("/paris"), typed))
    chosen = web.claims(web.redeem(answer_of(done)["code"]).get_json()["id_token"])
    assert chosen["sub"] == other.sub != account.sub
    assert web.claims(web.tokens(signed_in)["id_token"])["sub"] == other.sub


@pytest.mark.spec("Initiating User Registration 4.2")
def test_the_metadata_name_it(stranger: Browser) -> None:
    document = stranger.get("/.well-known/openid-configuration").get_json()
    assert set(document["prompt_values_supported"]) == {"none", "login", "consent", "select_account", "create"}
