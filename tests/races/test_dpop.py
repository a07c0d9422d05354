"""One proof of a key shown by many at the same instant."""

from collections import Counter

import pytest

from tests.conftest import HandClock
from tests.oidc.conftest import Party
from tests.oidc.holder import Holder
from tests.oidc.test_rfc6749_token_endpoint import error_of
from tests.oidc.test_rfc9449_dpop import TOKEN, ask
from tests.races.test_tokens import ROUNDS
from tests.races.together import together

AT_ONCE = 20


@pytest.mark.threat("T-66")
def test_a_proof_is_believed_once(party: Party, clock: HandClock) -> None:
    holder, script = Holder(clock), party("script")
    for _ in range(ROUNDS):
        proof = holder.proof("POST", TOKEN)
        answers = together(AT_ONCE, lambda _, proof=proof: ask(script, proof))  # type: ignore[misc]  # bound now
        assert Counter(map(error_of, answers)) == {"invalid_grant": 1, "invalid_dpop_proof": AT_ONCE - 1}
