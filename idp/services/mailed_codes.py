"""The way round the picture: the digits come by mail, to the address on file of whoever was named."""

from datetime import timedelta

from idp.domain.captchas import Place
from idp.domain.events import EventName
from idp.domain.ladder import Limit
from idp.domain.mails import MailKind
from idp.services import audit, captchas, lockout, outbox, people
from idp.services.lockout import Subject
from idp.services.people import Person
from idp.services.work import Work


def send(work: Work, place: Place, typed: str) -> str:
    """Make digits and mail them to the person behind an identifier.

    For nobody, for a person without address and for one who asked too often the same is written, addressed to
    nobody.

    Args:
        work: the transaction.
        place: the form that asks for the digits.
        typed: the identifier as typed.

    Returns:
        the reference of the digits.
    """
    person = people.find(work, typed)
    may_send = lockout.reserve(work, _subjects(work, place, person.subject))
    email, locale = _address(work, person)
    reference, digits = captchas.make_to_mail(work, place)
    outbox.enqueue(work, MailKind.CAPTCHA_CODE, email if may_send else "", locale, {"code": digits})
    audit.record(
        work,
        EventName.CAPTCHA_MAILED,
        account_id=person.account.id if person.account else None,
        holder_id=person.holder.id if person.holder else None,
        form=str(place),
    )
    return reference


def _address(work: Work, person: Person) -> tuple[str, str]:
    """Choose the address: the verified one of the account, else the one that the registry holds."""
    account, holder = person.account, person.holder
    if account is not None:
        return account.email or "", account.locale
    return (holder.email if holder is not None else None) or "", work.origin.locale


def _subjects(work: Work, place: Place, name: str) -> tuple[Subject, Subject]:
    """Count these mails as those with links are counted: one after a while for each form, so many a day in all."""
    rules = work.landlord.recovery
    day = timedelta(days=1)
    return (
        Subject(f"code pause:{place}:{name}", Limit(1, rules.resend_after, rules.resend_after)),
        Subject(f"code day:{name}", Limit(rules.per_day, day, day)),
    )
