"""What the log says of the audit trail."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from idp.direct_session import DirectSession
from idp.logs import Log
from idp.services.audit import RECORDED

log = Log("idp.event")


def init() -> None:
    """Listen to the ends of transactions."""
    for moment, told in (("after_commit", tell), ("after_soft_rollback", forget)):
        if not event.contains(DirectSession, moment, told):
            event.listen(DirectSession, moment, told)


def tell(session: Session) -> None:
    """Log the audit events of a transaction once they are true."""
    for recorded in session.info.pop(RECORDED, []):
        log.info(
            str(recorded["name"]),
            landlord=recorded["landlord"],
            account=recorded["account_id"],
            holder=recorded["holder_id"],
            client=recorded["client_id"],
            network=recorded["network"],
            details=recorded["details"] or None,
        )


def forget(session: Session, _: Any) -> None:
    """Forget the audit events of a transaction that came to nothing."""
    session.info.pop(RECORDED, None)
