"""Whether an app may sign a person out without asking them (RP-Initiated Logout 1.0 §2)."""

Subject = tuple[str, str]
"""A person and a session: `sub` and `sid`."""


def may_leave(hinted: Subject, present: Subject | None) -> bool:
    """Tell whether the session an app points at is the one that is there, or nobody is signed in any more.

    Args:
        hinted: whom and which session its ID token names.
        present: who is signed in, in which session.
    """
    return present is None or hinted == present
