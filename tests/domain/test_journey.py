import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.journey import Facts, FirstConnectionFacts, Step, next_step

facts = st.builds(
    Facts,
    signed_in=st.booleans(),
    second_factor_due=st.booleans(),
    first_connection=st.none() | st.builds(FirstConnectionFacts, st.booleans(), st.booleans(), st.booleans()),
)


@pytest.mark.journey("paris-8")
@pytest.mark.parametrize(
    ("known", "step"),
    [
        (Facts(signed_in=True), None),
        (Facts(signed_in=False), Step.SIGN_IN),
        (Facts(signed_in=False, second_factor_due=True), Step.SECOND_FACTOR),
        (Facts(signed_in=True, step_up_due=True, second_factor_due=True), Step.STEP_UP),
        (Facts(signed_in=True, terms_due=True, consent_due=True), Step.TERMS),
        (Facts(signed_in=True, consent_due=True), Step.CONSENT),
        (Facts(signed_in=False, step_up_due=True), Step.SIGN_IN),
        (Facts(signed_in=True, step_up_due=True, renewal_due=True), Step.STEP_UP),
        (Facts(signed_in=False, first_connection=FirstConnectionFacts(False, False, True)), Step.EMAIL),
        (Facts(signed_in=False, first_connection=FirstConnectionFacts(True, False, True)), Step.MAILBOX),
        (Facts(signed_in=False, first_connection=FirstConnectionFacts(True, True, True)), Step.NEW_PASSWORD),
        (Facts(signed_in=False, first_connection=FirstConnectionFacts(True, True, False)), Step.SIGN_IN),
    ],
)
def test_steps_come_in_their_order(known: Facts, step: Step | None) -> None:
    assert next_step(known) is step


@pytest.mark.threat("T-14")
@given(facts)
def test_nobody_gets_through_without_signing_in(known: Facts) -> None:
    assert known.signed_in or next_step(known) is not None
