"""The page on which somebody adds a contract, as any of the landlords has it."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from idp.domain.refusals import Refusal
from idp.models import Account, Password
from idp.pages.account.forms import contract_form
from idp.web.forms import Form
from idp.web.landlord import current_landlord
from tests.pages.state import State, Values, asked, those

WITH_PASSWORD = Account(password=Password())


def contract(
    account: Account = WITH_PASSWORD, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> State:
    """Make the page as it is opened, or as it was sent with this typed into it."""

    def fields() -> Form:
        form = contract_form(account, formdata=MultiDict(typed) if typed is not None else None)
        if typed is not None:
            form.validate()
        return form

    def form() -> Form:
        landlord = current_landlord()
        by_facts = landlord.registration is not None
        return asked(fields)() if by_facts and landlord.captcha.proof == "always" else fields()

    def values() -> Values:
        recipe = current_landlord().registration
        return {"asks": recipe.asks if recipe else [], "refusal": refusal}

    error = typed is not None or refusal is not None
    offering = those(lambda landlord: landlord.adds_contracts)
    return State("account/contract.html", "/account/contract", form, values, error, landlords=offering)
