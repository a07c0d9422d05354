"""« Vous devez changer votre mot de passe. »"""

from idp.domain.journey import Step
from idp.models import FirstConnection
from idp.pages.first_connection.blueprint import pages, with_first_connection
from idp.services import first_connection, new_password
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.current import commit, work
from idp.web.password_form import NewPasswordForm, new_password_page
from idp.web.stance import stance


@pages.get("/first-connection/password")
@stance("pages")
@with_first_connection
def password(first: FirstConnection) -> Answer:
    """Show the rules and the two fields, when the address is confirmed."""
    if go_on.step_of(first) is not Step.NEW_PASSWORD:
        return go_on.to_page("first_connection.mailbox")
    return new_password_page("first_connection/password.html", NewPasswordForm(), None, first.holder.identifier)


@pages.post("/first-connection/password")
@stance("forms")
@with_first_connection
def password_submit(first: FirstConnection) -> Answer:
    """Store the own password: the account is open, and the code of the letter is used up."""
    if go_on.step_of(first) is not Step.NEW_PASSWORD:
        return go_on.to_page("first_connection.mailbox")
    form = NewPasswordForm()
    typed = form.password.data or ""
    broken = new_password.judge(work(), typed, [first.holder], first.email)
    if not form.validate() or broken:
        return new_password_page("first_connection/password.html", form, broken, first.holder.identifier), REFUSED
    commit()
    hashed = work().vault.hash_password(typed)
    account = first_connection.complete(work(), first, hashed)
    return go_on.to_page("first_connection.prove") if account is None else go_on.opened(first, account)
