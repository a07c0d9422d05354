"""One assertion shown by many at the same instant."""

from collections import Counter

import pytest

from tests.oidc.relying_party import RelyingParty
from tests.oidc.test_rfc7523_client_assertions import assertion, settings, show, signer
from tests.races.test_tokens import ROUNDS
from tests.races.together import together

AT_ONCE = 20
__all__ = ["settings", "signer"]


@pytest.mark.threat("T-61")
def test_one_of_many_is_believed(signer: RelyingParty) -> None:
    for number in range(ROUNDS):
        token = assertion(f"race {number}")
        answers = together(AT_ONCE, lambda _, token=token: show(signer, token))  # type: ignore[misc]  # bound now
        assert Counter(answer.status_code for answer in answers) == {400: 1, 401: AT_ONCE - 1}
