"""All settings of one running server."""

from pydantic import Field

from idp.settings.landlord import Landlord
from idp.settings.server import IdpFile


class Settings(IdpFile):
    """`config/idp.toml` and every `config/landlords/<slug>.toml` together."""

    landlords: dict[str, Landlord] = Field(default={}, exclude=True)
