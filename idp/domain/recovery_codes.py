"""The form of recovery codes, which stand in for a telephone that is lost."""

COUNT = 10
LENGTH = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is read as something else: no i, l, o, 0 and 1."""


def written(code: str) -> str:
    """Write a code in two halves, for people who copy it."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed_code(text: str) -> str | None:
    """Read a code as people type it, in capitals, with spaces or without the dash; None for anything else."""
    code = "".join(sign for sign in text.lower() if sign not in " -–—._\t\u00a0")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
