"""OpenID Connect Core §2 and §5.5.1.1: levels of assurance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import assurance

ways = st.sets(st.sampled_from(["pwd", "fed", "fed:google", "otp", "mfa"]))
wishes = st.lists(st.sampled_from(["0", "1", "2", "3", "urn:unheard:of"]), unique=True)


@pytest.mark.parametrize(
    ("amr", "wanted", "acr"),
    [
        (["pwd"], [], "1"),
        (["pwd", "otp", "mfa"], [], "2"),
        (["pwd", "otp", "mfa"], ["1"], "1"),
        (["pwd", "otp", "mfa"], ["1", "2"], "2"),
        (["pwd"], ["2"], "1"),
        ([], [], "0"),
    ],
)
def test_what_apps_are_told(amr: list[str], wanted: list[str], acr: str) -> None:
    assert assurance.acr_of(amr, wanted) == acr


@pytest.mark.spec("OIDC Core 5.5.1.1")
@given(ways, wishes)
def test_an_app_that_insists_gets_one_of_its_levels_or_nothing(amr: set[str], wanted: list[str]) -> None:
    if assurance.reaches(amr, wanted) and wanted:
        assert assurance.acr_of(amr, wanted) in wanted


@given(ways, wishes, st.booleans())
def test_nobody_reaches_what_nobody_can_and_two_factors_reach_all_there_is(
    amr: set[str], wanted: list[str], second_factor: bool
) -> None:
    offered = assurance.levels(second_factor=second_factor)
    attainable = assurance.attainable(wanted, offered)
    assert set(attainable) <= set(offered)
    if "mfa" not in amr:
        assert "2" not in assurance.reached(amr)
    elif second_factor and attainable:
        assert assurance.reaches(amr, attainable)


@given(ways)
def test_what_another_session_begins_with_is_one_factor(amr: set[str]) -> None:
    assert not {"otp", "mfa"} & set(assurance.first_of(amr))
    assert set(assurance.anew(assurance.first_of(amr), amr)) >= amr & {"pwd", "fed", "mfa"}


@given(ways)
def test_who_shows_the_first_factor_again_keeps_the_second(amr: set[str]) -> None:
    again = assurance.anew(["pwd"], amr)
    assert ("mfa" in again) == ("mfa" in amr)
