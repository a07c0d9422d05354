"""Cases: people ask the staff for help, and get a reference."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from idp.domain.cases import COUNT, Kind, reference_of
from idp.domain.events import EventName
from idp.domain.ladder import Limit
from idp.domain.mails import MailKind
from idp.models import Case, CaseCount
from idp.services import audit, lockout, outbox
from idp.services.lockout import Subject
from idp.services.upsert import Upsert
from idp.services.work import Work

DAY = timedelta(days=1)
OF_MONTH = ("landlord", "month", "kind")
COUNT_ONE = Upsert(CaseCount, (*OF_MONTH, "count"), OF_MONTH, add=["count"])


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody wrote; it serves the case only, and is stored sealed.

    Attributes:
        kind: what they need.
        last_name: of the person.
        first_name: of the person.
        message: what they say, in lines of plain text.
        identifier: from the notice, where they have it.
        birth_date: where they gave it.
        email: where to answer.
        phone: where to call back.
    """

    kind: Kind
    last_name: str
    first_name: str
    message: str
    identifier: str = ""
    birth_date: date | None = None
    email: str = ""
    phone: str = ""


def open_case(work: Work, plea: Plea) -> str | None:
    """Open a case, and tell the person and the staff its reference.

    Returns:
        the reference; None where the network has opened as many cases as one may in a day.
    """
    rule = Limit(work.landlord.assistance.per_day, DAY, DAY)
    if not lockout.reserve(work, [Subject(f"cases:{work.origin.network}", rule)]):
        return None
    reference = _new_reference(work)
    case = Case(
        landlord=work.landlord.slug,
        reference=reference,
        kind=plea.kind,
        locale=work.origin.locale,
        sealed=work.vault.seal(json.dumps(asdict(plea), default=str), row_of(work, reference)),
        opened_at=work.now,
    )
    work.db.add(case)
    _count(work, plea.kind)
    audit.record(work, EventName.CASE_OPENED, case=reference, kind=plea.kind)
    _tell(work, case, plea, rule)
    return reference


def plea_of(work: Work, case: Case) -> Plea:
    """Open what was written."""
    values = json.loads(work.vault.unseal(case.sealed, row_of(work, case.reference)))
    born = values.pop("birth_date")
    return Plea(**values | {"kind": Kind(values["kind"])}, birth_date=date.fromisoformat(born) if born else None)


def row_of(work: Work, reference: str) -> str:
    """Name the row that the words of a case are sealed for."""
    return f"case:{work.landlord.slug}:{reference}"


def _tell(work: Work, case: Case, plea: Plea, rule: Limit) -> None:
    """Mail the reference; nobody can have mails sent to a foreign address again and again."""
    told: Mapping[str, str | int] = {"reference": case.reference, "kind": str(plea.kind)}
    if plea.email:
        subject = Subject(f"case mail:{work.vault.mac('case mail', plea.email.casefold())}", rule)
        recipient = plea.email if lockout.reserve(work, [subject]) else ""
        outbox.enqueue(work, MailKind.CASE_OPENED, recipient, case.locale, told)
    if work.landlord.assistance.inbox:
        language = work.landlord.languages[0]
        outbox.enqueue(work, MailKind.CASE_FOR_STAFF, work.landlord.assistance.inbox, language, told)


def _count(work: Work, kind: Kind) -> None:
    month = f"{work.now:%Y-%m}"
    COUNT_ONE.run(work.db, {"landlord": work.landlord.slug, "month": month, "kind": kind, "count": 1})


def _new_reference(work: Work) -> str:
    while True:
        reference = reference_of(secrets.randbelow(COUNT))
        taken = select(Case.id).where(Case.landlord == work.landlord.slug, Case.reference == reference)
        if work.db.scalar(taken) is None:
            return reference
