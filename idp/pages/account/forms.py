"""The forms of « Mon compte »."""

from typing import Any

from idp.domain.captchas import Place
from idp.models import Account
from idp.web.captchas import CaptchaField
from idp.web.email_field import email_field
from idp.web.forms import Form, password_field
from idp.web.landlord import current_landlord
from idp.web.letter_proof import prove_form
from idp.web.password_form import present_password_field
from idp.web.proof_fields import proof_fields
from idp.web.words import _l


class NewAddressForm(Form):
    """The new address, and the password once more."""

    email = email_field(_l("New e-mail address"))
    present = present_password_field()


def contract_form(account: Account, **sent: Any) -> Form:
    """Make the form of a further contract: the landlord's proof, and the account's password where it has one.

    Args:
        account: of the person who is signed in.
        sent: what the form is filled with instead of the request.
    """
    landlord = current_landlord()
    kind: type[Form] = Form
    if landlord.registration:
        fields = {**proof_fields(landlord), **_present(account), "captcha": CaptchaField(Place.PROOF)}
    else:
        kind = prove_form()
        missing = _l("Type the six digits of the letter, or your former password.")
        code = password_field(_l("Provisional password"), missing, "one-time-code")  # not the one that is kept
        fields = {"password": code, **_present(account)}
    made: type[Form] = type("ContractForm", (kind,), fields)
    return made(**sent)


def _present(account: Account) -> dict[str, Any]:
    return {"present": present_password_field()} if account.password else {}
