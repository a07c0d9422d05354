from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.claims import SCOPE_CLAIMS, Person, Tenure, names_of, select
from tests.conftest import START

KEPT = {
    "middle_name": "Anne",
    "nickname": "Clo",
    "preferred_username": "chloe.l",
    "profile": "https://lutece.example/people/chloe",
    "picture": "https://lutece.example/people/chloe.png",
    "website": "http://chloe.example/",
    "zoneinfo": "Europe/Paris",
}
HOME = Tenure(
    reference="LOT-12",
    kind="lot",
    role="tenant",
    since=date(2019, 9, 1),
    until=None,
    civility="Mme",
    first_name="Chloé",
    last_name="LEFÈVRE",
    birth_date=date(1987, 5, 13),
    phone="06 12 34 56 78",
    facts={"street_address": "12 rue des Lilas", "postal_code": "75020", "locality": "Paris", "module": "8", **KEPT},
)
GARAGE = replace(HOME, reference="BOX-3", kind="box", role="co_owner", since=None, until=date(2027, 1, 31), facts={})
PERSON = Person(
    sub="s" * 43,
    email="chloe@example.org",
    email_verified=True,
    locale="fr",
    updated_at=START,
    tenures=(HOME, GARAGE),
    landlord=("paris", "Régie Lutèce"),
)
EVERY_NAME = names_of(SCOPE_CLAIMS)


def test_every_claim() -> None:
    assert select(PERSON, EVERY_NAME) == {
        "name": "Chloé LEFÈVRE",
        "given_name": "Chloé",
        "family_name": "LEFÈVRE",
        "birthdate": "1987-05-13",
        "gender": "female",
        "locale": "fr",
        "updated_at": int(START.timestamp()),
        "email": "chloe@example.org",
        "email_verified": True,
        "phone_number": "06 12 34 56 78",
        "phone_number_verified": False,
        "address": {"street_address": "12 rue des Lilas", "postal_code": "75020", "locality": "Paris"},
        "contracts": [
            {"reference": "LOT-12", "kind": "lot", "role": "tenant", "since": "2019-09-01"},
            {"reference": "BOX-3", "kind": "box", "role": "co_owner", "until": "2027-01-31"},
        ],
        "landlord": {"slug": "paris", "name": "Régie Lutèce"},
        **KEPT,
    }


def test_columns_kept_under_the_name_of_a_claim_are_that_claim() -> None:
    known = select(replace(PERSON, tenures=(GARAGE, HOME)), EVERY_NAME)
    assert {name: known.get(name) for name in KEPT} == KEPT


@given(st.text(max_size=40).filter(lambda text: not text.startswith(("http://", "https://"))))
def test_an_address_that_no_browser_opens_as_a_page_is_absent(text: str) -> None:
    facts = {"profile": text, "picture": text, "website": text, "nickname": True, "zoneinfo": ""}
    known = select(replace(PERSON, tenures=(replace(HOME, facts=facts),)), EVERY_NAME)
    assert not known.keys() & KEPT.keys()


def test_what_is_not_known_is_absent() -> None:
    bare = replace(HOME, civility="M. ou Mme", birth_date=None, phone=None, facts={})
    known = select(replace(PERSON, email=None, email_verified=False, tenures=(bare,)), EVERY_NAME)
    assert set(known) == {
        "name",
        "given_name",
        "family_name",
        "locale",
        "updated_at",
        "contracts",
        "landlord",
    }


def test_somebody_without_a_contract_left_has_no_name_here() -> None:
    known = select(replace(PERSON, tenures=()), EVERY_NAME)
    assert set(known) == {"locale", "updated_at", "email", "email_verified", "landlord"}


def test_facts_come_from_the_first_contract_that_has_them() -> None:
    first = replace(HOME, phone=None, birth_date=None)
    known = select(replace(PERSON, tenures=(first, GARAGE)), EVERY_NAME)
    assert (known["phone_number"], known["birthdate"]) == (GARAGE.phone, "1987-05-13")


@given(st.sets(st.sampled_from(sorted(EVERY_NAME)) | st.text()))
def test_nothing_is_told_that_was_not_asked(names: set[str]) -> None:
    told = select(PERSON, names)
    assert set(told) == names & EVERY_NAME
    assert all(value not in (None, "", {}, []) for value in told.values())
