import pytest
from passlib.handlers.ldap_digests import ldap_salted_sha1
from sqlalchemy import func, select

from idp.domain.mails import MailKind
from idp.models import Account, FirstConnection, MailLink
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.visitor import Visitor

HOME = "http://localhost:8001/paris/sign-in"
MAIL = "chloe@example.org"


@pytest.fixture
def letter_holder(work: Work) -> str:
    """Somebody with a letter; her identifier."""
    holder = add_holder(work, "7100001")
    add_letter(work, holder)
    work.db.commit()
    return "7100001"


def prove(visitor: Visitor, identifier: str, secret: str = CODE) -> None:
    visitor.get("/first-connection")
    visitor.submit(identifier=identifier, password=secret)


def give_email(visitor: Visitor, email: str = MAIL) -> None:
    visitor.get("/first-connection/email")
    visitor.submit(email=email)


def token(make_work: MakeWork) -> str:
    work = make_work()
    found = newest_mail(work, MailKind.CONFIRM_EMAIL)[1]
    work.db.commit()
    return found


def confirm(visitor: Visitor, make_work: MakeWork) -> None:
    visitor.get(f"/link?token={token(make_work)}")
    visitor.follow()
    visitor.submit()


def accounts(make_work: MakeWork) -> int:
    work = make_work()
    found = work.db.scalar(select(func.count()).select_from(Account)) or 0
    work.db.commit()
    return found


@pytest.mark.journey("paris-6")
@pytest.mark.journey("paris-7")
@pytest.mark.journey("paris-8")
def test_from_the_letter_to_the_landlords_app(visitor: Visitor, make_work: MakeWork, letter_holder: str) -> None:
    prove(visitor, letter_holder)
    assert visitor.location == "/first-connection/email"
    give_email(visitor)
    assert visitor.location == "/first-connection/mailbox"
    assert MAIL in visitor.follow().text
    confirm(visitor, make_work)
    assert visitor.location == "/first-connection/password"
    visitor.follow()
    answer = visitor.submit(password=PASSWORD, confirmation=PASSWORD)
    assert answer.location == HOME
    assert accounts(make_work) == 1
    visitor.get("/sign-in")
    assert visitor.page is not None
    assert visitor.page.location == HOME


@pytest.mark.journey("paris-1")
def test_the_code_on_the_sign_in_page_leads_into_the_first_connection(visitor: Visitor, letter_holder: str) -> None:
    visitor.get("/sign-in")
    visitor.submit(identifier=letter_holder, password=CODE)
    assert visitor.location == "/first-connection/email"


@pytest.mark.journey("paris-7")
def test_different_entries_are_refused_and_nothing_is_saved(
    visitor: Visitor, make_work: MakeWork, letter_holder: str
) -> None:
    prove(visitor, letter_holder)
    give_email(visitor)
    confirm(visitor, make_work)
    visitor.follow()
    assert visitor.submit(password=PASSWORD, confirmation=PASSWORD + "x").status_code == 422
    assert visitor.submit(password="violette", confirmation="violette").status_code == 422
    assert "violette" not in visitor.text
    assert 'data-state="broken"' in visitor.text
    assert accounts(make_work) == 0


@pytest.mark.journey("paris-3")
@pytest.mark.journey("paris-7")
def test_a_former_password_skips_the_new_password_page(visitor: Visitor, work: Work, make_work: MakeWork) -> None:
    add_holder(work, "7100002", legacy_hash=ldap_salted_sha1.hash("Ancien-9554!"))
    work.db.commit()
    prove(visitor, "7100002", "Ancien-9554!")
    give_email(visitor)
    confirm(visitor, make_work)
    assert visitor.page is not None
    assert visitor.page.location == HOME
    assert accounts(make_work) == 1


@pytest.mark.journey("paris-6")
def test_the_link_works_in_another_browser(
    visitor: Visitor, other_visitor: Visitor, make_work: MakeWork, letter_holder: str
) -> None:
    prove(visitor, letter_holder)
    give_email(visitor)
    confirm(other_visitor, make_work)
    assert other_visitor.location == "/confirm"
    other_visitor.follow()
    other_visitor.get("/sign-in")
    other_visitor.submit(identifier=letter_holder, password=CODE)
    assert other_visitor.location == "/first-connection/password"
    other_visitor.follow()
    assert other_visitor.submit(password=PASSWORD, confirmation=PASSWORD).location == HOME
    visitor.get("/first-connection/mailbox")
    assert visitor.location == "/first-connection"


@pytest.mark.journey("paris-6")
def test_the_waiting_browser_goes_on_when_another_one_confirmed(
    visitor: Visitor, other_visitor: Visitor, work: Work, make_work: MakeWork
) -> None:
    add_holder(work, "7100003", legacy_hash=ldap_salted_sha1.hash("Ancien-9554!"))
    work.db.commit()
    prove(visitor, "7100003", "Ancien-9554!")
    give_email(visitor)
    confirm(other_visitor, make_work)
    visitor.get("/first-connection/mailbox")
    assert visitor.submit("/first-connection/finish").location == HOME


@pytest.mark.threat("T-12")
def test_a_scanner_that_opens_or_even_confirms_the_link_gains_nothing(
    visitor: Visitor, other_visitor: Visitor, make_work: MakeWork, letter_holder: str
) -> None:
    prove(visitor, letter_holder)
    give_email(visitor)
    link = f"/link?token={token(make_work)}"
    for method in ("GET", "GET", "GET", "HEAD", "HEAD"):
        other_visitor.client.open(
            f"/paris{link}", base_url="http://localhost:8000", method=method, follow_redirects=True
        )
    work = make_work()
    assert work.db.scalar(select(MailLink.used_at)) is None
    assert work.db.scalar(select(FirstConnection.email_verified_at)) is None
    work.db.commit()
    confirm(other_visitor, make_work)
    other_visitor.follow()
    assert other_visitor.client.get_cookie("paris-session") is None
    visitor.get(link)
    assert "/paris/first-connection/mailbox" in visitor.follow().text
    visitor.get("/first-connection/mailbox")
    assert visitor.location == "/first-connection/password"


@pytest.mark.journey("paris-5")
def test_the_mail_is_sent_again_and_the_address_corrected(
    visitor: Visitor, make_work: MakeWork, clock: HandClock, letter_holder: str
) -> None:
    prove(visitor, letter_holder)
    give_email(visitor, "faute@example.org")
    first = token(make_work)
    visitor.get("/first-connection/mailbox")
    visitor.submit()
    assert token(make_work) == first
    clock.forward(seconds=61)
    visitor.get("/first-connection/mailbox")
    visitor.submit()
    assert token(make_work) != first
    assert "faute@example.org" in visitor.get("/first-connection/email").text
    give_email(visitor)
    assert MAIL in visitor.follow().text


@pytest.mark.parametrize(
    "address", ["pas une adresse", "a@b", "a@x.fr\r\nBcc: b@x.fr", "a@x.fr,b@x.fr", "", "a" * 300]
)
@pytest.mark.threat("T-70")
def test_a_bad_address_is_refused_in_words(
    visitor: Visitor, make_work: MakeWork, letter_holder: str, address: str
) -> None:
    prove(visitor, letter_holder)
    visitor.get("/first-connection/email")
    assert visitor.submit(email=address).status_code == 422
    work = make_work()
    assert work.db.scalar(select(MailLink.id)) is None


def test_an_expired_link_says_so_and_leads_on(
    visitor: Visitor, make_work: MakeWork, clock: HandClock, letter_holder: str
) -> None:
    prove(visitor, letter_holder)
    give_email(visitor)
    link = f"/link?token={token(make_work)}"
    clock.forward(hours=25)
    visitor.get(link)
    assert visitor.follow().status_code == 410
    assert "/paris/sign-in" in visitor.text


@pytest.mark.threat("T-14")
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/first-connection/email", {"email": MAIL}),
        ("/first-connection/mailbox", {}),
        ("/first-connection/finish", {}),
        ("/first-connection/password", {"password": PASSWORD, "confirmation": PASSWORD}),
        ("/confirm", {}),
        ("/new-password", {"password": PASSWORD, "confirmation": PASSWORD}),
    ],
)
def test_no_step_can_be_entered_cold_or_skipped(
    visitor: Visitor, make_work: MakeWork, letter_holder: str, path: str, fields: dict[str, str]
) -> None:
    visitor.get("/sign-in")
    assert visitor.submit(path, **fields).status_code in (303, 410)
    prove(visitor, letter_holder)
    visitor.get("/first-connection/email")
    if path != "/first-connection/email":
        assert visitor.submit(path, **fields).status_code in (303, 410)
    assert accounts(make_work) == 0


@pytest.mark.threat("T-86")
def test_a_double_click_makes_one_account(visitor: Visitor, make_work: MakeWork, letter_holder: str) -> None:
    prove(visitor, letter_holder)
    give_email(visitor)
    confirm(visitor, make_work)
    visitor.follow()
    csrf = visitor.token()
    first = visitor.submit(password=PASSWORD, confirmation=PASSWORD)
    again = visitor.submit("/first-connection/password", csrf_token=csrf, password=PASSWORD, confirmation=PASSWORD)
    assert (first.status_code, again.status_code) == (303, 303)
    assert accounts(make_work) == 1


def test_somebody_with_an_account_is_simply_signed_in(visitor: Visitor, work: Work) -> None:
    add_account(work, add_holder(work, "7100004"))
    work.db.commit()
    prove(visitor, "7100004", PASSWORD)
    assert visitor.page is not None
    assert visitor.page.location == HOME


@pytest.mark.journey("contrat-6")
@pytest.mark.journey("all-4")
def test_a_mistyped_domain_is_asked_about_and_can_be_mended(visitor: Visitor, letter_holder: str) -> None:
    prove(visitor, letter_holder)
    visitor.get("/first-connection/email")
    answer = visitor.submit(email="Chloe@gmial.com")
    assert answer.status_code == 422
    assert "Voulez-vous dire gmail.com" in answer.text
    assert 'value="Chloe@gmial.com"' in answer.text
    visitor.submit(email="Chloe@gmial.com", email_asked="Chloe@gmial.com", email_choice="use")
    assert visitor.location == "/first-connection/mailbox"
    assert "Chloe@gmail.com" in visitor.follow().text


@pytest.mark.parametrize("answer", [{"email_choice": "keep"}, {}])
def test_an_unusual_address_is_kept_when_the_person_says_so(
    visitor: Visitor, letter_holder: str, answer: dict[str, str]
) -> None:
    prove(visitor, letter_holder)
    visitor.get("/first-connection/email")
    visitor.submit(email="chloe@gmial.com")
    visitor.submit(email="chloe@gmial.com", email_asked="chloe@gmial.com", **answer)
    assert visitor.location == "/first-connection/mailbox"
    assert "chloe@gmial.com" in visitor.follow().text


def test_a_forged_answer_brings_in_no_address_of_its_own(visitor: Visitor, letter_holder: str) -> None:
    prove(visitor, letter_holder)
    visitor.get("/first-connection/email")
    for asked in ("faux@evil.example", "a b@gmial.com", "@gmial.com", "x" * 300 + "@gmial.com", "<b>@gmial.com"):
        answer = visitor.submit(email=MAIL, email_asked=asked, email_choice="use")
        assert answer.status_code in (303, 422)
        assert "evil" not in answer.text
        visitor.get("/first-connection/email")
