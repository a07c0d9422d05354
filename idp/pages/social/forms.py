"""The forms around linked accounts."""

from idp.settings.landlord import Landlord
from idp.web.forms import Form
from idp.web.proof_fields import proof_fields


class SecretsForm(Form):
    """What somebody types whom a public identity service vouches for."""

    @staticmethod
    def of(landlord: Landlord) -> "SecretsForm":
        """Make the form of a landlord's recipe."""
        asks = landlord.registration.secrets if landlord.registration else []
        made: type[SecretsForm] = type("SecretsForm", (SecretsForm,), proof_fields(landlord, asks))
        return made()
