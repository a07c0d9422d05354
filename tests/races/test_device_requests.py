"""A device that polls while the person answers, and one that polls from many places."""

from collections import Counter

import pytest
from sqlalchemy import Engine

from tests.oidc.conftest import Party
from tests.oidc.relying_party import Browser
from tests.oidc.test_journeys import token_of
from tests.oidc.test_rfc8628_device_authorization import answer, poll, started, type_code
from tests.races.test_tokens import live_descendants
from tests.races.together import together

AT_ONCE = 20


@pytest.mark.spec("RFC 8628 3.4")
@pytest.mark.threat("T-50")
def test_twenty_polls_give_one_token_response(party: Party, signed_in: Browser, engine: Engine) -> None:
    screen = party("screen")
    codes = started(screen)
    answer(signed_in, codes)
    answers = together(AT_ONCE, lambda _: poll(screen, codes))
    assert Counter(one.status_code for one in answers) == {200: 1, 400: AT_ONCE - 1}
    assert {one.get_json()["error"] for one in answers if one.status_code == 400} == {"invalid_grant"}
    (tokens,) = [one.get_json() for one in answers if one.status_code == 200]
    assert screen.userinfo(tokens["access_token"]).status_code == 200
    assert live_descendants(engine) == 1


@pytest.mark.spec("RFC 8628 3.5")
def test_twenty_early_polls_get_one_friendly_answer(party: Party) -> None:
    screen = party("screen")
    codes = started(screen)
    told = Counter(one.get_json()["error"] for one in together(AT_ONCE, lambda _: poll(screen, codes)))
    assert told == {"authorization_pending": 1, "slow_down": AT_ONCE - 1}


@pytest.mark.spec("RFC 8628 3.3")
def test_one_of_many_answers_counts_while_the_device_polls(party: Party, signed_in: Browser, engine: Engine) -> None:
    screen = party("screen")
    cookies = {name: signed_in.cookies.get_cookie(name) for name in ("paris-session", "paris-browser")}
    for _ in range(5):
        codes = started(screen)
        page = signed_in.follow(type_code(signed_in, codes["user_code"]))
        cookies = {name: signed_in.cookies.get_cookie(name) for name in cookies}
        token = token_of(page)

        def act(number: int) -> int:
            if number % 4 == 0:
                return poll(screen, codes).status_code  # noqa: B023
            browser = Browser(screen.app)
            for name, cookie in cookies.items():  # noqa: B023
                browser.cookies.set_cookie(name, cookie.value, domain="localhost", path="/")
            word = "allow" if number % 2 else "refuse"
            return browser.post("/device/confirm", {"csrf_token": token, "answer": word}).status_code  # noqa: B023

        statuses = together(AT_ONCE, act)
        pressed = Counter(status for number, status in enumerate(statuses) if number % 4)
        assert pressed[200] == 1
        assert set(pressed) == {200, 422}
        polled = Counter(status for number, status in enumerate(statuses) if number % 4 == 0)
        assert set(polled) <= {200, 400}
        final = poll(screen, codes)
        tokens = polled[200] + (final.status_code == 200)
        assert tokens == (final.get_json().get("error") != "access_denied")
    assert live_descendants(engine) <= 5
