"""The five attacks of Sudhodanan and Paverd with accounts elsewhere: whatever was prepared is worth nothing."""

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.social import Fault, Identity
from idp.models import Account, Event, SocialIdentity
from idp.services import email_change, mail_links, sessions, social_links, social_sign_in
from idp.services.login import Refused
from idp.services.mail_links import Purpose
from tests.conftest import MakeWork
from tests.people import add_account, add_holder, add_letter, newest_mail
from tests.services.test_login import try_once
from tests.social.conftest import Tenant, Traveller, Travellers
from tests.upstream import Other

ATTACKERS = "Attaque-7-rues"


@pytest.fixture
def account(make_work: MakeWork) -> Account:
    """The account that the attacker has opened in the owner's name, before a new letter went to the owner."""
    work = make_work()
    holder = add_holder(work, "7000803", email="chloe@example.org")
    account = add_account(work, holder, ATTACKERS, "mallory@example.net")
    add_letter(work, holder)
    work.db.commit()
    return account


def attackers(other: Other) -> Identity:
    return Identity(other.issuer, "mallory-there", None)


def claim(tenant: Tenant, make_work: MakeWork) -> None:
    """Let the owner come with the letter and an account elsewhere."""
    assert tenant.connect("7000803").status_code == 303
    work = make_work()
    assert work.db.scalars(select(Event).where(Event.name == EventName.ACCOUNT_RECLAIMED)).one()
    assert [row.subject for row in work.db.scalars(select(SocialIdentity))] == ["chloe-there"]
    work.db.commit()


@pytest.mark.threat("T-03")
def test_an_account_with_a_password_is_not_merged_with_one_elsewhere(
    account: Account, traveller: Traveller, other: Other, make_work: MakeWork
) -> None:
    """Classic-federated merge: the address is the same, and that is no reason."""
    other.person = {"sub": "owner-there", "email": "mallory@example.net", "email_verified": True}
    answer = traveller.come_back(other.allow(traveller.leave()))
    assert answer.status_code == 422
    assert make_work().db.scalars(select(SocialIdentity)).all() == []


@pytest.mark.threat("T-03")
def test_the_password_set_before_dies_when_the_owner_comes_by_another_account(
    tenant: Tenant, account: Account, make_work: MakeWork
) -> None:
    claim(tenant, make_work)
    assert isinstance(try_once(make_work(), "7000803", ATTACKERS), Refused)


@pytest.mark.threat("T-03")
def test_a_session_kept_open_and_a_link_under_way_are_over(
    tenant: Tenant, account: Account, make_work: MakeWork, travellers: Travellers, other: Other
) -> None:
    """Unexpired session: the attacker is signed in, and already at the provider to link an account."""
    attacker = travellers()
    attacker.get("/sign-in")
    attacker.submit(identifier="7000803", password=ATTACKERS)
    attacker.get("/account/social/other/link")
    back = other.allow(attacker.leave(path="/account/social/other/link", present=ATTACKERS))
    claim(tenant, make_work)
    kept = attacker.client.get_cookie("paris-session")
    work = make_work()
    assert sessions.find(work, kept.value if kept else None) is None
    work.db.commit()
    other.person = {"sub": "mallory-there"}
    assert attacker.come_back(back).status_code == 400
    work = make_work()
    assert [row.subject for row in work.db.scalars(select(SocialIdentity))] == ["chloe-there"]


@pytest.mark.threat("T-03")
def test_an_account_elsewhere_linked_before_opens_nothing(
    tenant: Tenant, account: Account, make_work: MakeWork, travellers: Travellers, other: Other
) -> None:
    """Trojan identifier."""
    work = make_work()
    assert social_links.link(work, work.db.get_one(Account, account.id), "other", attackers(other)) is None
    assert not isinstance(social_sign_in.sign_in(work, "other", attackers(other)), Fault)
    work.db.commit()
    claim(tenant, make_work)
    attacker = travellers()
    other.person = {"sub": "mallory-there"}
    assert attacker.come_back(other.allow(attacker.leave())).status_code == 422


@pytest.mark.threat("T-03")
def test_an_account_elsewhere_noted_in_an_older_first_connection_is_not_linked(
    tenant: Tenant, account: Account, make_work: MakeWork, travellers: Travellers, other: Other
) -> None:
    """Trojan identifier, by a former letter: what was noted behind it ends with it."""
    attacker = Tenant(travellers(), other, make_work)
    attacker.prove("7000803")
    attacker.vouch(sub="mallory-there")
    work = make_work()
    add_letter(work, work.db.get_one(Account, account.id).enrolments[0].holder, "914475")
    work.db.commit()
    tenant.traveller.get("/first-connection")
    tenant.traveller.submit(identifier="7000803", password="914475")
    tenant.vouch()
    assert tenant.confirm(tenant.give_email("chloe@example.org")).status_code == 303
    work = make_work()
    assert [row.subject for row in work.db.scalars(select(SocialIdentity))] == ["chloe-there"]


@pytest.mark.threat("T-03")
def test_a_change_of_address_begun_before_is_over(tenant: Tenant, account: Account, make_work: MakeWork) -> None:
    """Unexpired e-mail change."""
    work = make_work()
    email_change.ask(work, work.db.get_one(Account, account.id), "mallory-2@example.net")
    token = newest_mail(work, MailKind.CONFIRM_NEW_EMAIL)[1]
    work.db.commit()
    claim(tenant, make_work)
    assert mail_links.find(make_work(), Purpose.CHANGE_EMAIL, token) is None


@pytest.mark.threat("T-03")
@pytest.mark.parametrize("verified", [True, "true", False])
def test_a_provider_that_checks_no_address_opens_nobodys_account(
    account: Account, traveller: Traveller, other: Other, make_work: MakeWork, verified: object
) -> None:
    """Non-verifying provider: it says anything of anybody."""
    other.person = {"sub": "mallory-there", "email": "chloe@example.org", "email_verified": verified}
    assert traveller.come_back(other.allow(traveller.leave())).status_code == 422
    assert make_work().db.scalars(select(SocialIdentity)).all() == []
