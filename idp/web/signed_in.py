"""Pages for people who are signed in: others sign in first, and come back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import redirect

from idp.models import Account, BrowserSession
from idp.services import sessions
from idp.web.answers import Answer
from idp.web.browser_session import current_session
from idp.web.current import begin_writing, work
from idp.web.templating import to

P = ParamSpec("P")
View = Callable[Concatenate[BrowserSession, Account, P], Answer]


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
                return redirect(to("sign_in.show", **wish), 303)
            if sessions.touch_is_due(work(), session):
                sessions.touch(begin_writing(), session)
            return view(session, session.account, *args, **kwargs)

        return wrapped

    return decorate
