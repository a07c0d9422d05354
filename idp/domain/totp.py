"""Codes of an authenticator app: six digits that change every thirty seconds (RFC 6238, RFC 4226)."""

import hmac
import re
from datetime import datetime

import pyotp

PERIOD = 30
"""Seconds that a code is shown; the X of RFC 6238 §4.1."""
DIGITS = 6
TOLERANCE = 1
"""Steps that a telephone's clock may be ahead or behind (RFC 6238 §5.2)."""
SECRET_BYTES = 20
"""The length of what HMAC-SHA-1 gives (RFC 4226 §4, R6)."""
SEPARATORS = re.compile(r"[\s.\-]+")
GROUP = 4


def step_of(now: datetime) -> int:
    """Number the time step of an instant (RFC 6238 §4.2)."""
    return int(now.timestamp()) // PERIOD


def typed_code(text: str) -> str | None:
    """Read six digits as people type them, in two groups or in one; None for anything else."""
    digits = SEPARATORS.sub("", text)
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Find the time step whose code this is; every step is looked at, so that the time tells nothing.

    Args:
        secret: in base32, as the app has it.
        code: six digits.
        now: the instant it is shown.

    Returns:
        the step, one of those around the present one; None where it is none of their codes.
    """
    codes = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    present = step_of(now)
    around = range(max(present - TOLERANCE, 0), present + TOLERANCE + 1)
    fitting = [step for step in around if hmac.compare_digest(codes.generate_otp(step), code)]
    return fitting[-1] if fitting else None


def address(secret: str, issuer: str, account: str) -> str:
    """Compose the otpauth: address that an authenticator app takes from a picture or a link.

    Args:
        secret: in base32.
        issuer: the landlord's name, which the app shows.
        account: what the person signs in with, which it shows below.
    """
    codes = pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    return codes.provisioning_uri(name=account.replace(":", " "), issuer_name=issuer.replace(":", " "))


def in_groups(secret: str) -> str:
    """Write a secret in groups of four, for people who type it."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
