"""What people agree to: the landlord's questions and general terms, each answer kept with its time and wording."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from idp.domain.conditions import met
from idp.domain.events import EventName
from idp.models import Account, Consent, FirstConnection, Holder
from idp.services import audit, people
from idp.services.work import Work
from idp.settings.agreements import TERMS
from idp.settings.agreements import Consent as Question

WEB = "web"


@dataclass(frozen=True, slots=True)
class Given:
    """Who answers, where and when."""

    work: Work
    account: Account
    channel: str
    at: datetime

    def keep(self, name: str, version: str, *, answer: bool) -> None:
        """Keep one answer beside those that were given before."""
        row = Consent(
            landlord=self.work.landlord.slug,
            account_id=self.account.id,
            name=name,
            version=version,
            answer=answer,
            answered_at=self.at,
            channel=self.channel,
        )
        self.work.db.add(row)
        self.work.db.flush()
        said = EventName.CONSENT_GIVEN if answer else EventName.CONSENT_REFUSED
        event = EventName.TERMS_ACCEPTED if name == TERMS else said
        audit.record(self.work, event, account_id=self.account.id, question=name, version=version)


def due(work: Work, holders: Iterable[Holder]) -> list[Question]:
    """List the questions that a person is asked.

    Args:
        work: the transaction.
        holders: the person, on each contract; while nobody knows who it is, none.

    Returns:
        the questions without condition, and those whose condition at least one of the holders meets.
    """
    known = [people.values_of(holder) for holder in holders]
    return [
        question
        for question in work.landlord.consents
        if not question.only_if or any(met(question.only_if, values) for values in known)
    ]


def record(work: Work, account: Account, answers: Mapping[str, bool], channel: str = WEB) -> None:
    """Keep answers, each with the version of the wording that is configured now.

    Args:
        work: the transaction.
        account: who answered.
        answers: name of each question, and whether the answer is yes; a question that is gone is left out.
        channel: where the answers were given.
    """
    given = Given(work, account, channel, work.now)
    for question in work.landlord.consents:
        if question.name in answers:
            given.keep(question.name, question.version, answer=answers[question.name])


def accept_terms(work: Work, account: Account, version: str, channel: str = WEB) -> None:
    """Keep that somebody accepted a version of the general terms; see `record`."""
    Given(work, account, channel, work.now).keep(TERMS, version, answer=True)


def keep_for_later(
    work: Work, first: FirstConnection, answers: Mapping[str, bool], terms_version: str | None
) -> None:
    """Keep the answers of somebody who has no account yet, with their time and the versions of their wording.

    Args:
        work: the transaction.
        first: the person on the way to an account.
        answers: name of each question, and whether the answer is yes.
        terms_version: version of the general terms that was accepted, if it was asked for.
    """
    versions = {question.name: question.version for question in work.landlord.consents}
    kept: Mapping[str, Any] = first.answers
    first.answers = {
        **kept,
        "consents": {**kept.get("consents", {}), **answers},
        "versions": {**kept.get("versions", {}), **{name: versions[name] for name in answers}},
        **({TERMS: terms_version} if terms_version else {}),
        "answered_at": int(work.now.timestamp()),
    }


def record_of_first_connection(work: Work, account: Account, first: FirstConnection) -> None:
    """Keep the answers that somebody gave on the way to the account, as of the time they gave them."""
    kept: Mapping[str, Any] = first.answers
    if "answered_at" not in kept:
        return
    given = Given(work, account, WEB, datetime.fromtimestamp(kept["answered_at"], UTC))
    for name, answer in kept["consents"].items():
        given.keep(name, kept["versions"][name], answer=answer)
    if TERMS in kept:
        given.keep(TERMS, kept[TERMS], answer=True)


def current(work: Work, account_id: int) -> dict[str, Consent]:
    """Find the newest answer of an account to each question it ever answered; the terms are named `terms`."""
    return {answer.name: answer for answer in history(work, account_id)}


def history(work: Work, account_id: int) -> Sequence[Consent]:
    """List every answer of an account, the oldest first."""
    found = select(Consent).where(Consent.landlord == work.landlord.slug, Consent.account_id == account_id)
    return work.db.scalars(found.order_by(Consent.id)).all()
