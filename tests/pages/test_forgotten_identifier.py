import re

import pytest
from flask import Flask

from idp.domain.mails import MailKind
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.people import add_account, add_holder, newest_mail
from tests.visitor import Visitor

CHLOE = {
    "last_name": "Lefevre",
    "first_name": "chloé",
    "birth_date-day": "13",
    "birth_date-month": "5",
    "birth_date-year": "1987",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Let the paris landlord offer both ways."""
    paris = settings.landlords["paris"]
    both = paris.model_copy(
        update={"recovery": paris.recovery.model_copy(update={"identifier_by": ["email", "proof"]})}
    )
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": both}})


@pytest.fixture(autouse=True)
def chloe(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7100001"))
    work.db.commit()


def recipient(make_work: MakeWork) -> str:
    work = make_work()
    found = newest_mail(work, MailKind.IDENTIFIER_REMINDER)[0]
    work.db.commit()
    return found


def masked(visitor: Visitor) -> tuple[int, str]:
    """Return status and page without what differs from request to request."""
    assert visitor.page is not None
    return visitor.page.status_code, re.sub(r'(value|nonce)="[^"]{20,}"', "", visitor.text)


@pytest.mark.threat("T-01")
def test_known_and_unknown_addresses_see_the_same(visitor: Visitor, make_work: MakeWork) -> None:
    assert "/paris/forgotten-identifier" in visitor.get("/sign-in").text
    seen = []
    for address in ("chloe@example.org", "personne@example.org"):
        visitor.get("/forgotten-identifier")
        visitor.submit(email=address)
        assert visitor.location == "/forgotten-identifier/sent"
        visitor.follow()
        seen.append((masked(visitor), recipient(make_work)))
    assert seen[0][0] == seen[1][0]
    assert [address for _, address in seen] == ["chloe@example.org", ""]
    assert "7100001" not in visitor.text


def test_the_proof_shows_the_ends_and_mails_the_whole(visitor: Visitor, make_work: MakeWork) -> None:
    visitor.get("/forgotten-identifier/proof")
    assert visitor.submit(**CHLOE).status_code == 200
    assert "7•••••1" in visitor.text
    assert "7100001" not in visitor.text
    assert "chloe@example.org" not in visitor.text
    assert recipient(make_work) == "chloe@example.org"


@pytest.mark.threat("T-01")
def test_whatever_is_wrong_the_page_says_the_same(visitor: Visitor) -> None:
    pages = []
    for wrong in ({"last_name": "Lefevra"}, {"first_name": "chloa"}, {"birth_date-day": "14"}):
        visitor.get("/forgotten-identifier/proof")
        visitor.submit(**{**CHLOE, **wrong})
        pages.append(re.sub(r"(?i)lefevra?|chlo[éa]|\b1[34]\b|value=\S+", "", str(masked(visitor))))
    assert pages[0].startswith("(422")
    assert pages[0] == pages[1] == pages[2]


def test_a_date_that_is_none_is_said_so_and_not_counted(visitor: Visitor) -> None:
    for _ in range(5):
        visitor.get("/forgotten-identifier/proof")
        answer = visitor.submit(**{**CHLOE, "birth_date-month": "13"})
        assert answer.status_code == 422
        assert 'value="Lefevre"' in answer.text
    assert visitor.submit(**CHLOE).status_code == 200


@pytest.mark.threat("T-70")
@pytest.mark.parametrize(
    "typed", ["a@x.fr\r\nBcc: b@y.fr", "a@x.fr,b@y.fr", "a", "", "x" * 300 + "@x.fr", "a\0@x.fr"]
)
def test_what_is_no_address_is_said_so(visitor: Visitor, typed: str) -> None:
    visitor.get("/forgotten-identifier")
    assert visitor.submit(email=typed).status_code == 422


@pytest.mark.parametrize("path", ["", "/sent", "/proof"])
def test_without_an_identifier_to_forget_there_is_no_page(app: Flask, path: str) -> None:
    visitor = Visitor(app, "auvergne")
    assert visitor.get(f"/forgotten-identifier{path}").status_code == 404
    assert "forgotten-identifier" not in visitor.get("/sign-in").text


def test_the_proof_is_there_where_it_is_offered(app: Flask) -> None:
    visitor = Visitor(app, "contrat")
    assert visitor.get("/forgotten-identifier").status_code == 200
    assert "/proof" not in visitor.text
    assert visitor.get("/forgotten-identifier/proof").status_code == 404
