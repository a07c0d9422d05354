import re

import pytest
from flask import Flask

from idp.services.work import Work
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter
from tests.visitor import Visitor

HOME = "http://localhost:8001/paris/sign-in"


@pytest.fixture
def identifier(work: Work) -> str:
    add_account(work, add_holder(work, "7300001"))
    work.db.commit()
    return "7300001"


def sign_in(visitor: Visitor, identifier: str, password: str) -> int:
    visitor.get("/sign-in")
    return visitor.submit(identifier=identifier, password=password).status_code


def neutral(visitor: Visitor, identifier: str) -> tuple[int, str, list[str]]:
    """What a stranger sees of the present page: status, words and headers, without what differs every time."""
    assert visitor.page is not None
    text = re.sub(r'(nonce=|name="csrf_token"[^>]*value=)"[^"]+"', r"\1", visitor.text).replace(identifier, "…")
    headers = [
        f"{name}: {value}" for name, value in visitor.page.headers if name not in ("Set-Cookie", "Content-Length")
    ]
    return visitor.page.status_code, text, [re.sub(r"nonce-[\w-]+", "", line) for line in headers]


@pytest.mark.threat("T-01")
@pytest.mark.parametrize("path", ["/sign-in", "/first-connection", "/forgotten-password"])
def test_a_stranger_sees_no_difference_between_any_two_people(app: Flask, work: Work, path: str) -> None:
    people = {
        "account": lambda: add_account(work, add_holder(work, "7300010")),
        "letter": lambda: add_letter(work, add_holder(work, "7300011")),
        "no letter": lambda: add_holder(work, "7300012"),
        "expired": lambda: add_letter(work, add_holder(work, "7300013"), expires_at=work.now),
        "no mail": lambda: add_account(work, add_holder(work, "7300014", email=None)),
        "unknown": lambda: None,
        "left": lambda: setattr(add_holder(work, "7300016"), "left_at", work.now),
        "closed": lambda: setattr(add_account(work, add_holder(work, "7300017")), "closed_at", work.now),
    }
    for make in people.values():
        make()  # type: ignore[no-untyped-call]  # lambdas have no types
    work.db.commit()
    seen = []
    for number in range(8):
        visitor, identifier = Visitor(app, address=f"203.0.{number}.9"), f"730001{number}"
        answers = []
        for _ in range(4):
            visitor.get(path)
            visitor.submit(identifier=identifier, **({} if "forgotten" in path else {"password": "Faux-1234"}))
            answers.append(neutral(visitor, identifier))
        seen.append(answers)
    assert all(answers == seen[0] for answers in seen)


@pytest.mark.parametrize(
    ("landlord", "words"),
    [
        ("paris", "Comparez-les avec votre avis ou votre courrier"),
        ("contrat", "Nous ne reconnaissons pas ces deux informations ensemble."),
        ("auvergne", "Nous ne reconnaissons pas ces deux informations ensemble."),
    ],
)
def test_only_a_landlord_who_writes_letters_speaks_of_one(app: Flask, landlord: str, words: str) -> None:
    visitor = Visitor(app, landlord)
    assert sign_in(visitor, "nobody@example.org", "Faux-1234") == 422
    assert words in visitor.text


def test_what_was_typed_stays_except_the_password(visitor: Visitor, identifier: str) -> None:
    assert sign_in(visitor, identifier, "Faux-1234") == 422
    assert f'value="{identifier}"' in visitor.text
    assert "Faux-1234" not in visitor.text
    assert "<title>" in visitor.text


@pytest.mark.threat("T-31")
def test_a_form_without_its_token_does_nothing(visitor: Visitor, identifier: str) -> None:
    visitor.page = None
    visitor.path = "/sign-in"
    assert visitor.submit(identifier=identifier, password=PASSWORD).status_code == 400
    assert "/paris/sign-in" in visitor.text


@pytest.mark.threat("T-32")
def test_a_form_sent_by_another_site_does_nothing(visitor: Visitor, identifier: str) -> None:
    visitor.get("/sign-in")
    data = {"csrf_token": visitor.token(), "identifier": identifier, "password": PASSWORD}
    answer = visitor.client.post(
        "/paris/sign-in", base_url="http://localhost:8000", data=data, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 400


@pytest.mark.threat("T-33")
def test_each_sign_in_makes_a_new_session(visitor: Visitor, identifier: str) -> None:
    visitor.client.set_cookie("paris-session", "prepared-by-somebody-else", domain="localhost")
    sign_in(visitor, identifier, PASSWORD)
    first = visitor.client.get_cookie("paris-session")
    assert first is not None
    assert first.value != "prepared-by-somebody-else"
    assert first.http_only


@pytest.mark.threat("T-10")
def test_a_forwarded_address_is_not_believed(visitor: Visitor, identifier: str) -> None:
    for number in range(60):
        visitor.get("/sign-in")
        visitor.client.post(
            "/paris/sign-in",
            base_url="http://localhost:8000",
            data={"csrf_token": visitor.token(), "identifier": str(8100000 + number), "password": "Faux-1234"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
            environ_overrides={"REMOTE_ADDR": visitor.address},
        )
    assert sign_in(visitor, identifier, PASSWORD) == 422


@pytest.mark.threat("T-76")
@pytest.mark.parametrize("text", ["\x00", "7\x00", "\ud800", "a" * 5000, "é" * 254, "1" * 254, "%00", "' OR 1=1 --"])
def test_odd_text_is_an_ordinary_refusal(visitor: Visitor, text: str) -> None:
    visitor.get("/sign-in")
    if text == "\ud800":
        raw = b"identifier=%ED%A0%80&password=x&csrf_token=" + visitor.token().encode()
        answer = visitor.client.post(
            "/paris/sign-in",
            base_url="http://localhost:8000",
            data=raw,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 422
    else:
        assert visitor.submit(identifier=text, password=text).status_code == 422


@pytest.mark.threat("T-34")
@pytest.mark.threat("T-38")
def test_every_page_refuses_to_be_framed_and_kept(visitor: Visitor) -> None:
    for path in ("/sign-in", "/first-connection", "/forgotten-password", "/sign-out", "/nowhere", "/confirm"):
        headers = visitor.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_signing_out_asks_and_then_really_ends_the_session(visitor: Visitor, identifier: str) -> None:
    sign_in(visitor, identifier, PASSWORD)
    stolen = visitor.client.get_cookie("paris-session")
    assert stolen is not None
    visitor.get("/sign-out")
    visitor.submit()
    assert visitor.client.get_cookie("paris-session") is None
    visitor.client.set_cookie("paris-session", stolen.value, domain="localhost")
    assert visitor.get("/sign-in").status_code == 200


@pytest.mark.threat("T-02")
def test_the_tripped_breaker_asks_for_the_birth_date(app: Flask, work: Work) -> None:
    add_letter(work, add_holder(work, "7300002"))
    work.db.commit()
    for number in range(200):
        visitor = Visitor(app, address=f"203.0.{number}.9")
        sign_in(visitor, str(8200000 + number), "111222")
    visitor = Visitor(app)
    sign_in(visitor, "7300002", CODE)
    assert visitor.location == "/first-connection"
    assert "birth_date-day" in visitor.follow().text
    day = {"birth_date-day": "13", "birth_date-month": "5", "birth_date-year": "1987"}
    visitor.submit(identifier="7300002", password=CODE, **{**day, "birth_date-day": "31", "birth_date-month": "2"})
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    visitor.submit(identifier="7300002", password=CODE, **day)
    assert visitor.location == "/first-connection/email"
