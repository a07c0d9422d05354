"""Six digits against machines: on which forms, how long, how often."""

from datetime import timedelta
from enum import StrEnum

TRIES = 3
SHOWN_FOR = timedelta(minutes=5)
MAILED_FOR = timedelta(minutes=30)


class Place(StrEnum):
    """A form that may ask for them, named as its setting in `[captcha]`."""

    SIGN_IN = "sign_in"
    PROOF = "proof"
    REGISTRATION = "registration"
    RECOVERY = "recovery"
    ASSISTANCE = "assistance"


class Fault(StrEnum):
    """What is wrong with the digits that somebody typed, or with their wish to get them by mail."""

    WRONG = "wrong"
    OVER = "over"
    """They were used, are too old, were tried too often, or belong to another form or browser."""
    NOBODY_NAMED = "nobody_named"
    """A code by mail was asked for, and no identifier was typed."""
