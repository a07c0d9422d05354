import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from idp.domain.email_suggestions import COMMON, REAL, suggestion

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.journey("contrat-6")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("orage.fr", "orange.fr"),
        ("orange.f", "orange.fr"),
        ("wandoo.fr", "wanadoo.fr"),
        ("wanado.fr", "wanadoo.fr"),
        ("hotamil.fr", "hotmail.fr"),
        ("hotmil.com", "hotmail.com"),
        ("outlok.fr", "outlook.fr"),
        ("otlok.com", "outlook.com"),
        ("yaho.fr", "yahoo.fr"),
        ("lapost.net", "laposte.net"),
        ("laposte.fr", None),
        ("iclod.com", "icloud.com"),
        ("fre.fr", "free.fr"),
        ("ferr.fr", None),
        ("example.fr", None),
        ("gmail.fr", None),
        ("mairie-metz.fr", None),
    ],
)
def test_a_slip_is_asked_about(typed: str, meant: str | None) -> None:
    assert suggestion(f"Jeanne.Martin@{typed}") == (f"Jeanne.Martin@{meant}" if meant else None)


@pytest.mark.parametrize("domain", sorted(REAL))
def test_nobody_is_asked_about_a_domain_that_people_have(domain: str) -> None:
    assert suggestion(f"jeanne@{domain}") is None
    assert suggestion(f"jeanne@{domain.upper()}") is None


@given(st.text(max_size=300))
def test_whatever_was_typed_the_answer_is_an_address_that_raises_no_question(typed: str) -> None:
    found = suggestion(typed)
    assert found is None or (suggestion(found) is None and found.rpartition("@")[2] in COMMON)


@given(st.text(min_size=1, max_size=20), st.sampled_from(COMMON), st.data())
def test_one_slip_anywhere_is_found_and_the_name_stays(local: str, domain: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(domain) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    kind = data.draw(st.sampled_from(["wrong", "missing", "extra", "swapped"]))
    slips = {
        "wrong": domain[:place] + letter + domain[place + 1 :],
        "missing": domain[:place] + domain[place + 1 :],
        "extra": domain[:place] + letter + domain[place:],
        "swapped": domain[:place] + domain[place : place + 2][::-1] + domain[place + 2 :],
    }
    assume(slips[kind] not in REAL)
    found = suggestion(f"{local}@{slips[kind]}")
    assert found is not None
    assert found.rpartition("@")[0] == local


@pytest.mark.threat("T-74")
@pytest.mark.parametrize("typed", ["a@" + "g" * 100_000, "@" * 100_000, " " * 100_000])
def test_long_texts_take_no_time(typed: str) -> None:
    assert suggestion(typed) is None
