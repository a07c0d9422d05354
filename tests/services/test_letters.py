from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.letters import FIRST
from idp.models import Event, Holder, PrintRun, ProvisionalPassword
from idp.services import letter_use
from idp.services.letter_file import letters_as_csv
from idp.services.letters import Letter, NoLetter, Recipient, draw, issue, recipients
from idp.services.work import Work
from tests.conftest import START, HandClock, MakeWork
from tests.people import add_account, add_holder, add_letter

LEGACY = "{SSHA}" + "A" * 40


def send(work: Work, typed: str | None = None) -> list[Letter]:
    chosen = recipients(work, typed)
    assert not isinstance(chosen, NoLetter)
    return issue(work, draw(work.vault, chosen), "test", typed)


def letter_of(work: Work, holder: Holder) -> ProvisionalPassword:
    found = letter_use.live(work, holder.id)
    assert found is not None
    return work.db.get_one(ProvisionalPassword, found.id)


def in_turn(*numbers: int) -> Callable[[int], int]:
    """A source of numbers that gives these, one after the other."""
    rest = iter(numbers)
    return lambda _: next(rest)


@pytest.mark.journey("paris-2")
def test_everybody_without_a_way_in_gets_a_letter(work: Work) -> None:
    new = add_holder(work, "7000101")
    add_account(work, add_holder(work, "7000102"))
    add_letter(work, add_holder(work, "7000103"))
    add_holder(work, "7000104", legacy_hash=LEGACY)
    add_holder(work, "7000105", until=START.date() - timedelta(days=1))
    add_holder(work, "7000106").left_at = work.now
    last_day = add_holder(work, "7000107", until=START.date())

    sent = send(work)

    assert [letter.identifier for letter in sent] == [new.identifier, last_day.identifier]
    assert [(letter.last_name, letter.first_name) for letter in sent] == [("LEFÈVRE", "Chloé")] * 2
    assert send(work) == []


@pytest.mark.threat("T-02")
def test_only_the_letter_knows_its_code(work: Work) -> None:
    holder = add_holder(work)
    (letter,) = send(work)
    stored = letter_of(work, holder)
    assert work.vault.verify_password(stored.code_hash, letter.code)
    assert letter.code not in stored.code_hash
    assert stored.expires_at == work.now + timedelta(days=21)


@pytest.mark.parametrize("state", ["expired", "burned"])
def test_a_letter_that_is_good_no_more_is_replaced(state: str, make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    holder = add_holder(work)
    old = add_letter(work, holder)
    if state == "burned":
        old.failures = work.landlord.letters.attempts
    work.db.commit()
    clock.forward(days=22 if state == "expired" else 0)
    later = make_work()
    assert len(send(later)) == 1
    assert letter_of(later, later.db.get_one(Holder, holder.id)).id != old.id


@pytest.mark.threat("T-03")
@pytest.mark.parametrize("typed", ["7000101", "0007000101", "7 000 101"])
def test_a_named_holder_gets_a_letter_even_with_an_account(typed: str, work: Work) -> None:
    holder = add_holder(work, "7000101", legacy_hash=LEGACY)
    add_account(work, holder)
    assert [letter.identifier for letter in send(work, typed)] == ["7000101"]
    assert letter_of(work, holder)


def test_a_new_letter_cancels_the_one_before(work: Work) -> None:
    holder = add_holder(work, "7000101")
    (first,) = send(work)
    (second,) = send(work, "7000101")
    live = work.db.scalars(select(ProvisionalPassword).where(letter_use.good(work))).all()
    assert [letter.id for letter in live] == [letter_of(work, holder).id]
    assert work.vault.verify_password(live[0].code_hash, second.code)
    assert not work.vault.verify_password(live[0].code_hash, first.code) or first.code == second.code


def test_nobody_gets_a_letter_who_is_unknown_or_gone(work: Work) -> None:
    add_holder(work, "7000105", until=date(2020, 1, 1))
    add_holder(work, "7000106").left_at = work.now
    assert recipients(work, "7999999") is NoLetter.UNKNOWN
    assert recipients(work, "not a number") is NoLetter.UNKNOWN
    assert recipients(work, "7000105") is NoLetter.GONE
    assert recipients(work, "7000106") is NoLetter.GONE


@pytest.mark.threat("T-20")
def test_another_landlords_holders_get_none(work: Work) -> None:
    add_holder(work, "7000101").landlord = "elsewhere"
    assert recipients(work) == []
    assert recipients(work, "7000101") is NoLetter.UNKNOWN


def test_who_found_a_way_in_while_codes_were_drawn_gets_none(work: Work) -> None:
    quick, slow = add_holder(work), add_holder(work)
    chosen = recipients(work)
    assert isinstance(chosen, list)
    drawn = draw(work.vault, chosen)
    add_account(work, quick)
    assert [letter.identifier for letter in issue(work, drawn, "test")] == [slow.identifier]


def test_an_issue_is_recorded_without_the_codes(work: Work) -> None:
    add_holder(work)
    (letter,) = send(work)
    run = work.db.scalars(select(PrintRun)).one()
    assert (run.issued_at, run.issued_by, run.letters) == (work.now, "test", 1)
    event = work.db.scalars(select(Event).where(Event.name == EventName.LETTERS_ISSUED)).one()
    assert event.details == {"print_run": run.id, "letters": 1}
    assert letter.code not in str(event.details)


@pytest.mark.threat("T-02")
def test_a_weak_draw_is_drawn_again(work: Work) -> None:
    born = Recipient(1, "7539572", "LEFÈVRE", "Chloé", date(1987, 5, 13))
    weak = [int(code) - FIRST for code in ("123456", "130587", "753957")]
    (drawn,) = draw(work.vault, [born], number=in_turn(*weak, 408213 - FIRST))
    assert drawn.code == "408213"


@pytest.mark.threat("T-02")
def test_codes_are_spread_over_all_there_are(work: Work) -> None:
    many = [Recipient(number, "7539572", "LEFÈVRE", "Chloé", None) for number in range(2000)]
    told: list[tuple[int, int]] = []
    codes = {drawn.code for drawn in draw(work.vault, many, lambda done, total: told.append((done, total)))}
    assert len(codes) > 1980
    assert {code[0] for code in codes} == set("123456789")
    assert {code[-1] for code in codes} == set("0123456789")
    assert told[-1] == (2000, 2000)


@pytest.mark.threat("T-71")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_value_of_the_file_is_a_formula(start: str) -> None:
    written = letters_as_csv([Letter("7539572", "408213", f"{start}HYPERLINK(1)", "Chloé", date(2026, 11, 22))], ";")
    assert f';"\'{start}HYPERLINK(1)";'.encode() in written


def test_the_file_is_what_a_french_spreadsheet_opens() -> None:
    written = letters_as_csv([Letter("7539572", "408213", 'DU "PONT"', "Chloé", date(2026, 11, 22))], ";")
    assert written == (
        b'\xef\xbb\xbf"identifier";"code";"last_name";"first_name";"expires_on"\r\n'
        b'"7539572";"408213";"DU ""PONT""";"Chlo\xc3\xa9";"2026-11-22"\r\n'
    )


def test_the_printed_day_is_good_to_its_end(work: Work) -> None:
    holder = add_holder(work)
    (letter,) = send(work)
    end_of_day = START.replace(hour=23, minute=59, year=letter.expires_on.year, month=letter.expires_on.month)
    assert end_of_day.replace(day=letter.expires_on.day) < letter_of(work, holder).expires_at
    assert letter.expires_on == date(2026, 11, 22)
