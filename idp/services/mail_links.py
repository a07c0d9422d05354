"""Links sent by mail: made, looked at, used once."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update

from idp.models import MailLink
from idp.services.vault import digest, new_secret
from idp.services.work import Work

DAY = timedelta(days=1)


class Purpose(StrEnum):
    """What a link is for; it is good for nothing else."""

    CONFIRM_EMAIL = "confirm_email"
    ACTIVATE = "activate"
    CHANGE_EMAIL = "change_email"
    KEEP_EMAIL = "keep_email"
    """Takes a new address back; whoever holds the account now cannot kill it."""
    RESET_PASSWORD = "reset_password"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever a link was made for: a first connection, an account, a holder without account, or nobody."""

    first_connection_id: int | None = None
    account_id: int | None = None
    holder_id: int | None = None
    password_version: int | None = None


def create(
    work: Work,
    purpose: Purpose,
    email: str,
    owner: Owner,
    *,
    valid_for: timedelta,
    journey: str | None,
    beside_others: bool = False,
) -> str:
    """Make a link; earlier ones of the same owner and purpose die, unless it is to stand beside them.

    Args:
        work: the transaction.
        purpose: what it is for.
        email: the address it goes to.
        owner: whom it is for.
        valid_for: how long it is good.
        journey: reference of the pending authorization request, for the browser that asked.
        beside_others: whether earlier links stay good.

    Returns:
        the secret of the link, 43 characters.
    """
    if not beside_others:
        _supersede(work, purpose, owner)
    token = new_secret()
    link = MailLink(
        landlord=work.landlord.slug,
        token_hash=digest(token),
        purpose=purpose,
        email=email,
        journey=journey,
        browser_hash=digest(work.origin.browser),
        created_at=work.now,
        expires_at=work.now + valid_for,
        **asdict(owner),
    )
    work.db.add(link)
    return token


def find(work: Work, purpose: Purpose, token: str | None) -> MailLink | None:
    """Find a link that is neither expired nor superseded; it may have been used."""
    return work.db.scalar(
        select(MailLink).where(
            MailLink.token_hash == digest(token or ""),
            MailLink.landlord == work.landlord.slug,
            MailLink.purpose == purpose,
            MailLink.superseded_at.is_(None),
            MailLink.expires_at > work.now,
        )
    )


def find_expired(work: Work, purpose: Purpose, token: str | None) -> MailLink | None:
    """Find a link that nobody used before it expired, so that a new one can be offered."""
    return work.db.scalar(
        select(MailLink).where(
            MailLink.token_hash == digest(token or ""),
            MailLink.landlord == work.landlord.slug,
            MailLink.purpose == purpose,
            MailLink.used_at.is_(None),
            MailLink.superseded_at.is_(None),
            MailLink.expires_at <= work.now,
        )
    )


def use(work: Work, link: MailLink) -> bool:
    """Use a link, once.

    Returns:
        whether this call did; a link used before is not used again.
    """
    used = work.db.execute(
        update(MailLink)
        .where(MailLink.id == link.id, MailLink.used_at.is_(None), MailLink.superseded_at.is_(None))
        .values(used_at=work.now)
        .returning(MailLink.id)
    ).first()
    return used is not None


def supersede_all(work: Work, owner: Owner, *, but: Collection[Purpose] = (Purpose.KEEP_EMAIL,)) -> None:
    """Kill every link of an owner, except those that take a new address back unless somebody says otherwise."""
    for purpose in set(Purpose) - set(but):
        _supersede(work, purpose, owner)


def seconds_until_next(work: Work, purpose: Purpose, owner: Owner, wait: timedelta) -> int:
    """Tell how many seconds to wait before another mail may be asked for; 0 for none."""
    last = work.db.scalar(select(func.max(MailLink.created_at)).where(_of(work, purpose, owner)))
    if last is None:
        return 0
    return max(0, int((last + wait - work.now).total_seconds()))


def made_today(work: Work, purpose: Purpose, owner: Owner) -> int:
    """Count the links of an owner made in the last 24 hours."""
    recent = MailLink.created_at > work.now - DAY
    return work.db.scalar(select(func.count()).where(_of(work, purpose, owner), recent)) or 0


def _supersede(work: Work, purpose: Purpose, owner: Owner) -> None:
    work.db.execute(
        update(MailLink)
        .where(_of(work, purpose, owner), MailLink.superseded_at.is_(None))
        .values(superseded_at=work.now)
    )


def _of(work: Work, purpose: Purpose, owner: Owner) -> ColumnElement[bool]:
    """Match the links of one owner; those made for nobody match nothing."""
    columns = [
        (MailLink.first_connection_id, owner.first_connection_id),
        (MailLink.account_id, owner.account_id),
        (MailLink.holder_id, owner.holder_id),
    ]
    column, value = next(((column, value) for column, value in columns if value is not None), columns[2])
    return (MailLink.landlord == work.landlord.slug) & (MailLink.purpose == purpose) & (column == (value or -1))
