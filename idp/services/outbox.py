"""Puts mails into the outbox, in the transaction of what causes them."""

import json
from collections.abc import Mapping

from idp.domain.mails import MailKind
from idp.models import Mail
from idp.services.vault import new_secret
from idp.services.work import Work


def enqueue(
    work: Work, kind: MailKind, recipient: str, locale: str, context: Mapping[str, str | int] | None = None
) -> None:
    """Queue a mail; it leaves once the transaction is committed, and only then.

    Args:
        work: the transaction it commits with.
        kind: which mail.
        recipient: one address; empty for a mail to nobody, which only takes the time of one.
        locale: language of the reader, `fr` or `en`.
        context: what the template needs besides the landlord; sealed at rest.
    """
    message_id = new_secret()
    content = json.dumps({"recipient": recipient, "context": dict(context or {})})
    work.db.add(
        Mail(
            landlord=work.landlord.slug,
            message_id=message_id,
            kind=kind,
            locale=locale,
            sealed=work.vault.seal(content, f"mail:{message_id}"),
            created_at=work.now,
            due_at=work.now,
        )
    )
