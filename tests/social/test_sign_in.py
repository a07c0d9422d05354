"""Sign-in by an account at another provider: there, back, in."""

from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.social import Identity
from idp.models import Account, BrowserSession, Event, SocialIdentity
from idp.services import leaving, lockout, social_links
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter
from tests.social.conftest import Traveller, Travellers
from tests.upstream import Other


@pytest.fixture
def account(make_work: MakeWork, other: Other) -> Account:
    """Somebody whose account is linked."""
    work = make_work()
    account = add_account(work, add_holder(work, "7000840"))
    assert social_links.link(work, account, "other", Identity(other.issuer, "chloe-there", None)) is None
    work.db.commit()
    return account


def session_of(make_work: MakeWork) -> BrowserSession | None:
    work = make_work()
    session = work.db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).one_or_none()
    work.db.commit()
    return session


@pytest.mark.journey("paris-4")
def test_a_linked_account_signs_in(traveller: Traveller, account: Account, other: Other, make_work: MakeWork) -> None:
    answer = traveller.come_back(other.allow(traveller.leave()))
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/paris/sign-in")
    session = session_of(make_work)
    assert session is not None
    assert (session.account_id, session.amr) == (account.id, ["fed", "fed:other"])
    assert other.faults == []


def test_the_request_is_what_the_provider_wants(traveller: Traveller, other: Other) -> None:
    other.allow(traveller.leave())
    (asked,) = other.sent.values()
    assert asked["scope"] == "openid email"
    assert asked["redirect_uri"] == "http://localhost:8000/paris/social/other/callback"
    assert asked["code_challenge_method"] == "S256"
    assert {len(asked[name]) for name in ("state", "nonce", "code_challenge")} == {43}


def test_an_account_that_is_not_linked_signs_nobody_in(
    traveller: Traveller, other: Other, make_work: MakeWork
) -> None:
    answer = traveller.come_back(other.allow(traveller.leave()))
    assert answer.status_code == 422
    assert "n’est pas encore relié" in answer.text
    assert session_of(make_work) is None


@pytest.mark.threat("T-31")
def test_an_answer_is_good_in_the_browser_that_was_sent_there_only(
    traveller: Traveller, travellers: Travellers, account: Account, other: Other, make_work: MakeWork
) -> None:
    back = other.allow(traveller.leave())
    victim = travellers()
    answer = victim.come_back(back)
    assert answer.status_code == 400
    assert session_of(make_work) is None
    assert traveller.come_back(back).status_code == 303


@pytest.mark.threat("T-31")
def test_an_answer_is_good_once_and_for_a_while(
    traveller: Traveller, account: Account, other: Other, clock: HandClock
) -> None:
    back, late = other.allow(traveller.leave()), other.allow(traveller.leave())
    assert traveller.come_back(back).status_code == 303
    assert traveller.come_back(back).status_code == 400
    clock.forward(minutes=15)
    assert traveller.come_back(late).status_code == 400


@pytest.mark.threat("T-31")
@pytest.mark.parametrize("state", ["", "x" * 43, "é", None])
def test_a_state_that_nobody_gave_out_is_refused(
    traveller: Traveller, other: Other, state: str | None, make_work: MakeWork
) -> None:
    answer = traveller.come_back(other.allow(traveller.leave(), state=state))
    assert answer.status_code == 400
    assert session_of(make_work) is None


@pytest.mark.threat("T-53")
def test_a_code_of_another_provider_is_refused(
    traveller: Traveller, account: Account, other: Other, second: Other, make_work: MakeWork
) -> None:
    """The attacker's provider sends the browser on to an honest one; the code comes to the attacker's address."""
    sent = traveller.leave("second")
    forwarded = other.allow(sent.replace(second.issuer, other.issuer))
    answer = traveller.come_back(forwarded)
    assert answer.status_code == 400
    swapped = other.allow(traveller.leave("other"))
    assert traveller.come_back(swapped.replace("/social/other/", "/social/second/")).status_code == 400
    assert session_of(make_work) is None


@pytest.mark.threat("T-53")
def test_an_answer_that_names_another_sender_is_refused(
    traveller: Traveller, account: Account, other: Other, second: Other
) -> None:
    assert traveller.come_back(other.allow(traveller.leave(), iss=second.issuer)).status_code == 400
    assert traveller.come_back(other.allow(traveller.leave(), iss=other.issuer)).status_code == 303


@pytest.mark.threat("T-53")
def test_a_provider_that_always_names_itself_must_do_so(traveller: Traveller, account: Account, other: Other) -> None:
    other.extra["authorization_response_iss_parameter_supported"] = True
    assert traveller.come_back(other.allow(traveller.leave())).status_code == 400
    assert traveller.come_back(other.allow(traveller.leave(), iss=other.issuer)).status_code == 303


@pytest.mark.threat("T-05")
def test_a_closed_account_stays_closed(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work()
    own = work.db.get_one(Account, account.id)
    own.enrolments[0].holder.until = clock().date()
    work.db.commit()
    clock.forward(days=91)
    answer = traveller.come_back(other.allow(traveller.leave()))
    assert answer.status_code == 422
    assert "contrat" in answer.text
    assert session_of(make_work) is None
    work = make_work()
    leaving.close_ended(work)
    work.db.commit()
    assert traveller.come_back(other.allow(traveller.leave())).status_code == 422
    assert make_work().db.scalars(select(SocialIdentity)).all() == []


@pytest.mark.threat("T-05")
def test_a_locked_account_stays_locked(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    work = make_work()
    lockout.close(work, lockout.person(work, f"account:{account.id}"))
    work.db.commit()
    answer = traveller.come_back(other.allow(traveller.leave()))
    assert answer.status_code == 422
    assert session_of(make_work) is None
    refused = make_work().db.scalars(select(Event).where(Event.name == EventName.SIGN_IN_REFUSED)).one()
    assert refused.details == {"reason": "closed", "provider": "other"}


def test_who_changes_their_mind_there_is_told_so_here(traveller: Traveller, other: Other) -> None:
    answer = traveller.come_back(other.allow(traveller.leave(), code=None, error="access_denied"))
    assert "Vous avez annulé" in answer.text
    assert "/paris/sign-in" in answer.text


def test_a_provider_that_is_down_is_said_to_be(traveller: Traveller, other: Other) -> None:
    other.twists["/.well-known/openid-configuration"] = lambda: (503, "text/plain", b"")
    answer = traveller.submit("/social/other/sign-in")
    assert answer.status_code == 422
    assert "ne répond pas" in answer.text


@pytest.mark.journey("all-5")
def test_with_every_provider_down_passwords_serve_as_ever(
    app: Flask, account: Account, other: Other, second: Other, make_work: MakeWork
) -> None:
    """Nobody is even asked, from the first page to the sign-out; neither is anybody waited for."""
    for one in (other, second):
        one.twists = dict.fromkeys(("/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"), _never)
    work = make_work()
    add_letter(work, add_holder(work, "7000841"))
    work.db.commit()
    visitor = Traveller(app)
    visitor.get("/sign-in")
    assert "Continuer avec Autre" in visitor.text
    assert visitor.submit(identifier="7000840", password=PASSWORD).status_code == 303
    assert visitor.get("/account").status_code == 200
    visitor.get("/sign-out")
    assert visitor.submit().status_code == 303
    newcomer = Traveller(app)
    newcomer.get("/first-connection")
    newcomer.submit(identifier="7000841", password=CODE)
    newcomer.follow()
    assert newcomer.submit(email="chloe@example.org").location.endswith("/first-connection/mailbox")
    assert other.asked == second.asked == []


def _never() -> tuple[int, str, bytes]:
    sleep(30)
    return 503, "text/plain", b""
