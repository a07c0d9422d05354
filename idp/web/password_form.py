"""The page that asks for a new password, wherever one is asked for."""

from flask import render_template
from wtforms import PasswordField
from wtforms.validators import EqualTo

from idp.domain.passwords import Rule, rules_that_apply
from idp.web.forms import Form, password_field
from idp.web.landlord import current_landlord
from idp.web.words import _l


def new_password_field() -> PasswordField:
    """Make the field of a new password."""
    return password_field(_l("New password"), _l("Type the new password."), "new-password")


def confirmation_field() -> PasswordField:
    """Make the field that asks for the new password again."""
    different = _l("The two entries are different. Type the same password twice.")
    return password_field(
        _l("The same password again"),
        _l("Type the new password again."),
        "new-password",
        EqualTo("password", different),
    )


class NewPasswordForm(Form):
    """The new password, twice."""

    password = new_password_field()
    confirmation = confirmation_field()


def present_password_field() -> PasswordField:
    """Make the field of the password that is in force."""
    return password_field(_l("Present password"), _l("Type your present password."), "current-password")


class ChangePasswordForm(Form):
    """The present password, and the new one twice."""

    present = present_password_field()
    password = new_password_field()
    confirmation = confirmation_field()


def new_password_page(
    template: str,
    form: Form,
    broken: set[Rule] | None,
    username: str | None = None,
    *,
    renewing: bool = False,
    **values: object,
) -> str:
    """Render a page that lists the landlord's rules and answers each.

    Args:
        template: the page.
        form: the two fields, and what else is asked.
        broken: the rules that the last entry broke; None before there was one.
        username: the identifier that the browser's password manager keeps the password for, where it is known.
        renewing: whether the present password is at hand to differ from.
        values: what else the page shows.
    """
    rules = current_landlord().password
    return render_template(
        template,
        form=form,
        rules=rules_that_apply(rules, renewing=renewing),
        broken=broken,
        min_length=rules.min_length,
        username=username,
        **values,
    )
