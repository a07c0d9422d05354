"""Deletes what is over and has been kept long enough."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select

from idp.domain.events import EventName
from idp.models import (
    AuthorizationCode,
    BrowserSession,
    Captcha,
    Case,
    DeviceRequest,
    Event,
    FailureCounter,
    FirstConnection,
    Grant,
    HalfSignIn,
    Journey,
    KnownDevice,
    LogoutNotice,
    Mail,
    MailLink,
    ProvisionalPassword,
    PushedRequest,
    RefreshToken,
    RegistrationToken,
    Remembered,
    Reminder,
    SecondFactor,
    SigningKey,
    SocialRequest,
    SocialSession,
    SupportAccess,
    TrustedBrowser,
    UsedOnce,
)
from idp.services import audit, half_sign_ins, second_factors, trusted_browsers
from idp.services.work import Work

BATCH = 1000
OF_A_PERSON = ("account:", "holder:", "unknown:", "device:")
OF_A_FACTOR = "factor:"
LIFTED_BY_STAFF = "held:"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is deleted from one table.

    Attributes:
        model: the table.
        is_over: what has been kept long enough, and is referred to by nothing that stays.
    """

    model: Any
    is_over: Callable[[Work], ColumnElement[bool]]


def purge(work: Work, rule: Rule) -> int:
    """Delete one batch of rows; commit, and come again while it is a full one.

    Returns:
        how many rows were deleted.
    """
    model = rule.model
    batch = select(model.id).where(model.landlord == work.landlord.slug, rule.is_over(work)).limit(BATCH)
    ids = work.db.scalars(batch).all()
    if ids:
        work.db.execute(delete(model).where(model.id.in_(ids)))
    return len(ids)


def record(work: Work, counts: dict[str, int]) -> None:
    """Note in the audit trail what was deleted, unless it was nothing."""
    deleted = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if deleted:
        audit.record(work, EventName.PURGED, deleted=deleted)


def _journeys(work: Work) -> ColumnElement[bool]:
    return Journey.expires_at < work.now - work.settings.retention.sessions


def _pushed_requests(work: Work) -> ColumnElement[bool]:
    """Outlive the journeys that may still answer one."""
    return PushedRequest.expires_at < work.now - work.settings.retention.sessions - work.landlord.sessions.pending


def _codes(work: Work) -> ColumnElement[bool]:
    return AuthorizationCode.expires_at < work.now - work.settings.retention.sessions


def _device_requests(work: Work) -> ColumnElement[bool]:
    return DeviceRequest.expires_at < work.now - work.settings.retention.sessions


def _refresh_tokens(work: Work) -> ColumnElement[bool]:
    return RefreshToken.expires_at < work.now - work.settings.retention.sessions


def _grants(work: Work) -> ColumnElement[bool]:
    limit = work.now - work.settings.retention.sessions
    return and_(
        or_(Grant.expires_at < limit, Grant.revoked_at < limit),
        ~exists().where(AuthorizationCode.grant_id == Grant.id),
        ~exists().where(RefreshToken.grant_id == Grant.id),
        ~exists().where(DeviceRequest.grant_id == Grant.id),
    )


def _links(work: Work) -> ColumnElement[bool]:
    return MailLink.expires_at < work.now - work.settings.retention.sessions


def _sessions(work: Work) -> ColumnElement[bool]:
    limit = work.now - work.settings.retention.sessions
    return and_(
        or_(BrowserSession.expires_at < limit, BrowserSession.ended_at < limit),
        ~exists().where(Grant.session_id == BrowserSession.id),
    )


def _remembered(work: Work) -> ColumnElement[bool]:
    limit = work.now - work.settings.retention.sessions
    return or_(Remembered.expires_at < limit, Remembered.ended_at < limit)


def _first_connections(work: Work) -> ColumnElement[bool]:
    return and_(
        FirstConnection.started_at < work.now - work.settings.retention.letters,
        ~exists().where(MailLink.first_connection_id == FirstConnection.id),
        ~exists().where(BrowserSession.first_connection_id == FirstConnection.id),
    )


def _letters(work: Work) -> ColumnElement[bool]:
    limit = work.now - work.settings.retention.letters
    code = ProvisionalPassword
    return and_(
        or_(code.expires_at < limit, code.used_at < limit, code.cancelled_at < limit),
        ~exists().where(FirstConnection.provisional_password_id == code.id),
    )


def _mails(work: Work) -> ColumnElement[bool]:
    return and_(Mail.sealed.is_(None), Mail.created_at < work.now - work.settings.retention.mails)


def _logout_notices(work: Work) -> ColumnElement[bool]:
    return and_(LogoutNotice.due_at.is_(None), LogoutNotice.created_at < work.now - work.settings.retention.sessions)


def _devices(work: Work) -> ColumnElement[bool]:
    return KnownDevice.seen_at < work.now - work.settings.retention.devices


def _counters(work: Work) -> ColumnElement[bool]:
    ladder = work.landlord.ladder
    for_good = min((rule.lifetime for rule in (ladder.person, ladder.device) if rule.lifetime), default=None)
    counter = FailureCounter
    over = and_(
        counter.window_started_at < work.now - work.settings.retention.counters,
        or_(counter.closed_until.is_(None), counter.closed_until < work.now),
        ~counter.subject.startswith(LIFTED_BY_STAFF, autoescape=True),
    )
    person = or_(*(counter.subject.startswith(kind, autoescape=True) for kind in OF_A_PERSON))
    over = over if for_good is None else and_(over, or_(counter.total < for_good, ~person))
    codes, of_factor = work.landlord.second_factor.tries.lifetime, counter.subject.startswith(OF_A_FACTOR)
    return and_(over, or_(counter.total < codes, ~of_factor)) if codes else over


def _captchas(work: Work) -> ColumnElement[bool]:
    return Captcha.expires_at < work.now


def _reminders(work: Work) -> ColumnElement[bool]:
    return Reminder.due_on < (work.now - work.settings.retention.mails).date()


def _cases(work: Work) -> ColumnElement[bool]:
    rules = work.landlord.assistance
    forgotten = and_(Case.closed_at.is_(None), Case.opened_at < work.now - rules.erase_open_after)
    return or_(Case.closed_at < work.now - rules.erase_after, forgotten)


def _support(work: Work) -> ColumnElement[bool]:
    limit = work.now - work.landlord.support.shown_for
    unanswered = and_(SupportAccess.accepted_at.is_(None), SupportAccess.answer_by < limit)
    return or_(SupportAccess.closed_at < limit, unanswered)


def _social_requests(work: Work) -> ColumnElement[bool]:
    return SocialRequest.expires_at < work.now


def _social_sessions(work: Work) -> ColumnElement[bool]:
    over = or_(BrowserSession.expires_at < work.now, BrowserSession.ended_at < work.now)
    return exists().where(BrowserSession.id == SocialSession.session_id, over)


def _registration_tokens(work: Work) -> ColumnElement[bool]:
    return RegistrationToken.expires_at < work.now - work.settings.retention.sessions


def _used_once(work: Work) -> ColumnElement[bool]:
    return UsedOnce.expires_at < work.now


def _keys(work: Work) -> ColumnElement[bool]:
    return SigningKey.retires_at < work.now - work.settings.retention.keys


def _events(work: Work) -> ColumnElement[bool]:
    return Event.happened_at < work.now - work.settings.retention.events


RULES: dict[str, Rule] = {
    "journeys": Rule(Journey, _journeys),
    "pushed_requests": Rule(PushedRequest, _pushed_requests),
    "codes": Rule(AuthorizationCode, _codes),
    "device_requests": Rule(DeviceRequest, _device_requests),
    "refresh_tokens": Rule(RefreshToken, _refresh_tokens),
    "grants": Rule(Grant, _grants),
    "links": Rule(MailLink, _links),
    "social_requests": Rule(SocialRequest, _social_requests),
    "social_sessions": Rule(SocialSession, _social_sessions),
    "half_sign_ins": Rule(HalfSignIn, half_sign_ins.is_over),
    "sessions": Rule(BrowserSession, _sessions),
    "remembered": Rule(Remembered, _remembered),
    "first_connections": Rule(FirstConnection, _first_connections),
    "letters": Rule(ProvisionalPassword, _letters),
    "mails": Rule(Mail, _mails),
    "logout_notices": Rule(LogoutNotice, _logout_notices),
    "devices": Rule(KnownDevice, _devices),
    "trusted_browsers": Rule(TrustedBrowser, trusted_browsers.is_over),
    "unfinished_factors": Rule(SecondFactor, second_factors.is_over),
    "counters": Rule(FailureCounter, _counters),
    "captchas": Rule(Captcha, _captchas),
    "reminders": Rule(Reminder, _reminders),
    "cases": Rule(Case, _cases),
    "support_accesses": Rule(SupportAccess, _support),
    "registration_tokens": Rule(RegistrationToken, _registration_tokens),
    "used_once": Rule(UsedOnce, _used_once),
    "keys": Rule(SigningKey, _keys),
    "events": Rule(Event, _events),
}
"""In this order: first what refers to something, then what it refers to."""
