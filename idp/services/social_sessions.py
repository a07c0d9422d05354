"""Which provider vouched for a session, and the ID token that its own sign-out asks for."""

from sqlalchemy import delete, select

from idp.models import BrowserSession, SocialSession
from idp.services.vault import SealBrokenError, digest
from idp.services.work import Work


def keep(work: Work, session_token: str, provider: str, id_token: str) -> None:
    """Keep an ID token for as long as the session lives; see `keep_for`, by the secret of the session."""
    of_token = select(BrowserSession.id).where(BrowserSession.token_hash == digest(session_token))
    keep_for(work, work.db.scalars(of_token).one(), provider, id_token)


def keep_for(work: Work, session_id: int, provider: str, id_token: str) -> None:
    """Keep an ID token for as long as a session lives, in place of an earlier one.

    Args:
        work: the transaction.
        session_id: of a session of somebody who is signed in, or in the middle of a first connection.
        provider: name of the provider.
        id_token: as it came.
    """
    work.db.execute(delete(SocialSession).where(SocialSession.session_id == session_id))
    sealed = work.vault.seal(id_token, f"social_session:{session_id}")
    work.db.add(SocialSession(landlord=work.landlord.slug, session_id=session_id, provider=provider, sealed=sealed))


def of_session(work: Work, session: BrowserSession) -> tuple[str, str] | None:
    """Find the provider that vouched for a session, and its ID token; None where none was kept."""
    row = work.db.scalar(select(SocialSession).where(SocialSession.session_id == session.id))
    if row is None:
        return None
    try:
        return row.provider, work.vault.unseal(row.sealed, f"social_session:{row.session_id}")
    except SealBrokenError:
        return None
