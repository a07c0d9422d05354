"""The renewal of a landlord who asks for the proof again."""

import pytest
from flask import Flask

from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import Visitor

NEW = "Orange-4-fenetres"
IDENTIFIER = "lef100200"


@pytest.fixture
def visitor(app: Flask, make_work: MakeWork, clock: HandClock) -> Visitor:
    """A browser signed in at a landlord with `reproof`, a year later."""
    work = make_work("moselle")
    add_account(work, add_holder(work, IDENTIFIER))
    work.db.commit()
    work.db.close()
    clock.forward(days=365)
    visitor = Visitor(app, "moselle")
    visitor.get("/sign-in")
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    visitor.get("/renewal")
    return visitor


def renew(visitor: Visitor, **facts: str) -> int:
    typed = {"identifier": IDENTIFIER.upper(), "last_name": "Lefevre", "first_name": "chloe"} | facts
    return visitor.submit("/renewal", present=PASSWORD, password=NEW, confirmation=NEW, **typed).status_code


@pytest.mark.journey("moselle-7")
def test_the_proof_is_asked_again(visitor: Visitor, clock: HandClock) -> None:
    assert "titulaire principal" in visitor.text
    assert renew(visitor) == 303
    visitor.get("/sign-in")
    assert visitor.page is not None
    assert visitor.page.status_code == 303


@pytest.mark.journey("moselle-7")
@pytest.mark.parametrize("wrong", [{"last_name": "Martin"}, {"identifier": "lef100201"}, {"first_name": ""}])
def test_other_facts_are_refused_and_nothing_changes(visitor: Visitor, wrong: dict[str, str]) -> None:
    assert renew(visitor, **wrong) == 422
    visitor.get("/renewal")
    assert visitor.page is not None
    assert visitor.page.status_code == 200
