"""Reads the mails that the `folder` transport wrote."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{6}Z-\d{8}-[A-Za-z0-9_-]{1,8}")
MOST = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail.

    Attributes:
        name: name of its file, without the ending.
        recipient: one address.
        sender: name and address.
        subject: its subject.
        sent_at: the instant in its `Date`.
        text: its text part.
        html: its HTML part.
    """

    name: str
    recipient: str
    sender: str
    subject: str
    sent_at: datetime
    text: str
    html: str


def newest(folder: Path, recipient: str = "") -> list[Letter]:
    """List the newest mails of a folder, the newest first.

    Args:
        folder: where the mails are.
        recipient: part of the address they went to, in any case of letters; nothing for all.
    """
    paths = sorted((path for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    letters = (_read(path) for path in paths[:MOST])
    return [letter for letter in letters if recipient.casefold() in letter.recipient.casefold()]


def find(folder: Path, name: str) -> Letter | None:
    """Find a mail by the name of its file."""
    path = folder / f"{name}.eml"
    return _read(path) if NAME.fullmatch(name) and path.is_file() else None


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return Letter(
        name=path.stem,
        recipient=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        sent_at=message["Date"].datetime,
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""
