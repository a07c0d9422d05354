"""The proof that it is still the same person, where an open screen must not be enough."""

from datetime import timedelta

from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession
from idp.services.login import Refused
from idp.web.current import commit, work
from idp.web.forms import Form, OneButtonForm
from idp.web.password_form import present_password_field
from idp.web.secret_try import try_own_password

JUST_NOW = timedelta(minutes=5)


class PresentPasswordForm(Form):
    """The password once more."""

    present = present_password_field()


Wrong = tuple[PresentPasswordForm | OneButtonForm, Refusal | None]


def present_form(account: Account) -> PresentPasswordForm | OneButtonForm:
    """Make the form that asks for the password; one button for somebody who has none."""
    return OneButtonForm() if account.password is None else PresentPasswordForm()


def is_fresh(session: BrowserSession, account: Account) -> bool:
    """Tell whether somebody without a password has signed in so recently that this is as good as typing one."""
    return account.password is not None or work().now - session.auth_time <= JUST_NOW


def wrong_now(session: BrowserSession, account: Account) -> Wrong | None:
    """Say what is wrong with the proof that it is still the same person; None when nothing is."""
    form = present_form(account)
    if not form.validate() or not is_fresh(session, account):
        return form, None
    if not isinstance(form, PresentPasswordForm):
        return None
    tried = try_own_password(account, form.present.data or "")
    if isinstance(tried, Refused):
        return form, tried.reason
    commit()  # lets the counters go: whoever changes an account holds it first
    return None
