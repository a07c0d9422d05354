"""How hard the weakest password that some rules allow is to guess."""

import math
from collections.abc import Collection

ALPHABET = {"lower": 26, "upper": 26, "digit": 10, "special": 37}
RECOMMENDED_BITS = 50


def worst_case_bits(min_length: int, required: Collection[str]) -> float:
    """Compute the entropy of the shortest password (CNIL, deliberation 2022-100).

    The alphabet counts the kinds of characters that must be there: nobody is sure to use another one. Where no kind
    is asked for, a password of digits only is allowed.

    Args:
        min_length: least number of characters.
        required: kinds of characters that must be there: `lower`, `upper`, `digit`, `special`.

    Returns:
        bits.
    """
    alphabet = sum(ALPHABET[kind] for kind in set(required)) or ALPHABET["digit"]
    return min_length * math.log2(alphabet)
