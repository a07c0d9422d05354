"""Type the code, see what the device asks for, allow or refuse (RFC 8628 §3.3)."""

from flask import Blueprint, render_template, request
from flask import session as cookie

from idp.domain.app_access import topics_of
from idp.domain.device import in_two_parts
from idp.domain.journey import next_step
from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession, DeviceRequest
from idp.pages.device.forms import CodeForm
from idp.services import apps, device_requests, people, steps
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.signed_in import with_account
from idp.web.stance import stance
from idp.web.steps import PAGES

pages = Blueprint("device", __name__)
THEN = "device"
KEPT = "user_code"


@pages.get("/device")
@stance("pages")
def enter() -> Answer:
    """Ask for the code; an address that holds one fills it in, and no more (§3.3.1)."""
    return _page(CodeForm(user_code=request.args.get("user_code", "")[:20]))


@pages.post("/device")
@stance("forms")
def enter_submit() -> Answer:
    """Keep a code that a device waits with in the browser, through the sign-in if there must be one."""
    form = CodeForm()
    if not form.validate():
        return _page(form), REFUSED
    code = device_requests.enter(work(), form.user_code.data or "")
    if isinstance(code, Refusal):
        return _page(form, code), REFUSED
    cookie[KEPT] = code
    return go_on.to_page("device.confirm")


@pages.get("/device/confirm")
@stance("pages")
@with_account(then=THEN)
def confirm(session: BrowserSession, account: Account) -> Answer:
    """Show which app asks for what, and warn of those who had the code from somebody else."""
    step = next_step(steps.facts(work(), session, None))
    if step is not None:
        return go_on.to_page(PAGES[step], then=THEN)
    waiting = _waiting()
    if waiting is None:
        return go_on.to_page("device.enter")
    return render_template(
        "device/confirm.html",
        form=OneButtonForm(),
        code=in_two_parts(cookie[KEPT]),
        client=apps.find(work(), waiting.client_id),
        topics=topics_of(waiting.scope),
        account=account,
        holders=people.holders(work(), account),
    )


@pages.post("/device/confirm")
@stance("forms")
@with_account(then=THEN)
def confirm_submit(session: BrowserSession, account: Account) -> Answer:
    """Tell the device what the person said: yes by one button, no by the other."""
    if next_step(steps.facts(work(), session, None)) is not None:
        return go_on.to_page("device.confirm")
    waiting = _waiting()
    cookie.pop(KEPT, None)
    allowed = request.form.get("answer") == "allow"
    if waiting is None or not (
        device_requests.allow(work(), waiting, session)
        if allowed
        else device_requests.refuse(work(), waiting, account.id)
    ):
        return _page(CodeForm(formdata=None), Refusal.UNKNOWN_CODE), REFUSED
    return render_template("device/done.html", allowed=allowed)


def _waiting() -> DeviceRequest | None:
    code = cookie.get(KEPT)
    return device_requests.find(work(), code) if isinstance(code, str) else None


def _page(form: CodeForm, refusal: Refusal | None = None) -> str:
    return render_template("device/enter.html", form=form, refusal=refusal)
