"""An initial access token that many use at the same instant."""

from collections import Counter

import pytest
from flask import Flask

from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.oidc.registering import METADATA, new_token, offering, send
from tests.races.together import together

AT_ONCE = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return offering(settings)


@pytest.mark.spec("RFC 7591 3")
@pytest.mark.threat("T-86")
@pytest.mark.parametrize("uses", [1, 3])
def test_a_token_registers_so_many_apps_and_no_more(app: Flask, make_work: MakeWork, uses: int) -> None:
    token = new_token(make_work, uses)
    counted = Counter(together(AT_ONCE, lambda _: send(app, "POST", "/register", token, METADATA).status_code))
    assert counted == {201: uses, 401: AT_ONCE - uses}
