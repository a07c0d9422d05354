"""« Identifiant oublié »: who gets which mail."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Mail
from idp.services.identifier_reminder import by_email, by_proof
from idp.services.work import Work
from tests.people import add_account, add_holder

BORN = date(1987, 5, 13)


def mails(work: Work) -> list[tuple[str, str]]:
    """List recipient and identifiers of every reminder so far."""
    found = []
    for mail in work.db.scalars(select(Mail).where(Mail.kind == MailKind.IDENTIFIER_REMINDER).order_by(Mail.id)):
        content = json.loads(work.vault.unseal(mail.sealed or "", f"mail:{mail.message_id}"))
        found.append((content["recipient"], content["context"]["identifiers"]))
    return found


def later(work: Work) -> Work:
    return replace(work, now=work.now + timedelta(minutes=2))


@pytest.mark.threat("T-15")
def test_it_goes_to_the_stored_address_of_the_account(work: Work) -> None:
    add_account(work, add_holder(work, "7100001"), email="Chloe.Lefevre@example.org")
    by_email(work, " chloe.lefevre@EXAMPLE.org ")
    assert mails(work) == [("Chloe.Lefevre@example.org", "7100001")]


def test_several_accounts_with_one_address_come_in_one_mail(work: Work) -> None:
    for number in ("7100002", "7100001"):
        add_account(work, add_holder(work, number), email="foyer@example.org")
    by_email(work, "foyer@example.org")
    assert mails(work) == [("foyer@example.org", "7100001, 7100002")]


def test_without_account_the_registrys_address_counts_and_with_one_it_does_not(work: Work) -> None:
    add_holder(work, "7100001", email="registre@example.org")
    by_email(work, "registre@example.org")
    with_account = add_holder(work, "7100002", email="ancienne@example.org")
    add_account(work, with_account, email="nouvelle@example.org")
    by_email(work, "ancienne@example.org")
    assert mails(work) == [("registre@example.org", "7100001"), ("", "")]


def test_with_a_closed_account_the_registrys_address_counts_again(work: Work) -> None:
    holder = add_holder(work, "7100001", email="registre@example.org")
    account = add_account(work, holder, email="chloe@example.org")
    account.closed_at = work.now
    work.db.flush()
    by_email(work, "registre@example.org")
    by_email(work, "chloe@example.org")
    assert mails(work) == [("registre@example.org", "7100001"), ("", "")]


@pytest.mark.threat("T-15")
@pytest.mark.parametrize(
    "typed",
    ["mıke@x.fr", "mike＠x.fr", "ｍike@x.fr", "mike@x.fr,other@y.fr", "míke@x.fr", "mike@ x.fr", ""],
)
def test_another_address_that_looks_the_same_gets_nothing(work: Work, typed: str) -> None:
    add_account(work, add_holder(work), email="mike@x.fr")
    by_email(work, typed)
    assert mails(work) == [("", "")]


@pytest.mark.threat("T-19")
def test_who_has_no_access_any_more_gets_nothing(work: Work) -> None:
    holder = add_holder(work)
    add_account(work, holder, email="partie@example.org")
    holder.until = work.now.date() - timedelta(days=91)
    work.db.flush()
    by_email(work, "partie@example.org")
    assert by_proof(work, "Lefèvre", "Chloé", BORN) is Refusal.NOT_PROVED
    assert mails(work) == [("", "")]


@pytest.mark.threat("T-20")
def test_the_address_counts_at_its_own_landlord_only(work: Work) -> None:
    add_account(work, add_holder(work), email="chloe@example.org")
    by_email(replace(work, landlord=work.settings.landlords["moselle"]), "chloe@example.org")
    assert mails(work) == [("", "")]


def test_mails_are_few(work: Work) -> None:
    add_account(work, add_holder(work, "7100001"), email="chloe@example.org")
    for _ in range(2):
        by_email(work, "chloe@example.org")
    assert [recipient for recipient, _ in mails(work)] == ["chloe@example.org", ""]
    for _ in range(12):
        work = later(work)
        by_email(work, "chloe@example.org")
    assert [recipient for recipient, _ in mails(work)].count("chloe@example.org") == work.landlord.recovery.per_day


@pytest.mark.threat("T-01")
@pytest.mark.threat("T-17")
def test_known_and_unknown_addresses_take_the_same_statements(work: Work) -> None:
    add_account(work, add_holder(work), email="chloe@example.org")
    work.db.flush()
    counts = []
    for address in ("personne@example.org", "chloe@example.org"):
        seen: list[str] = []

        def note(*call: Any, seen: list[str] = seen) -> None:
            seen.append(call[2])

        event.listen(work.db.get_bind(), "before_cursor_execute", note)
        by_email(work, address)
        work.db.flush()
        event.remove(work.db.get_bind(), "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


def test_name_and_date_of_birth_lead_to_the_identifier(work: Work) -> None:
    add_account(work, add_holder(work, "7100001"), email="chloe@example.org")
    add_holder(work, "7100002", last_name="Martin")
    assert by_proof(work, " lefevre", "CHLOE", BORN) == ["7100001"]
    assert mails(work) == [("chloe@example.org", "7100001")]


def test_one_person_on_two_contracts_has_two_identifiers(work: Work) -> None:
    add_account(work, add_holder(work, "7100001"), email="chloe@example.org")
    add_holder(work, "7100002", email="registre@example.org")
    add_holder(work, "7100003", email=None)
    assert by_proof(work, "Lefèvre", "Chloé", BORN) == ["7100001", "7100002", "7100003"]
    assert mails(work) == [("chloe@example.org", "7100001"), ("registre@example.org", "7100002"), ("", "7100003")]


@pytest.mark.threat("T-01")
@pytest.mark.parametrize(
    ("last", "first", "born"),
    [("Lefèvre", "Chloé", date(1987, 5, 14)), ("Lefèvre", "Zoé", BORN), ("Martin", "Chloé", BORN)],
)
def test_which_detail_is_wrong_stays_unsaid(work: Work, last: str, first: str, born: date) -> None:
    add_account(work, add_holder(work))
    assert by_proof(work, last, first, born) is Refusal.NOT_PROVED
    assert mails(work) == []


@pytest.mark.threat("T-07")
@pytest.mark.threat("T-09")
def test_tries_are_counted_for_the_name_however_it_is_spelled(work: Work) -> None:
    add_account(work, add_holder(work))
    for spelled in ("Lefèvre", "LEFEVRE", "le fèvre"):
        assert by_proof(work, spelled, "Chloé", date(1950, 1, 1)) is Refusal.NOT_PROVED
    assert by_proof(work, "lefevre", "Chloé", BORN) is Refusal.WAIT
    assert by_proof(replace(work, now=work.now + timedelta(minutes=11)), "lefevre", "Chloé", BORN) != Refusal.WAIT


@pytest.mark.threat("T-01")
def test_a_name_nobody_has_is_closed_as_well(work: Work) -> None:
    tries = [by_proof(work, "Personne", "Nul", BORN) for _ in range(4)]
    assert tries == [Refusal.NOT_PROVED] * 3 + [Refusal.WAIT]


@pytest.mark.threat("T-09")
def test_a_success_gives_the_network_no_new_tries(work: Work) -> None:
    add_account(work, add_holder(work))
    most = work.landlord.ladder.network.tries
    for number in range(most):
        assert by_proof(work, f"Nom{number}", "Nul", BORN) is Refusal.NOT_PROVED
        if number == most // 2:
            assert isinstance(by_proof(work, "Lefèvre", "Chloé", BORN), list)
    assert by_proof(work, "Lefèvre", "Chloé", BORN) is Refusal.WAIT
