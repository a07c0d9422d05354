"""Locks taken before anything else is changed, always in this order, so that no two pieces of work block each other.

First the holder, then the account; everything that belongs to them comes after. SQLite has one writer at a time
and needs none of this.
"""

from sqlalchemy import select

from idp.models import Account, FirstConnection, Holder
from idp.services.work import Work


def hold_holder(work: Work, holder_id: int) -> None:
    """Keep others from changing what belongs to a holder until the transaction ends."""
    work.db.execute(select(Holder.id).where(Holder.id == holder_id).with_for_update())


def hold_account(work: Work, account_id: int) -> None:
    """Keep others from changing what belongs to an account until the transaction ends."""
    work.db.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def hold_first_connection(work: Work, first_connection_id: int) -> FirstConnection:
    """Keep others from changing a first connection, and read it as it stands now."""
    found = select(FirstConnection).where(FirstConnection.id == first_connection_id)
    hold_holder(work, work.db.execute(found.with_only_columns(FirstConnection.holder_id)).scalar_one())
    return work.db.scalars(found.execution_options(populate_existing=True)).one()
