"""The work of the current request, and the browser that brought it."""

from flask import session

from idp.services.work import Origin, Work
from idp.web.cookies import BROWSER, DEVICE, TRUSTED, read_cookie
from idp.web.database import present_session
from idp.web.landlord import current_landlord
from idp.web.language import choose
from idp.web.network import network_of
from idp.web.pre_session import begun
from idp.web.present import present_app, present_globals, present_request
from idp.web.runtime import runtime
from idp.web.stance import ATTRIBUTE, SAFE_METHODS, Stance


def current_stance() -> Stance | None:
    """Return the stance of the view that will answer, if there is a view."""
    asked = present_request()
    environ = asked.environ  # asked for some ten times a request
    found: Stance | None = environ.get(ATTRIBUTE)
    if found is None:
        view = present_app().view_functions.get(asked.endpoint or "")
        found = environ[ATTRIBUTE] = getattr(view, ATTRIBUTE, None)
    return found


def work() -> Work:
    """Return the work of this request: one landlord, one instant, one transaction at a time."""
    kept = present_globals()
    if "work" not in kept:
        stance, present = current_stance(), runtime()
        session = present_session()
        session.only_reads = present_request().method in SAFE_METHODS and not (stance and stance.writes)
        session.routine = stance is not None and stance.routine
        kept.work = Work(
            db=session,
            now=present.clock(),
            landlord=current_landlord(),
            settings=present.settings,
            vault=present.vault,
            origin=_origin(stance),
        )
    current: Work = kept.work
    return current


def _origin(stance: Stance | None) -> Origin:
    network = network_of(present_request().remote_addr)
    if stance is not None and not stance.browser:
        return Origin(network)
    return Origin(
        network=network,
        browser=browser(),
        device=read_cookie(current_landlord(), DEVICE),
        trusted=read_cookie(current_landlord(), TRUSTED),
        locale=choose(),
    )


def commit() -> None:
    """End a stage: what was done so far stays done, whatever comes next."""
    kept = present_globals()
    if "work" in kept:
        kept.work.db.commit()
        kept.work.db.only_reads = False


def begin_writing() -> Work:
    """End the transaction of a page that is only shown, and begin one that may write."""
    current = work()
    commit()
    return current


def is_known_browser() -> bool:
    """Tell whether this browser has been here before, or at least sends the cookie that says so."""
    return BROWSER in session


def browser() -> str:
    """Name this browser with a secret of its own, from its first page on and across sign-in."""
    if BROWSER not in session:
        for key, value in begun().items():
            session.setdefault(key, value)
    name: str = session[BROWSER]
    return name
