"""The forms around linked accounts."""

from idp.settings.landlord import Landlord
from idp.web.forms import Form
from idp.web.password_form import present_password_field
from idp.web.proof_fields import proof_fields


class PresentPasswordForm(Form):
    """The password once more."""

    present = present_password_field()


class SecretsForm(Form):
    """What somebody types whom a public identity service vouches for."""

    @staticmethod
    def of(landlord: Landlord) -> "SecretsForm":
        """Make the form of a landlord's recipe."""
        asks = landlord.registration.secrets if landlord.registration else []
        made: type[SecretsForm] = type("SecretsForm", (SecretsForm,), proof_fields(landlord, asks))
        return made()
