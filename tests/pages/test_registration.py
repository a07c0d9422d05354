"""Registration: facts of the registry open an account, without telling a stranger anything."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Account, Consent, Holder, Mail
from idp.services import overview, registration
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.pages.captcha import answer
from tests.people import PASSWORD, add_account, add_holder, newest_mail
from tests.visitor import Visitor

NEW = "Jonquille-7-rues"
EMAIL = "chloe@example.org"
MOSELLE = {"identifier": "LEF120034", "last_name": "Lefevre", "first_name": "chloé"}
CONTRAT = {"identifier": "L/452846", "module": "3970 1808"}
AUVERGNE = {
    "identifier": "02 0827 1217 575",
    "last_name": "le fèvre",
    "first_name": "CHLOE",
    "birth_date-day": "13",
    "birth_date-month": "5",
    "birth_date-year": "1987",
}
PASSWORDS = {"password": NEW, "confirmation": NEW}
ANSWERS = {"consent_commercial_mails": "no", "consent_general_mails": "yes"}


@pytest.fixture
def tenant(make_work: MakeWork) -> Holder:
    """The main holder of a lease at moselle."""
    work = make_work("moselle")
    holder = add_holder(work, "lef120034")
    work.db.commit()
    return holder


Mailbox = Callable[[MailKind], tuple[str, str]]


@pytest.fixture
def mailbox(make_work: MakeWork) -> Mailbox:
    """Open the newest mail of a kind: its recipient, and the secret of its link."""

    def newest(kind: MailKind) -> tuple[str, str]:
        work = make_work("moselle")
        found = newest_mail(work, kind)
        work.db.rollback()
        return found

    return newest


def mails(work: Work) -> list[Mail]:
    return list(work.db.scalars(select(Mail)))


def activate(visitor: Visitor, token: str) -> None:
    """Follow the link of the activation mail and press its button."""
    visitor.get(f"/activation?token={token}")
    visitor.follow()
    assert visitor.page is not None
    assert visitor.page.status_code == 200
    visitor.submit()
    assert visitor.location == "/sign-in"


def register_at_moselle(visitor: Visitor, email: str = EMAIL, password: str = NEW, **changes: str) -> None:
    visitor.get("/registration")
    visitor.submit(**(MOSELLE | changes))
    assert visitor.location == "/registration"
    visitor.follow()
    visitor.submit(email=email, password=password, confirmation=password)
    assert visitor.location == "/first-connection/mailbox"
    visitor.follow()


@pytest.mark.parametrize(
    ("landlord", "asked"),
    [
        (
            "contrat",
            ["Remplissez « Ma référence contrat (Chiffres uniquement) ».", "Remplissez « Numéro de module »."],
        ),
        ("moselle", ["Remplissez « Intitulé de compte ».", "Saisissez votre nom.", "Saisissez votre prénom."]),
    ],
)
def test_what_is_missing_is_called_as_the_label_above_it(app: Flask, landlord: str, asked: list[str]) -> None:
    visitor = Visitor(app, landlord)
    visitor.get("/registration")
    visitor.submit()
    said = visitor.text.replace("\N{NO-BREAK SPACE}", " ")
    assert [said.count(words) for words in asked] == [2] * len(asked)  # at the top, and beside the field


@pytest.mark.journey("moselle-2")
def test_an_account_title_and_the_main_holders_names_open_an_account(
    app: Flask, make_work: MakeWork, tenant: Holder, mailbox: Mailbox
) -> None:
    visitor = Visitor(app, "moselle")
    register_at_moselle(visitor)
    assert EMAIL in visitor.text
    recipient, token = mailbox(MailKind.ACTIVATE)
    assert recipient == EMAIL
    activate(visitor, token)
    visitor.follow()
    visitor.submit(identifier="LEF 120034", password=NEW)
    assert visitor.page is not None
    assert visitor.page.status_code == 303


@pytest.mark.journey("moselle-2")
def test_a_co_holder_cannot_open_the_account(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034").role = "co_tenant"
    work.db.commit()
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    visitor.submit(**MOSELLE)
    assert "ne vont pas ensemble" in visitor.text


@pytest.mark.journey("contrat-2")
@pytest.mark.journey("contrat-4")
def test_one_page_with_a_module_number_opens_an_account(app: Flask, make_work: MakeWork, mailbox: Mailbox) -> None:
    work = make_work("contrat")
    add_holder(work, "452846").facts = {"module": "39701808", "direct_debit": False}
    work.db.commit()
    visitor = Visitor(app, "contrat")
    visitor.get("/registration")
    assert "électronique" not in visitor.text
    visitor.submit(**CONTRAT, **PASSWORDS, **ANSWERS, email=EMAIL)
    assert visitor.location == "/first-connection/mailbox"
    activate(visitor, mailbox(MailKind.ACTIVATE)[1])
    visitor.follow()
    visitor.submit(identifier="452846", password=NEW)
    assert visitor.page is not None
    assert visitor.page.status_code == 303
    kept = {row.name: row.answer for row in make_work("contrat").db.scalars(select(Consent))}
    assert kept == {"commercial_mails": False, "general_mails": True}


@pytest.mark.journey("contrat-3")
def test_notices_by_electronic_means_are_offered_after_the_proof_and_only_with_direct_debit(
    app: Flask, make_work: MakeWork
) -> None:
    work = make_work("contrat")
    add_holder(work, "452846").facts = {"module": "39701808", "direct_debit": True}
    work.db.commit()
    visitor = Visitor(app, "contrat")
    visitor.get("/registration")
    visitor.submit(**CONTRAT, **PASSWORDS, **ANSWERS, email=EMAIL)
    assert visitor.location == "/registration"
    visitor.follow()
    assert "électronique" in visitor.text
    assert 'name="module"' not in visitor.text
    visitor.submit()
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    visitor.submit(consent_electronic_notices="yes")
    assert visitor.location == "/first-connection/mailbox"


@pytest.mark.journey("auvergne-1")
@pytest.mark.journey("auvergne-3")
@pytest.mark.journey("auvergne-5")
def test_two_steps_with_birth_date_and_terms_open_an_account(
    app: Flask, make_work: MakeWork, mailbox: Mailbox
) -> None:
    work = make_work("auvergne")
    add_holder(work, "08271217575", last_name="LE FÈVRE")
    work.db.commit()
    visitor = Visitor(app, "auvergne")
    visitor.get("/registration")
    assert "Complétez vos informations personnelles" in visitor.text
    visitor.submit(**AUVERGNE)
    assert 'id="captcha-error"' in visitor.text
    visitor.submit(**AUVERGNE, **answer(visitor, work))
    visitor.follow()
    assert "Saisissez vos nouvelles données de connexion" in visitor.text
    second = {"email": EMAIL, "email_again": "Chloe@example.org", **PASSWORDS}
    read = answer(visitor, work)
    visitor.submit(**second, **read)
    assert 'id="terms-error"' in visitor.text
    assert f'value="{EMAIL}"' in visitor.text
    visitor.submit(**(second | {"password": "petit", "confirmation": "petit"}), **read, terms="2026-01")
    visitor.submit(**second, **read, captcha_action="another", terms="2026-01")
    assert 'role="alert"' not in visitor.text
    visitor.submit(**second, **answer(visitor, work), terms="2026-01")
    assert visitor.location == "/first-connection/mailbox"
    activate(visitor, mailbox(MailKind.ACTIVATE)[1])
    visitor.follow()
    visitor.submit(identifier=" CHLOE@example.org", password=NEW)
    assert visitor.page is not None
    assert visitor.page.status_code == 303


@pytest.mark.journey("auvergne-8")
def test_each_signatory_of_one_lease_may_have_an_account(app: Flask, make_work: MakeWork, mailbox: Mailbox) -> None:
    work = make_work("auvergne")
    add_holder(work, "08271217575", last_name="LE FÈVRE")
    other = add_holder(work, "08271217576", last_name="PETIT")
    other.identifier = "08271217575"
    work.db.commit()
    for name, email in (("le fevre", EMAIL), ("Petit", "petit@example.org")):
        visitor = Visitor(app, "auvergne")
        visitor.get("/registration")
        visitor.submit(**(AUVERGNE | {"last_name": name}), **answer(visitor, work))
        visitor.follow()
        visitor.submit(email=email, email_again=email, terms="2026-01", **PASSWORDS, **answer(visitor, work))
        activate(visitor, mailbox(MailKind.ACTIVATE)[1])
        visitor.follow()
        visitor.submit(identifier=email, password=NEW)
        assert visitor.page is not None
        assert visitor.page.status_code == 303
    assert len(make_work("auvergne").db.scalars(select(Account)).all()) == 2


@pytest.mark.journey("all-1")
@pytest.mark.threat("T-01")
@pytest.mark.parametrize("wrong", [{"identifier": "zzz999999"}, {"last_name": "x"}, {"first_name": "x"}])
def test_a_mismatch_never_says_which_detail_is_wrong(app: Flask, tenant: Holder, wrong: dict[str, str]) -> None:
    pages = []
    for typed in (MOSELLE | {"last_name": "other"}, MOSELLE | wrong):
        visitor = Visitor(app, "moselle")
        visitor.get("/registration")
        visitor.submit(**typed)
        assert visitor.page is not None
        values = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", visitor.text)
        pages.append((visitor.page.status_code, values))
    assert pages[0] == pages[1]


@pytest.mark.threat("T-18")
@pytest.mark.journey("contrat-4")
def test_a_second_registration_changes_nothing_and_is_told_to_the_owner(
    app: Flask, make_work: MakeWork, mailbox: Mailbox
) -> None:
    work = make_work("contrat")
    holder = add_holder(work, "452846")
    holder.facts = {"module": "39701808", "direct_debit": False}
    account = add_account(work, holder)
    kept = account.password.hash if account.password else None
    work.db.commit()
    visitor = Visitor(app, "contrat")
    visitor.get("/registration")
    visitor.submit(**CONTRAT, **PASSWORDS, **ANSWERS, email="other@example.org")
    assert visitor.location == "/first-connection/mailbox"
    visitor.follow()
    assert "other@example.org" in visitor.text
    work = make_work("contrat")
    assert mailbox(MailKind.ALREADY_REGISTERED) == (EMAIL, "")
    account = work.db.scalars(select(Account)).one()
    assert (account.email, account.password.hash if account.password else None) == (EMAIL, kept)


@pytest.mark.journey("moselle-5")
@pytest.mark.threat("T-18")
def test_an_account_is_re_created_by_proof_and_the_owners_mailbox(
    app: Flask, make_work: MakeWork, tenant: Holder, mailbox: Mailbox
) -> None:
    work = make_work("moselle")
    add_account(work, work.db.get_one(Holder, tenant.id))
    work.db.commit()
    visitor = Visitor(app, "moselle")
    visitor.get("/sign-in")
    for _ in range(3):
        visitor.submit(identifier="LEF120034", password="Faux-1234")
    assert "/moselle/registration" in visitor.text
    register_at_moselle(visitor, email="typed@example.org")
    assert "typed@example.org" in visitor.text
    recipient, token = mailbox(MailKind.RECREATE)
    assert recipient == EMAIL
    visitor.get("/sign-in")
    activate(visitor, token)
    visitor.follow()
    visitor.submit(identifier="LEF120034", password=PASSWORD)
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    visitor.submit(identifier="LEF120034", password=NEW)
    assert visitor.page.status_code == 303


@pytest.mark.journey("moselle-5")
@pytest.mark.journey("moselle-6")
def test_three_failed_re_creations_block_the_account_for_ten_minutes(
    app: Flask, make_work: MakeWork, tenant: Holder, clock: HandClock, mailbox: Mailbox
) -> None:
    work = make_work("moselle")
    add_account(work, work.db.get_one(Holder, tenant.id))
    work.db.commit()
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    for _ in range(3):
        visitor.submit(**(MOSELLE | {"last_name": "x"}))
    assert "est bloquée" in visitor.text
    assert mailbox(MailKind.SIGN_IN_CLOSED)[0] == EMAIL
    visitor.get("/sign-in")
    visitor.submit(identifier="LEF120034", password=PASSWORD)
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    clock.forward(minutes=10)
    visitor.submit(identifier="LEF120034", password=PASSWORD)
    assert visitor.page is not None
    assert visitor.page.status_code == 303


@pytest.mark.journey("moselle-6")
def test_the_block_of_somebody_without_account_is_lifted_by_the_staff(
    app: Flask, make_work: MakeWork, tenant: Holder, clock: HandClock
) -> None:
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    for _ in range(3):
        visitor.submit(**(MOSELLE | {"last_name": "x"}))
    blocked = visitor.text
    clock.forward(minutes=11)
    visitor.get("/registration")
    visitor.submit(**(MOSELLE | {"last_name": "x"}))
    assert "ne vont pas ensemble" in visitor.text, "a stranger cannot tell that there is no account"
    visitor.submit(**MOSELLE)
    assert "est bloquée" in visitor.text
    assert "est bloquée" in blocked
    work = make_work("moselle")
    overview.unlock(work, "LEF120034")
    work.db.commit()
    visitor.get("/registration")
    visitor.submit(**MOSELLE)
    assert visitor.location == "/registration"


@pytest.mark.journey("moselle-5")
def test_a_password_that_breaks_the_rules_is_a_failed_re_creation_too(app: Flask, tenant: Holder) -> None:
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    visitor.submit(**MOSELLE)
    visitor.follow()
    for _ in range(2):
        visitor.submit(email=EMAIL, password="court", confirmation="court")
        assert "est bloquée" not in visitor.text
    visitor.submit(email=EMAIL, password="court", confirmation="court")
    assert "est bloquée" in visitor.text


@pytest.mark.journey("contrat-6")
def test_a_mistyped_address_is_corrected_and_the_first_link_dies(
    app: Flask, make_work: MakeWork, tenant: Holder, mailbox: Mailbox
) -> None:
    visitor = Visitor(app, "moselle")
    register_at_moselle(visitor, email="faute@example.org")
    _, wrong = mailbox(MailKind.ACTIVATE)
    visitor.get("/first-connection/email")
    assert "Étape" not in visitor.text  # those of a first connection are not the steps of a registration
    visitor.submit(email=EMAIL)
    recipient, right = mailbox(MailKind.ACTIVATE)
    assert recipient == EMAIL
    visitor.get(f"/activation?token={wrong}")
    visitor.follow()
    assert visitor.page is not None
    assert visitor.page.status_code == 410
    activate(visitor, right)


@pytest.mark.journey("contrat-6")
def test_an_address_that_looks_mistyped_is_corrected_by_one_button(
    app: Flask, tenant: Holder, mailbox: Mailbox
) -> None:
    visitor = Visitor(app, "moselle")
    register_at_moselle(visitor, email="gael@gmial.com")
    assert "Utiliser gael@gmail.com" in visitor.text
    visitor.submit("/first-connection/email", email="gael@gmail.com")
    visitor.follow()
    assert "Utiliser" not in visitor.text
    assert mailbox(MailKind.ACTIVATE)[0] == "gael@gmail.com"


@pytest.mark.journey("contrat-6")
def test_somebody_may_begin_again(app: Flask, tenant: Holder) -> None:
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    visitor.submit(**MOSELLE)
    visitor.follow()
    visitor.submit("/registration/restart")
    visitor.follow()
    assert 'name="identifier"' in visitor.text


def test_an_expired_link_offers_a_new_one(
    app: Flask, make_work: MakeWork, tenant: Holder, clock: HandClock, mailbox: Mailbox
) -> None:
    visitor = Visitor(app, "moselle")
    register_at_moselle(visitor)
    _, old = mailbox(MailKind.ACTIVATE)
    clock.forward(days=2)
    visitor.get(f"/activation?token={old}")
    visitor.follow()
    assert visitor.page is not None
    assert visitor.page.status_code == 410
    assert "M’envoyer un nouveau lien" in visitor.text
    visitor.submit("/activate/again")
    recipient, new = mailbox(MailKind.ACTIVATE)
    assert (recipient, new != old) == (EMAIL, True)
    activate(visitor, new)


@pytest.mark.threat("T-12")
@pytest.mark.journey("auvergne-4")
def test_a_link_signs_nobody_in_and_may_be_opened_twice(
    app: Flask, make_work: MakeWork, tenant: Holder, mailbox: Mailbox
) -> None:
    register_at_moselle(Visitor(app, "moselle"))
    _, token = mailbox(MailKind.ACTIVATE)
    scanner = Visitor(app, "moselle", "198.51.100.9")
    activate(scanner, token)
    assert all("session" not in cookie for cookie in map(str, scanner.client._cookies or []))
    person = Visitor(app, "moselle")
    person.get(f"/activation?token={token}")
    person.follow()
    assert "est confirmé" in person.text


@pytest.mark.threat("T-03")
def test_whoever_registers_first_keeps_nothing_when_the_owner_is_faster(
    app: Flask, make_work: MakeWork, tenant: Holder, mailbox: Mailbox
) -> None:
    attacker, owner = Visitor(app, "moselle", "198.51.100.9"), Visitor(app, "moselle")
    register_at_moselle(attacker, email="attacker@example.net", password="Attaque-7-rues")
    _, prepared = mailbox(MailKind.ACTIVATE)
    register_at_moselle(owner)
    activate(owner, mailbox(MailKind.ACTIVATE)[1])
    attacker.get(f"/activation?token={prepared}")
    attacker.follow()
    attacker.submit()
    owner.get("/sign-in")
    owner.submit(identifier="LEF120034", password="Attaque-7-rues")
    assert owner.page is not None
    assert owner.page.status_code == 422
    owner.submit(identifier="LEF120034", password=NEW)
    assert owner.page.status_code == 303


@pytest.mark.threat("T-14")
@pytest.mark.parametrize("path", ["/first-connection/email", "/first-connection/mailbox", "/first-connection/finish"])
def test_no_page_of_the_registration_can_be_passed_over(
    app: Flask, tenant: Holder, make_work: MakeWork, path: str
) -> None:
    visitor = Visitor(app, "moselle")
    visitor.get("/registration")
    visitor.submit(**MOSELLE)
    visitor.follow()
    visitor.submit(path, email=EMAIL)
    assert visitor.location == "/registration"
    work = make_work("moselle")
    assert work.db.scalars(select(Mail)).all() == []


def test_nobodys_mailbox_is_filled_by_somebody_elses_registrations(
    app: Flask, tenant: Holder, make_work: MakeWork
) -> None:
    for _ in range(12):
        register_at_moselle(Visitor(app, "moselle"), email="victim@example.net")
    work = make_work("moselle")
    opened = [json.loads(work.vault.unseal(mail.sealed or "", f"mail:{mail.message_id}")) for mail in mails(work)]
    to = [content["recipient"] for content in opened]
    assert to.count("victim@example.net") == 10
    assert to.count("registre@example.org") <= 10


def test_a_landlord_without_recipe_has_no_such_page(app: Flask) -> None:
    assert Visitor(app, "paris").get("/registration").status_code == 404


def test_an_ended_lease_opens_no_account(make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034", until=date(2020, 1, 1))
    found = registration.prove(work, MOSELLE)
    assert isinstance(found, registration.Refused)
