"""What may be wrong with a configuration, in words."""

import re
from dataclasses import dataclass

PROGRAM_FILE = "idp.toml"
USER_PART = re.compile(r"(?<=://)[^/@\s]*@")
SECRET_WORDS = ("secret", "password")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value of one file."""

    file: str
    key: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f"{self.key} = {self.value}" if self.value else self.key
        return ": ".join(part for part in (self.file, shown, self.reason) if part)


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def show(key: str, value: object) -> str:
    """Show a value in a problem: no whole table, no secret, no password in an address."""
    name = key.rpartition(".")[2]
    hidden = any(word in name for word in SECRET_WORDS) and not name.endswith("_file")
    if hidden or not isinstance(value, str | int | float):
        return ""
    return repr(USER_PART.sub("...@", value)) if isinstance(value, str) else repr(value)


def landlord_file(slug: str) -> str:
    """Name a landlord's file as problems do."""
    return f"landlords/{slug}.toml"
