"""The person behind an account, as claims are made from them."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, or_, select

from idp.domain import claims
from idp.domain.claims import Person, Tenure
from idp.models import Base
from idp.services.prepared import Prepared
from idp.services.work import Work

TABLES = Base.metadata.tables
ACCOUNT, ENROLMENT, HOLDER, CONTRACT = (TABLES[name] for name in ("account", "enrolment", "holder", "contract"))

COLUMNS = (ACCOUNT.c.sub, ACCOUNT.c.email, ACCOUNT.c.email_verified_at, ACCOUNT.c.locale, ACCOUNT.c.updated_at)
FIND_ACCOUNT = Prepared(
    select(*COLUMNS).where(ACCOUNT.c.landlord == bindparam("of_landlord"), ACCOUNT.c.id == bindparam("account"))
)
FIND_TENURES = Prepared(
    select(
        CONTRACT.c.reference,
        CONTRACT.c.kind,
        HOLDER.c.role,
        HOLDER.c.since,
        HOLDER.c.until,
        HOLDER.c.civility,
        HOLDER.c.first_name,
        HOLDER.c.last_name,
        HOLDER.c.birth_date,
        HOLDER.c.phone,
        HOLDER.c.facts,
        HOLDER.c.left_at,
    )
    .join(HOLDER, HOLDER.c.contract_id == CONTRACT.c.id)
    .join(ENROLMENT, ENROLMENT.c.holder_id == HOLDER.c.id)
    .where(
        ENROLMENT.c.landlord == bindparam("of_landlord"),
        ENROLMENT.c.account_id == bindparam("account"),
        or_(HOLDER.c.left_at.is_(None), HOLDER.c.left_at > bindparam("after")),
    )
    .order_by(ENROLMENT.c.id)
)


def claims_of(work: Work, account_id: int, names: AbstractSet[str], known: Any = None) -> dict[str, object]:
    """Gather claims about an account's person.

    Args:
        work: the transaction.
        account_id: the account.
        names: what is asked for and allowed.
        known: a row of the account that has `COLUMNS`, where it was read already.

    Returns:
        those that are known.
    """
    if not names:
        return {}
    key = {"of_landlord": work.landlord.slug, "account": account_id}
    account = known or FIND_ACCOUNT.first(work.db, key)
    after = work.now - work.landlord.leaving.access_after_end
    tenures = [] if names <= claims.OF_THE_ACCOUNT else FIND_TENURES.all(work.db, {**key, "after": after})
    person = Person(
        sub=account.sub,
        email=account.email,
        email_verified=account.email_verified_at is not None,
        locale=account.locale,
        updated_at=account.updated_at,
        tenures=tuple(_tenure(*row) for row in tenures),
        landlord=(work.landlord.slug, work.landlord.name),
    )
    return claims.select(person, names)


def _tenure(*row: Any) -> Tenure:
    """Make a tenure of a row; who has left the registry is on the contract until that day at the latest."""
    *values, left_at = row
    tenure = Tenure(*values)
    if left_at is None:
        return tenure
    return replace(tenure, until=min(left_at.date(), tenure.until or left_at.date()))
