from typing import Any

import pytest
from sqlalchemy import event, select

from idp.domain.captchas import Fault, Place
from idp.models import Captcha
from idp.services import captchas, lockout, mailed_codes, people
from idp.services.work import Work
from idp.settings.assistance import Captcha as Rules
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, mailed

BROWSER = "this-browser"
WRONG = "not digits"


@pytest.fixture
def work(make_work: MakeWork) -> Work:
    return make_work(browser=BROWSER)


def make(work: Work, place: Place = Place.PROOF) -> tuple[str, str]:
    """Make digits: their reference, and what they are."""
    reference = captchas.make(work, place)
    digits = captchas.shown(work, reference) or ""
    work.db.commit()
    return reference, digits


@pytest.mark.threat("T-11")
def test_a_right_answer_is_used_up(work: Work) -> None:
    reference, digits = make(work)
    assert captchas.use(work, Place.PROOF, reference, f" {digits[:3]} {digits[3:]} ") is None
    assert captchas.use(work, Place.PROOF, reference, digits) is Fault.OVER


@pytest.mark.threat("T-11")
def test_three_tries_whatever_the_last_one_is(work: Work) -> None:
    reference, digits = make(work)
    assert [captchas.use(work, Place.PROOF, reference, WRONG) for _ in range(3)] == [Fault.WRONG] * 3
    assert captchas.use(work, Place.PROOF, reference, digits) is Fault.OVER
    assert captchas.shown(work, reference) is None
    reference, digits = make(work)
    assert [captchas.use(work, Place.PROOF, reference, typed) for typed in (WRONG, "", digits)][2] is None


@pytest.mark.threat("T-11")
def test_digits_are_good_for_one_form_and_one_browser(work: Work, make_work: MakeWork) -> None:
    reference, digits = make(work)
    other = make_work(browser="another-browser")
    assert captchas.use(other, Place.PROOF, reference, digits) is Fault.OVER
    assert captchas.shown(other, reference) is None
    other.db.commit()
    foreign = make_work("moselle", browser=BROWSER)
    assert captchas.use(foreign, Place.PROOF, reference, digits) is Fault.OVER
    foreign.db.commit()
    assert captchas.use(work, Place.RECOVERY, reference, digits) is Fault.OVER
    assert captchas.use(work, Place.PROOF, reference, digits) is None


@pytest.mark.threat("T-11")
def test_digits_are_good_for_five_minutes(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    reference, digits = make(work)
    clock.forward(minutes=5)
    later = make_work(browser=BROWSER)
    assert captchas.shown(later, reference) is None
    assert captchas.use(later, Place.PROOF, reference, digits) is Fault.OVER


def test_the_row_does_not_show_the_digits(work: Work) -> None:
    reference, digits = make(work)
    row = work.db.scalars(select(Captcha)).one()
    stored = " ".join(str(value) for value in vars(row).values())
    assert digits not in stored
    assert reference not in stored


def rules(work: Work, when: Any) -> None:
    """Let the landlord's sign-in ask for the digits so."""
    object.__setattr__(work, "landlord", work.landlord.model_copy(update={"captcha": Rules(sign_in=when)}))


@pytest.mark.threat("T-09")
def test_after_wrong_tries_of_a_network_every_browser_in_it_is_asked(work: Work, make_work: MakeWork) -> None:
    for _ in range(2):
        lockout.reserve(work, [lockout.network(work)])
    rules(work, "after_failures")
    assert not captchas.is_due(work, Place.SIGN_IN)
    lockout.reserve(work, [lockout.network(work)])
    work.db.commit()
    fresh, elsewhere = make_work(browser="fresh"), make_work(network="198.51.100.0/24")
    for one, due in ((fresh, True), (elsewhere, False)):
        rules(one, "after_failures")
        assert captchas.is_due(one, Place.SIGN_IN) is due
        one.db.commit()


@pytest.mark.threat("T-09")
@pytest.mark.parametrize("known", [True, False])
def test_after_wrong_tries_for_a_person_every_network_is_asked(work: Work, make_work: MakeWork, known: bool) -> None:
    rules(work, "after_failures")
    if known:
        add_account(work, add_holder(work, "7500001"))
    for _ in range(3):
        assert not captchas.is_due(work, Place.SIGN_IN, "7500001")
        lockout.reserve(work, [lockout.person(work, people.find(work, "7500001").subject)])
    assert captchas.is_due(work, Place.SIGN_IN, "75 00 001")
    assert not captchas.is_due(work, Place.SIGN_IN, "7500002")


@pytest.mark.parametrize(("when", "due"), [("always", True), ("never", False)])
def test_always_and_never(work: Work, when: str, due: bool) -> None:
    rules(work, when)
    assert captchas.is_due(work, Place.SIGN_IN, "7500001") is due


def test_a_code_goes_to_the_address_on_file_and_is_shown_nowhere(work: Work, clock: HandClock) -> None:
    add_account(work, add_holder(work, "7500003"), email="chloe@example.org")
    reference = mailed_codes.send(work, Place.PROOF, "7500003")
    recipient, context = mailed(work)
    assert recipient == "chloe@example.org"
    assert captchas.shown(work, reference) is None
    clock.forward(minutes=29)
    assert captchas.use(work, Place.PROOF, reference, str(context["code"])) is None


def test_without_account_it_goes_to_the_address_of_the_registry(work: Work) -> None:
    add_holder(work, "7500004", email="registre@example.org")
    mailed_codes.send(work, Place.PROOF, "7500004")
    assert mailed(work)[0] == "registre@example.org"


@pytest.mark.threat("T-01")
def test_for_nobody_the_same_is_written_to_nobody(work: Work) -> None:
    add_holder(work, "7500005", email=None)
    for typed in ("7500005", "9999999", "somebody@example.org"):
        reference = mailed_codes.send(work, Place.PROOF, typed)
        recipient, context = mailed(work)
        assert recipient == ""
        assert captchas.use(work, Place.PROOF, reference, str(context["code"])) is None


def test_codes_by_mail_are_limited(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    add_holder(work, "7500006", email="registre@example.org")
    work.db.commit()
    recipients = []
    for _ in range(12):
        for _ in range(2):
            now = make_work(browser=BROWSER)
            mailed_codes.send(now, Place.PROOF, "7500006")
            recipients.append(mailed(now)[0])
            now.db.commit()
        clock.forward(minutes=2)
    assert recipients[:4] == ["registre@example.org", "", "registre@example.org", ""]
    assert sum(map(bool, recipients)) == 10
    clock.forward(days=1)
    now = make_work(browser=BROWSER)
    mailed_codes.send(now, Place.PROOF, "7500006")
    assert mailed(now)[0] == "registre@example.org"


@pytest.mark.threat("T-01")
@pytest.mark.threat("T-17")
def test_known_and_unknown_people_take_the_same_statements(work: Work) -> None:
    rules(work, "after_failures")
    add_account(work, add_holder(work, "7500007"))
    add_holder(work, "7500008")
    work.db.flush()
    counts = []
    for typed in ("7500007", "7500008", "9999999"):
        work.db.expire_all()
        seen: list[str] = []

        def note(*call: Any, seen: list[str] = seen) -> None:
            seen.append(call[2])

        event.listen(work.db.get_bind(), "before_cursor_execute", note)
        captchas.is_due(work, Place.SIGN_IN, typed)
        mailed_codes.send(work, Place.SIGN_IN, typed)
        work.db.flush()
        event.remove(work.db.get_bind(), "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] > 0
