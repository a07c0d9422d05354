"""« Mémoriser »: a browser that stays signed in, and what ends that."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, Holder, Mail, Remembered
from idp.services import accounts, leaving
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import token_of
from tests.people import PASSWORD, add_account, add_holder

COOKIE = "paris-remember"
MONTH = timedelta(days=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord whose people may stay signed in for a month."""
    paris = settings.landlords["paris"]
    sign_in = paris.sign_in.model_copy(update={"remember": MONTH})
    return settings.model_copy(update={"landlords": {"paris": paris.model_copy(update={"sign_in": sign_in})}})


@pytest.fixture
def identifier(make_work: MakeWork) -> str:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    return holder.identifier


def sign_in(web: RelyingParty, browser: Browser, identifier: str, **more: str) -> TestResponse:
    page = web.authorize(browser)
    token = token_of(browser.follow(page))
    typed = {"csrf_token": token, "identifier": identifier, "password": PASSWORD, **more}
    answer = browser.post(page.location.removeprefix("/paris"), typed)
    return browser.follow(answer) if answer.location.startswith("/paris/") else answer


@pytest.fixture
def browser(web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock) -> Browser:
    """A remembered browser, the day after."""
    sign_in(web, stranger, identifier, remember="y")
    clock.forward(days=1)
    return stranger


def cookie(browser: Browser, name: str = COOKIE) -> str | None:
    found = browser.cookies.get_cookie(name)
    return found.value if found else None


def copy(app: Flask, value: str | None) -> Browser:
    """Make another browser that shows a copied cookie."""
    assert value
    other = Browser(app)
    other.cookies.set_cookie(COOKIE, value, domain="localhost", path="/")
    return other


def live(engine: Engine) -> tuple[int, int]:
    """Count the series and the sessions that have not ended."""
    with Session(engine) as db:
        tables = (Remembered, BrowserSession)
        series, sessions = (len(db.scalars(select(table).where(table.ended_at.is_(None))).all()) for table in tables)
        return series, sessions


@pytest.mark.journey("contrat-1")
@pytest.mark.threat("T-21")
def test_a_remembered_browser_comes_back_and_its_sign_in_stays_as_old_as_it_is(
    web: RelyingParty, browser: Browser, clock: HandClock
) -> None:
    before = cookie(browser)
    tokens = web.tokens(browser)
    assert cookie(browser) not in (None, before)
    claims = web.read(tokens["id_token"]).claims
    assert claims["auth_time"] == int((clock() - timedelta(days=1)).timestamp())
    assert "code" in answer_of(web.authorize(browser, prompt="none"))
    clock.forward(days=3)
    assert "code" in answer_of(web.authorize(browser, prompt="none"))
    clock.forward(days=27)
    assert answer_of(web.authorize(browser, prompt="none"))["error"] == "login_required"


@pytest.mark.journey("contrat-1")
def test_without_the_tick_nothing_is_remembered(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, engine: Engine
) -> None:
    sign_in(web, stranger, identifier)
    assert cookie(stranger) is None
    assert live(engine)[0] == 0
    clock.forward(days=1)
    assert answer_of(web.authorize(stranger, prompt="none"))["error"] == "login_required"


@pytest.mark.journey("contrat-1")
def test_the_sign_in_page_lets_a_remembered_browser_through(browser: Browser, settings: Settings) -> None:
    answer = browser.get("/sign-in")
    assert answer.location == "/paris/sign-in/return"
    answer = browser.follow(browser.follow(answer))
    assert answer.location == settings.landlords["paris"].home_url


@pytest.mark.threat("T-21")
def test_an_app_that_wants_a_new_sign_in_gets_one(web: RelyingParty, browser: Browser) -> None:
    for wish in ({"max_age": "60"}, {"prompt": "login"}):
        page = web.authorize(browser, **wish)
        assert page.location.startswith("/paris/sign-in?")
        assert browser.follow(page).status_code == 200


@pytest.mark.threat("T-21")
def test_an_old_cookie_ends_the_series_its_sessions_and_its_tokens(
    app: Flask, web: RelyingParty, browser: Browser, clock: HandClock, engine: Engine
) -> None:
    stolen = cookie(browser)
    tokens = web.tokens(browser, scope="openid offline_access")
    clock.forward(minutes=2)
    thief = copy(app, stolen)
    assert answer_of(web.authorize(thief, prompt="none"))["error"] == "login_required"
    assert cookie(thief) is None
    assert live(engine) == (0, 0)
    assert answer_of(web.authorize(browser, prompt="none"))["error"] == "login_required"
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    with Session(engine) as db:
        assert len(db.scalars(select(Mail).where(Mail.kind == MailKind.REMEMBERED_REPLAYED)).all()) == 1


@pytest.mark.threat("T-21")
def test_a_thief_who_is_first_is_found_out_when_the_owner_returns(
    app: Flask, web: RelyingParty, browser: Browser, clock: HandClock
) -> None:
    thief = copy(app, cookie(browser))
    assert "code" in answer_of(web.authorize(thief, prompt="none"))
    clock.forward(minutes=2)
    assert answer_of(web.authorize(browser, prompt="none"))["error"] == "login_required"
    assert answer_of(web.authorize(thief, prompt="none"))["error"] == "login_required"


@pytest.mark.threat("T-21")
def test_two_tabs_that_return_at_once_get_the_same(
    app: Flask, web: RelyingParty, browser: Browser, clock: HandClock, engine: Engine
) -> None:
    tab = copy(app, cookie(browser))
    web.authorize(browser, prompt="none")
    clock.forward(seconds=59)
    assert "code" in answer_of(web.authorize(tab, prompt="none"))
    for name in (COOKIE, "paris-session"):
        assert cookie(tab, name) == cookie(browser, name)
    assert live(engine)[0] == 1


@pytest.mark.threat("T-21")
@pytest.mark.threat("T-05")
@pytest.mark.parametrize("end", ["new password", "account closed", "contract ended", "sign-out", "no longer offered"])
def test_what_ends_it(web: RelyingParty, browser: Browser, make_work: MakeWork, settings: Settings, end: str) -> None:
    work = make_work()
    account = work.db.scalars(select(Account)).one()
    match end:
        case "new password":
            accounts.set_password(work, account, work.vault.hash_password("Orange-4-fenetres"))
        case "contract ended" | "account closed":
            work.db.scalars(select(Holder)).one().left_at = work.now - timedelta(days=400)
            work.db.flush()
            assert end == "contract ended" or leaving.close(work, account.id)
        case "sign-out":
            work.db.commit()
            token = token_of(browser.get("/sign-out"))
            browser.post("/sign-out", {"csrf_token": token})
            assert cookie(browser) is None
        case "no longer offered":
            paris = settings.landlords["paris"]
            sign_in_ = paris.sign_in.model_copy(update={"remember": None})
            settings.landlords["paris"] = paris.model_copy(update={"sign_in": sign_in_})
    work.db.commit()
    assert answer_of(web.authorize(browser, prompt="none"))["error"] == "login_required"
    assert browser.get("/sign-in").status_code == 200


@pytest.mark.threat("T-21")
def test_signing_in_anew_without_the_tick_forgets_the_browser(
    web: RelyingParty, browser: Browser, identifier: str, engine: Engine
) -> None:
    page = web.authorize(browser, prompt="login")
    shown = browser.follow(page)
    assert 'name="remember"' in shown.text
    assert "checked" in shown.text
    typed = {"csrf_token": token_of(shown), "identifier": identifier, "password": PASSWORD}
    browser.post(page.location.removeprefix("/paris"), typed)
    assert cookie(browser) is None
    assert live(engine)[0] == 0


@pytest.mark.journey("all-8")
def test_an_app_signs_a_remembered_browser_out_between_two_sessions(
    web: RelyingParty, browser: Browser, clock: HandClock, engine: Engine
) -> None:
    hint = web.tokens(browser)["id_token"]
    clock.forward(days=1)
    back = {"id_token_hint": hint, "post_logout_redirect_uri": web.client.post_logout_redirect_uris[0]}
    assert browser.get("/logout", back).location.startswith("https://web.example/bye")
    assert live(engine)[0] == 0


@pytest.mark.threat("T-21")
@pytest.mark.parametrize("nonsense", ["", ".", "x", "x.y", "é.ü", "a" * 4000, "x.y.z"])
def test_a_cookie_of_nonsense_is_no_browser(app: Flask, web: RelyingParty, nonsense: str) -> None:
    stranger = Browser(app)
    stranger.cookies.set_cookie(COOKIE, nonsense, domain="localhost", path="/")
    assert answer_of(web.authorize(stranger, prompt="none"))["error"] == "login_required"


@pytest.mark.threat("T-21")
def test_a_copy_of_the_database_opens_nothing(browser: Browser, engine: Engine) -> None:
    value = cookie(browser)
    assert value
    series, token = value.split(".")
    with Session(engine) as db:
        row = db.scalars(select(Remembered)).one()
        assert {row.series_hash, row.token_hash, row.former_token_hash}.isdisjoint({series, token})
