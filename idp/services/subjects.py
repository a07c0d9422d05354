"""As whom an app knows a person (OpenID Connect Core §8): as everybody does, or by a name of its sector."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from idp.domain.subjects import pairwise
from idp.models import Base, SubjectSalt
from idp.services.upsert import insert_into
from idp.services.vault import new_secret
from idp.services.work import Work

SALT = Base.metadata.tables["subject_salt"]
ACCOUNT = Base.metadata.tables["account"]
FIND_SUB = select(ACCOUNT.c.sub).where(
    ACCOUNT.c.landlord == bindparam("of_landlord"), ACCOUNT.c.id == bindparam("row")
)
FIND = select(SALT.c.sealed).where(SALT.c.landlord == bindparam("of_landlord"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A person and their session as one app knows them."""

    sub: str
    sid: str


def seen_by(work: Work, client_id: str, sub: str, sid: str) -> Seen:
    """Tell as whom an app knows a person and their session; a shared `sid` would give away what `sub` hides.

    Args:
        work: the transaction; for an app with public subjects nothing is read.
        client_id: the app.
        sub: the account's.
        sid: the session's.
    """
    client = work.landlord.client(client_id)
    if client is None or client.subject_type == "public":
        return Seen(sub, sid)
    salt, sector = _salt(work), client.sector
    return Seen(pairwise(salt, "sub", sector, sub), pairwise(salt, "sid", sector, sid))


def sub_for(work: Work, client_id: str, sub: str) -> str:
    """Tell as whom an app knows a person; see `seen_by`."""
    return seen_by(work, client_id, sub, "").sub


def sub_of_account(work: Work, client_id: str, account_id: int) -> str:
    """Tell as whom an app knows the person of an account; see `seen_by`."""
    own = {"of_landlord": work.landlord.slug, "row": account_id}
    return sub_for(work, client_id, work.db.execute(FIND_SUB, own).scalar_one())


def ensure(work: Work) -> bool:
    """Make the landlord's salt where an app needs one and there is none; seal it anew under a new root secret.

    Returns:
        whether this call made it.
    """
    if all(client.subject_type == "public" for client in work.landlord.clients):
        return False
    sealed = work.db.execute(FIND, {"of_landlord": work.landlord.slug}).scalar_one_or_none()
    if sealed is not None:
        if not work.vault.is_sealed_anew(sealed):
            anew = work.vault.seal(work.vault.unseal(sealed, _row(work)), _row(work))
            work.db.execute(update(SALT).where(SALT.c.landlord == work.landlord.slug).values(sealed=anew))
        return False
    made = work.db.execute(
        insert_into(work, SubjectSalt)
        .values(
            landlord=work.landlord.slug,
            sealed=work.vault.seal(new_secret(), _row(work)),
            created_at=work.now,
        )
        .on_conflict_do_nothing()
        .returning(SubjectSalt.id)
    )
    return made.scalar_one_or_none() is not None


def _salt(work: Work) -> bytes:
    """Open the salt; `idp init` made it, unless the setting is newer than that."""
    of_landlord = {"of_landlord": work.landlord.slug}
    sealed = work.db.execute(FIND, of_landlord).scalar_one_or_none()
    if sealed is None:
        ensure(work)
        sealed = work.db.execute(FIND, of_landlord).scalar_one()
    return work.vault.unseal(sealed, _row(work)).encode()


def _row(work: Work) -> str:
    return f"subject_salt:{work.landlord.slug}"
