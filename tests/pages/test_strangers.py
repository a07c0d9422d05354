"""What a stranger can learn about a reference from the registration of a landlord: nothing."""

from datetime import date

import pytest
from flask import Flask

from idp.models import Holder
from idp.services.work import Work
from tests.conftest import MakeWork
from tests.pages.test_sign_in import neutral
from tests.people import add_account, add_holder
from tests.visitor import Visitor

GUESSED = {
    "moselle": {"last_name": "Martin", "first_name": "Paul"},
    "contrat": {"module": "12345678", "password": "Jonquille-7-rues", "confirmation": "Jonquille-7-rues"}
    | {"email": "mallory@example.net", "consent_commercial_mails": "no", "consent_general_mails": "no"},
}
STATES = ("account", "registry only", "no mail", "left", "ended", "closed", "may not enrol", "unknown")


def known(work: Work, state: str, identifier: str) -> Holder:
    """Add somebody in a state to the registry."""
    holder = add_holder(
        work,
        identifier,
        email=None if state == "no mail" else "registre@example.org",
        until=date(2020, 1, 1) if state == "ended" else None,
    )
    holder.facts = {"module": "39701808", "direct_debit": True}
    if state == "may not enrol":
        holder.role = "co_tenant"
    if state == "left":
        holder.left_at = work.now
    if state in ("account", "closed"):
        account = add_account(work, holder)
        account.closed_at = work.now if state == "closed" else None
    return holder


@pytest.mark.threat("T-01")
@pytest.mark.journey("all-1")
@pytest.mark.journey("moselle-6")
@pytest.mark.parametrize("landlord", GUESSED)
@pytest.mark.parametrize("path", ["/registration", "/sign-in", "/forgotten-password"])
def test_eight_kinds_of_people_get_the_same_five_answers(
    app: Flask, make_work: MakeWork, landlord: str, path: str
) -> None:
    work = make_work(landlord)
    for number, state in enumerate(STATES[:-1]):
        known(work, state, f"90012{number}")
    work.db.commit()
    typed = {"/registration": GUESSED[landlord], "/sign-in": {"password": "Faux-1234"}}.get(path, {})
    seen = []
    for number in range(len(STATES)):
        visitor, identifier = Visitor(app, landlord, address=f"203.0.{number}.9"), f"90012{number}"
        answers = []
        for _ in range(5):
            visitor.get(path)
            visitor.submit(identifier=identifier, **typed)
            answers.append(neutral(visitor, identifier))
        seen.append(answers)
    different = [state for state, answers in zip(STATES, seen, strict=True) if answers != seen[-1]]
    assert different == []
