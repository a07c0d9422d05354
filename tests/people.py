"""People for tests: holders of the registry, letters and accounts, made in a few words."""

import json
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Account, Contract, Holder, Mail, PrintRun, ProvisionalPassword
from idp.services import accounts
from idp.services.work import Work

PASSWORD = "Violette-9-portes"
CODE = "408213"
NUMBERS = count(7000001)


def add_holder(
    work: Work,
    identifier: str | None = None,
    *,
    last_name: str = "LEFÈVRE",
    email: str | None = "registre@example.org",
    legacy_hash: str | None = None,
    until: date | None = None,
) -> Holder:
    """Add somebody to the registry, as an import would."""
    number = identifier or str(next(NUMBERS))
    slug = work.landlord.slug
    holder = Holder(
        landlord=slug,
        contract=Contract(landlord=slug, reference=f"LOT-{number}", kind="lot"),
        registry_key=number,
        identifier=number,
        role="tenant",
        last_name=last_name,
        first_name="Chloé",
        birth_date=date(1987, 5, 13),
        email=email,
        since=date(2019, 9, 1),
        until=until,
        facts={},
        legacy_hash=legacy_hash,
        fingerprint="0" * 64,
    )
    work.db.add(holder)
    work.db.flush()
    return holder


def add_letter(
    work: Work, holder: Holder, code: str = CODE, expires_at: datetime | None = None
) -> ProvisionalPassword:
    """Send somebody a letter."""
    run = PrintRun(landlord=work.landlord.slug, issued_at=work.now, issued_by="test", letters=1)
    work.db.add(run)
    work.db.flush()
    letter = ProvisionalPassword(
        landlord=work.landlord.slug,
        holder_id=holder.id,
        print_run_id=run.id,
        code_hash=work.vault.hash_password(code),
        issued_at=work.now,
        expires_at=expires_at or work.now + timedelta(days=21),
        failures=0,
    )
    work.db.add(letter)
    work.db.flush()
    return letter


def add_account(work: Work, holder: Holder, password: str = PASSWORD, email: str = "chloe@example.org") -> Account:
    """Open somebody's account."""
    return accounts.open_for(work, holder, email, work.now, work.vault.hash_password(password))


def newest_mail(work: Work, kind: MailKind) -> tuple[str, str]:
    """Open the newest mail of a kind in the outbox: its recipient, and the secret of its link."""
    mail = work.db.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id.desc())).first()
    assert mail is not None
    assert mail.sealed is not None
    content = json.loads(work.vault.unseal(mail.sealed, f"mail:{mail.message_id}"))
    return content["recipient"], content["context"].get("token", "")


def mailed(work: Work, kind: MailKind | None = None) -> tuple[str, dict[str, str | int]]:
    """Open the newest mail in the outbox, or the newest of a kind: its recipient and its context."""
    wanted = select(Mail).where(Mail.kind == kind) if kind else select(Mail)
    mail = work.db.scalars(wanted.order_by(Mail.id.desc())).first()
    assert mail is not None
    assert mail.sealed is not None
    content = json.loads(work.vault.unseal(mail.sealed, f"mail:{mail.message_id}"))
    return content["recipient"], content["context"]
