"""`[second_factor]`: a code beside the password."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from idp.settings.journey import Tries
from idp.settings.section import Section


class SecondFactor(Section):
    """A code from an authenticator app beside the first way in, and recovery codes for who has lost it."""

    mode: Literal["off", "offered", "required"] = "off"
    """`offered` lets people turn it on under « Mon compte »; with `required`, whoever has none sets one up right
    after the sign-in."""
    remembered_days: Annotated[int, Field(ge=0, le=365)] = 30
    """« Ne plus demander sur cet appareil »: days for which a browser is not asked again; 0 offers it to nobody."""
    tries: Tries = Tries(tries=5, window=timedelta(minutes=10), closed_for=timedelta(minutes=10), lifetime=100)
    """For one account. Only somebody who has shown the password, or an account elsewhere, gets as far as this; with
    `lifetime` used up, `idp account unlock` opens it again."""

    @property
    def is_there(self) -> bool:
        """Whether people can have one at all."""
        return self.mode != "off"
