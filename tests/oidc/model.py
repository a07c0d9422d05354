"""What sessions, codes and tokens must be worth: the promises of the protocol, as plainly as they can be written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.settings.landlord import Landlord

STUTTER = timedelta(seconds=2)
SEEN_EVERY = timedelta(minutes=1)
TOKENS = "tokens"


@dataclass(eq=False)
class Session:
    """A browser that somebody is signed in with."""

    sub: str
    sid: str
    auth_time: datetime
    seen_at: datetime
    expires_at: datetime
    ended: bool = False


@dataclass(eq=False)
class Grant:
    """What one sign-in gave one app."""

    client_id: str
    sub: str
    sid: str
    auth_time: datetime
    session: Session
    expires_at: datetime
    offline: bool
    revoked: bool = False


@dataclass(eq=False)
class Code:
    """An authorization code."""

    secret: str
    grant: Grant
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(eq=False)
class RefreshToken:
    """One member of a family."""

    secret: str
    grant: Grant
    expires_at: datetime
    used_at: datetime | None = None
    successor: "RefreshToken | None" = None


@dataclass(eq=False)
class AccessToken:
    """An access token."""

    secret: str
    grant: Grant
    expires_at: datetime


@dataclass(eq=False)
class Answer:
    """What the token endpoint gave at once."""

    access: AccessToken
    refresh: RefreshToken | None
    id_token: str


class Model:
    """The provider as it is promised, for a few browsers at one landlord."""

    def __init__(self, landlord: Landlord, now: datetime) -> None:
        self.tokens, self.lifetimes = landlord.tokens, landlord.sessions
        self.now = now
        self.browsers: dict[str, Session] = {}
        self.sessions: list[Session] = []
        self.grants: list[Grant] = []

    def lives(self, thing: Session | Grant) -> bool:
        """Tell whether a session or a grant is neither ended nor over."""
        if isinstance(thing, Grant):
            return not thing.revoked and self.now < thing.expires_at
        idle = self.now - thing.seen_at >= self.lifetimes.idle
        return not thing.ended and not idle and self.now < thing.expires_at

    def session_of(self, browser: str) -> Session | None:
        """Find who is signed in with a browser."""
        session = self.browsers.get(browser)
        return session if session is not None and self.lives(session) else None

    def sign_in(self, browser: str, sub: str, sid: str) -> None:
        """A sign-in takes the place of the one before: the same person's apps go on, another person's are out."""
        former = self.session_of(browser)
        session = Session(sub, sid, self.now, self.now, self.now + self.lifetimes.absolute)
        if former is not None and former.sub == sub:
            former.ended = True
            for grant in self.grants:
                grant.session = session if grant.session is former else grant.session
        elif former is not None:
            self.end(former)
        self.browsers[browser] = session
        self.sessions.append(session)

    def end(self, session: Session) -> None:
        """What a session gave ends with it, but for what apps hold for the person's absence."""
        session.ended = True
        for grant in self.grants:
            grant.revoked |= grant.session is session and not grant.offline

    def sign_out_by_app(self, browser: str, grant: Grant) -> bool:
        """An app that shows the ID token of the session at hand ends it; of another one, the person is asked.

        Returns:
            whether the browser goes back to the app.
        """
        present = self.session_of(browser)
        if present is not None and (present.sub, present.sid) != (grant.sub, grant.sid):
            return False
        if present is not None:
            self.end(present)
        return True

    def end_everything_of(self, sub: str) -> None:
        """As after a new password: sessions and grants of a person."""
        for session in self.sessions:
            session.ended |= session.sub == sub
        for grant in self.grants:
            grant.revoked |= grant.sub == sub

    def notice_ends(self) -> None:
        """The worker ends the sessions whose time is over."""
        for session in self.sessions:
            if not session.ended and not self.lives(session):
                self.end(session)

    def authorize(self, session: Session, client_id: str, *, offline: bool) -> Grant:
        """A live session gives an app a grant, and is in use."""
        if self.now - session.seen_at >= SEEN_EVERY:
            session.seen_at = self.now
        lifetime = self.tokens.refresh_absolute if offline else self.tokens.code + self.tokens.access_token
        grant = Grant(client_id, session.sub, session.sid, session.auth_time, session, self.now + lifetime, offline)
        self.grants.append(grant)
        return grant

    def redeem(self, code: Code, client_id: str, *, whole: bool) -> str:
        """A code is good once, for its app, with its verifier; a second use revokes, unless it is a stutter.

        Args:
            code: what is presented.
            client_id: by which app.
            whole: whether with the right verifier and redirect URI.

        Returns:
            `TOKENS`, or the error.
        """
        if client_id != code.grant.client_id:
            return "invalid_grant"
        if code.used_at is not None:
            if not whole or self.now - code.used_at >= STUTTER:
                code.grant.revoked = True
            return "invalid_grant"
        if not whole or self.now >= code.expires_at or not self.lives(code.grant):
            return "invalid_grant"
        code.used_at = self.now
        return TOKENS

    def refresh(self, token: RefreshToken, client_id: str, *, wider: bool) -> str:
        """A refresh token is good once; a retry within the grace is no second use, and any other one revokes.

        Args:
            token: what is presented.
            client_id: by which app.
            wider: whether for more than was granted.

        Returns:
            `TOKENS`, or the error.
        """
        if client_id != token.grant.client_id or not self.lives(token.grant):
            return "invalid_grant"
        if token.used_at is None:
            if self.now >= token.expires_at:
                return "invalid_grant"
        elif not self._is_retry(token):
            token.grant.revoked = True
            return "invalid_grant"
        if wider:
            return "invalid_scope"
        token.used_at = token.used_at or self.now
        return TOKENS

    def revoke(self, thing: AccessToken | RefreshToken, client_id: str) -> str:
        """An app gives back what is its own, and with it everything from the same sign-in; nobody else can."""
        if isinstance(thing, AccessToken) and self.now >= thing.expires_at:
            return TOKENS
        if client_id != thing.grant.client_id:
            return "invalid_grant"
        thing.grant.revoked = True
        return TOKENS

    def is_good(self, thing: AccessToken | RefreshToken) -> bool:
        """Tell whether a token is worth something, when its app asks."""
        unused = isinstance(thing, AccessToken) or thing.used_at is None
        return unused and self.now < thing.expires_at and self.lives(thing.grant)

    def _is_retry(self, token: RefreshToken) -> bool:
        assert token.used_at is not None
        assert token.successor is not None
        return token.successor.used_at is None and self.now - token.used_at < self.tokens.refresh_grace
