"""What a hosted page may say about a try: why not, or what just happened."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a page goes no further; one sentence each, the same for known and unknown people."""

    WRONG_CREDENTIALS = "wrong_credentials"
    """Unknown identifier, wrong password, burned or expired code: nobody learns which."""
    WRONG_PASSWORD = "wrong_password"
    """Somebody who is signed in typed another password than their own."""
    CLOSED = "closed"
    """Too many tries. Values: minutes, an upper bound of the wait."""
    NOT_PROVED = "not_proved"
    """The facts do not fit together, or the reference is unknown: nobody learns which."""
    BLOCKED = "blocked"
    """Too many failed registrations, for people with an account and without alike. Values: wait."""
    WAIT = "wait"
    """Too many tries where nothing else stays open meanwhile. Values: wait."""
    SECOND_FACT_NEEDED = "second_fact_needed"
    """Many codes are being tried at this landlord: one more fact is asked of everybody for a while."""
    TOO_MANY_MAILS = "too_many_mails"
    """The mail was sent a moment ago, or too often today."""
    TOO_MANY_CASES = "too_many_cases"
    """So many messages came from this network today that no more are taken."""
    UNKNOWN_CODE = "unknown_code"
    """No device waits with this code, or no longer."""
    CONTRACT_ENDED = "contract_ended"
    """The password was right, but no contract of the person is running."""
    ONLY_WAY_IN = "only_way_in"
    """What the person wants to take away is their only way in."""


class Notice(StrEnum):
    """What just happened, said at the top of the page it led to."""

    PASSWORD_CHANGED = "password_changed"
    PASSWORD_IN_FORCE = "password_in_force"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    CONTRACT_ADDED = "contract_added"
    EMAIL_CHANGED = "email_changed"
    EMAIL_TAKEN_BACK = "email_taken_back"
    ACTIVATED = "activated"
    CHOICES_KEPT = "choices_kept"
    ACCESS_WITHDRAWN = "access_withdrawn"
    MAIL_SENT_AGAIN = "mail_sent_again"
    SUPPORT_ACCEPTED = "support_accepted"
    SUPPORT_REFUSED = "support_refused"
    SUPPORT_ENDED = "support_ended"
    SUPPORT_GONE = "support_gone"
    SOCIAL_LINKED = "social_linked"
    SOCIAL_UNLINKED = "social_unlinked"
