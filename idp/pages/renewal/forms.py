"""The form of the renewal."""

from idp.settings.landlord import Landlord
from idp.web.password_form import ChangePasswordForm
from idp.web.proof_fields import proof_fields


def renewal_form(landlord: Landlord) -> ChangePasswordForm:
    """Make the form, with the facts of the registration where the landlord asks for them again."""
    facts = proof_fields(landlord) if landlord.renewal.reproof else {}
    made: type[ChangePasswordForm] = type("RenewalForm", (ChangePasswordForm,), facts)
    return made()
