"""Turns a mail of the outbox into a message: HTML and text, in the reader's language, as the landlord's."""

import re
import textwrap
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from urllib.parse import quote

import idna
from css_inline import CSSInliner
from flask import render_template
from flask_babel import force_locale

from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.services.email_change import TAKE_BACK_FOR
from idp.settings.landlord import Landlord
from idp.web.durations import day, in_days, in_words, moment
from idp.web.sentences import sentence

LINE = 72
BLANK_LINES = re.compile(r"\n{3,}")
LINK_PATHS: Mapping[MailKind, str] = {
    MailKind.CONFIRM_EMAIL: "/link",
    MailKind.ACTIVATE: "/activation",
    MailKind.RECREATE: "/activation",
    MailKind.RESET_PASSWORD: "/reset",
    MailKind.CONFIRM_NEW_EMAIL: "/new-address",
    MailKind.EMAIL_CHANGED: "/former-address",
}
INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def render(  # noqa: PLR0917 -- the worker hands over what one row of the outbox holds
    kind: MailKind,
    landlord: Landlord,
    locale: str,
    recipient: str,
    context: Mapping[str, str | int],
    message_id: str,
    now: datetime,
) -> EmailMessage:
    """Render one mail; needs an application context, not a request.

    Args:
        kind: which mail.
        landlord: whose mail it is: name, sender, brand, contact, and the issuer that every link starts with.
        locale: language of the reader, `fr` or `en`.
        recipient: one address.
        context: what the kind needs, see `MailKind`.
        message_id: identifies the message, without the domain; a second try of the same mail carries the same.
        now: the instant it leaves.

    Returns:
        a message with a text part and an HTML part that say the same.

    Raises:
        ValueError: when the recipient holds line breaks, or its domain can be no domain.
    """
    with force_locale(locale):
        subject, text, html = _written(kind, landlord, locale, context)
    message = _addressed(landlord, recipient)
    message["Subject"] = subject
    message["Date"] = now
    message["Message-ID"] = f"<{message_id}@{landlord.sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = locale
    message.set_content(_wrapped(text))
    message.add_alternative(INLINER.inline(html), subtype="html")
    return message


def _written(
    kind: MailKind, landlord: Landlord, locale: str, context: Mapping[str, str | int]
) -> tuple[str, str, str]:
    """Write subject, text and HTML in the language in force."""
    values = {
        "landlord": landlord,
        "locale": locale,
        "subject": sentence(kind),
        "link": _link(kind, landlord, context),
        "valid_for": in_words(_validity(kind, landlord)),
        "context": context,
        "kind_of_case": sentence(Kind(str(context["kind"]))) if "kind" in context else "",
        "wait": in_words(timedelta(minutes=int(context.get("minutes", 0)))),
        "days_left": in_days(int(context.get("days", 0))),
        "looked_at": moment(datetime.fromisoformat(str(context["looked_at"]))) if "looked_at" in context else "",
        "due_on": day(date.fromisoformat(str(context["due_on"]))) if "due_on" in context else "",
    }
    text, html = (render_template(f"mail/{kind}.{form}", **values) for form in ("txt", "html"))
    return sentence(kind), text, html


def _addressed(landlord: Landlord, recipient: str) -> EmailMessage:
    """Make a message with its addresses; a mailbox name beyond ASCII needs headers in UTF-8 (RFC 6532)."""
    mailbox, _, domain = recipient.rpartition("@")
    host = domain if domain.isascii() else idna.encode(domain).decode()
    message = EmailMessage(default.clone(utf8=not mailbox.isascii()))
    message["From"] = Address(landlord.sender.name, addr_spec=landlord.sender.address)
    message["To"] = Address(username=mailbox, domain=host)
    if landlord.sender.reply_to:
        message["Reply-To"] = Address(landlord.sender.name, addr_spec=landlord.sender.reply_to)
    return message


def _link(kind: MailKind, landlord: Landlord, context: Mapping[str, str | int]) -> str | None:
    path = LINK_PATHS.get(kind)
    return f"{landlord.issuer}{path}?token={quote(str(context['token']), safe='')}" if path else None


def _validity(kind: MailKind, landlord: Landlord) -> timedelta:
    of_kind = {MailKind.RESET_PASSWORD: landlord.recovery.link_valid_for, MailKind.EMAIL_CHANGED: TAKE_BACK_FOR}
    return of_kind.get(kind, landlord.first_connection.link_valid_for)


def _wrapped(text: str) -> str:
    """Wrap the paragraphs of a text part; a link stays on one line."""
    lines = (
        line if "://" in line else textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False)
        for line in text.strip().splitlines()
    )
    return BLANK_LINES.sub("\n\n", "\n".join(lines)) + "\n"
