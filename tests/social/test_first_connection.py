"""First connection by an account elsewhere: the letter proves, the provider vouches, the mailbox confirms."""

from typing import Any

import pytest
from sqlalchemy import select

from idp.models import Account, BrowserSession, MailLink, SocialIdentity
from tests.conftest import MakeWork
from tests.people import add_account, add_holder, add_letter
from tests.social.conftest import Tenant, Traveller, Travellers
from tests.upstream import Other


def accounts(make_work: MakeWork) -> list[Account]:
    work = make_work()
    found = list(work.db.scalars(select(Account)))
    assert all(account.password is None for account in found)
    work.db.commit()
    return found


def links(make_work: MakeWork) -> list[tuple[str, str, str]]:
    work = make_work()
    found = [(row.provider, row.issuer, row.subject) for row in work.db.scalars(select(SocialIdentity))]
    work.db.commit()
    return found


@pytest.mark.journey("paris-4")
def test_letter_and_account_elsewhere_open_an_account_without_a_password(
    tenant: Tenant, letter: str, make_work: MakeWork, other: Other
) -> None:
    answer = tenant.connect(letter)
    assert answer.status_code == 303
    assert answer.location.endswith("/paris/sign-in")  # the portal
    (account,) = accounts(make_work)
    assert (account.email, account.email_verified_at is not None) == ("chloe@example.org", True)
    assert links(make_work) == [("other", other.issuer, "chloe-there")]
    work = make_work()
    session = work.db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).one()
    assert session.amr == ["fed", "fed:other"]


@pytest.mark.journey("paris-4")
def test_afterwards_it_signs_in(tenant: Tenant, letter: str, travellers: Travellers, other: Other) -> None:
    tenant.connect(letter)
    another = travellers()
    assert another.come_back(other.allow(another.leave())).status_code == 303


def test_a_verified_address_is_offered_and_still_confirmed(tenant: Tenant, letter: str, make_work: MakeWork) -> None:
    tenant.prove(letter)
    tenant.vouch(email="chloe@example.net", email_verified=True)
    tenant.traveller.follow()
    assert 'value="chloe@example.net"' in tenant.traveller.text
    assert "Votre compte Autre sera relié" in tenant.traveller.text
    tenant.traveller.submit(email="chloe@")
    assert "n’est pas complète" in tenant.traveller.text
    assert "Votre compte Autre sera relié" in tenant.traveller.text
    assert accounts(make_work) == []


@pytest.mark.threat("T-04")
@pytest.mark.parametrize("said", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}, {}])
def test_an_address_that_is_not_verified_is_not_even_offered(
    tenant: Tenant, letter: str, said: dict[str, Any]
) -> None:
    tenant.prove(letter)
    tenant.vouch(email="chloe@example.net", **said)
    tenant.traveller.follow()
    assert "chloe@example.net" not in tenant.traveller.text


@pytest.mark.threat("T-04")
@pytest.mark.parametrize("verified", [True, False, "true", 1, None])
def test_an_address_links_nothing(
    tenant: Tenant, make_work: MakeWork, travellers: Travellers, other: Other, verified: object
) -> None:
    work = make_work()
    add_account(work, add_holder(work))
    work.db.commit()
    other.person = {"sub": "mallory-there", "email": "chloe@example.org"}
    other.person |= {} if verified is None else {"email_verified": verified}
    stranger = travellers()
    assert stranger.come_back(other.allow(stranger.leave())).status_code == 422
    assert links(make_work) == []


@pytest.mark.threat("T-04")
def test_a_mail_for_one_account_elsewhere_confirms_nothing_for_another(
    tenant: Tenant, letter: str, make_work: MakeWork
) -> None:
    tenant.prove(letter)
    tenant.vouch(sub="one-there")
    first = tenant.give_email("mallory@example.net")
    tenant.traveller.get("/first-connection/email")
    tenant.vouch(sub="two-there")
    tenant.traveller.get(f"/link?token={first}")
    assert tenant.traveller.follow().status_code == 410
    assert tenant.traveller.submit("/confirm").status_code == 303
    assert accounts(make_work) == []
    tenant.confirm(tenant.give_email("chloe@example.org"))
    assert [subject for _, _, subject in links(make_work)] == ["two-there"]
    work = make_work()
    assert all(
        link.used_at is None for link in work.db.scalars(select(MailLink).filter_by(email="mallory@example.net"))
    )


@pytest.mark.threat("T-04")
def test_an_account_elsewhere_opens_nothing_without_the_proof(
    tenant: Tenant, letter: str, make_work: MakeWork
) -> None:
    tenant.traveller.get("/sign-in")
    answer = tenant.traveller.submit("/social/other/connect")
    assert answer.location.endswith("/first-connection")
    assert accounts(make_work) == []


@pytest.mark.threat("T-04")
def test_the_proof_of_one_browser_is_no_use_in_another(
    tenant: Tenant, letter: str, travellers: Travellers, other: Other, make_work: MakeWork
) -> None:
    tenant.prove(letter)
    back = other.allow(tenant.traveller.leave(path="/social/other/connect"))
    assert travellers().come_back(back).status_code == 400
    assert links(make_work) == []


def test_one_account_elsewhere_is_for_one_account_here(
    tenant: Tenant, letter: str, make_work: MakeWork, other: Other
) -> None:
    tenant.connect(letter)
    work = make_work()
    neighbour = add_holder(work, "7000802")
    add_letter(work, neighbour)
    work.db.commit()
    tenant.prove("7000802")
    answer = tenant.vouch()
    assert answer.status_code == 422
    assert "déjà relié" in answer.text
    assert len(accounts(make_work)) == 1


def test_another_provider_may_be_chosen_until_the_account_is_open(
    tenant: Tenant, letter: str, make_work: MakeWork, second: Other
) -> None:
    tenant.prove(letter)
    tenant.vouch()
    tenant.traveller.get("/first-connection/email")
    tenant.traveller.come_back(second.allow(tenant.traveller.leave(path="/social/second/connect")))
    tenant.confirm(tenant.give_email("chloe@example.org"))
    assert [provider for provider, _, _ in links(make_work)] == ["second"]


@pytest.mark.journey("all-6")
def test_the_help_page_says_which_accounts_elsewhere_serve(traveller: Traveller) -> None:
    page = traveller.get("/help").text
    for words in ("Avec un compte que vous avez ailleurs", "Autre, Second", "appuyez sur le bouton de ce compte"):
        assert words in page
    assert "sous le formulaire" not in page
