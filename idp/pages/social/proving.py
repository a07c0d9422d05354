"""Registration by a public identity service: it says who somebody is, and they type what is on their notice."""

from flask import abort, redirect, render_template, request, url_for

from idp.domain.refusals import Refusal
from idp.domain.social import Fault, Identity
from idp.pages.social.blueprint import pages, provider, refused, send
from idp.pages.social.forms import SecretsForm
from idp.services import registration, social_links, social_proofs, social_requests
from idp.services.registration import Refused
from idp.services.social_requests import Purpose
from idp.services.upstreams import Upstream
from idp.web import go_on, upstreams
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import current_first_connection, open_first_connection_session
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.proof_fields import given_in
from idp.web.stance import stance
from idp.web.upstreams import label_of


@pages.post("/social/<name>/prove")
@stance("forms")
def prove(name: str) -> Answer:
    """Send the browser to the service that says who somebody is."""
    return send(_prover(name), Purpose.PROVE, journey=request.args.get("journey"))


@pages.get("/social/<name>/proof")
@stance("pages")
def proof(name: str) -> Answer:
    """Ask for what is on the notice."""
    upstream, identity = _prover(name), social_proofs.find(work(), name)
    return go_on.to_page("registration.show") if identity is None else _page(upstream, identity)


@pages.post("/social/<name>/proof")
@stance("forms", even="answers")
def proof_submit(name: str) -> Answer:
    """Compare all of it with the registry, and begin the registration of the holder whom it fits."""
    upstream, identity = _prover(name), social_proofs.find(work(), name)
    if identity is None and current_first_connection() is not None:
        return go_on.to_page("registration.show")  # sent twice
    if identity is None:
        fault = social_requests.fail(work(), name, Fault.OVER)
        return refused(upstream, Purpose.PROVE, fault, journey=request.args.get("journey"))
    form = SecretsForm.of(current_landlord())
    if not form.validate():
        return _page(upstream, identity, form), REFUSED
    given = given_in(form, current_landlord(), registration.recipe(work()).secrets)
    proved = registration.prove(work(), given, identity.civil)
    if isinstance(proved, Refused):
        return _page(upstream, identity, form, proved.reason), REFUSED
    first = registration.begin(work(), proved)
    taken = social_links.connect(work(), first, name, identity)
    social_proofs.forget(work(), name)
    if taken is not None:
        return refused(upstream, Purpose.PROVE, social_requests.fail(work(), name, taken))
    response = go_on.to_page("registration.show")
    open_first_connection_session(response, first)
    return response


def vouched(upstream: Upstream, identity: Identity, journey: str | None, request_id: int) -> Answer:
    """Keep who it is until the person has typed the rest.

    Args:
        upstream: the service.
        identity: whom it vouches for.
        journey: reference of the pending authorization request.
        request_id: of the request that was answered.
    """
    if identity.civil is None:
        fault = social_requests.fail(work(), upstream.name, Fault.INCOMPLETE)
        return refused(upstream, Purpose.PROVE, fault, journey=journey)
    social_proofs.keep(work(), request_id, identity)
    return redirect(url_for("social.proof", name=upstream.name, journey=journey), 303)


def _prover(name: str) -> Upstream:
    """Find the service by which people of the present landlord may register; another name is no page."""
    upstream = provider(name)
    return upstream if upstream == upstreams.prover() else abort(404)


def _page(
    upstream: Upstream, identity: Identity, form: SecretsForm | None = None, refusal: Refusal | None = None
) -> str:
    return render_template(
        "social/prove.html",
        form=form or SecretsForm.of(current_landlord()),
        provider=label_of(upstream),
        person=identity.civil,
        asks=registration.recipe(work()).secrets,
        refusal=refusal,
    )
