"""How people prove, sign in and stay signed in: the landlord's own rules of the house."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from idp.settings.section import Duration, Section

ReminderWay = Literal["email", "proof"]
CharacterClass = Literal["lower", "upper", "digit", "special"]


class IdentifierRule(Section):
    """What a person types to say who they are, and how it is brought to its canonical form."""

    digits_only: bool = False
    """Only the digits count: spaces, dots and dashes are ignored, other characters make it unknown."""
    strip_prefix: str | None = None
    """Text taken off the start where it was typed, such as `L/`."""
    strip_left_zeros: bool = False
    """Zeros at the start do not count."""
    length: Annotated[int, Field(ge=1, le=100)] | None = None
    """Exact length once read. The prefix is then taken off longer texts only, so it may be made of digits."""

    @model_validator(mode="after")
    def _one_reading(self) -> "IdentifierRule":
        prefix = (self.strip_prefix or "").strip()
        if self.digits_only and prefix[:1].isdigit() and not self.length:
            raise ValueError("strip_prefix: digits at the start of digits need a length to tell them apart")
        if self.strip_left_zeros and self.length:
            raise ValueError("strip_left_zeros: says nothing beside a length")
        return self


class SignIn(Section):
    """What people sign in with."""

    by: Annotated[list[Literal["reference", "email"]], Field(min_length=1)] = ["reference"]
    """What people sign in with: the identifier printed on the notice, their verified e-mail address, or either."""
    identifier: IdentifierRule = IdentifierRule()
    """How the identifier printed on the notice is read."""
    remember: Duration | None = None
    """« Mémoriser »: how long a browser stays signed in where the person wishes it; not offered without it."""


class Breaker(Section):
    """When many codes are tried across the landlord, a second fact is asked of everybody for a while."""

    failures: Annotated[int, Field(ge=1)] = 200
    """Wrong codes that trip the breaker."""
    within: Duration = timedelta(hours=1)
    """Time in which they are counted, and for which the second fact is then asked."""


class FirstConnection(Section):
    """From the letter in the hand to the account."""

    offered: bool = True
    """Whether the sign-in page leads to it; a landlord who sends no letters has a registration instead."""
    link_valid_for: Duration = timedelta(hours=24)
    """How long the link that confirms the e-mail address is good."""
    resend_after: Duration = timedelta(seconds=60)
    """How long to wait before the mail can be sent again."""
    mails_per_day: Annotated[int, Field(ge=1)] = 10
    """Most confirmation mails in one day for one first connection, corrected addresses included."""
    session: Duration = timedelta(hours=1)
    """How long a first connection stays open in the browser that proved; proving again continues it."""
    second_fact: Literal["birth_date", "last_name", "none"] = "birth_date"
    """Fact of the registry that is asked beside the code while the breaker is tripped."""
    breaker: Breaker = Breaker()


class Recovery(Section):
    """« Mot de passe oublié »."""

    link_valid_for: Duration = timedelta(minutes=30)
    """How long the link is good."""
    resend_after: Duration = timedelta(seconds=60)
    """Least time between two mails to the same person."""
    per_day: Annotated[int, Field(ge=1)] = 10
    """Most mails to the same person in one day."""
    identifier_by: list[ReminderWay] = ["email"]
    """« Identifiant oublié », for people who sign in by reference: `email` mails it to the address it belongs to;
    `proof` asks name and date of birth, shows its ends, and mails the whole of it. An empty list offers neither."""


class PasswordRules(Section):
    """What a new password must look like; the page lists exactly these rules."""

    min_length: Annotated[int, Field(ge=8, le=64)] = 8
    """Least number of characters."""
    require: list[CharacterClass] = ["upper", "digit", "special"]
    """Kinds of characters of which at least one must be there."""
    leaked_list: Path | None = None
    """File of leaked passwords that are refused; `idp passwords list build` makes it."""
    forbid_common: bool = True
    """Refuse the passwords that everybody tries first."""
    forbid_personal: bool = True
    """Refuse passwords made of the person's own name, reference or address."""
    forbidden_words: list[str] = []
    """Further words that may not be the heart of a password, such as the landlord's name."""


class Tries(Section):
    """So many wrong tries close the way for so long."""

    tries: Annotated[int, Field(ge=1)]
    """Wrong tries in a row that close it."""
    window: Duration
    """Time after which earlier wrong tries are forgotten."""
    closed_for: Duration
    """How long it stays closed; further tries do not make it longer."""
    lifetime: Annotated[int, Field(ge=0)] = 0
    """Wrong tries since the last success that close it until the password is renewed; 0 for never."""


class Ladder(Section):
    """What wrong tries lead to."""

    person: Tries = Tries(tries=3, window=timedelta(minutes=10), closed_for=timedelta(minutes=10), lifetime=100)
    """For one account, holder or unknown reference, all browsers together."""
    device: Tries = Tries(tries=3, window=timedelta(minutes=10), closed_for=timedelta(minutes=10), lifetime=100)
    """For one account from a browser that has signed in to it before: a stranger cannot use these up."""
    network: Tries = Tries(tries=50, window=timedelta(minutes=10), closed_for=timedelta(minutes=10))
    """For one network (IPv4 /24, IPv6 /64), whatever reference was tried."""
    proof: Tries = Tries(tries=3, window=timedelta(minutes=10), closed_for=timedelta(minutes=10))
    """For one reference at registration: when it closes, all of the account is closed to unknown browsers."""
    weak_passwords_count: bool = False
    """Count a new password that breaks the rules as a failed registration."""
    without_account: Literal["timer", "assistance"] = "timer"
    """How a reference without account opens again: by the timer as well, or when the staff lift it."""


class Sessions(Section):
    """How long a browser stays signed in."""

    idle: Duration = timedelta(hours=1)
    """Without any visit."""
    absolute: Duration = timedelta(hours=12)
    """In any case."""
    pending: Duration = timedelta(hours=1)
    """How long an app's request for a sign-in may wait for the person."""
