"""Requests that wait for the person: bound to their browser, answered once."""

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.models import Account
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, form_of
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter

HOME = "http://localhost:8001/paris/sign-in"


def resume_of(location: str) -> str:
    """Name the address that goes on with the journey of a page."""
    return "/authorize/resume?journey=" + location.partition("journey=")[2]


def token_of(page: TestResponse) -> str:
    """Read the token that forms of a page must carry."""
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text))
    return str(token)


@pytest.mark.journey("paris-1")
@pytest.mark.spec("OIDC Core 3.1.2.3")
def test_a_person_signs_in_on_the_page_and_ends_at_the_app(
    web: RelyingParty, stranger: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_account(work, holder)
    work.db.commit()
    page = web.authorize(stranger)
    token = token_of(stranger.follow(page))
    done = stranger.post(
        page.location.removeprefix("/paris"),
        {"csrf_token": token, "identifier": holder.identifier, "password": PASSWORD},
    )
    assert web.redeem(answer_of(done)["code"]).status_code == 200


@pytest.mark.threat("T-14")
def test_no_code_is_given_in_the_middle_of_a_first_connection(
    web: RelyingParty, stranger: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_letter(work, holder)
    work.db.commit()
    page = web.authorize(stranger)
    token = token_of(stranger.follow(page))
    stranger.post(
        page.location.removeprefix("/paris"),
        {"csrf_token": token, "identifier": holder.identifier, "password": CODE},
    )
    assert stranger.get(resume_of(page.location)).location.startswith("/paris/first-connection/email?journey=")
    assert answer_of(web.authorize(stranger, prompt="none"))["error"] == "login_required"
    assert web.authorize(stranger).location.startswith("/paris/first-connection/email?journey=")


@pytest.mark.journey("all-5")
def test_a_journey_is_answered_once(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account
) -> None:
    page = web.authorize(stranger)
    open_session(stranger, make_work, account)
    assert "code" in answer_of(stranger.get(resume_of(page.location)))
    again = stranger.get(resume_of(page.location))
    assert again.status_code == 410
    assert HOME in again.text


@pytest.mark.spec("OIDC Core 16")
@pytest.mark.spec("RFC 6749 10.12")
@pytest.mark.threat("T-14")
@pytest.mark.threat("T-33")
def test_a_journey_belongs_to_the_browser_that_brought_it(
    app: Flask, web: RelyingParty, stranger: Browser, signed_in: Browser
) -> None:
    page = web.authorize(stranger)
    response = signed_in.get(resume_of(page.location))
    assert response.status_code == 400
    assert HOME in response.text
    assert stranger.get(resume_of(page.location)).location == page.location


@pytest.mark.journey("all-5")
def test_a_journey_does_not_wait_for_ever(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account, clock: HandClock
) -> None:
    page = web.authorize(stranger)
    clock.forward(minutes=60)
    open_session(stranger, make_work, account)
    response = stranger.get(resume_of(page.location))
    assert response.status_code == 400
    assert HOME in response.text


@pytest.mark.threat("T-76")
def test_references_that_nobody_gave_are_over(signed_in: Browser) -> None:
    for reference in ("", "x", "x" * 43, "\x00", "é", "x" * 7000, "\ud7ff"):
        response = signed_in.get("/authorize/resume", {"journey": reference})
        assert response.status_code in (303, 400)
        assert response.headers.get("Location", HOME) == HOME


def test_without_a_journey_somebody_who_is_signed_in_goes_home(signed_in: Browser, stranger: Browser) -> None:
    assert signed_in.get("/authorize/resume").location == HOME
    assert stranger.get("/authorize/resume").status_code == 400


@pytest.mark.journey("all-5")
def test_two_tabs_do_not_disturb_each_other(
    web: RelyingParty, party: Party, stranger: Browser, make_work: MakeWork, account: Account
) -> None:
    first, second = web.authorize(stranger, state="one"), party("post").authorize(stranger, state="two")
    open_session(stranger, make_work, account)
    answers = [answer_of(stranger.get(resume_of(page.location))) for page in (second, first)]
    assert [answer["state"] for answer in answers] == ["two", "one"]


@pytest.mark.spec("Form Post 2")
def test_an_answer_that_was_to_come_by_form_does(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account
) -> None:
    page = web.authorize(stranger, response_mode="form_post")
    open_session(stranger, make_work, account)
    action, fields = form_of(stranger.get(resume_of(page.location)))
    assert action == "https://web.example/callback"
    assert set(fields) == {"code", "state", "iss"}


def cancel_on(page: TestResponse) -> str | None:
    """Find the address to which « Annuler » sends on a page, if it sends anywhere."""
    form = re.search(
        r'action="/paris(/authorize/cancel[^"]*)"[^>]*>\s*<input [^>]*>\s*<button[^>]*>Annuler<', page.text
    )
    return unescape(form[1]) if form else None


@pytest.mark.spec("RFC 9207 2")
@pytest.mark.spec("RFC 6749 4.1.2.1")
def test_cancelling_on_the_sign_in_page_tells_the_app(web: RelyingParty, stranger: Browser) -> None:
    asked = web.authorize(stranger)
    page = stranger.follow(asked)
    cancel, token = cancel_on(page), token_of(page)
    assert cancel is not None
    assert stranger.post(cancel).status_code == 400
    answer = answer_of(stranger.post(cancel, {"csrf_token": token}))
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "a state", ISSUER)
    assert stranger.post(cancel, {"csrf_token": token}).status_code == 410
    assert stranger.get(resume_of(asked.location)).status_code == 410


@pytest.mark.spec("RFC 6749 4.1.2.1")
def test_cancelling_in_the_middle_of_a_first_connection_tells_the_app(
    web: RelyingParty, stranger: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    holder = add_holder(work)
    add_letter(work, holder)
    work.db.commit()
    asked = web.authorize(stranger)
    token = token_of(stranger.follow(asked))
    reference = asked.location.partition("?")[2]
    proof = {"csrf_token": token, "identifier": holder.identifier, "password": CODE}
    assert cancel_on(stranger.get(f"/first-connection?{reference}"))
    page = stranger.follow(stranger.post(f"/first-connection?{reference}", proof))
    cancel = cancel_on(page)
    assert cancel is not None
    assert answer_of(stranger.post(cancel, {"csrf_token": token_of(page)}))["error"] == "access_denied"


@pytest.mark.spec("Form Post 2")
def test_a_cancellation_that_was_to_come_by_form_does(web: RelyingParty, stranger: Browser) -> None:
    page = stranger.follow(web.authorize(stranger, response_mode="form_post"))
    _, fields = form_of(stranger.post(cancel_on(page) or "", {"csrf_token": token_of(page)}))
    assert (fields["error"], fields["state"]) == ("access_denied", "a state")


def test_without_an_app_there_is_nobody_to_tell(stranger: Browser) -> None:
    assert "Annuler" not in stranger.get("/sign-in").text
    page = stranger.get("/first-connection")
    assert cancel_on(page) is None
    assert re.search(r'href="/paris/sign-in">Annuler<', page.text)
