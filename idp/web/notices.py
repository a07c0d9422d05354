"""Carries a word about what has just happened to the next page."""

from flask import session

from idp.domain.refusals import Notice

KEY = "notice"


def leave(notice: Notice) -> None:
    """Leave a notice for the next page of this browser."""
    session[KEY] = notice.value


def take() -> Notice | None:
    """Take the notice that was left, if there is one."""
    left = session.pop(KEY, None)
    return Notice(left) if left in set(Notice) else None
