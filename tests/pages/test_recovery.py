import pytest
from flask import Flask

from idp.domain.mails import MailKind
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder, newest_mail
from tests.visitor import Visitor

NEW = "Orange-4-fenetres"
HOME = "http://localhost:8001/paris/sign-in"


@pytest.fixture
def identifier(work: Work) -> str:
    add_account(work, add_holder(work, "7200001"))
    work.db.commit()
    return "7200001"


def ask(visitor: Visitor, identifier: str) -> None:
    visitor.get("/forgotten-password")
    visitor.submit(identifier=identifier)
    visitor.follow()


def open_link(visitor: Visitor, make_work: MakeWork) -> None:
    work = make_work()
    token = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    work.db.commit()
    visitor.get(f"/reset?token={token}")
    visitor.follow()


def sign_in(visitor: Visitor, identifier: str, password: str) -> str:
    visitor.get("/sign-in")
    visitor.submit(identifier=identifier, password=password)
    assert visitor.page is not None
    return visitor.page.headers.get("Location", "")


@pytest.mark.journey("paris-9")
def test_a_forgotten_password_is_replaced_and_the_person_signs_in(
    visitor: Visitor, make_work: MakeWork, identifier: str
) -> None:
    ask(visitor, identifier)
    open_link(visitor, make_work)
    visitor.submit(password=NEW, confirmation=NEW)
    assert visitor.location == "/sign-in"
    assert 'class="notice"' in visitor.follow().text
    assert visitor.client.get_cookie("paris-session") is None
    assert sign_in(visitor, identifier, PASSWORD) == ""
    assert sign_in(visitor, identifier, NEW) == HOME


def test_a_new_password_ends_the_sessions_of_other_browsers(
    visitor: Visitor, other_visitor: Visitor, make_work: MakeWork, identifier: str
) -> None:
    sign_in(other_visitor, identifier, PASSWORD)
    ask(visitor, identifier)
    open_link(visitor, make_work)
    visitor.submit(password=NEW, confirmation=NEW)
    assert other_visitor.get("/sign-in").status_code == 200


@pytest.mark.threat("T-06")
def test_the_way_by_mail_stays_open_while_the_sign_in_is_closed(
    visitor: Visitor, make_work: MakeWork, identifier: str
) -> None:
    for _ in range(4):
        sign_in(visitor, identifier, "Faux-1234")
    ask(visitor, identifier)
    open_link(visitor, make_work)
    visitor.submit(password=NEW, confirmation=NEW)
    assert sign_in(visitor, identifier, NEW) == HOME


def test_a_link_that_was_used_or_is_too_old_offers_a_new_one(
    visitor: Visitor, make_work: MakeWork, clock: HandClock, identifier: str
) -> None:
    ask(visitor, identifier)
    clock.forward(minutes=31)
    open_link(visitor, make_work)
    assert visitor.page is not None
    assert visitor.page.status_code == 410
    assert "/paris/forgotten-password" in visitor.text


def test_a_password_against_the_rules_uses_nothing_up(visitor: Visitor, make_work: MakeWork, identifier: str) -> None:
    ask(visitor, identifier)
    open_link(visitor, make_work)
    assert visitor.submit(password="petit", confirmation="petit").status_code == 422
    visitor.submit(password=NEW, confirmation=NEW)
    assert visitor.location == "/sign-in"


@pytest.mark.journey("all-7")
@pytest.mark.parametrize(
    ("landlord", "way", "kind"),
    [
        ("paris", "/paris/first-connection", "identifiant"),
        ("contrat", "/contrat/registration", "identifiant"),
        ("auvergne", "/auvergne/registration", "adresse"),
    ],
)
def test_whoever_waits_for_a_mail_is_led_on_by_ways_that_the_landlord_has(
    app: Flask, landlord: str, way: str, kind: str
) -> None:
    visitor = Visitor(app, landlord)
    page = visitor.get("/forgotten-password/sent").text
    assert f'href="{way}"' in page
    assert ("nouveau courrier" in page) == (landlord == "paris")
    assert f"Si nous connaissons {'cette adresse' if kind == 'adresse' else 'une adresse email pour cet'}" in page


@pytest.mark.threat("T-16")
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Server": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example"},
        {"Host": "evil.example"},
        {"Host": "localhost:8000@evil.example"},
        {"Host": "localhost:9999"},
        {"Host": "localhost.evil.example:8000"},
        {"Host": ""},
    ],
)
def test_a_forged_host_reaches_neither_mail_nor_page(visitor: Visitor, headers: dict[str, str]) -> None:
    honest = visitor.get("/sign-in").text
    answer = visitor.get("/sign-in", **headers)
    assert answer.status_code == 400 or len(answer.text) == len(honest)
    assert "evil" not in answer.text
