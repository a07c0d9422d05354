"""Addresses that look like somebody's, landlords that look like another one: nothing crosses over."""

import pytest

from idp.domain.mails import MailKind
from idp.services import overview, people, recovery, registration
from idp.services.login import Refused
from tests.conftest import MakeWork
from tests.people import PASSWORD, add_account, add_holder, newest_mail
from tests.services.test_login import try_once

STORED = "mike.office@example.fr"
LOOK_ALIKES = [
    "m\u0131ke.office@example.fr",
    "mike.o\ufb03ce@example.fr",
    "mike.office\uff20example.fr",
    "mike.office@ex\u0430mple.fr",
    "m\u200bike.office@example.fr",
    "mike.office@example.fr\r\nBcc: evil@example.net",
    "mike.office@example.fr,evil@example.net",
    "mike.office@example.fr%0aevil@example.net",
    "mike.office+evil@example.fr",
    "evil@example.net",
    "M\u0130KE.OFFICE@EXAMPLE.FR",
    "mike.office@example.fr.",
]


@pytest.mark.threat("T-15")
@pytest.mark.parametrize("typed", LOOK_ALIKES)
def test_a_look_alike_address_sends_nothing_elsewhere(make_work: MakeWork, typed: str) -> None:
    work = make_work("auvergne")
    add_account(work, add_holder(work, "08220391814", email=STORED), email=STORED)
    recovery.ask(work, typed, None)
    assert newest_mail(work, MailKind.RESET_PASSWORD)[0] in ("", STORED)


@pytest.mark.threat("T-15")
def test_the_address_is_found_however_its_letters_are_typed_and_the_mail_goes_to_the_stored_one(
    make_work: MakeWork,
) -> None:
    work = make_work("auvergne")
    add_account(work, add_holder(work, "08220391814", email=STORED), email=STORED)
    recovery.ask(work, " Mike.Office@EXAMPLE.fr ", None)
    assert newest_mail(work, MailKind.RESET_PASSWORD)[0] == STORED


@pytest.mark.threat("T-20")
def test_the_same_reference_at_another_landlord_reaches_nobody_of_this_one(make_work: MakeWork) -> None:
    here, there = make_work("moselle"), make_work("contrat")
    holder = add_holder(here, "123456")
    account = add_account(here, holder)
    here.db.commit()
    assert isinstance(try_once(there, "123456", PASSWORD), Refused)
    assert people.find(there, "123456").account is None
    assert overview.overview(there, "123456") is None
    given = {"identifier": "123456", "last_name": holder.last_name, "first_name": holder.first_name}
    assert isinstance(registration.prove(there, given), registration.Refused)
    recovery.ask(there, "123456", None)
    assert newest_mail(there, MailKind.RESET_PASSWORD)[0] == ""
    there.db.commit()
    found = overview.overview(make_work("moselle"), "123456")
    assert found is not None
    assert found.account is not None
    assert found.account.id == account.id
