"""The form of the renewal."""

from idp.settings.landlord import Landlord
from idp.web.forms import password_field
from idp.web.password_form import NewPasswordForm, confirmation_field, new_password_field
from idp.web.proof_fields import proof_fields
from idp.web.words import _l


class RenewalForm(NewPasswordForm):
    """The present password, and the new one twice."""

    present = password_field(_l("Present password"), _l("Type your present password."), "current-password")
    password = new_password_field()
    confirmation = confirmation_field()


def renewal_form(landlord: Landlord) -> RenewalForm:
    """Make the form, with the facts of the registration where the landlord asks for them again."""
    facts = proof_fields(landlord) if landlord.renewal.reproof else {}
    made: type[RenewalForm] = type("RenewalForm", (RenewalForm,), facts)
    return made()
