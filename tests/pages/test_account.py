"""« Mon compte »: nothing changes without the password, and the former address can take a change back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Account, Holder, Identifier, KnownDevice
from idp.services import leaving, people
from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder, newest_mail
from tests.visitor import Visitor

OLD, NEW = "chloe@example.org", "nouvelle@example.org"
NEW_PASSWORD = "Jonquille-7-rues"


@pytest.fixture
def tenant(app: Flask, make_work: MakeWork) -> Visitor:
    """Somebody signed in at auvergne, where people sign in with their address."""
    work = make_work("auvergne")
    add_account(work, add_holder(work, "08271217575"))
    work.db.commit()
    return signed_in(app)


def signed_in(app: Flask, email: str = OLD, password: str = PASSWORD) -> Visitor:
    visitor = Visitor(app, "auvergne")
    visitor.get("/sign-in")
    visitor.submit(identifier=email, password=password)
    return visitor


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


def mail(make_work: MakeWork, kind: MailKind) -> tuple[str, str]:
    work = make_work("auvergne")
    found = newest_mail(work, kind)
    work.db.rollback()
    return found


def press(visitor: Visitor, path: str, token: str) -> None:
    """Open a link of a mail and press its button."""
    visitor.get(f"{path}?token={token}")
    visitor.follow()
    visitor.submit()


def change(visitor: Visitor, make_work: MakeWork, email: str = NEW) -> None:
    visitor.get("/account/address")
    visitor.submit(email=email, present=PASSWORD)
    press(visitor, "/new-address", mail(make_work, MailKind.CONFIRM_NEW_EMAIL)[1])


def test_a_stranger_signs_in_first_and_comes_back(app: Flask, tenant: Visitor) -> None:
    visitor = Visitor(app, "auvergne")
    visitor.get("/account")
    visitor.follow()
    visitor.submit(identifier=OLD, password=PASSWORD)
    assert visitor.location == "/account"
    visitor.follow()
    assert OLD in visitor.text


@pytest.mark.threat("T-22")
def test_the_address_changes_with_the_password_and_its_own_mailbox(
    app: Flask, tenant: Visitor, make_work: MakeWork
) -> None:
    tenant.get("/account/address")
    tenant.submit(email=NEW, present="Faux-1234")
    assert "Ce n’est pas votre mot de passe actuel." in tenant.text
    assert status(tenant) == 422
    tenant.submit(email=NEW, present=PASSWORD)
    assert mail(make_work, MailKind.EMAIL_CHANGE_ASKED)[0] == OLD
    recipient, token = mail(make_work, MailKind.CONFIRM_NEW_EMAIL)
    assert recipient == NEW
    assert status(signed_in(app, NEW)) == 422
    press(Visitor(app, "auvergne"), "/new-address", token)
    assert status(signed_in(app, NEW)) == 303
    assert status(signed_in(app, OLD)) == 422


@pytest.mark.threat("T-22")
@pytest.mark.threat("T-03")
def test_the_former_address_takes_a_change_back_for_three_days(
    app: Flask, tenant: Visitor, make_work: MakeWork, clock: HandClock
) -> None:
    change(tenant, make_work)
    recipient, token = mail(make_work, MailKind.EMAIL_CHANGED)
    assert recipient == OLD
    change(tenant, make_work, "encore@example.org")
    tenant.get("/account/password")
    tenant.submit(present=PASSWORD, password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    assert tenant.location == "/account"
    clock.forward(hours=71)
    press(Visitor(app, "auvergne"), "/former-address", token)
    assert tenant.get("/account").status_code == 303
    with make_work("auvergne").db as session:
        assert not session.scalars(select(KnownDevice)).all()
    assert status(signed_in(app, "encore@example.org", NEW_PASSWORD)) == 422
    assert status(signed_in(app, OLD, NEW_PASSWORD)) == 422
    recipient, reset = mail(make_work, MailKind.RESET_PASSWORD)
    assert recipient == OLD
    owner = Visitor(app, "auvergne")
    owner.get(f"/reset?token={reset}")
    owner.follow()
    owner.submit(password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    assert status(signed_in(app, OLD, NEW_PASSWORD)) == 303


def test_after_three_days_it_is_too_late(app: Flask, tenant: Visitor, make_work: MakeWork, clock: HandClock) -> None:
    change(tenant, make_work)
    _, token = mail(make_work, MailKind.EMAIL_CHANGED)
    clock.forward(hours=73)
    late = Visitor(app, "auvergne")
    late.get(f"/former-address?token={token}")
    late.follow()
    assert status(late) == 410


@pytest.mark.threat("T-01")
def test_an_address_that_somebody_signs_in_with_is_told_to_them_only(
    app: Flask, tenant: Visitor, make_work: MakeWork
) -> None:
    work = make_work("auvergne")
    add_account(work, add_holder(work, "08271217576"), email=NEW)
    work.db.commit()
    tenant.get("/account/address")
    tenant.submit(email=NEW, present=PASSWORD)
    assert status(tenant) == 200
    assert NEW in tenant.text
    assert mail(make_work, MailKind.ALREADY_REGISTERED) == (NEW, "")


@pytest.mark.threat("T-13")
def test_a_link_that_was_mailed_before_the_change_is_worth_nothing(
    app: Flask, tenant: Visitor, make_work: MakeWork
) -> None:
    tenant.get("/account/address")
    tenant.submit(email="first@example.org", present=PASSWORD)
    _, first = mail(make_work, MailKind.CONFIRM_NEW_EMAIL)
    change(tenant, make_work)
    other = Visitor(app, "auvergne")
    other.get(f"/new-address?token={first}")
    other.follow()
    assert status(other) == 410
    work = make_work("auvergne")
    assert work.db.scalars(select(Account)).one().email == NEW


@pytest.mark.threat("T-22")
def test_a_new_password_needs_the_present_one_and_signs_everybody_else_out(app: Flask, tenant: Visitor) -> None:
    other = signed_in(app)
    tenant.get("/account/password")
    tenant.submit(present="Faux-1234", password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    assert status(tenant) == 422
    tenant.submit(present=PASSWORD, password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    assert tenant.location == "/account"
    tenant.follow()
    assert status(tenant) == 200
    other.get("/account")
    assert other.location == "/sign-in"
    assert status(signed_in(app, OLD, NEW_PASSWORD)) == 303


@pytest.mark.journey("all-8")
def test_signing_out_everywhere_reaches_every_device(app: Flask, tenant: Visitor) -> None:
    other = signed_in(app)
    tenant.get("/account")
    tenant.submit("/account/sign-out-everywhere")
    tenant.follow()
    assert "tous les appareils" in tenant.text
    for visitor in (tenant, other):
        visitor.get("/account")
        assert visitor.location == "/sign-in"


@pytest.mark.threat("T-22")
def test_a_former_address_that_somebody_else_signs_in_with_by_now_comes_back_and_stays_theirs(
    app: Flask, tenant: Visitor, make_work: MakeWork
) -> None:
    change(tenant, make_work)
    _, token = mail(make_work, MailKind.EMAIL_CHANGED)
    work = make_work("auvergne")
    other = add_account(work, add_holder(work, "08271217576"), "Pivoine-5-cours", OLD)
    work.db.commit()
    press(Visitor(app, "auvergne"), "/former-address", token)
    assert mail(make_work, MailKind.RESET_PASSWORD)[0] == OLD
    assert status(signed_in(app, NEW)) == 422
    assert status(signed_in(app, OLD, "Pivoine-5-cours")) == 303
    work = make_work("auvergne")
    assert people.with_identifier(work, people.EMAIL, OLD) == work.db.get_one(Account, other.id)


@pytest.mark.threat("T-19")
def test_nothing_is_taken_back_on_an_account_that_is_closed(app: Flask, tenant: Visitor, make_work: MakeWork) -> None:
    change(tenant, make_work)
    _, token = mail(make_work, MailKind.EMAIL_CHANGED)
    work = make_work("auvergne")
    for holder in work.db.scalars(select(Holder)):
        holder.left_at = work.now - timedelta(days=400)
    leaving.close_ended(work)
    work.db.commit()
    late = Visitor(app, "auvergne")
    press(late, "/former-address", token)
    assert status(late) == 410
    work = make_work("auvergne")
    assert work.db.scalars(select(Account.email)).one() == NEW
    assert not work.db.scalars(select(Identifier)).all()


@pytest.mark.parametrize("by_whom", ["tenant", "stranger"])
def test_whoever_confirms_an_address_reads_that_it_is_in_force(
    app: Flask, tenant: Visitor, make_work: MakeWork, by_whom: str
) -> None:
    tenant.get("/account/address")
    tenant.submit(email=NEW, present=PASSWORD)
    visitor = tenant if by_whom == "tenant" else Visitor(app, "auvergne")
    press(visitor, "/new-address", mail(make_work, MailKind.CONFIRM_NEW_EMAIL)[1])
    while visitor.location:
        visitor.follow()
    assert "Votre nouvelle adresse" in visitor.text


def test_visits_here_keep_somebody_signed_in(app: Flask, tenant: Visitor, clock: HandClock) -> None:
    for _ in range(3):
        clock.forward(minutes=50)
        assert tenant.get("/account").status_code == 200
    clock.forward(minutes=61)
    tenant.get("/account")
    assert tenant.location == "/sign-in"
