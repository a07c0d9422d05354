"""The second factor on the way to an app: nobody passes without it, and apps learn of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, Event, Grant, Remembered, TrustedBrowser
from idp.services import accounts, recovery_codes, second_factors
from idp.settings.renewal import Renewal
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor
from tests.authenticator import add_second_factor, another_code, code_at
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_every_route import paths
from tests.oidc.test_journeys import token_of
from tests.oidc.test_remembering import MONTH
from tests.oidc.test_renewal import NEW, page_of, renew
from tests.people import PASSWORD, add_account, add_holder, mailed

ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "value": "2"}}})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord who offers a second factor, and to stay signed in."""
    return with_mode(settings, "offered")


def with_mode(settings: Settings, mode: str, **rules: object) -> Settings:
    paris = settings.landlords["paris"]
    changes = {
        "second_factor": SecondFactor.model_validate({"mode": mode, **rules}),
        "sign_in": paris.sign_in.model_copy(update={"remember": MONTH}),
    }
    return settings.model_copy(update={"landlords": {"paris": paris.model_copy(update=changes)}})


@dataclass
class Person:
    """Somebody whose account asks for a code."""

    app: Flask
    web: RelyingParty
    clock: HandClock
    account: Account
    identifier: str
    codes: list[str]

    def code(self) -> str:
        """Read the next code of the app, on which nobody has used yet."""
        self.clock.forward(seconds=30)
        return code_at(self.clock())

    def sign_in(self, browser: Browser, *, path: str | None = None, **more: str) -> TestResponse:
        """Show the password, and get to what is due then."""
        page = browser.get(path) if path else browser.follow(self.web.authorize(browser))
        address = path or page.request.full_path.removeprefix("/paris")
        typed = {"csrf_token": token_of(page), "identifier": self.identifier, "password": PASSWORD, **more}
        return browser.post(address, typed)

    def show(self, browser: Browser, at: TestResponse, code: str, **more: str) -> TestResponse:
        """Type a code into the page that an answer leads to."""
        page = browser.follow(at)
        path = page.request.full_path.removeprefix("/paris")
        return browser.post(path, {"csrf_token": token_of(page), "code": code, **more})

    def arrive(self, browser: Browser, **more: str) -> dict[str, str]:
        """Come from the app, and go through all of it."""
        done = self.show(browser, self.sign_in(browser), self.code(), **more)
        return answer_of(browser.follow(done))


@pytest.fixture
def person(app: Flask, web: RelyingParty, make_work: MakeWork, clock: HandClock) -> Person:
    work = make_work()
    holder = add_holder(work)
    account = add_account(work, holder)
    codes = add_second_factor(work, account)
    work.db.commit()
    return Person(app, web, clock, account, holder.identifier, codes)


@pytest.fixture
def half(person: Person, stranger: Browser) -> Browser:
    """A browser in which the password was shown, and the code was not."""
    assert "/second-factor?journey=" in person.sign_in(stranger).location
    return stranger


@pytest.mark.spec("RFC 8176 2")
def test_the_app_learns_of_both_factors(person: Person, stranger: Browser, clock: HandClock) -> None:
    first = person.sign_in(stranger)
    assert "/second-factor?journey=" in first.location
    shown_at = clock()
    done = person.show(stranger, first, person.code())
    tokens = person.web.redeem(answer_of(stranger.follow(done))["code"]).get_json()
    claims = person.web.claims(tokens["id_token"])
    assert (claims["acr"], claims["amr"]) == ("2", ["pwd", "otp", "mfa"])
    assert claims["auth_time"] == int(shown_at.timestamp())  # when the password was shown


@pytest.mark.threat("T-33")
def test_the_session_changes_when_the_code_is_shown(person: Person, stranger: Browser, engine: Engine) -> None:
    first = person.sign_in(stranger)
    before = stranger.cookies.get_cookie("paris-session").value
    person.show(stranger, first, person.code())
    after = stranger.cookies.get_cookie("paris-session").value
    assert before != after
    thief = Browser(person.app)
    thief.cookies.set_cookie("paris-session", before, domain="localhost", path="/")
    assert thief.get("/account").location.startswith("/paris/sign-in")
    with Session(engine) as db:
        assert db.scalar(select(func.count()).where(BrowserSession.ended_at.is_(None))) == 1


@pytest.mark.threat("T-25")
def test_without_the_code_nobody_is_signed_in_anywhere(
    app: Flask, person: Person, half: Browser, engine: Engine
) -> None:
    def privileged() -> Iterator[str]:
        open_to_all = ("/second-factor", "/sign-in", "/help", "/first-connection", "/registration", "/forgotten")
        for path, stance in paths(app):
            if stance.browser and not path.startswith(open_to_all):
                yield path

    stranger = Browser(app)
    for path in privileged():
        mine, others = half.get(path), stranger.get(path)
        assert mine.status_code == others.status_code, path
        if mine.status_code == 303 and mine.location != others.location:
            assert mine.location.startswith("/paris/second-factor"), (path, mine.location)
        elif mine.status_code == 200:
            assert "chloe@example.org" not in mine.text, path
            assert person.identifier not in mine.text, path
    token = token_of(half.get("/second-factor"))
    for path, _ in paths(app, "POST"):
        if not path.startswith(("/second-factor", "/sign-")):
            half.post(path, {"csrf_token": token, "present": PASSWORD, "email": "x@example.org"})
    with Session(engine) as db:
        assert db.scalars(select(Grant)).all() == []
        account = db.get_one(Account, person.account.id)
        assert (account.email, account.closed_at) == ("chloe@example.org", None)


@pytest.mark.spec("OIDC Core 3.1.2.6")
@pytest.mark.threat("T-25")
def test_an_app_that_shows_nothing_hears_that_nobody_is_signed_in(person: Person, half: Browser) -> None:
    assert answer_of(person.web.authorize(half, prompt="none"))["error"] == "login_required"
    assert person.web.authorize(half).location.startswith("/paris/second-factor?journey=")


@pytest.mark.spec("RFC 6238 5.2")
@pytest.mark.threat("T-26")
def test_wrong_codes_close_the_codes_and_not_the_password(
    person: Person, stranger: Browser, clock: HandClock, make_work: MakeWork, engine: Engine
) -> None:
    first = person.sign_in(stranger)
    wrong = [person.show(stranger, first, another_code(clock())) for _ in range(4)]
    assert {page.status_code for page in wrong} == {422}
    assert "pas le bon" in wrong[-1].text
    last = person.show(stranger, first, another_code(clock()))
    assert "trop de codes" in last.text
    assert 'name="code"' not in last.text
    work = make_work()
    assert mailed(work, MailKind.CODES_CLOSED)[0] == "chloe@example.org"
    work.db.rollback()
    assert stranger.follow(first).location.startswith("/paris/sign-in")  # the first factor anew
    again = person.sign_in(stranger)  # which is open
    assert "trop de codes" in person.show(stranger, again, code_at(clock())).text
    clock.forward(minutes=10)
    done = person.show(stranger, again, person.code())
    assert "code" in answer_of(stranger.follow(done))
    with Session(engine) as db:
        names = db.scalars(select(Event.name).order_by(Event.id)).all()
    assert names.count("second_factor.failed") == 6
    assert names.count("second_factor.shown") == 1


@pytest.mark.spec("RFC 6238 5.2")
@pytest.mark.threat("T-26")
def test_a_code_is_good_once(person: Person, app: Flask, clock: HandClock) -> None:
    code = person.code()
    mine, thief = Browser(app), Browser(app)
    assert "code" in answer_of(mine.follow(person.show(mine, person.sign_in(mine), code)))
    first = person.sign_in(thief)
    for known in (code, code_at(clock(), steps=-1)):  # the one that was accepted, and the one before
        assert person.show(thief, first, known).status_code == 422


@pytest.mark.threat("T-26")
def test_a_recovery_code_is_good_once_and_its_owner_hears_of_it(
    person: Person, app: Flask, make_work: MakeWork
) -> None:
    for expected in (303, 422):
        browser = Browser(app)
        person.sign_in(browser)
        page = browser.get("/second-factor/recovery-code")
        typed = {"csrf_token": token_of(page), "code": person.codes[0].upper().replace("-", " ")}
        assert browser.post("/second-factor/recovery-code", typed).status_code == expected
    work = make_work()
    assert mailed(work, MailKind.RECOVERY_CODE_USED) == ("chloe@example.org", {"left": 9})
    assert recovery_codes.left(work, person.account.id) == 9


def test_a_trusted_browser_is_not_asked_again_for_a_while(
    person: Person, stranger: Browser, app: Flask, clock: HandClock
) -> None:
    assert "code" in person.arrive(stranger, trust="y")
    clock.forward(days=1)
    claims = person.web.claims(
        person.web.redeem(answer_of(stranger.follow(person.sign_in(stranger)))["code"]).get_json()["id_token"]
    )
    assert (claims["acr"], claims["amr"]) == ("1", ["pwd"])
    assert "/second-factor" in person.sign_in(Browser(app)).location
    clock.forward(days=30)
    assert "/second-factor" in person.sign_in(stranger).location


@pytest.mark.threat("T-28")
@pytest.mark.parametrize("how", ["password", "factor", "locked", "forged", "everywhere"])
def test_what_ends_the_trust_in_a_browser(
    person: Person, stranger: Browser, make_work: MakeWork, clock: HandClock, how: str
) -> None:
    person.arrive(stranger, trust="y")
    if how == "locked":
        attacker = Browser(person.app)
        for _ in range(3):
            person.sign_in(attacker, password="Faux-1234")
    if how in ("password", "factor"):
        work = make_work()
        account = work.db.get_one(Account, person.account.id)
        if how == "password":
            accounts.set_password(work, account, work.vault.hash_password(PASSWORD))
        else:
            second_factors.remove(work, account)
            add_second_factor(work, account)
        work.db.commit()
    elif how == "everywhere":
        stranger.post("/account/sign-out-everywhere", {"csrf_token": token_of(stranger.get("/account"))})
    elif how == "forged":
        value = stranger.cookies.get_cookie("paris-trusted").value
        stranger.cookies.set_cookie("paris-trusted", f"{value[:-1]}x", domain="localhost", path="/")
    clock.forward(days=1)
    assert "/second-factor" in person.sign_in(stranger).location


@pytest.mark.spec("OIDC Core 5.5.1.1")
def test_an_app_that_insists_gets_the_code_from_a_trusted_browser_too(
    person: Person, stranger: Browser, clock: HandClock
) -> None:
    person.arrive(stranger, trust="y")
    clock.forward(days=1)
    stranger.follow(person.sign_in(stranger))
    assert "code" in answer_of(person.web.authorize(stranger))
    silent = person.web.authorize(stranger, claims=ESSENTIAL, prompt="none")
    assert answer_of(silent)["error"] == "login_required"
    page = person.web.authorize(stranger, claims=ESSENTIAL)
    assert page.location.startswith("/paris/second-factor?journey=")
    signed_in_at = clock()
    done = person.show(stranger, page, person.code())
    tokens = person.web.redeem(answer_of(stranger.follow(done))["code"]).get_json()
    claims = person.web.claims(tokens["id_token"])
    assert (claims["acr"], claims["amr"]) == ("2", ["pwd", "otp", "mfa"])
    assert claims["auth_time"] == int(signed_in_at.timestamp())  # the code alone is no newer sign-in
    assert "code" in answer_of(person.web.authorize(stranger, claims=ESSENTIAL, prompt="none"))


@pytest.mark.spec("OIDC Core 5.5.1.1")
def test_an_app_that_insists_lets_people_set_one_up(
    web: RelyingParty, signed_in: Browser, account: Account, clock: HandClock
) -> None:
    page = web.authorize(signed_in, claims=ESSENTIAL)
    intro = signed_in.follow(signed_in.follow(page))
    path = intro.request.full_path.removeprefix("/paris")
    assert path.startswith("/second-factor/set-up?journey=")
    typed = {"csrf_token": token_of(intro), "present": PASSWORD}
    assert signed_in.post(path, {**typed, "present": "Faux-1234"}).status_code == 422
    picture = signed_in.follow(signed_in.post(path, typed))
    key = re.search(r'translate="no">([A-Z2-7 ]+)<', picture.text)
    assert key
    code = code_at(clock(), key[1].replace(" ", ""))
    path = picture.request.full_path.removeprefix("/paris")
    codes = signed_in.post(path, {"csrf_token": token_of(picture), "code": code})
    on = re.search(r'href="/paris(/authorize/resume[^"]+)"', codes.text)
    assert on
    tokens = web.redeem(answer_of(signed_in.get(on[1]))["code"]).get_json()
    assert web.claims(tokens["id_token"])["acr"] == "2"


@pytest.mark.spec("OIDC Core 5.5.1.1")
def test_an_app_that_insists_on_one_factor_hears_of_one(person: Person, stranger: Browser) -> None:
    person.arrive(stranger)
    one = json.dumps({"id_token": {"acr": {"essential": True, "value": "1"}}})
    assert person.web.claims(person.web.tokens(stranger, claims=one)["id_token"])["acr"] == "1"


@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "60"}])
def test_a_new_sign_in_takes_both_factors_and_apps_keep_what_they_hold(
    person: Person, stranger: Browser, clock: HandClock, asked: dict[str, str]
) -> None:
    tokens = person.web.redeem(person.arrive(stranger)["code"]).get_json()
    clock.forward(minutes=5)
    page = stranger.follow(person.web.authorize(stranger, **asked))
    path = page.request.full_path.removeprefix("/paris")
    typed = {"csrf_token": token_of(page), "identifier": person.identifier, "password": PASSWORD}
    first = stranger.post(path, typed)
    assert "/second-factor?journey=" in first.location
    done = person.show(stranger, first, person.code())
    anew = person.web.redeem(answer_of(stranger.follow(done))["code"]).get_json()
    before, after = (person.web.claims(one["id_token"]) for one in (tokens, anew))
    assert after["auth_time"] > before["auth_time"]
    assert after["sid"] == before["sid"]
    assert person.web.userinfo(tokens["access_token"]).status_code == 200


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_a_new_sign_in_is_no_half_one(person: Person, half: Browser) -> None:
    """Somebody between the two factors is asked for the password again where an app wants that."""
    assert person.web.authorize(half, prompt="login").location.startswith("/paris/sign-in?journey=")
    journey = person.web.authorize(half).location
    assert journey.startswith("/paris/second-factor?journey=")


@pytest.mark.journey("contrat-1")
@pytest.mark.threat("T-25")
def test_a_remembered_browser_comes_back_to_the_code(
    person: Person, stranger: Browser, clock: HandClock, engine: Engine
) -> None:
    done = person.show(stranger, person.sign_in(stranger, remember="y"), person.code())
    assert "code" in answer_of(stranger.follow(done))
    clock.forward(days=1)
    assert answer_of(person.web.authorize(stranger, prompt="none"))["error"] == "login_required"
    back = person.web.authorize(stranger)
    assert back.location.startswith("/paris/second-factor?journey=")
    done = person.show(stranger, back, person.code())
    assert "code" in answer_of(stranger.follow(done))
    with Session(engine) as db:
        series = db.scalars(select(Remembered)).one()
        newest = db.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
        assert series.amr == ["pwd"]
        assert newest is not None
        assert newest.remembered_id == series.id
        assert newest.auth_time == series.auth_time


@pytest.mark.threat("T-25")
def test_a_renewed_password_is_remembered_as_one_factor(
    person: Person, stranger: Browser, make_work: MakeWork, clock: HandClock, settings: Settings
) -> None:
    landlord = settings.landlords["paris"]
    settings.landlords["paris"] = landlord.model_copy(update={"renewal": Renewal(mode="enforce")})
    clock.forward(days=366)
    done = person.show(stranger, person.sign_in(stranger, remember="y"), person.code(), trust="y")
    page = page_of(stranger, done)
    assert page[0].startswith("/renewal")
    page_of(stranger, renew(stranger, page, NEW))  # after which trust is over, and the session knows of the code
    assert "mfa" in person.web.claims(person.web.tokens(stranger)["id_token"])["amr"]
    clock.forward(days=1)
    back = person.web.authorize(stranger)
    tokens = person.web.redeem(
        answer_of(stranger.follow(person.show(stranger, back, person.code(), trust="y")))["code"]
    )
    assert person.web.claims(tokens.get_json()["id_token"])["acr"] == "2"
    clock.forward(days=1)
    claims = person.web.claims(person.web.tokens(stranger)["id_token"])  # back again, in a trusted browser
    assert (claims["acr"], claims["amr"]) == ("1", ["pwd"])


def test_a_remembered_browser_comes_back_to_the_code_on_our_own_pages_too(
    person: Person, stranger: Browser, clock: HandClock
) -> None:
    person.show(stranger, person.sign_in(stranger, remember="y"), person.code())
    clock.forward(days=1)
    page = page_of(stranger, stranger.get("/account"))
    assert page[0] == "/second-factor?then=account"
    done = stranger.post(page[0], {"csrf_token": token_of(page[1]), "code": person.code()})
    assert done.location == "/paris/account"


@pytest.mark.threat("T-26")
def test_a_session_has_five_tries_whatever_the_account_has(
    person: Person, stranger: Browser, settings: Settings, clock: HandClock
) -> None:
    settings.landlords["paris"] = with_mode(
        settings, "offered", tries={"tries": 50, "window": "10m", "closed_for": "10m"}
    ).landlords["paris"]
    first = person.sign_in(stranger)
    pages = [person.show(stranger, first, another_code(clock())) for _ in range(5)]
    assert [("trop de codes" in page.text) for page in pages] == [False] * 4 + [True]
    assert stranger.follow(first).location.startswith("/paris/sign-in")
    again = person.sign_in(stranger)
    assert "code" in answer_of(stranger.follow(person.show(stranger, again, person.code())))


def test_nothing_is_remembered_before_the_code(person: Person, stranger: Browser, engine: Engine) -> None:
    person.sign_in(stranger, remember="y")
    assert stranger.cookies.get_cookie("paris-remember") is None
    assert stranger.cookies.get_cookie("paris-device") is None
    with Session(engine) as db:
        assert db.scalars(select(Remembered)).all() == []


@pytest.mark.threat("T-21")
def test_a_new_password_ends_what_waits_for_the_code(person: Person, half: Browser, make_work: MakeWork) -> None:
    work = make_work()
    accounts.set_password(work, work.db.get_one(Account, person.account.id), work.vault.hash_password("x"))
    work.db.commit()
    assert half.get("/second-factor").location.startswith("/paris/sign-in")


def test_a_half_sign_in_lasts_a_quarter_of_an_hour(person: Person, half: Browser, clock: HandClock) -> None:
    clock.forward(minutes=15)
    assert half.get("/second-factor").location.startswith("/paris/sign-in")


def test_what_may_be_asked_for_is_told(person: Person, stranger: Browser) -> None:
    told = stranger.get("/.well-known/openid-configuration").get_json()
    assert told["acr_values_supported"] == ["1", "2"]


def test_no_browser_is_trusted_that_nobody_ticked(person: Person, stranger: Browser, engine: Engine) -> None:
    person.arrive(stranger)
    with Session(engine) as db:
        assert db.scalars(select(TrustedBrowser)).all() == []


def test_a_sign_out_between_the_factors_ends_the_session_before_too(
    person: Person, stranger: Browser, engine: Engine
) -> None:
    person.arrive(stranger)
    page = stranger.follow(person.web.authorize(stranger, prompt="login"))
    typed = {"csrf_token": token_of(page), "identifier": person.identifier, "password": PASSWORD}
    assert "/second-factor" in stranger.post(page.request.full_path.removeprefix("/paris"), typed).location
    stranger.post("/sign-out", {"csrf_token": token_of(stranger.get("/sign-out"))})
    with Session(engine) as db:
        assert db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).all() == []
        assert all(grant.revoked_at is not None for grant in db.scalars(select(Grant)))
