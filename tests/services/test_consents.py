from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.models import Event, FirstConnection
from idp.services import consents, first_connection
from idp.services.work import Work
from idp.settings.agreements import Consent
from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder, add_letter

QUESTIONS = ["electronic_notices", "commercial_mails", "general_mails"]


@pytest.fixture
def contrat(make_work: MakeWork) -> Work:
    return make_work("contrat")


def names(questions: list[Consent]) -> list[str]:
    return [question.name for question in questions]


@pytest.mark.journey("contrat-3")
def test_a_question_with_a_condition_is_for_those_who_meet_it(contrat: Work) -> None:
    debited, other = add_holder(contrat), add_holder(contrat)
    debited.facts, other.facts = {"direct_debit": True}, {"direct_debit": False}
    assert names(consents.due(contrat, [debited])) == QUESTIONS
    assert names(consents.due(contrat, [other])) == QUESTIONS[1:]
    assert names(consents.due(contrat, [other, debited])) == QUESTIONS
    assert names(consents.due(contrat, [])) == QUESTIONS[1:]


@pytest.mark.journey("contrat-3")
def test_each_answer_is_kept_with_time_wording_and_channel(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work("contrat")
    account = add_account(work, add_holder(work))
    consents.record(work, account, {"commercial_mails": True, "general_mails": False})
    work.db.commit()
    clock.forward(days=40)
    later = make_work("contrat")
    consents.record(later, account, {"commercial_mails": False, "a_question_that_is_gone": True}, channel="phone")
    kept = [(row.name, row.version, row.answer, row.channel) for row in consents.history(later, account.id)]
    assert kept == [
        ("commercial_mails", "1", True, "web"),
        ("general_mails", "1", False, "web"),
        ("commercial_mails", "1", False, "phone"),
    ]
    newest = consents.current(later, account.id)
    assert {name: row.answered_at for name, row in newest.items()} == {
        "commercial_mails": clock(),
        "general_mails": clock() - timedelta(days=40),
    }


def test_the_audit_trail_says_what_was_answered_and_of_whom_nothing_but_the_number(contrat: Work) -> None:
    account = add_account(contrat, add_holder(contrat))
    consents.record(contrat, account, {"commercial_mails": True, "general_mails": False})
    consents.accept_terms(contrat, account, "2026-01")
    told = contrat.db.scalars(
        select(Event).where(Event.name.in_(["consent.given", "consent.refused", "terms.accepted"]))
    )
    assert [(event.name, event.account_id, event.details) for event in told] == [
        ("consent.given", account.id, {"question": "commercial_mails", "version": "1"}),
        ("consent.refused", account.id, {"question": "general_mails", "version": "1"}),
        ("terms.accepted", account.id, {"question": "terms", "version": "2026-01"}),
    ]


@pytest.mark.journey("auvergne-3")
@pytest.mark.journey("contrat-3")
def test_answers_given_before_there_is_an_account_keep_their_time(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work("contrat")
    holder = add_holder(work)
    first = first_connection.begin(work, holder, add_letter(work, holder).id, "", None)
    assert isinstance(first, FirstConnection)
    consents.keep_for_later(work, first, {"general_mails": True}, "2026-01")
    answered_at = clock()
    first.email, first.email_verified_at = "chloe@example.org", clock()
    work.db.commit()
    clock.forward(hours=20)
    later = make_work("contrat")
    first = later.db.get_one(FirstConnection, first.id)
    account = first_connection.complete(later, first, later.vault.hash_password(PASSWORD))
    assert account is not None
    kept = [(row.name, row.version, row.answer, row.answered_at) for row in consents.history(later, account.id)]
    assert kept == [("general_mails", "1", True, answered_at), ("terms", "2026-01", True, answered_at)]


def test_nobody_answers_for_another_landlords_people(make_work: MakeWork) -> None:
    work, other = make_work("contrat"), make_work("paris")
    account = add_account(work, add_holder(work))
    consents.record(work, account, {"general_mails": True})
    work.db.commit()
    assert consents.current(other, account.id) == {}
