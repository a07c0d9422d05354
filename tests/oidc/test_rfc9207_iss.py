"""RFC 9207: every authorization response says who gives it."""

import pytest

from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of


@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.threat("T-53")
@pytest.mark.spec("RFC 9207 2")
def test_every_answer_names_its_issuer(web: RelyingParty, signed_in: Browser, stranger: Browser) -> None:
    answers = [
        web.authorize(signed_in),
        web.authorize(stranger, prompt="none"),
        web.authorize(signed_in, scope=None),
        web.authorize(signed_in, request="e30.e30."),
    ]
    assert [answer_of(answer)["iss"] for answer in answers] == [ISSUER] * 4


@pytest.mark.spec("RFC 9207 2.3")
@pytest.mark.spec("RFC 9207 3")
def test_the_metadata_promise_it_and_name_the_same_issuer(stranger: Browser) -> None:
    document = stranger.get("/.well-known/openid-configuration").get_json()
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["issuer"] == ISSUER
