"""New general terms and new questions stand between a sign-in and the app."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event, update
from werkzeug.test import TestResponse

from idp.models import Account, Holder
from idp.services import consents
from idp.settings.agreements import Consent, Terms
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import token_of
from tests.people import PASSWORD, add_account, add_holder

URL = "https://www.lutece.example/conditions"
TERMS = Terms(version="2026-11", url=URL, published_on=START.date(), grace=timedelta(days=30))
NEWS = Consent(name="news", version="1", question={"fr": "Des nouvelles par email ?"})
DEBIT = Consent(name="bills", version="1", question={"fr": "Des avis par email ?"}, only_if={"direct_debit": [True]})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord who has just published new terms and asks two questions, one of them of some people only."""
    landlord = settings.landlords["paris"].model_copy(update={"terms": TERMS, "consents": [NEWS, DEBIT]})
    return settings.model_copy(update={"landlords": {"paris": landlord}})


def page_of(browser: Browser, answer: TestResponse) -> tuple[str, TestResponse]:
    """Follow to the page of the step that is due."""
    while answer.status_code == 303:
        path = urlsplit(answer.location)
        answer = browser.follow(answer)
    return f"{path.path}?{path.query}".removeprefix("/paris"), answer


def send(browser: Browser, page: tuple[str, TestResponse], **typed: str) -> TestResponse:
    return browser.post(page[0], {"csrf_token": token_of(page[1]), **typed})


@pytest.mark.journey("auvergne-3")
def test_new_terms_are_asked_for_and_then_the_app_opens(
    web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork, clock: HandClock
) -> None:
    page = page_of(signed_in, web.authorize(signed_in))
    assert page[0].startswith("/terms?journey=")
    assert URL in page[1].text
    assert "Des nouvelles par email" in page[1].text
    assert "Des avis par email" not in page[1].text
    assert "checked" not in page[1].text
    wrong = send(signed_in, page, consent_news="no")
    assert wrong.status_code == 422
    done = send(signed_in, page, consent_news="no", terms="2026-11")
    assert "code" in answer_of(signed_in.follow(done))
    work = make_work()
    kept = consents.current(work, account.id)
    work.db.commit()
    assert {name: (row.version, row.answer, row.answered_at) for name, row in kept.items()} == {
        "terms": ("2026-11", True, clock()),
        "news": ("1", False, clock()),
    }
    assert "code" in answer_of(web.authorize(signed_in))


@pytest.mark.journey("contrat-3")
def test_a_question_with_a_condition_is_asked_of_those_who_meet_it(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    work.db.execute(update(Holder).values(facts={"direct_debit": True}))
    work.db.commit()
    assert "Des avis par email" in page_of(signed_in, web.authorize(signed_in))[1].text


@pytest.mark.spec("OIDC Core 3.1.2.6")
def test_without_a_page_the_app_is_told_that_the_person_is_needed(web: RelyingParty, signed_in: Browser) -> None:
    assert answer_of(web.authorize(signed_in, prompt="none"))["error"] == "interaction_required"


@pytest.mark.journey("auvergne-3")
def test_later_is_an_answer_for_this_session_and_within_the_grace(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()

    def signed_in_again() -> tuple[str, TestResponse]:
        page = page_of(stranger, web.authorize(stranger, prompt="login"))
        answer = send(stranger, page, identifier=holder.identifier, password=PASSWORD)
        return page_of(stranger, answer)

    page = signed_in_again()
    assert "Plus tard" in page[1].text
    assert "code" in answer_of(stranger.follow(send(stranger, page, later="yes")))
    assert "code" in answer_of(web.authorize(stranger, prompt="none"))
    page = signed_in_again()
    assert page[0].startswith("/terms")
    clock.forward(days=30)
    assert "Plus tard" in signed_in_again()[1].text
    clock.forward(days=1)
    page = signed_in_again()
    assert "Plus tard" not in page[1].text
    assert "Des nouvelles par email" not in page[1].text
    assert send(stranger, page, later="yes").status_code == 422
    page = page_of(stranger, send(stranger, page, terms="2026-11"))
    assert "Des nouvelles par email" in page[1].text
    assert "code" in answer_of(stranger.follow(send(stranger, page, later="yes")))


def test_terms_that_are_published_later_wait(
    web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork, settings: Settings
) -> None:
    coming = TERMS.model_copy(update={"published_on": date(2027, 1, 1)})
    landlord = settings.landlords["paris"].model_copy(update={"terms": coming, "consents": []})
    settings.landlords["paris"] = landlord
    assert "code" in answer_of(web.authorize(signed_in))


def test_a_landlord_who_asks_nothing_pays_nothing(
    web: RelyingParty, signed_in: Browser, settings: Settings, engine: Engine
) -> None:
    settings.landlords["paris"] = settings.landlords["paris"].model_copy(update={"terms": None, "consents": []})
    read: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: read.append(args[2]))
    assert "code" in answer_of(web.authorize(signed_in))
    assert not any("consent" in statement for statement in read)


@pytest.mark.threat("T-14")
def test_the_page_is_for_people_who_are_signed_in(web: RelyingParty, stranger: Browser) -> None:
    assert "/sign-in" in stranger.get("/terms").location
    token = token_of(stranger.get("/sign-in"))
    answer = stranger.post("/terms", {"csrf_token": token, "terms": "2026-11"})
    assert "/sign-in" in answer.location
