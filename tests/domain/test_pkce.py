import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.pkce import proves

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
unreserved = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", min_size=43, max_size=128)


@pytest.mark.spec("RFC 7636 4.2")
def test_the_example_of_rfc_7636_appendix_b() -> None:
    assert proves(VERIFIER, CHALLENGE)


@given(unreserved)
def test_a_verifier_answers_its_own_challenge(verifier: str) -> None:
    assert proves(verifier, create_s256_code_challenge(verifier))


@given(unreserved, unreserved)
def test_another_verifier_does_not(verifier: str, other: str) -> None:
    assert proves(other, create_s256_code_challenge(verifier)) == (verifier == other)


@pytest.mark.spec("RFC 7636 7.2")
@pytest.mark.threat("T-51")
@pytest.mark.parametrize("challenge", [None, "", CHALLENGE, VERIFIER])
@pytest.mark.parametrize("verifier", [None, "", VERIFIER, CHALLENGE])
def test_downgrades(challenge: str | None, verifier: str | None) -> None:
    neither = challenge is None and verifier is None
    assert proves(verifier, challenge) == (neither or (verifier, challenge) == (VERIFIER, CHALLENGE))


@pytest.mark.spec("RFC 7636 4.1")
@pytest.mark.parametrize("verifier", ["v" * 42, "v" * 129, "v" * 42 + "é", "v" * 43 + "\n"])
def test_verifiers_out_of_form_prove_nothing(verifier: str) -> None:
    challenge = create_s256_code_challenge(verifier) if verifier.isascii() else CHALLENGE
    assert not proves(verifier, challenge)
