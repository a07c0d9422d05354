from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.models import Case, CaseCount, Event, Mail
from idp.services import case_handling, cases, lockout, people, purge, registration
from idp.services.cases import Plea
from idp.services.purge import RULES
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import add_holder, mailed

EMAIL = "chloe@example.org"
SCRIPT = "<script>alert(1)</script>"
PLEA = Plea(Kind.BLOCKED, "Lefèvre", "Chloé", f"Rien ne va plus.\n{SCRIPT}", "LEF120034", date(1987, 5, 13), EMAIL)
PERSONAL = ("Lefèvre", "Chloé", "LEF120034", "1987", EMAIL, SCRIPT)


@pytest.fixture
def work(make_work: MakeWork) -> Work:
    return make_work("moselle", locale="fr")


def opened(work: Work, plea: Plea = PLEA) -> Case:
    reference = cases.open_case(work, plea)
    assert reference is not None
    case = case_handling.find(work, reference.lower().replace("-", " "))
    assert case is not None
    return case


@pytest.mark.journey("moselle-6")
def test_a_case_keeps_what_was_written_and_shows_nothing_of_it_at_rest(work: Work) -> None:
    case = opened(work)
    assert cases.plea_of(work, case) == PLEA
    stored = " ".join(str(value) for value in vars(case).values())
    trail = str([vars(event) for event in work.db.scalars(select(Event))])
    assert not any(personal in stored + trail for personal in PERSONAL)


@pytest.mark.threat("T-23")
def test_the_staff_are_told_the_reference_and_the_kind_and_nothing_else(work: Work) -> None:
    case = opened(work)
    assert mailed(work, MailKind.CASE_FOR_STAFF) == (
        "assistance@mirabelle.example",
        {"reference": case.reference, "kind": "blocked"},
    )
    assert mailed(work, MailKind.CASE_OPENED) == (EMAIL, {"reference": case.reference, "kind": "blocked"})


def test_without_an_address_nobody_but_the_staff_is_mailed(work: Work) -> None:
    opened(work, replace(PLEA, email="", phone="03 87 00 00 00"))
    assert set(work.db.scalars(select(Mail.kind))) == {MailKind.CASE_FOR_STAFF}


@pytest.mark.threat("T-23")
def test_one_network_opens_so_many_cases_in_a_day(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    most = work.landlord.assistance.per_day
    assert all(cases.open_case(work, PLEA) for _ in range(most))
    assert cases.open_case(work, PLEA) is None
    work.db.commit()
    elsewhere = make_work("moselle", network="198.51.100.0/24")
    assert cases.open_case(elsewhere, replace(PLEA, email=EMAIL.upper())) is not None
    assert mailed(elsewhere, MailKind.CASE_OPENED)[0] == ""  # this address had its mails for today
    elsewhere.db.commit()
    clock.forward(days=1, seconds=1)
    assert cases.open_case(make_work("moselle"), PLEA) is not None


@pytest.mark.journey("moselle-8")
@pytest.mark.threat("T-23")
def test_nothing_is_left_of_a_case_but_that_there_was_one(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    for number in range(3):
        case = opened(work, replace(PLEA, kind=Kind.OTHER if number else Kind.BLOCKED))
        if number:
            case_handling.close(work, case)
    work.db.commit()
    left = []
    for days in (29, 2, 148, 2):
        clock.forward(days=days)
        now = make_work("moselle")
        purge.purge(now, RULES["cases"])
        left.append(now.db.scalar(select(func.count()).select_from(Case)))
        now.db.commit()
    assert left == [3, 1, 1, 0]
    counted = now.db.execute(select(CaseCount.month, CaseCount.kind, CaseCount.count)).all()
    assert sorted(map(tuple, counted)) == [("2026-11", "blocked", 1), ("2026-11", "other", 2)]


def test_an_answer_goes_to_the_address_that_was_given(work: Work) -> None:
    case = opened(work)
    assert case_handling.answer(work, case, f"Bonjour {SCRIPT}")
    assert mailed(work, MailKind.CASE_ANSWERED) == (
        EMAIL,
        {"reference": case.reference, "text": f"Bonjour {SCRIPT}"},
    )
    assert case.answered_at == work.now
    assert not case_handling.answer(work, opened(work, replace(PLEA, email="", phone="0387000000")), "Bonjour")


@pytest.mark.journey("moselle-6")
@pytest.mark.parametrize("named", [True, False])
def test_the_staff_lift_a_block_and_a_mail_says_so(work: Work, named: bool) -> None:
    holder = add_holder(work, "lef120034")
    given = {"identifier": "lef120034", "last_name": "Faux", "first_name": "Faux"}
    for _ in range(3):
        registration.prove(work, given)
    held = lockout.held(work, holder.identifier)
    assert lockout.is_closed(work, held)
    case = opened(work, PLEA if named else replace(PLEA, identifier=""))
    assert case_handling.unblock(work, case, None if named else "LEF 120034")
    assert not lockout.is_closed(work, held)
    assert not lockout.is_closed(work, lockout.person(work, people.find(work, "lef120034").subject))
    assert mailed(work, MailKind.CASE_UNBLOCKED) == (EMAIL, {"reference": case.reference})


def test_the_block_of_nobody_cannot_be_lifted(work: Work) -> None:
    assert not case_handling.unblock(work, opened(work))
    assert MailKind.CASE_UNBLOCKED not in set(work.db.scalars(select(Mail.kind)))


@pytest.mark.journey("moselle-8")
def test_what_was_written_is_compared_with_the_registry(work: Work) -> None:
    assert case_handling.compared(work, PLEA) == {"identifier": False}
    add_holder(work, "lef120034", last_name="PETIT")
    other = add_holder(work, "other", email="registre@example.org")
    other.identifier = "lef120034"
    work.db.flush()
    assert case_handling.compared(work, PLEA) == {
        "identifier": True,
        "last_name": True,
        "first_name": True,
        "birth_date": True,
        "email": False,
    }


@pytest.mark.threat("T-20")
def test_cases_stay_with_their_landlord(work: Work, make_work: MakeWork) -> None:
    case = opened(work)
    work.db.commit()
    other = make_work("contrat")
    assert case_handling.find(other, case.reference) is None
    assert case_handling.cases(other, closed=True) == []


def test_open_cases_are_listed_and_closed_ones_on_request(work: Work) -> None:
    first, second = opened(work), opened(work)
    case_handling.close(work, first)
    case_handling.close(work, first)
    assert list(case_handling.cases(work)) == [second]
    assert list(case_handling.cases(work, closed=True)) == [first, second]
    assert len(work.db.scalars(select(Event).where(Event.name == "case.closed")).all()) == 1
