"""Somebody whom FranceConnect vouches for, for the pages that show it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from idp.domain.civil import Civil
from idp.domain.refusals import Refusal
from idp.pages.social.forms import SecretsForm
from idp.services.upstreams import Upstream
from idp.settings.social import Social
from idp.web.landlord import current_landlord
from tests.pages.state import State, those

PERSON = Civil("BOURGEOIS-DUCHESNE-D’ALMEIDA", "Jeanne Marie-Anne Louise", date(1987, 5, 13))
SETTINGS = Social(provider="franceconnect", secret_file=Path("s"))
PROVER = Upstream(SETTINGS, SETTINGS.known, "")
PAGE = ("social/prove.html", "/social/franceconnect/proof")
PROVING = those(lambda landlord: landlord.registration)


def proof(refusal: Refusal | None = None, **typed: str) -> State:
    """Make the page on which somebody types the rest whom the state vouches for, as it is opened or was sent."""

    def form() -> SecretsForm:
        made = SecretsForm.of(current_landlord())
        made.process(MultiDict(typed) if typed else None)
        if typed:
            made.validate()
        return made

    def values() -> Mapping[str, Any]:
        recipe = current_landlord().registration
        asks = recipe.secrets if recipe else []
        return {"provider": "FranceConnect", "person": PERSON, "asks": asks, "refusal": refusal}

    return State(*PAGE, form, values, error=bool(typed or refusal), landlords=PROVING)


def also(state: State, **more: object) -> State:
    """Give a page more values."""
    former = state.values
    return replace(state, values=lambda: {**(former() if callable(former) else former), **more})
