"""All settings of one running server."""

from pydantic import Field, model_validator

from idp.settings.client import on_loopback
from idp.settings.landlord import Landlord
from idp.settings.server import IdpFile


class Settings(IdpFile):
    """`config/idp.toml` and every `config/landlords/<slug>.toml` together."""

    landlords: dict[str, Landlord] = Field(default={}, exclude=True)

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> "Settings":
        if self.server.demo and not on_loopback(self.server.public_url):
            raise ValueError("server.demo: only with a public_url on the loopback")
        return self
