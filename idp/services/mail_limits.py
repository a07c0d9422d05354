"""Bounds the mails that somebody can cause to an address that may be another person's."""

from datetime import timedelta

from idp.domain.identifiers import canonical_email
from idp.domain.ladder import Limit
from idp.services import lockout
from idp.services.lockout import Subject
from idp.services.work import Work

DAY = timedelta(days=1)


def admitted(work: Work, email: str) -> str:
    """Count one mail to an address.

    Returns:
        the address; nothing, for a mail to nobody, when it has got as many today as it may.
    """
    limit = Limit(work.landlord.first_connection.mails_per_day, DAY, DAY)
    name = work.vault.mac("mails to", canonical_email(email) or email)
    return email if lockout.reserve(work, [Subject(f"mails:{name}", limit)]) else ""
