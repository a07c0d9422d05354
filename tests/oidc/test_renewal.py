"""A new password on a date: asked for after the right password, locks nobody out, kills what the old one opened."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, Mail, Reminder
from idp.services import accounts, reminders
from idp.settings.renewal import Renewal
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import token_of
from tests.people import PASSWORD, add_account, add_holder

NEW = "Orange-4-fenetres"
YEAR = 365


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord who renews passwords on the anniversary of the account, and apps that may stay for years."""
    paris = settings.landlords["paris"]
    tokens = paris.tokens.model_copy(
        update={
            "refresh_idle": paris.tokens.refresh_idle * 20,
            "refresh_absolute": paris.tokens.refresh_absolute * 20,
        }
    )
    landlord = paris.model_copy(update={"renewal": Renewal(mode="enforce"), "tokens": tokens})
    return settings.model_copy(update={"landlords": {"paris": landlord}})


@pytest.fixture
def identifier(make_work: MakeWork) -> str:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    return holder.identifier


def change(settings: Settings, **renewal: object) -> None:
    landlord = settings.landlords["paris"]
    settings.landlords["paris"] = landlord.model_copy(update={"renewal": Renewal.model_validate(renewal)})


def page_of(browser: Browser, answer: TestResponse) -> tuple[str, TestResponse]:
    """Follow redirects within the provider to the page they end at."""
    path = urlsplit("")
    while answer.status_code == 303 and answer.location.startswith("/paris/"):
        path = urlsplit(answer.location)
        answer = browser.follow(answer)
    return f"{path.path}?{path.query}".removeprefix("/paris"), answer


def send(browser: Browser, page: tuple[str, TestResponse], **typed: str) -> TestResponse:
    return browser.post(page[0], {"csrf_token": token_of(page[1]), **typed})


def sign_in(web: RelyingParty, browser: Browser, identifier: str, password: str) -> tuple[str, TestResponse]:
    page = page_of(browser, web.authorize(browser, prompt="login"))
    return page_of(browser, send(browser, page, identifier=identifier, password=password))


def renew(browser: Browser, page: tuple[str, TestResponse], new: str, present: str = PASSWORD) -> TestResponse:
    return send(browser, page, present=present, password=new, confirmation=new)


@pytest.mark.journey("moselle-7")
@pytest.mark.threat("T-24")
def test_the_sign_in_after_the_anniversary_leads_to_a_new_password_and_on_to_the_app(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, make_work: MakeWork
) -> None:
    clock.forward(days=YEAR - 1)
    assert "code" in answer_of(sign_in(web, stranger, identifier, PASSWORD)[1])
    clock.forward(days=1)
    page = sign_in(web, stranger, identifier, PASSWORD)
    assert page[0].startswith("/renewal?journey=")
    assert "2\u00a0novembre 2027" in page[1].text
    assert "Plus tard" not in page[1].text
    done = renew(stranger, page, NEW)
    assert "code" in answer_of(page_of(stranger, done)[1])
    assert "code" in answer_of(sign_in(web, stranger, identifier, NEW)[1])
    work = make_work()
    assert work.db.scalars(select(Mail).where(Mail.kind == MailKind.PASSWORD_CHANGED)).all()


@pytest.mark.journey("moselle-7")
def test_a_live_session_is_asked_too_and_an_app_without_a_page_is_told(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, make_work: MakeWork
) -> None:
    clock.forward(days=YEAR - 1, hours=14)
    assert "code" in answer_of(sign_in(web, stranger, identifier, PASSWORD)[1])
    clock.forward(minutes=50)
    assert "code" in answer_of(web.authorize(stranger))
    clock.forward(minutes=20)
    assert answer_of(web.authorize(stranger, prompt="none"))["error"] == "interaction_required"
    assert page_of(stranger, web.authorize(stranger))[0].startswith("/renewal")
    assert make_work().db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).all()


@pytest.mark.threat("T-24")
@pytest.mark.journey("moselle-7")
def test_apps_go_on_through_the_night_and_end_with_the_old_password(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock
) -> None:
    sign_in(web, stranger, identifier, PASSWORD)
    tokens = web.tokens(stranger, scope="openid offline_access")
    clock.forward(days=YEAR)
    tokens = web.refresh(tokens["refresh_token"]).get_json()
    page = sign_in(web, stranger, identifier, PASSWORD)
    tokens = web.refresh(tokens["refresh_token"]).get_json()
    assert renew(stranger, page, NEW).status_code == 303
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.threat("T-24")
@pytest.mark.parametrize("new", ["Violette-9-porteS", "Violette-10-portes", "violette-9-PORTES", "Xiolette-9-port"])
def test_nearly_the_same_password_is_refused(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, new: str
) -> None:
    clock.forward(days=YEAR)
    page = sign_in(web, stranger, identifier, PASSWORD)
    answer = renew(stranger, page, new)
    assert answer.status_code == 422
    assert "plus de trois caractères différents" in answer.text
    assert 'data-rule="different" data-state="broken"' in answer.text
    assert page_of(stranger, web.authorize(stranger))[0].startswith("/renewal")


@pytest.mark.threat("T-09")
def test_the_present_password_is_a_counted_try(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock
) -> None:
    clock.forward(days=YEAR)
    page = sign_in(web, stranger, identifier, PASSWORD)
    answers = [renew(stranger, page, NEW, present="Faux-mot-2-passe").status_code for _ in range(3)]
    assert answers == [422, 422, 422]
    assert "trop" in renew(stranger, page, NEW).text.lower()
    clock.forward(minutes=10)
    assert renew(stranger, page, NEW).status_code == 303


def test_a_wrong_confirmation_changes_nothing(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock
) -> None:
    clock.forward(days=YEAR)
    page = sign_in(web, stranger, identifier, PASSWORD)
    assert send(stranger, page, present=PASSWORD, password=NEW, confirmation="autre").status_code == 422
    assert send(stranger, page).status_code == 422
    assert sign_in(web, stranger, identifier, PASSWORD)[0].startswith("/renewal")


@pytest.mark.journey("moselle-7")
def test_an_invitation_takes_later_for_an_answer(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, settings: Settings
) -> None:
    change(settings, mode="invite")
    clock.forward(days=YEAR)
    page = sign_in(web, stranger, identifier, PASSWORD)
    assert "Plus tard" in page[1].text
    assert "code" in answer_of(page_of(stranger, send(stranger, page, later="yes"))[1])
    assert "code" in answer_of(web.authorize(stranger, prompt="none"))
    assert sign_in(web, stranger, identifier, PASSWORD)[0].startswith("/renewal")


@pytest.mark.threat("T-14")
def test_later_is_no_answer_where_it_is_not_offered_and_the_page_is_for_its_time(
    web: RelyingParty, stranger: Browser, identifier: str, clock: HandClock, app_home: str
) -> None:
    assert "/sign-in" in stranger.get("/renewal").location
    sign_in(web, stranger, identifier, PASSWORD)
    assert stranger.get("/renewal").location == app_home
    clock.forward(days=YEAR)
    page = sign_in(web, stranger, identifier, PASSWORD)
    assert send(stranger, page, later="yes").status_code == 422


@pytest.fixture
def app_home(settings: Settings) -> str:
    return settings.landlords["paris"].home_url


@pytest.mark.journey("moselle-7")
def test_on_29_february_and_the_28th(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    clock.now = datetime(2028, 2, 29, 12, tzinfo=UTC)
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    clock.now = datetime(2029, 2, 27, 12, tzinfo=UTC)
    assert "code" in answer_of(sign_in(web, stranger, holder.identifier, PASSWORD)[1])
    clock.now = datetime(2029, 2, 28, 12, tzinfo=UTC)
    assert sign_in(web, stranger, holder.identifier, PASSWORD)[0].startswith("/renewal")


@pytest.mark.journey("moselle-7")
def test_reminders_come_thirty_seven_and_one_days_before_and_each_once(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    add_account(work, add_holder(work))
    closed = add_account(work, add_holder(work), email="parti@example.org")
    closed.closed_at = work.now
    work.db.commit()
    clock.forward(days=YEAR - 32)
    queued = []
    for _ in range(34):
        for _ in range(2):
            work = make_work()
            with work.db.begin():
                _, count = reminders.remind(work, 0)
            queued += [(datetime(2027, 11, 2, tzinfo=UTC).date() - clock().date()).days] * count
        clock.forward(days=1)
    assert queued == [30, 7, 1]
    work = make_work()
    with work.db.begin():
        assert len(work.db.scalars(select(Mail).where(Mail.kind == MailKind.RENEWAL_REMINDER)).all()) == 3
        assert {row.days for row in work.db.scalars(select(Reminder))} == {30, 7, 1}


@pytest.mark.journey("moselle-7")
def test_who_follows_a_reminder_is_not_asked_again(
    web: RelyingParty, stranger: Browser, account: Account, make_work: MakeWork, clock: HandClock
) -> None:
    clock.forward(days=YEAR - 30)
    work = make_work()
    accounts.set_password(work, work.db.get_one(Account, account.id), work.vault.hash_password(NEW))
    work.db.commit()
    clock.forward(days=100)
    open_session(stranger, make_work, account)
    assert "code" in answer_of(web.authorize(stranger))
