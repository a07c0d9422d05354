"""Pages for people who are signed in: others sign in first, and come back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import redirect

from idp.models import Account, BrowserSession, HalfSignIn
from idp.services import half_sign_ins, sessions
from idp.web.answers import Answer
from idp.web.browser_session import current_session
from idp.web.current import begin_writing, work
from idp.web.templating import to

P = ParamSpec("P")
View = Callable[Concatenate[BrowserSession, Account, P], Answer]


def with_person(
    view: Callable[Concatenate[BrowserSession, Account, HalfSignIn | None, P], Answer],
) -> Callable[P, Answer]:
    """Give a page of the second factor its person: who is signed in, or has shown the first factor."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Answer:
        session = current_session()
        half = half_sign_ins.find(work(), session)
        account = half.account if half is not None else session.account if session is not None else None
        if session is None or account is None:
            return redirect(to("sign_in.show"), 303)
        return view(session, account, half, *args, **kwargs)

    return wrapped


def with_account(then: str | None = None) -> Callable[[View[P]], Callable[P, Answer]]:
    """Give a view the session and the account of the person who is signed in.

    Args:
        then: where the sign-in leads back to, one of `idp.web.steps.AFTER`; None for the app that asks.
    """
    wish = {"then": then} if then else {}

    def decorate(view: View[P]) -> Callable[P, Answer]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> Answer:
            session = current_session()
            if session is None or session.account is None:
                page = "second_factor.ask" if session is not None and session.is_half else "sign_in.show"
                return redirect(to(page, **wish), 303)
            if sessions.touch_is_due(work(), session):
                sessions.touch(begin_writing(), session)
            return view(session, session.account, *args, **kwargs)

        return wrapped

    return decorate
