"""« Ne plus demander sur cet appareil »: browsers in which an account has shown its second factor.

The cookie holds a secret that is signed, so that a guess asks no database; only its digest is stored, once for each
account that is used in the browser.
"""

import hmac
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from idp.domain.events import EventName
from idp.models import TrustedBrowser
from idp.services import audit
from idp.services.upsert import Upsert
from idp.services.vault import digest, new_secret
from idp.services.work import Work

TRUST = Upsert(
    TrustedBrowser,
    ("landlord", "account_id", "token_hash", "made_at", "expires_at"),
    ["account_id", "token_hash"],
    overwrite=["made_at", "expires_at"],
)


def lifetime(work: Work) -> timedelta:
    """Tell how long a browser is trusted at this landlord; nothing where it never is."""
    return timedelta(days=work.landlord.second_factor.remembered_days)


def trust(work: Work, account_id: int) -> str:
    """Ask an account for no second factor in the present browser for a while.

    Returns:
        the value of the browser's cookie, the one it has or a new one.
    """
    token = _shown(work) or new_secret()
    expires_at = work.now + lifetime(work)
    values = {"account_id": account_id, "token_hash": digest(token), "made_at": work.now, "expires_at": expires_at}
    TRUST.run(work.db, {"landlord": work.landlord.slug, **values})
    audit.record(work, EventName.BROWSER_TRUSTED, account_id=account_id)
    return f"{token}.{_signature(work, token)}"


def is_trusted(work: Work, account_id: int) -> bool:
    """Tell whether an account is to be asked for no second factor in the present browser."""
    token = _shown(work)
    if token is None:
        return False
    found = select(TrustedBrowser.made_at).where(
        TrustedBrowser.landlord == work.landlord.slug,
        TrustedBrowser.account_id == account_id,
        TrustedBrowser.token_hash == digest(token),
        TrustedBrowser.expires_at > work.now,
    )
    made_at = work.db.scalar(found)
    return made_at is not None and work.now < made_at + lifetime(work)  # which may be shorter than it was


def forget_all(work: Work, account_id: int | None) -> None:
    """Trust no browser of an account any more; for nobody the same statement finds nothing."""
    of_account = TrustedBrowser.account_id == (account_id or 0)
    work.db.execute(delete(TrustedBrowser).where(TrustedBrowser.landlord == work.landlord.slug, of_account))


def is_over(work: Work) -> ColumnElement[bool]:
    """Tell which rows are of no use any more."""
    return TrustedBrowser.expires_at < work.now


def _shown(work: Work) -> str | None:
    """Read the secret that the browser shows, if it is one of ours."""
    token, _, signature = (work.origin.trusted or "").partition(".")
    is_ours = hmac.compare_digest(signature.encode(), _signature(work, token).encode())
    return token if token and is_ours else None


def _signature(work: Work, token: str) -> str:
    return work.vault.mac("trusted browser", f"{work.landlord.slug}:{token}")
