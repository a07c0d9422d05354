import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.models import Case
from idp.services import cases
from idp.services.work import Work
from idp.settings.assistance import Assistance
from idp.settings.assistance import Captcha as Rules
from idp.settings.root import Settings
from idp.web.mail_rendering import render
from tests.conftest import START, MakeWork
from tests.pages.captcha import answer
from tests.people import add_holder, mailed
from tests.visitor import Visitor

SCRIPT = "<script>alert(1)</script>"
WRITTEN = {
    "kind": "blocked",
    "last_name": "Lefèvre",
    "first_name": "Chloé",
    "email": "chloe@example.org",
    "message": f"Je suis bloquée.\r\n{SCRIPT}",
}


@pytest.fixture
def work(make_work: MakeWork) -> Work:
    return make_work("moselle")


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app, "moselle")


def newest(work: Work) -> Case:
    return work.db.scalars(select(Case).order_by(Case.id.desc())).first() or pytest.fail("no case was opened")


@pytest.mark.journey("moselle-6")
@pytest.mark.journey("contrat-1")
def test_who_asks_for_help_gets_a_reference_on_the_page_and_by_mail(visitor: Visitor, work: Work) -> None:
    visitor.get("/assistance")
    visitor.submit(**WRITTEN)
    assert visitor.location == "/assistance/done"
    found = re.search(r'class="reference">([2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{4})<', visitor.follow().text)
    case = newest(work)
    assert found is not None
    assert found[1] == case.reference
    assert mailed(work, MailKind.CASE_OPENED)[1]["reference"] == case.reference
    plea = cases.plea_of(work, case)
    assert (plea.kind, plea.message) == (Kind.BLOCKED, f"Je suis bloquée.\n{SCRIPT}")
    work.db.commit()
    assert "chloe" not in visitor.text
    assert found[0] in visitor.get("/assistance/done").text


@pytest.mark.threat("T-23")
@pytest.mark.journey("moselle-8")
def test_no_password_is_asked_for(visitor: Visitor) -> None:
    page = visitor.get("/assistance").text
    assert 'type="password"' not in page
    assert "personne ne vous en demandera" in page
    assert "30\u00a0jours" in page
    assert "180\u00a0jours" in page


@pytest.mark.journey("moselle-9")
def test_another_page_says_what_it_is_about(visitor: Visitor) -> None:
    assert re.search(r'<input[^>]*checked[^>]*value="wrong_data"', visitor.get("/assistance?kind=wrong_data").text)
    assert "checked" not in visitor.get("/assistance?kind=%22%3E%3Cscript%3E").text
    assert "checked" not in visitor.get("/assistance").text


@pytest.mark.journey("all-3")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "password"}, "kind"),
        ({"last_name": ""}, "last_name"),
        ({"email": "chloe@"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "email"),
        ({"phone": "quand vous voulez"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"message": ""}, "message"),
        ({"message": "a" * 2001}, "message"),
        ({"message": "a\x00"}, "message"),
        ({"identifier": "\x1b[2J"}, "identifier"),
        ({"birth_date-day": "31", "birth_date-month": "2", "birth_date-year": "1987"}, "birth_date"),
        ({"birth_date-year": "1987"}, "birth_date"),
    ],
)
def test_a_slip_is_said_beside_its_field_and_keeps_what_was_typed(
    visitor: Visitor, work: Work, wrong: dict[str, str], field: str
) -> None:
    visitor.get("/assistance")
    page = visitor.submit(**(WRITTEN | wrong))
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert f'href="#{field}"' in page.text
    if field not in ("last_name", "message"):
        assert 'value="Lefèvre"' in page.text
        assert "Je suis bloquée.\n&lt;script&gt;" in page.text
    assert work.db.scalar(select(func.count()).select_from(Case)) == 0


def test_a_telephone_number_will_do(visitor: Visitor, work: Work) -> None:
    visitor.get("/assistance")
    more = {"birth_date-day": "13", "birth_date-month": "5", "birth_date-year": "1987", "identifier": "LEF120034"}
    assert visitor.submit(**(WRITTEN | {"email": "", "phone": "+33 6 12.34.56-78"} | more)).status_code == 303
    assert str(cases.plea_of(work, newest(work)).birth_date) == "1987-05-13"


@pytest.mark.threat("T-23")
def test_too_many_from_one_network_are_sent_to_the_telephone(visitor: Visitor, work: Work) -> None:
    for _ in range(work.landlord.assistance.per_day):
        visitor.get("/assistance")
        assert visitor.submit(**WRITTEN).status_code == 303
    visitor.get("/assistance")
    page = visitor.submit(**WRITTEN)
    assert page.status_code == 422
    assert "03\u00a053\u00a001\u00a012\u00a034" in page.text
    assert 'value="Lefèvre"' in page.text


@pytest.mark.threat("T-01")
def test_the_form_answers_the_same_whoever_is_named(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034")
    work.db.commit()
    seen = []
    for identifier in ("lef120034", "zzz999999"):
        visitor = Visitor(app, "moselle")
        visitor.get("/assistance")
        visitor.submit(**WRITTEN, identifier=identifier)
        seen.append(re.sub(r'value="[^"]*"|nonce="[^"]*"|reference">[^<]*', "", visitor.follow().text))
    assert seen[0] == seen[1]


@pytest.mark.threat("T-23")
@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind.startswith("case_")])
def test_script_stays_text_in_every_mail(app: Flask, work: Work, kind: MailKind) -> None:
    told = {"reference": "M7K-4QTP", "kind": "other", "text": f"Bonjour,\n\n{SCRIPT}"}
    with app.app_context():
        message = render(kind, work.landlord, "fr", "a@example.org", told, "m" * 43, START)
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "<script" not in html.get_content()
    assert "M7K-4QTP" in text.get_content()
    assert (SCRIPT in text.get_content()) == (kind is MailKind.CASE_ANSWERED)
    if kind is not MailKind.CASE_FOR_STAFF:
        assert "Ce n’était pas vous" in text.get_content()


def with_rules(settings: Settings, slug: str, **changes: object) -> Settings:
    changed = settings.landlords[slug].model_copy(update=changes)
    return settings.model_copy(update={"landlords": {**settings.landlords, slug: changed}})


class TestOfALandlordWithoutIt:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return with_rules(settings, "moselle", assistance=Assistance(offered=False))

    def test_there_is_neither_page_nor_link(self, visitor: Visitor) -> None:
        for path in ("/assistance", "/assistance/done"):
            assert visitor.get(path).status_code == 404
        for path in ("/help", "/registration", "/forgotten-password/sent", "/nowhere"):
            assert "/assistance" not in visitor.get(path).text


class TestOfALandlordWithCaptcha:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return with_rules(settings, "moselle", captcha=Rules(assistance="always"))

    def test_the_digits_are_asked_for(self, visitor: Visitor, work: Work) -> None:
        visitor.get("/assistance")
        assert visitor.submit(**WRITTEN).status_code == 422
        assert visitor.submit(**WRITTEN, **answer(visitor, work)).status_code == 303


@pytest.mark.journey("all-7")
def test_pages_that_lead_no_further_lead_here(app: Flask) -> None:
    visitor = Visitor(app, "moselle")
    for path in ("/help", "/registration", "/forgotten-password/sent", "/nowhere"):
        assert "/moselle/assistance?kind=" in visitor.get(path).text, path
    for _ in range(4):
        visitor.get("/sign-in")
        visitor.submit(identifier="zzz999999", password="Faux-1234")
    assert "/moselle/assistance?kind=blocked" in visitor.text


def test_the_reference_is_shown_to_the_browser_that_asked_only(visitor: Visitor, other_visitor: Visitor) -> None:
    visitor.get("/assistance")
    visitor.submit(**WRITTEN)
    other_visitor.root = "/moselle"
    assert other_visitor.get("/assistance/done").status_code == 303
