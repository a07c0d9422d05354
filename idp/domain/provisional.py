"""The code of a letter, as it is typed."""

import re
import unicodedata

DIGITS = 6


def typed_code(secret: str) -> str | None:
    """Recognise the code of a letter in what somebody typed into the password field.

    Args:
        secret: what was typed; spaces between the digits and full-width digits are forgiven.

    Returns:
        the six digits, or None when it is something else.
    """
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", secret))
    return bare if re.fullmatch(f"[0-9]{{{DIGITS}}}", bare) else None
