"""Signs people in whom another provider vouches for."""

from idp.domain.events import EventName
from idp.domain.social import Fault, Identity
from idp.models import Account
from idp.services import accounts, audit, social_links
from idp.services.login import Refused, SignedIn
from idp.services.work import Work


def sign_in(work: Work, provider: str, identity: Identity) -> SignedIn | Refused | Fault:
    """Let the person in whose account is linked, through the same gate as everybody.

    Args:
        work: the transaction.
        provider: name of the provider.
        identity: whom it vouches for.
    """
    link = social_links.find(work, identity)
    account = None if link is None else work.db.get(Account, link.account_id)
    if link is None or account is None:
        return Fault.NOT_LINKED
    refusal = accounts.refusal(work, account)
    if refusal is not None:
        audit.record(work, EventName.SIGN_IN_REFUSED, account_id=account.id, reason=refusal.value, provider=provider)
        return Refused(refusal)
    link.used_at = work.now
    audit.record(work, EventName.SIGN_IN_SUCCEEDED, account_id=account.id, provider=provider)
    return SignedIn(account.id)
