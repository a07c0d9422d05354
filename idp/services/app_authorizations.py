"""Which apps a person lets have what: asked once, kept, withdrawn by the person or the staff."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, select, update

from idp.domain.app_access import Topic, asked_by
from idp.domain.authorization import AuthorizationRequest
from idp.domain.events import EventName
from idp.models import AppAuthorization, Base
from idp.services import audit, grants, logout_notices
from idp.services.pending_journeys import JOURNEY, PendingJourney
from idp.services.upsert import Upsert
from idp.services.work import Work

TABLE = Base.metadata.tables["app_authorization"]
TOPICS = select(TABLE.c.topics).where(
    TABLE.c.landlord == bindparam("of_landlord"),
    TABLE.c.account_id == bindparam("account"),
    TABLE.c.client_id == bindparam("app"),
)
KEEP = Upsert(
    AppAuthorization,
    ("landlord", "account_id", "client_id", "topics", "given_at"),
    ["account_id", "client_id"],
    overwrite=["topics", "given_at"],
)


def is_due(work: Work, account_id: int, request: AuthorizationRequest, journey: PendingJourney | None) -> bool:
    """Tell whether the person is to be asked before an app gets what it asks for.

    The landlord's own apps are never asked about, and nothing is read for them.

    Args:
        work: the transaction.
        account_id: who is signed in.
        request: what the app asks for.
        journey: the request as it waits, where it does: `prompt=consent` is satisfied by an answer to this one.
    """
    client = work.landlord.client(request.client_id)
    if client is not None and client.first_party:
        return False
    if "consent" in request.prompt and (journey is None or journey.authorized_by != account_id):
        return True
    given = known(work, account_id, request.client_id)
    return given is None or not set(asked_by(request)) <= given


def known(work: Work, account_id: int, client_id: str) -> set[str] | None:
    """Find what a person lets an app have; None where they never said so, or withdrew it."""
    key = {"of_landlord": work.landlord.slug, "account": account_id, "app": client_id}
    topics = work.db.execute(TOPICS, key).scalar_one_or_none()
    return None if topics is None else set(topics)


def give(work: Work, account_id: int, client_id: str, topics: Iterable[Topic]) -> None:
    """Keep that a person lets an app have something, beside what they let it have before."""
    union = {*topics, *(known(work, account_id, client_id) or ())}
    ordered = [topic for topic in Topic if topic in union]
    row = {"account_id": account_id, "client_id": client_id, "topics": ordered, "given_at": work.now}
    KEEP.run(work.db, {"landlord": work.landlord.slug, **row})
    said = " ".join(ordered)
    audit.record(work, EventName.AUTHORIZATION_GIVEN, account_id=account_id, client_id=client_id, topics=said)


def give_on(work: Work, journey: PendingJourney, account_id: int) -> None:
    """Keep the answer to the request of a journey; see `give`."""
    work.db.execute(update(JOURNEY).where(JOURNEY.c.id == journey.id).values(authorized_by=account_id))
    give(work, account_id, journey.client_id, asked_by(journey.asked))


def of_account(work: Work, account_id: int) -> Sequence[AppAuthorization]:
    """List the apps that a person lets have something, the first one first."""
    found = select(AppAuthorization).where(
        AppAuthorization.landlord == work.landlord.slug, AppAuthorization.account_id == account_id
    )
    return work.db.scalars(found.order_by(AppAuthorization.id)).all()


def withdraw(work: Work, account_id: int, client_id: str) -> bool:
    """Take back what a person let an app have: its tokens are dead, and it is told that its sessions are over.

    Returns:
        whether there was anything to take back.
    """
    gone = work.db.execute(
        delete(AppAuthorization)
        .where(
            AppAuthorization.landlord == work.landlord.slug,
            AppAuthorization.account_id == account_id,
            AppAuthorization.client_id == client_id,
        )
        .returning(AppAuthorization.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if gone is None:
        return False
    logout_notices.queue_for_app(work, account_id, client_id)
    grants.revoke_of_app(work, account_id, client_id)
    audit.record(work, EventName.AUTHORIZATION_WITHDRAWN, account_id=account_id, client_id=client_id)
    return True


def forget_all(work: Work, account_id: int) -> None:
    """Forget what was said with an account that is closed, or that its owner opens anew."""
    work.db.execute(
        delete(AppAuthorization)
        .where(AppAuthorization.landlord == work.landlord.slug, AppAuthorization.account_id == account_id)
        .execution_options(synchronize_session=False)
    )
