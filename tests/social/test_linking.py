"""« Mon compte »: link an account elsewhere and part from it, with the password once more and a mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.domain.social import Identity
from idp.models import Account, SocialIdentity
from idp.services import email_change, mail_links, social_links
from idp.services.mail_links import Purpose
from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder, mailed, newest_mail
from tests.social.conftest import Tenant, Traveller
from tests.upstream import Other


@pytest.fixture
def account(make_work: MakeWork, traveller: Traveller) -> Account:
    """Somebody who is signed in with the traveller's browser."""
    work = make_work()
    account = add_account(work, add_holder(work, "7000810"))
    work.db.commit()
    assert traveller.submit(identifier="7000810", password=PASSWORD).status_code == 303
    return account


def linked(make_work: MakeWork) -> list[str]:
    work = make_work()
    found = [row.subject for row in work.db.scalars(select(SocialIdentity))]
    work.db.commit()
    return found


@pytest.mark.threat("T-22")
def test_linking_needs_the_password_and_sends_a_mail(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    traveller.get("/account/social/other/link")
    assert traveller.submit(present="Faux-1234").status_code == 422
    back = other.allow(traveller.leave(path="/account/social/other/link", present=PASSWORD))
    assert linked(make_work) == []
    assert traveller.come_back(back).location.endswith("/paris/account")
    assert "est relié" in traveller.follow().text
    assert linked(make_work) == ["chloe-there"]
    assert mailed(make_work(), MailKind.SOCIAL_LINKED) == ("chloe@example.org", {"provider": "Autre"})


@pytest.mark.threat("T-22")
def test_parting_needs_the_password_and_sends_a_mail(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    work = make_work()
    social_links.link(
        work, work.db.get_one(Account, account.id), "other", Identity(other.issuer, "chloe-there", None)
    )
    work.db.commit()
    assert "Ne plus relier votre compte Autre" in traveller.get("/account").text
    traveller.get("/account/social/other/unlink")
    assert traveller.submit(present="Faux-1234").status_code == 422
    assert linked(make_work) == ["chloe-there"]
    assert traveller.submit(present=PASSWORD).location.endswith("/paris/account")
    assert linked(make_work) == []
    assert mailed(make_work(), MailKind.SOCIAL_UNLINKED)[0] == "chloe@example.org"


def test_an_account_elsewhere_that_is_linked_already_is_not_linked_twice(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    work = make_work()
    neighbour = add_account(work, add_holder(work), email="neighbour@example.org")
    social_links.link(work, neighbour, "other", Identity(other.issuer, "chloe-there", None))
    work.db.commit()
    traveller.get("/account/social/other/link")
    answer = traveller.come_back(other.allow(traveller.leave(path="/account/social/other/link", present=PASSWORD)))
    assert answer.status_code == 422
    assert "déjà relié" in answer.text
    assert linked(make_work) == ["chloe-there"]


def test_a_second_account_at_the_same_provider_is_not_linked(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    work = make_work()
    social_links.link(work, work.db.get_one(Account, account.id), "other", Identity(other.issuer, "older", None))
    work.db.commit()
    traveller.get("/account/social/other/link")
    answer = traveller.come_back(other.allow(traveller.leave(path="/account/social/other/link", present=PASSWORD)))
    assert answer.status_code == 422
    assert linked(make_work) == ["older"]


@pytest.mark.threat("T-31")
def test_a_link_under_way_ends_with_the_session(
    traveller: Traveller, account: Account, other: Other, make_work: MakeWork
) -> None:
    traveller.get("/account/social/other/link")
    back = other.allow(traveller.leave(path="/account/social/other/link", present=PASSWORD))
    traveller.get("/sign-out")
    traveller.submit("/sign-out")
    assert traveller.come_back(back).status_code == 400
    assert linked(make_work) == []


@pytest.mark.threat("T-22")
def test_without_a_password_a_recent_sign_in_is_asked_for(
    tenant: Tenant, letter: str, make_work: MakeWork, clock: HandClock, other: Other
) -> None:
    tenant.connect(letter)
    clock.now += timedelta(minutes=6)
    page = tenant.traveller.get("/account/social/second/link")
    assert "/paris/social/other/sign-in?then=account" in page.text
    assert tenant.traveller.submit("/account/social/second/link").status_code == 422
    back = other.allow(tenant.traveller.leave(path="/social/other/sign-in?then=account"))
    assert tenant.traveller.come_back(back).location.endswith("/paris/account")
    tenant.traveller.get("/account/social/second/link")
    assert tenant.traveller.submit().status_code == 303


def test_the_only_way_in_is_not_taken_away(tenant: Tenant, letter: str, make_work: MakeWork) -> None:
    tenant.connect(letter)
    tenant.traveller.get("/account/social/other/unlink")
    answer = tenant.traveller.submit()
    assert answer.status_code == 422
    assert "seul moyen" in answer.text
    assert linked(make_work) == ["chloe-there"]


@pytest.mark.threat("T-22")
def test_who_takes_an_address_back_takes_the_links_away(account: Account, other: Other, make_work: MakeWork) -> None:
    """Somebody else was in the account, and may have linked an account of their own."""
    work = make_work()
    own = work.db.get_one(Account, account.id)
    email_change.ask(work, own, "mallory@example.net")
    link = mail_links.find(work, Purpose.CHANGE_EMAIL, newest_mail(work, MailKind.CONFIRM_NEW_EMAIL)[1])
    assert link is not None
    email_change.confirm(work, link)
    social_links.link(work, own, "other", Identity(other.issuer, "mallory-there", None))
    back = mail_links.find(work, Purpose.KEEP_EMAIL, newest_mail(work, MailKind.EMAIL_CHANGED)[1])
    assert back is not None
    assert email_change.take_back(work, back)
    work.db.commit()
    assert linked(make_work) == []
