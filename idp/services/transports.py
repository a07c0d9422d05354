"""Ways out for mails: a mail server, or a folder."""

import os
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from idp.settings.server import Smtp

PERMANENT = 500
ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
DRAFT = ".part"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The mail was handed over."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """This mail could not be handed over now; the reason names no person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """This mail will never be accepted; the reason names no person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No mail can be handed over now: the way out itself does not work."""

    reason: str


Outcome = Delivered | Deferred | Rejected | Unreachable


class Transport(Protocol):
    """A way out."""

    def send(self, message: EmailMessage, serial: int, now: datetime) -> Outcome:
        """Hand over one message to the one address in its `To`.

        Args:
            message: the message.
            serial: number of the mail in the outbox, the same at each try.
            now: the instant of this try.
        """

    def close(self) -> None:
        """End what is open; the next message opens it again."""


class FolderTransport:
    """Writes one `.eml` file a mail, named so that they sort by time.

    Args:
        folder: where; made with mode 0700 where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, serial: int, now: datetime) -> Outcome:
        """Write a message whole or not at all; a second try of the same mail replaces the first."""
        name = f"{serial:08d}-{str(message['Message-ID']).strip('<>')[:8]}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = next(self._folder.glob(f"*Z-{name}"), self._folder / f"{now:%Y%m%dT%H%M%SZ}-{name}")
            draft = path.with_suffix(DRAFT)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        except OSError as error:
            return Unreachable(_reason(error))
        return Delivered()

    def close(self) -> None:
        """Nothing stays open."""


class SmtpTransport:
    """Hands mails to a mail server, over one connection until it is closed (RFC 5321).

    Args:
        settings: the mail server.
        password: password of the user named there, if there is one.
    """

    def __init__(self, settings: Smtp, password: str | None) -> None:
        self._settings = settings
        self._password = password
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, serial: int, now: datetime) -> Outcome:
        """Hand over one message."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Unreachable(_reason(error))
        try:
            return _hand_over(server, message)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Deferred(_reason(error))

    def close(self) -> None:
        """Leave the server, in good order where it still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None or self._server.sock is None:  # it hangs up by itself after the answer 421
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        to, seconds = self._settings, self._settings.timeout.total_seconds()
        server: smtplib.SMTP
        if to.encryption == "tls":
            server = smtplib.SMTP_SSL(to.host, to.port, timeout=seconds, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(to.host, to.port, timeout=seconds)
        try:
            if to.encryption == "starttls":
                server.starttls(context=ssl.create_default_context())
            if to.username is not None:
                server.login(to.username, self._password or "")
        except BaseException:
            server.close()
            raise
        return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> Outcome:
    """Send a message to exactly the one address it names, whatever else its headers may say."""
    (sender,), (recipient,) = message["From"].addresses, message["To"].addresses
    if recipient.addr_spec.startswith('"'):  # the form lets no such name through, so it came some other way
        return Rejected("the name before the @ holds letters that no mailbox has")
    try:
        server.send_message(message, sender.addr_spec, [recipient.addr_spec])
    except smtplib.SMTPRecipientsRefused as error:
        ((code, text),) = error.recipients.values()
        return _refusal(code, text)
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError:
        return Rejected("the mail server knows ASCII addresses only")
    return Delivered()


def _refusal(code: int, text: bytes | str) -> Outcome:
    reason = _answer(code, text)
    return Rejected(reason) if code >= PERMANENT else Deferred(reason)


def _answer(code: int, text: bytes | str) -> str:
    """Keep the codes of a server's answer (RFC 3463) and leave out its words, which often quote the address."""
    enhanced = ENHANCED.match(text.encode("ascii", "replace") if isinstance(text, str) else text)
    return f"SMTP {code}" + (f" {enhanced[0].decode()}" if enhanced else "")


def _reason(error: OSError | smtplib.SMTPException) -> str:
    """Say what went wrong without quoting anybody."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number and number > 0 else type(error).__name__
