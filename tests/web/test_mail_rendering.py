import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask import Flask

from idp.domain.mails import MailKind
from idp.settings.landlord import Landlord
from idp.settings.root import Settings
from idp.web.mail_rendering import render

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TOKEN = "q" * 43
CONTEXT: dict[str, str | int] = {
    "token": TOKEN,
    "minutes": 10,
    "due_on": "2027-11-02",
    "days": 7,
    "code": "314159",
    "reference": "M7K-4QTP",
    "kind": "other",
    "text": "Hello",
    "provider": "Annuaire du personnel",
}
LINKED = {
    MailKind.CONFIRM_EMAIL: "/link",
    MailKind.RESET_PASSWORD: "/reset",
    MailKind.ACTIVATE: "/activation",
    MailKind.RECREATE: "/activation",
    MailKind.CONFIRM_NEW_EMAIL: "/new-address",
    MailKind.EMAIL_CHANGED: "/former-address",
}


@pytest.fixture
def paris(settings: Settings) -> Landlord:
    return settings.landlords["paris"]


def made(
    app: Flask, landlord: Landlord, kind: MailKind, locale: str = "fr", recipient: str = "jeanne@example.fr"
) -> EmailMessage:
    with app.app_context():
        return render(
            kind,
            landlord,
            locale,
            recipient,
            CONTEXT,
            "id-1",
            NOW,
        )


def parts(message: EmailMessage) -> tuple[str, str]:
    """Return the text part and the HTML part, as a reader's mail program decodes them."""
    read = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    found = [read.get_body((kind,)) for kind in ("plain", "html")]
    text, html = (part.get_content() for part in found if part is not None)
    return text, html


@pytest.mark.parametrize("kind", [MailKind.SOCIAL_LINKED, MailKind.SOCIAL_UNLINKED])
def test_a_mail_about_an_account_elsewhere_says_where(app: Flask, paris: Landlord, kind: MailKind) -> None:
    for part in parts(made(app, paris, kind)):
        assert "Annuaire du personnel" in " ".join(part.split())


@pytest.mark.journey("all-2")
@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_mail_has_two_parts_of_the_landlord(app: Flask, paris: Landlord, kind: MailKind, locale: str) -> None:
    text, html = parts(made(app, paris, kind, locale))
    for part in (text, html):
        assert paris.name in part
        assert (paris.contact.email or "") in part
        doubt = "Ce n’était pas vous" if locale == "fr" else "It wasn’t you?"
        assert (doubt in part) == (kind is not MailKind.CASE_FOR_STAFF)
        assert "%(" not in part
    assert paris.brand.colour in html
    assert paris.brand.colour_dark in html


@pytest.mark.journey("paris-6")
@pytest.mark.threat("T-16")
@pytest.mark.parametrize(("kind", "path"), LINKED.items())
def test_a_link_is_built_from_the_issuer_and_written_out(
    app: Flask, paris: Landlord, kind: MailKind, path: str
) -> None:
    text, html = parts(made(app, paris, kind))
    link = f"{paris.issuer}{path}?token={TOKEN}"
    assert link in text.splitlines()
    assert html.count(f'href="{link}"') == 2
    assert f">{link}</a>" in html


def test_a_mail_without_link_invents_none(app: Flask, paris: Landlord) -> None:
    for kind in set(MailKind) - set(LINKED) - {MailKind.SUPPORT_REQUESTED}:
        text, html = parts(made(app, paris, kind))
        assert "://" not in text
        assert "http" not in re.sub(r'href="mailto:[^"]*"', "", html)


@pytest.mark.journey("moselle-8")
def test_an_advisers_request_leads_to_the_page_and_holds_no_secret(app: Flask, paris: Landlord) -> None:
    text, html = parts(made(app, paris, MailKind.SUPPORT_REQUESTED))
    assert re.findall(r"https?://\S+", text) == [f"{paris.issuer}/support"]
    assert f'href="{paris.issuer}/support"' in html
    assert TOKEN not in text + html


@pytest.mark.journey("all-2")
def test_a_link_says_how_long_it_is_good(app: Flask, paris: Landlord) -> None:
    assert "24\u00a0heures" in parts(made(app, paris, MailKind.CONFIRM_EMAIL))[0]
    assert "30\u00a0minutes" in parts(made(app, paris, MailKind.RESET_PASSWORD))[0]
    assert "10\u00a0minutes" in parts(made(app, paris, MailKind.SIGN_IN_CLOSED))[0]


def test_mails_load_nothing_and_run_nothing(app: Flask, paris: Landlord) -> None:
    for kind in MailKind:
        _, html = parts(made(app, paris, kind))
        assert not re.search(r"<img|<script|<link|url\(|src=", html)


def test_headers(app: Flask, paris: Landlord) -> None:
    answered = paris.model_copy(
        update={"sender": paris.sender.model_copy(update={"reply_to": "accueil@lutece.example"})}
    )
    message = made(app, answered, MailKind.CONFIRM_EMAIL)
    assert message["From"] == "Régie Lutèce <noreply@lutece.example>"
    assert message["To"] == "jeanne@example.fr"
    assert message["Reply-To"] == "Régie Lutèce <accueil@lutece.example>"
    assert message["Subject"] == "Confirmez votre adresse email"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<id-1@lutece.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert made(app, paris, MailKind.CONFIRM_EMAIL)["Reply-To"] is None


@pytest.mark.parametrize(
    "recipient",
    ["jeanne@example.fr\r\nBcc: all@example.fr", "jeanne@example.fr\nX: y", "a@b\r.fr", "jeanne@ex\r\nX: ample.fr"],
)
def test_no_address_can_add_a_header(app: Flask, paris: Landlord, recipient: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        made(app, paris, MailKind.CONFIRM_EMAIL, recipient=recipient)


def test_addresses_beyond_ascii(app: Flask, paris: Landlord) -> None:
    domain = made(app, paris, MailKind.CONFIRM_EMAIL, recipient="jeanne@régie.fr")
    assert domain["To"] == "jeanne@xn--rgie-bpa.fr"
    mailbox = made(app, paris, MailKind.CONFIRM_EMAIL, recipient="zoé@example.fr")
    assert "To: zoé@example.fr".encode() in mailbox.as_bytes()


def test_the_text_part_is_wrapped_but_no_link_is_cut(app: Flask, paris: Landlord) -> None:
    for kind in MailKind:
        text, _ = parts(made(app, paris, kind))
        assert all(len(line) <= 72 or "://" in line for line in text.splitlines())
        assert "\n\n\n" not in text
