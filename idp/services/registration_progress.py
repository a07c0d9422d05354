"""How far a registration has come: which parts of which page are still to be filled in."""

from collections.abc import Mapping
from typing import Any

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import FirstConnection
from idp.services import audit, consents, mail_limits, outbox
from idp.services.work import Work
from idp.settings.registration import Page, Part


def next_page(work: Work, first: FirstConnection) -> tuple[int, list[Part]] | None:
    """Find the first page on which something is missing.

    Returns:
        its number from 0, and the parts that are missing on it; None when all is there.
    """
    for number, page in enumerate(_pages(work)):
        missing = [part for part in page.parts if _is_missing(work, first, part)]
        if missing:
            return number, missing
    return None


def answered(first: FirstConnection) -> list[str]:
    """List the questions that were answered so far."""
    kept: Mapping[str, Any] = first.answers
    return list(kept.get("consents", {}))


def keep(
    work: Work,
    first: FirstConnection,
    password_hash: str | None,
    answers: Mapping[str, bool],
    terms_version: str | None,
) -> None:
    """Keep what one page says.

    Args:
        work: the transaction.
        first: the registration.
        password_hash: hash of the new password, where the page asks for one.
        answers: answers to the page's questions.
        terms_version: version of the terms that was accepted, where the page asks for it.
    """
    if password_hash is not None:
        first.own_password_hash = password_hash
    if answers or terms_version:
        consents.keep_for_later(work, first, answers, terms_version)
    work.db.flush()


def give_email(work: Work, first: FirstConnection, email: str) -> None:
    """Keep the address; another one than the registry's is told to the registry's."""
    if first.email == email:
        return
    first.email = email
    audit.record(work, EventName.EMAIL_GIVEN, holder_id=first.holder_id)
    on_file = first.holder.email
    if on_file and on_file.casefold() != email.casefold():
        outbox.enqueue(work, MailKind.ADDRESS_GIVEN, mail_limits.admitted(work, on_file), work.origin.locale)


def _pages(work: Work) -> list[Page]:
    registration = work.landlord.registration
    return registration.pages if registration is not None else []


def _is_missing(work: Work, first: FirstConnection, part: Part) -> bool:
    match part:
        case "proof":
            return False
        case "email":
            return first.email is None
        case "password":
            return first.own_password_hash is None and first.social_subject is None
        case "terms":
            return "terms" not in first.answers
        case "consents":
            asked = {question.name for question in consents.due(work, [first.holder])}
            return bool(asked - set(answered(first)))
