"""What somebody has not agreed to yet, and is asked after signing in."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from idp.models import Base
from idp.services import consents, people
from idp.services.live_sessions import LiveSession
from idp.services.prepared import Prepared
from idp.services.work import Work
from idp.settings.agreements import TERMS, Consent, Terms

POSTPONED = "agreements"
CONSENT = Base.metadata.tables["consent"]
ANSWERED = Prepared(
    select(CONSENT.c.name, CONSENT.c.version)
    .where(CONSENT.c.landlord == bindparam("of_landlord"), CONSENT.c.account_id == bindparam("account"))
    .order_by(CONSENT.c.id)
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What is asked.

    Attributes:
        terms: the general terms, where this version is not accepted.
        questions: those that apply to the person and have no answer to their present wording.
        may_wait: whether « later » is an answer.
    """

    terms: Terms | None = None
    questions: tuple[Consent, ...] = ()
    may_wait: bool = True

    def __bool__(self) -> bool:
        """Tell whether anything is asked."""
        return self.terms is not None or bool(self.questions)


def unanswered(work: Work, session: LiveSession, *, even_postponed: bool = False) -> Unanswered:
    """Find what a signed-in person is still to be asked.

    Terms whose grace is over are asked for alone, for they cannot wait; the questions always can.

    Args:
        work: the transaction; where the landlord asks nothing, nothing is read.
        session: the person's session.
        even_postponed: whether to name what was answered with « later » in this session, too.
    """
    if work.landlord.terms is None and not work.landlord.consents:
        return Unanswered()
    of_account = {"of_landlord": work.landlord.slug, "account": session.account_id}
    answered = {row.name: row.version for row in ANSWERED.all(work.db, of_account)}
    terms = _terms(work, answered.get(TERMS))
    if terms is not None and people.today(work) > terms.published_on + terms.grace:
        return Unanswered(terms, may_wait=False)
    if POSTPONED in session.postponed and not even_postponed:
        return Unanswered()
    return Unanswered(terms, _questions(work, session, answered))


def _terms(work: Work, accepted: str | None) -> Terms | None:
    terms = work.landlord.terms
    if terms is None or terms.version == accepted or people.today(work) < terms.published_on:
        return None
    return terms


def _questions(work: Work, session: LiveSession, answered: dict[str, str]) -> tuple[Consent, ...]:
    fresh = [question for question in work.landlord.consents if answered.get(question.name) != question.version]
    if any(question.only_if for question in fresh) and session.account is not None:
        applying = consents.due(work, people.holders(work, session.account))
        return tuple(question for question in fresh if question in applying)
    return tuple(fresh)
