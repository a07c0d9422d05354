"""What a new password must look like."""

from enum import StrEnum

MAX_LENGTH = 128
COMMON_HEART = 4


class Rule(StrEnum):
    """One rule, listed on the page in this order and answered one by one."""

    LENGTH = "length"
    LOWER = "lower"
    UPPER = "upper"
    DIGIT = "digit"
    SPECIAL = "special"
    NOT_COMMON = "not_common"
    NOT_PERSONAL = "not_personal"


CLASSES = {
    Rule.LOWER: str.islower,
    Rule.UPPER: str.isupper,
    Rule.DIGIT: lambda letter: letter.isascii() and letter.isdigit(),
    Rule.SPECIAL: lambda letter: not letter.isalnum() and not letter.isspace(),
}
