"""What else is due after a sign-in by an account elsewhere, and what apps learn of the way in."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.domain.social import Identity
from idp.models import Account, Holder
from idp.services import accounts, keys, social_links
from idp.settings.agreements import Terms
from idp.settings.client import Client
from idp.settings.renewal import Renewal
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor
from tests.authenticator import add_second_factor, code_at
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import token_of
from tests.oidc.test_renewal import NEW, page_of, renew, send
from tests.people import add_account, add_holder
from tests.upstream import Other

TERMS = Terms(version="2026-11", url="https://www.lutece.example/conditions", published_on=START.date())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord with terms, renewals and second factors, and an app."""
    paris = settings.landlords["paris"]
    app = Client(
        client_id="web",
        name="web",
        secret_file=paris.clients[0].secret_file,
        first_party=True,
        redirect_uris=["https://web.example/callback"],
        scopes=["openid"],
    )
    rules = {"terms": TERMS, "renewal": Renewal(mode="enforce"), "second_factor": SecondFactor(mode="offered")}
    changed = paris.model_copy(update={"clients": [app], **rules})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": changed}})


@pytest.fixture
def account(make_work: MakeWork, other: Other) -> Account:
    """Somebody whose account is linked."""
    work = make_work()
    keys.ensure(work)
    account = add_account(work, add_holder(work, "7000850"))
    assert social_links.link(work, account, "other", Identity(other.issuer, "chloe-there", None)) is None
    work.db.commit()
    return account


@pytest.fixture
def web(app: Flask, settings: Settings) -> RelyingParty:
    """The app."""
    client = settings.landlords["paris"].client("web")
    assert client is not None
    return RelyingParty(app, client)


Come = Callable[[], tuple[Browser, tuple[str, TestResponse]]]


@pytest.fixture
def come(app: Flask, web: RelyingParty, other: Other) -> Come:
    """Come from the app, press the button, agree there: the browser, and the page that is due then."""

    def came() -> tuple[Browser, tuple[str, TestResponse]]:
        browser = Browser(app)
        path, page = page_of(browser, web.authorize(browser))
        journey = path.partition("?")[2]
        there = browser.post(f"/social/other/sign-in?{journey}", {"csrf_token": token_of(page)}).location
        back = urlsplit(other.allow(there))
        return browser, page_of(browser, browser.get(f"{back.path.removeprefix('/paris')}?{back.query}"))

    return came


def test_terms_are_asked_for_and_the_app_learns_the_way_in(
    come: Come, web: RelyingParty, account: Account, clock: HandClock
) -> None:
    browser, page = come()
    assert page[0].startswith("/terms?journey=")
    answer = page_of(browser, send(browser, page, terms="2026-11"))[1]
    claims = web.claims(web.redeem(answer_of(answer)["code"]).get_json()["id_token"])
    assert (claims["amr"], claims["acr"], claims["sub"]) == (["fed", "fed:other"], "1", account.sub)
    assert claims["auth_time"] == int(clock().timestamp())


@pytest.mark.journey("moselle-7")
@pytest.mark.parametrize("has_password", [True, False])
def test_a_password_is_renewed_after_it_and_where_there_is_none_nothing_is(
    come: Come, account: Account, make_work: MakeWork, clock: HandClock, has_password: bool
) -> None:
    work = make_work()
    if not has_password:
        accounts.set_password(work, work.db.get_one(Account, account.id), None)
    work.db.commit()
    clock.forward(days=366)
    _, page = come()
    assert page[0].startswith("/renewal?" if has_password else "/terms?")


@pytest.mark.threat("T-25")
@pytest.mark.parametrize("has_password", [True, False])
def test_it_passes_second_factor_renewal_terms_and_the_end_of_the_contract(
    come: Come, web: RelyingParty, account: Account, make_work: MakeWork, clock: HandClock, *, has_password: bool
) -> None:
    """Each of the four holds for people whom another provider vouches for; without a password nothing is renewed."""
    work = make_work()
    theirs = work.db.get_one(Account, account.id)
    add_second_factor(work, theirs)
    if not has_password:
        accounts.set_password(work, theirs, None)
    work.db.commit()
    clock.forward(days=366)
    browser, page = come()
    assert page[0].startswith("/second-factor?journey=")
    assert answer_of(web.authorize(browser, prompt="none"))["error"] == "login_required"
    page = page_of(browser, send(browser, page, code=code_at(clock())))
    if has_password:
        assert page[0].startswith("/renewal?journey=")
        page = page_of(browser, renew(browser, page, NEW))
    assert page[0].startswith("/terms?journey=")
    answer = page_of(browser, send(browser, page, terms="2026-11"))[1]
    claims = web.claims(web.redeem(answer_of(answer)["code"]).get_json()["id_token"])
    first = ["pwd"] if has_password else ["fed", "fed:other"]  # the renewal asked for the password
    assert (claims["amr"], claims["acr"]) == ([*first, "otp", "mfa"], "2")
    work = make_work()
    for holder in work.db.scalars(select(Holder)):
        holder.until = clock().date() - timedelta(days=1000)
    work.db.commit()
    _, (_, refused) = come()
    assert refused.status_code == 422
    assert "contrat" in refused.text
