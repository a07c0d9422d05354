"""What people sign in with: a reference or an address, each of which is one account's."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from idp.models import Identifier
from idp.services import people
from idp.services.work import Work


def claim(work: Work, account_id: int, kind: str, value: str) -> bool:
    """Let an account sign in with a name; an address takes the place of the one before.

    Args:
        work: the transaction.
        account_id: whose name it is to be.
        kind: `people.REFERENCE` or `people.EMAIL`.
        value: in its canonical form.

    Returns:
        whether it is the account's now; not so where another account has it, or gets it at the same instant.
    """
    try:
        with work.db.begin_nested():
            if kind == people.EMAIL:
                drop_email(work, account_id)
            work.db.add(Identifier(landlord=work.landlord.slug, account_id=account_id, kind=kind, value=value))
    except IntegrityError:
        return False
    return True


def drop_email(work: Work, account_id: int) -> None:
    """Let nobody sign in to an account with an address."""
    work.db.execute(delete(Identifier).where(Identifier.account_id == account_id, Identifier.kind == people.EMAIL))
