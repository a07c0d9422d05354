"""Requests of advisers, as the page shows them."""

from datetime import timedelta
from typing import Any

from idp.domain.app_access import topics_of
from idp.domain.support import State
from idp.models import SupportAccess
from idp.services.support_record import Shown, Wish
from tests.conftest import START

WISH = Wish("Camille Durand", "Votre avis d’échéance de juin paraît deux fois")
ASKED: dict[str, Any] = {"reference": "M7K-4QTP", "client_id": "desk", "requested_at": START, "looks": 0}
REQUEST = Shown(SupportAccess(**ASKED, answer_by=START + timedelta(days=1)), WISH, State.WAITING, [])
ACCEPTED: dict[str, Any] = {**ASKED, "accepted_at": START, "ends_at": START + timedelta(minutes=30)}
RUNNING = Shown(SupportAccess(**{**ACCEPTED, "looks": 1}), WISH, State.RUNNING, [START + timedelta(minutes=2)])
FORMER = Shown(SupportAccess(**{**ACCEPTED, "looks": 2}), WISH, State.OVER, [START, START + timedelta(minutes=9)])


def support_values(**shown: Any) -> dict[str, Any]:
    """Give the page what its view gives it."""
    topics = {"desk": topics_of(["openid", "profile", "email", "phone", "contracts"])}
    return {"waiting": [], "running": [], "former": [], "topics": topics, **shown}
