"""Every mail the provider sends."""

from enum import StrEnum


class MailKind(StrEnum):
    """A mail, named as its templates `templates/mail/<kind>.html` and `.txt`."""

    CONFIRM_EMAIL = "confirm_email"
    """Link that confirms the address given at first connection. Context: token."""
    ADDRESS_GIVEN = "address_given"
    """To the address of the registry: another address was given at first connection. Context: none."""
    ACCOUNT_OPENED = "account_opened"
    """To the verified address: the account is ready. Context: none."""
    RESET_PASSWORD = "reset_password"
    """Link to choose a new password. Context: token."""
    PASSWORD_CHANGED = "password_changed"
    """To the verified address: the password was changed. Context: none."""
    RENEWAL_REMINDER = "renewal_reminder"
    """To the verified address: a new password will be asked for soon. Context: due_on (ISO date), days."""
    SIGN_IN_CLOSED = "sign_in_closed"
    """To the verified address: too many wrong passwords closed the sign-in. Context: minutes."""
    CAPTCHA_CODE = "captcha_code"
    """Six digits to type into a form instead of those of its picture. Context: code."""
    ACCOUNT_RECLAIMED = "account_reclaimed"
    """To the former address: a new letter opened the account anew. Context: none."""
    ACTIVATE = "activate"
    """Link that opens the account somebody registered for. Context: token."""
    RECREATE = "recreate"
    """Link that puts the password of a repeated registration in force, to the account's address. Context: token."""
    ALREADY_REGISTERED = "already_registered"
    """To the account's address: somebody registered once more. Context: none."""
    ACCOUNT_CLOSED = "account_closed"
    """To the verified address: no contract is left, and the time to come back is over. Context: none."""
