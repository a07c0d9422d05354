"""The six digits as people and machines meet them."""

import re
import wave
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from idp.models import Captcha, FailureCounter
from idp.services.work import Work
from idp.settings.assistance import Captcha as Rules
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.pages.captcha import answer, digits_of, reference
from tests.people import PASSWORD, add_account, add_holder, mailed
from tests.visitor import Visitor

HOME = "http://localhost:8001/paris/sign-in"
IDENTIFIER = "7510001"
RIGHT = {"identifier": IDENTIFIER, "password": PASSWORD}


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """The paris landlord asks for the digits at each sign-in, or as the test says."""
    when = getattr(request, "param", "always")
    rules = Rules.model_validate({"sign_in": when, "recovery": when})
    paris = settings.landlords["paris"].model_copy(update={"captcha": rules})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}})


@pytest.fixture
def work(work: Work) -> Work:
    add_account(work, add_holder(work, IDENTIFIER), email="chloe@example.org")
    work.db.commit()
    return work


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


def test_who_reads_the_digits_gets_in(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    assert visitor.submit(**RIGHT, **answer(visitor, work)).location == HOME


@pytest.mark.parametrize("typed", ["", "000000 ", "not digits", "\x00", "1" * 60])
def test_without_the_digits_nothing_is_tried(visitor: Visitor, work: Work, typed: str) -> None:
    visitor.get("/sign-in")
    visitor.submit(**RIGHT, captcha=typed, captcha_reference=reference(visitor))
    assert status(visitor) == 422
    assert "captcha-error" in visitor.text
    assert f'value="{IDENTIFIER}"' in visitor.text
    assert work.db.scalar(select(func.count()).select_from(FailureCounter)) == 0


@pytest.mark.threat("T-11")
def test_the_answer_is_nowhere_in_what_the_browser_gets(visitor: Visitor, work: Work) -> None:
    for path in ("/sign-in", "/forgotten-password"):
        page = visitor.get(path)
        digits = digits_of(work, reference(visitor))
        pictures = [visitor.get(f"/captcha/{reference_of(page.text)}.{form}") for form in ("png", "wav")]
        for got in (page, *pictures):
            assert digits not in "\n".join(f"{name}: {value}" for name, value in got.headers)
        assert digits not in page.text
        cookies = [visitor.client.get_cookie(f"paris-{name}") for name in ("browser", "session", "device")]
        assert all(digits not in cookie.value for cookie in cookies if cookie)


def reference_of(html: str) -> str:
    found = re.search(r'name="captcha_reference" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@pytest.mark.threat("T-11")
def test_an_answer_serves_once(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    once = answer(visitor, work)
    visitor.submit(identifier=IDENTIFIER, password="Faux-1234", **once)
    assert status(visitor) == 422
    assert reference(visitor) != once["captcha_reference"]
    visitor.submit(**RIGHT, **once)
    assert status(visitor) == 422
    assert visitor.submit(**RIGHT, **answer(visitor, work)).location == HOME


@pytest.mark.threat("T-11")
def test_an_answer_serves_one_browser_and_one_form(visitor: Visitor, other_visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    mine = answer(visitor, work)
    other_visitor.get("/sign-in")
    assert other_visitor.submit(**RIGHT, **mine).status_code == 422
    visitor.get("/forgotten-password")
    assert visitor.submit(identifier=IDENTIFIER, **mine).status_code == 422
    visitor.get("/sign-in")
    assert visitor.submit(**RIGHT, **mine).location == HOME


@pytest.mark.threat("T-11")
def test_digits_that_are_too_old_are_replaced(visitor: Visitor, work: Work, clock: HandClock) -> None:
    visitor.get("/sign-in")
    old = answer(visitor, work)
    clock.forward(minutes=6)
    visitor.submit(**RIGHT, **old)
    assert status(visitor) == 422
    assert reference(visitor) != old["captcha_reference"]
    assert old["captcha"] not in visitor.text


@pytest.mark.threat("T-11")
def test_after_three_wrong_answers_there_are_other_digits(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    first = answer(visitor, work)
    for tries in range(1, 4):
        visitor.submit(**RIGHT, captcha="999 wrong", captcha_reference=first["captcha_reference"])
        assert (reference(visitor) == first["captcha_reference"]) == (tries < 3)
    assert visitor.submit(**RIGHT, **first).status_code == 422


@pytest.mark.journey("all-3")
def test_a_slip_elsewhere_costs_no_digits(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    read = answer(visitor, work)
    visitor.submit(identifier=IDENTIFIER, password="", **read)
    assert reference(visitor) == read["captcha_reference"]
    assert f'value="{read["captcha"]}"' in visitor.text
    assert visitor.submit(**RIGHT, **read).location == HOME


@pytest.mark.threat("T-09")
@pytest.mark.parametrize("settings", ["after_failures"], indirect=True)
def test_a_fresh_browser_is_asked_too(app: Flask, work: Work) -> None:
    for number in range(3):
        visitor = Visitor(app)
        assert "captcha_reference" not in visitor.get("/sign-in").text
        visitor.submit(identifier=f"751100{number}", password="Faux-1234")
    fresh = Visitor(app)
    fresh.get("/sign-in")
    assert fresh.submit(**RIGHT).status_code == 422
    assert fresh.submit(**RIGHT, **answer(fresh, work)).location == HOME
    assert "captcha_reference" not in Visitor(app, address="198.51.100.1").get("/sign-in").text


@pytest.mark.journey("auvergne-1")
def test_a_click_gives_another_image_and_keeps_what_was_typed(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    first = reference(visitor)
    visitor.submit(identifier=IDENTIFIER, captcha_reference=first, captcha_action="another")
    assert reference(visitor) != first
    assert f'value="{IDENTIFIER}"' in visitor.text
    assert 'role="alert"' not in visitor.text
    assert visitor.submit(**RIGHT, **answer(visitor, work)).location == HOME


def test_script_gets_other_digits_without_the_page(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    made = visitor.submit("/captcha/sign_in").get_json()
    assert visitor.get(made["picture"].removeprefix("/paris")).mimetype == "image/png"
    visitor.get("/sign-in")
    typed = {"captcha_reference": made["reference"], "captcha": digits_of(work, made["reference"])}
    assert visitor.submit(**RIGHT, **typed).location == HOME
    for place in ("proof", "nowhere", "model_config"):
        visitor.get("/sign-out")
        assert visitor.submit(f"/captcha/{place}").status_code == 404


@pytest.mark.journey("auvergne-1")
def test_picture_and_recording(visitor: Visitor, other_visitor: Visitor) -> None:
    visitor.get("/sign-in")
    wanted = reference(visitor)
    picture = visitor.get(f"/captcha/{wanted}.png")
    assert Image.open(BytesIO(picture.data)).size == (300, 96)
    assert picture.headers["Cache-Control"] == "no-store"
    recording = visitor.get(f"/captcha/{wanted}.wav")
    with wave.open(BytesIO(recording.data)) as said:
        assert 6 < said.getnframes() / said.getframerate() < 30
    part = visitor.get(f"/captcha/{wanted}.wav", Range="bytes=100-199")
    assert (part.status_code, part.data) == (206, recording.data[100:200])
    assert "filename" not in part.headers.get("Content-Disposition", "")
    assert other_visitor.get(f"/captcha/{wanted}.png").status_code == 404
    assert visitor.get("/captcha/" + "A" * 43 + ".wav").status_code == 404


@pytest.mark.threat("T-11")
@pytest.mark.threat("T-01")
def test_a_code_by_mail_serves_instead(visitor: Visitor, work: Work, make_work: MakeWork) -> None:
    pages = {}
    for identifier in ("9999999", IDENTIFIER):
        visitor.get("/sign-in")
        visitor.submit(identifier=identifier, captcha_reference=reference(visitor), captcha_action="mail")
        pages[identifier] = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", visitor.text)
        recipient, context = mailed(work)
        work.db.commit()
    assert pages["9999999"] == pages[IDENTIFIER]
    assert "<img" not in pages[IDENTIFIER].split('class="captcha"')[1]
    assert recipient == "chloe@example.org"
    assert str(context["code"]) not in visitor.text
    typed = {"captcha": str(context["code"]), "captcha_reference": reference(visitor)}
    assert visitor.submit(**RIGHT, **typed).location == HOME


def test_a_code_by_mail_needs_a_name(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    first = reference(visitor)
    visitor.submit(identifier=" ", captcha_reference=first, captcha_action="mail")
    assert reference(visitor) == first
    assert "captcha-error" in visitor.text


@pytest.mark.parametrize("settings", ["never"], indirect=True)
def test_a_landlord_without_captcha_keeps_none(visitor: Visitor, work: Work) -> None:
    visitor.get("/sign-in")
    visitor.submit(identifier=IDENTIFIER, captcha_action="mail")
    assert "captcha_reference" not in visitor.text
    assert work.db.scalar(select(func.count()).select_from(Captcha)) == 0
    work.db.commit()
    visitor.get("/sign-in")
    assert visitor.submit(**RIGHT).location == HOME


@pytest.mark.journey("auvergne-6")
def test_a_forgotten_password_asks_for_the_digits(app: Flask, make_work: MakeWork) -> None:
    visitor = Visitor(app, "auvergne")
    visitor.get("/forgotten-password")
    assert visitor.submit(identifier="02 00012345678").status_code == 422
    read = answer(visitor, make_work("auvergne"))
    assert visitor.submit(identifier="02 00012345678", **read).status_code == 303
