from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from idp.services.transports import (
    Deferred,
    Delivered,
    FolderTransport,
    Outcome,
    Rejected,
    SmtpTransport,
    Unreachable,
)
from idp.settings.server import Smtp
from tests.conftest import START
from tests.mail_server import MailServer, free_port


def letter(recipient: str = "marie@example.org", message_id: str = "abcdefghijkl") -> EmailMessage:
    mailbox, _, domain = recipient.partition("@")
    message = EmailMessage(default.clone(utf8=not recipient.isascii()))
    message["From"] = Address("Régie", addr_spec="noreply@lutece.example")
    message["To"] = Address(username=mailbox, domain=domain)
    message["Subject"] = "Votre lien"
    message["Message-ID"] = f"<{message_id}@lutece.example>"
    message.set_content("Bonjour à vous\n")
    return message


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    server.up()
    yield server
    server.down()


@pytest.fixture
def smtp(server: MailServer) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(Smtp(host="127.0.0.1", port=server.port, encryption="none"), None)
    yield transport
    transport.close()


def test_a_mail_server_gets_one_sender_one_recipient_and_the_message(server: MailServer, smtp: SmtpTransport) -> None:
    assert smtp.send(letter(), 1, START) == Delivered()
    (arrived,) = server.arrived
    assert (arrived.sender, arrived.recipients) == ("noreply@lutece.example", ["marie@example.org"])
    assert arrived.message["Subject"] == "Votre lien"
    assert arrived.message.get_content().strip() == "Bonjour à vous"


@pytest.mark.threat("T-70")
def test_recipients_come_from_nowhere_but_the_one_address(server: MailServer, smtp: SmtpTransport) -> None:
    message = letter()
    message["Bcc"] = "other@example.org"
    message["Cc"] = "third@example.org"
    assert smtp.send(message, 1, START) == Delivered()
    (arrived,) = server.arrived
    assert arrived.recipients == ["marie@example.org"]
    assert arrived.message["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 <marie@example.org> unknown", Rejected("SMTP 550 5.1.1")),
        ("553 no such person: marie@example.org", Rejected("SMTP 553")),
        ("450 4.2.0 marie@example.org greylisted", Deferred("SMTP 450 4.2.0")),
        ("421 4.3.2 closing", Deferred("SMTP 421 4.3.2")),
    ],
)
def test_a_refused_recipient_is_told_without_the_address(
    server: MailServer, smtp: SmtpTransport, answer: str, outcome: Outcome
) -> None:
    server.answer_recipient = lambda _: answer
    assert smtp.send(letter(), 1, START) == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("554 5.6.0 bad content", Rejected("SMTP 554 5.6.0")), ("451 4.3.0 later", Deferred("SMTP 451 4.3.0"))],
)
def test_a_refused_message(server: MailServer, smtp: SmtpTransport, answer: str, outcome: Outcome) -> None:
    server.answer_data = lambda: answer
    assert smtp.send(letter(), 1, START) == outcome


def test_after_a_refusal_the_next_mail_goes_through(server: MailServer, smtp: SmtpTransport) -> None:
    server.answer_recipient = lambda address: "421 4.3.2 closing" if address.startswith("marie") else None
    assert smtp.send(letter(), 1, START) == Deferred("SMTP 421 4.3.2")
    assert smtp.send(letter("paul@example.org"), 2, START) == Delivered()


def test_a_server_that_is_down_is_unreachable() -> None:
    transport = SmtpTransport(Smtp(host="127.0.0.1", port=free_port(), encryption="none"), None)
    assert transport.send(letter(), 1, START) == Unreachable("ConnectionRefusedError: Connection refused")


def test_a_server_without_the_protection_asked_for_gets_nothing(server: MailServer) -> None:
    transport = SmtpTransport(Smtp(host="127.0.0.1", port=server.port, encryption="starttls"), None)
    assert transport.send(letter(), 1, START) == Unreachable("SMTPNotSupportedError")
    assert server.arrived == []


def test_a_mailbox_name_beyond_ascii_is_rejected_by_an_old_server(server: MailServer, smtp: SmtpTransport) -> None:
    assert isinstance(smtp.send(letter("hélène@example.org"), 1, START), Rejected)


def test_a_folder_keeps_mails_in_the_order_of_time_for_its_owner_only(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path / "mail")
    for serial, message_id in ((2, "zzzzzzzz"), (10, "aaaaaaaa")):
        assert folder.send(letter(message_id=message_id), serial, START) == Delivered()
    names = sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert names == ["20261102T090000Z-00000002-zzzzzzzz.eml", "20261102T090000Z-00000010-aaaaaaaa.eml"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "mail").iterdir()} == {0o600}


def test_a_folder_keeps_a_second_try_of_one_mail_once(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path)
    for _ in range(2):
        assert folder.send(letter(), 1, START) == Delivered()
    (path,) = tmp_path.iterdir()
    assert b"Bonjour" in path.read_bytes()


def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    assert FolderTransport(tmp_path / "mail").send(letter(), 1, START) == Unreachable("FileExistsError: File exists")
