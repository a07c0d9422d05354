"""`[registration]`: the recipe by which somebody without a letter proves who they are and opens an account."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from idp.domain.civil import Further
from idp.settings.journey import IdentifierRule
from idp.settings.section import Conditions, Section, Text

Part = Literal["proof", "email", "password", "consents", "terms"]
NEEDED: tuple[Part, ...] = ("proof", "email", "password")
TOLD = ("last_name", "first_name", "birth_date")
"""What a public identity service tells, so that nobody has to type it."""


class Asked(IdentifierRule):
    """One fact of the registry that a person must know; names and dates are read by their own rules."""

    field: str
    """`identifier`, `last_name`, `first_name`, `birth_date`, or a name from `registry.facts`."""
    label: Text | None = None
    """What the page calls it, where its usual name does not fit."""
    hint: Text | None = None
    """Where on the notice it stands."""


class Page(Section):
    """One page of the registration."""

    parts: Annotated[list[Part], Field(min_length=1)]
    """What is asked on it, in this order."""
    title: Text | None = None
    """Its heading."""
    button: Text | None = None
    """Words of its button."""


class Vouched(Section):
    """A public identity service (FranceConnect) that says who somebody is, in place of names and birth date typed.
    The facts of the contract are typed all the same; birth name, first names and birth date must fit the registry."""

    provider: str
    """Name of the provider in `[[social]]`; its button then stands on the first page of the registration too."""
    birth_name: str
    """Where the registry has the family name at birth: a name from `registry.facts`, or `last_name` where the column
    holds the birth name of everybody."""
    also: dict[Further, str] = {}
    """What else must fit, and the fact of the registry to compare it with: gender is `male` or `female`, birthplace
    and birthcountry are the codes of INSEE. The provider's scopes must name them."""


class Registration(Section):
    """Opening an account by facts of the registry, without a letter; the mail with the activation link comes last."""

    asks: Annotated[list[Asked], Field(min_length=2)]
    """Facts that prove who somebody is; the identifier is always one of them."""
    pages: Annotated[list[Page], Field(min_length=1)]
    """The pages, in order. `proof` stands on the first; `email` and `password` stand somewhere."""
    may_enrol: Conditions = {}
    """Which holders may have an account: a fact, `role` or `kind`, and the values that may."""
    first_names: Literal["all", "any"] = "any"
    """Whether somebody with several first names has to type all of them, or any one."""
    typos: Annotated[int, Field(ge=0, le=1)] = 0
    """Letters of a name that may be wrong, missing or too many."""
    vouched: Vouched | None = None
    email_twice: bool = False
    """Ask for the e-mail address twice."""
    recreates: bool = False
    """Proving again with a new password replaces the password of an account, once its owner's mailbox confirms it."""

    @property
    def secrets(self) -> list[Asked]:
        """What somebody types whom a public identity service vouches for: the facts of the contract."""
        return [asked for asked in self.asks if asked.field not in TOLD]

    @model_validator(mode="after")
    def _pages_fit_together(self) -> "Registration":
        parts = [part for page in self.pages for part in page.parts]
        twice = sorted({part for part in parts if parts.count(part) > 1})
        missing = [part for part in NEEDED if part not in parts]
        if twice or missing:
            raise ValueError(f"pages: each part once, none of {', '.join([*twice, *missing])} missing or repeated")
        if "proof" not in self.pages[0].parts:
            raise ValueError("pages: the proof stands on the first page")
        fields = [asked.field for asked in self.asks]
        if "identifier" not in fields or len(set(fields)) < len(fields):
            raise ValueError("asks: the identifier, and each field once")
        return self
