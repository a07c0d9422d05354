"""Which provider vouched for a session, and the ID token that its own sign-out asks for."""

from sqlalchemy import select

from idp.models import BrowserSession, SocialSession
from idp.services.vault import SealBrokenError, digest
from idp.services.work import Work


def keep(work: Work, session_token: str, provider: str, id_token: str) -> None:
    """Keep an ID token for as long as the session lives.

    Args:
        work: the transaction.
        session_token: secret of the session that was opened.
        provider: name of the provider.
        id_token: as it came.
    """
    of_token = select(BrowserSession.id).where(BrowserSession.token_hash == digest(session_token))
    session_id = work.db.scalars(of_token).one()
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
