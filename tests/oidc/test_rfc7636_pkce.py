"""RFC 7636: Proof Key for Code Exchange."""

import pytest

from tests.oidc.conftest import Party
from tests.oidc.relying_party import VERIFIER, Browser, RelyingParty, answer_of

NEITHER: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
VERIFIERS = [None, "", VERIFIER, "w" * 64]


@pytest.mark.spec("RFC 7636 4.3")
@pytest.mark.spec("RFC 9700 2.1.1")
@pytest.mark.threat("T-51")
@pytest.mark.spec("RFC 7636 4.4.1")
@pytest.mark.parametrize("client_id", ["web", "post", "script", "phone"])
def test_every_app_has_to_bring_an_s256_challenge(party: Party, signed_in: Browser, client_id: str) -> None:
    challenges: list[dict[str, str | None]] = [
        NEITHER,
        {"code_challenge": ""},
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge_method": ""},
        {"code_challenge_method": "s256"},
        {"code_challenge": VERIFIER},
        {"code_challenge": "c" * 42},
        {"code_challenge": "c" * 42 + "="},
    ]
    for challenge in challenges:
        answer = answer_of(party(client_id).authorize(signed_in, **challenge))
        assert answer.get("error") == "invalid_request", challenge
        assert "code" not in answer


@pytest.mark.spec("RFC 7636 4.5")
@pytest.mark.conformance("oidcc-ensure-request-with-valid-pkce-succeeds")
@pytest.mark.spec("RFC 7636 4.4")
@pytest.mark.spec("RFC 9700 2.1.1")
@pytest.mark.spec("RFC 9700 4.5.3")
@pytest.mark.threat("T-51")
@pytest.mark.spec("RFC 7636 4.6")
@pytest.mark.parametrize("client_id", ["web", "script"])
def test_only_the_right_verifier_opens_a_code(party: Party, signed_in: Browser, client_id: str) -> None:
    relying = party(client_id)
    for verifier in VERIFIERS:
        response = relying.redeem(relying.code(signed_in), code_verifier=verifier)
        assert (response.status_code == 200) == (verifier == VERIFIER)
        assert response.get_json().get("error") == (None if verifier == VERIFIER else "invalid_grant")


@pytest.mark.spec("RFC 9700 4.8.2")
@pytest.mark.threat("T-51")
@pytest.mark.spec("RFC 9700 2.1.1")
def test_an_old_app_may_leave_both_out_but_never_one(party: Party, signed_in: Browser) -> None:
    old = party("old")
    opened = {
        (challenged, verifier)
        for challenged in (True, False)
        for verifier in VERIFIERS
        if old.redeem(old.code(signed_in, **({} if challenged else NEITHER)), code_verifier=verifier).status_code
        == 200
    }
    assert opened == {(True, VERIFIER), (False, None)}


@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("RFC 7636 7.2")
@pytest.mark.spec("RFC 9700 4.8.2")
@pytest.mark.threat("T-51")
def test_an_empty_challenge_is_not_none(party: Party, signed_in: Browser) -> None:
    for challenge in ("", "plain"):
        response = party("old").authorize(signed_in, code_challenge=challenge, code_challenge_method=None)
        assert answer_of(response)["error"] == "invalid_request"


@pytest.mark.spec("RFC 7636 4.6")
@pytest.mark.threat("T-50")
def test_a_wrong_verifier_does_not_use_the_code_up(web: RelyingParty, signed_in: Browser) -> None:
    code = web.code(signed_in)
    assert web.redeem(code, code_verifier="x" * 43).status_code == 400
    assert web.redeem(code).status_code == 200
