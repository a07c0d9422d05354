"""A pushed request that is answered by many at the same instant."""

from collections import Counter

import pytest

from tests.oidc.relying_party import Browser, RelyingParty
from tests.oidc.test_rfc9126_par import pushed
from tests.races.together import together

AT_ONCE = 20


@pytest.mark.spec("RFC 9126 7.3")
@pytest.mark.threat("T-50")
def test_a_pushed_request_is_answered_once(web: RelyingParty, signed_in: Browser) -> None:
    cookie = signed_in.cookies.get_cookie("paris-session").value
    brought = pushed(web)

    def answer(_: int) -> int:
        browser = Browser(web.app)
        browser.cookies.set_cookie("paris-session", cookie, domain="localhost", path="/")
        return browser.get("/authorize", brought).status_code

    counted = Counter(together(AT_ONCE, answer))
    assert counted[303] == 1
    assert set(counted) <= {303, 400, 410}
