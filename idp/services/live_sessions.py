"""Live sessions of people who are signed in, read as rows: every request of an app for a sign-in begins with one."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from sqlalchemy import bindparam, select

from idp.domain.assurance import MFA
from idp.models import Account, Base, FirstConnection
from idp.services.prepared import Prepared
from idp.services.vault import digest
from idp.services.work import Work

SPARED = "second_factor"
"""What a session says in `postponed` that was opened without a second factor because its browser is trusted."""
SESSION, ACCOUNT = (Base.metadata.tables[name] for name in ("browser_session", "account"))
FIND = Prepared(
    select(
        SESSION.c.id,
        SESSION.c.sid,
        SESSION.c.account_id,
        SESSION.c.auth_time,
        SESSION.c.amr,
        SESSION.c.postponed,
        SESSION.c.seen_at,
        ACCOUNT.c.sub,
    )
    .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
    .where(
        SESSION.c.landlord == bindparam("of_landlord"),
        SESSION.c.token_hash == bindparam("hash"),
        SESSION.c.ended_at.is_(None),
        SESSION.c.expires_at > bindparam("at"),
        SESSION.c.seen_at > bindparam("seen_after"),
        ACCOUNT.c.closed_at.is_(None),
    )
)


class LiveSession(Protocol):
    """A live session, whether it was read as a row or as an object."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def sid(self) -> str:
        """As apps know it."""

    @property
    def account_id(self) -> int | None:
        """Whose it is; nobody's in a first connection, or before the second factor."""

    @property
    def sub(self) -> str | None:
        """Who that is."""

    @property
    def account(self) -> Account | None:
        """The account itself."""

    @property
    def first_connection(self) -> FirstConnection | None:
        """The first connection that it is for, if it is."""

    @property
    def auth_time(self) -> datetime:
        """When the person signed in."""

    @property
    def amr(self) -> list[str]:
        """How (RFC 8176 values)."""

    @property
    def postponed(self) -> list[str]:
        """What is not asked for as long as it lives."""

    @property
    def seen_at(self) -> datetime:
        """When it was last noted that it is in use."""

    @property
    def is_half(self) -> bool:
        """Whether somebody has shown the first factor in it and not the second."""


@dataclass
class SessionRow:
    """A live session as a row; its account is read when somebody asks for it."""

    work: Work
    id: int
    sid: str
    account_id: int
    auth_time: datetime
    amr: list[str]
    postponed: list[str]
    seen_at: datetime
    sub: str
    first_connection: None = None
    is_half: bool = False

    @cached_property
    def account(self) -> Account | None:
        """The account itself."""
        return self.work.db.get(Account, self.account_id)


def find(work: Work, token: str) -> SessionRow | None:
    """Find the live session of somebody who is signed in.

    Args:
        work: the transaction.
        token: value of the session cookie.
    """
    seen_after = work.now - work.landlord.sessions.idle
    key = {"of_landlord": work.landlord.slug, "hash": digest(token), "at": work.now, "seen_after": seen_after}
    row = FIND.first(work.db, key)
    found = None if row is None else SessionRow(work, *row)
    return None if found is None or lacks_a_factor(work, found) else found


def lacks_a_factor(work: Work, session: LiveSession) -> bool:
    """Tell whether a session is from before the landlord demanded a second factor: its person signs in again."""
    if work.landlord.second_factor.mode != "required" or session.account_id is None:
        return False
    return MFA not in session.amr and SPARED not in session.postponed
