"""The pages of the e-mail address: give it, wait for the mail, have it sent again, correct it."""

from flask import render_template, request

from idp.domain.email_suggestions import suggestion
from idp.domain.journey import Step
from idp.domain.refusals import Notice, Refusal
from idp.models import FirstConnection
from idp.pages.first_connection.blueprint import pages, with_first_connection
from idp.pages.first_connection.forms import EmailForm
from idp.services import first_connection
from idp.services.first_connection import Proof
from idp.web import email_field, go_on, notices, upstreams
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.stance import stance
from idp.web.steps import PAGES


@pages.get("/first-connection/email")
@stance("pages")
@with_first_connection
def email(first: FirstConnection) -> Answer:
    """Ask for the address; one that was given before can be corrected."""
    return _page(first, EmailForm(email=first.email or first.social_email))


def _page(first: FirstConnection, form: EmailForm, refusal: Refusal | None = None, **doubt: str) -> str:
    return render_template(
        "first_connection/email.html",
        form=form,
        refusal=refusal,
        vouching=_vouching(first),
        registering=first.proof == Proof.REGISTRY,
        **doubt,
    )


def _vouching(first: FirstConnection) -> str | None:
    """Name the provider whose account is to be linked, where the person has chosen one."""
    upstream = upstreams.find(first.social_provider) if first.social_provider else None
    return upstreams.label_of(upstream) if upstream else None


@pages.post("/first-connection/email")
@stance("forms", even="answers")
@with_first_connection
def email_submit(first: FirstConnection) -> Answer:
    """Take the address and mail the link there."""
    form = EmailForm()
    email_field.take_choice(form)
    if not form.validate():
        return _page(first, form), REFUSED
    meant = email_field.doubt(form)
    if meant is not None:
        return _page(first, form, meant=meant), REFUSED
    if not first_connection.give_email(work(), first, form.email.data or "", request.args.get("journey")):
        return _page(first, form, Refusal.TOO_MANY_MAILS), REFUSED
    return go_on.to_page("first_connection.mailbox")


@pages.get("/first-connection/mailbox")
@stance("pages")
@with_first_connection
def mailbox(first: FirstConnection) -> Answer:
    """Say where to look for the mail; once the address is confirmed, here or elsewhere, lead on."""
    match go_on.step_of(first):
        case Step.MAILBOX:
            return render_template(
                "first_connection/mailbox.html",
                form=OneButtonForm(),
                email=first.email,
                wait_seconds=first_connection.seconds_until_next_mail(work(), first),
                notice=notices.take(),
                registering=first.proof == Proof.REGISTRY,
                meant=suggestion(first.email or "") if first.proof == Proof.REGISTRY else None,
            )
        case None:
            return render_template("first_connection/confirmed.html", form=OneButtonForm())
        case step:
            return go_on.to_page(PAGES[step])


@pages.post("/first-connection/mailbox")
@stance("forms", even="answers")
@with_first_connection
def resend(first: FirstConnection) -> Answer:
    """Mail the link again."""
    if first_connection.send_again(work(), first, request.args.get("journey")):
        notices.leave(Notice.MAIL_SENT_AGAIN)
    return go_on.to_page("first_connection.mailbox")


@pages.post("/first-connection/finish")
@stance("forms")
@with_first_connection
def finish(first: FirstConnection) -> Answer:
    """Open the account of a person whose former password goes on, confirmed in another browser."""
    account = first_connection.complete(work(), first)
    return go_on.to_page("first_connection.mailbox") if account is None else go_on.opened(first, account)
