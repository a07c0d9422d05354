"""Values that a spreadsheet would run as formulas, and how to write them so that it shows them."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"


def is_formula(value: str) -> bool:
    """Tell whether a spreadsheet may take a value for a formula."""
    return value.startswith(FORMULA_STARTS)


def guarded(value: str) -> str:
    """Write a value so that a spreadsheet shows it as it is (OWASP, CSV injection)."""
    return GUARD + value if is_formula(value) else value


def restored(value: str) -> str:
    """Read a value back that `guarded` wrote."""
    bare = value.removeprefix(GUARD)
    return bare if is_formula(bare) else value
