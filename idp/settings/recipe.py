"""Whether a landlord's recipe fits its registry."""

from collections.abc import Iterator, Sequence

from idp.settings.agreements import TERMS, Consent, Terms
from idp.settings.registration import Registration, Vouched
from idp.settings.registry import Registry
from idp.settings.social import Social

PERSONAL = ("identifier", "last_name", "first_name", "birth_date", "phone")
KNOWN_OF_ALL = ("role", "kind")
SCOPES = {
    "family_name": {"family_name", "profile", "identite_pivot"},
    "given_name": {"given_name", "profile", "identite_pivot"},
    "birthdate": {"birthdate", "profile", "birth", "identite_pivot"},
    "gender": {"gender", "profile", "identite_pivot"},
    "birthplace": {"birthplace", "birth", "identite_pivot"},
    "birthcountry": {"birthcountry", "birth", "identite_pivot"},
}
"""Scopes by any of which FranceConnect tells something."""


def recipe_faults(
    registration: Registration | None, terms: Terms | None, consents: Sequence[Consent], registry: Registry
) -> Iterator[str]:
    """Find what a recipe asks for that its registry does not hold, and what it leaves out.

    Args:
        registration: the recipe, if there is one.
        terms: the general terms, if there are any.
        consents: the questions.
        registry: the columns that the back office exports.
    """
    names = [consent.name for consent in consents]
    if TERMS in names or len(set(names)) < len(names):
        yield f"consents: each name once, and none is {TERMS}"
    for consent in consents:
        yield from _unknown(f"consents.{consent.name}.only_if", consent.only_if, registry)
    if registration is None:
        return
    for asked in registration.asks:
        if asked.field not in registry.facts and not (asked.field in PERSONAL and asked.field in registry.columns):
            yield f"registration.asks: the registry has no {asked.field}"
    yield from _unknown("registration.may_enrol", registration.may_enrol, registry)
    parts = {part for page in registration.pages for part in page.parts}
    for part, there_is in (("terms", terms is not None), ("consents", bool(consents))):
        if (part in parts) != there_is:
            yield f"registration.pages: {part} {'stand on no page' if there_is else 'are nowhere configured'}"


def vouched_faults(
    registration: Registration | None, providers: Sequence[Social], registry: Registry
) -> Iterator[str]:
    """Find what is missing where a public identity service is to say who somebody is.

    Args:
        registration: the recipe, if there is one.
        providers: those in the landlord's file.
        registry: the columns that the back office exports.
    """
    vouched = registration.vouched if registration else None
    if vouched is None:
        return
    provider = next((one for one in providers if one.slug == vouched.provider), None)
    if provider is None:
        yield f"registration.vouched.provider: there is no [[social]] called {vouched.provider}"
    elif not provider.known.civil:
        yield f"registration.vouched.provider: {vouched.provider} does not say who somebody is at birth"
    else:
        yield from _untold(vouched, provider)
    if vouched.birth_name not in registry.facts and vouched.birth_name != "last_name":
        yield f"registration.vouched.birth_name: the registry has no fact {vouched.birth_name}"
    if "birth_date" not in registry.columns:
        yield "registration.vouched: the registry has no birth_date"
    for name, fact in vouched.also.items():
        if fact not in registry.facts:
            yield f"registration.vouched.also.{name}: the registry has no fact {fact}"


def _untold(vouched: Vouched, provider: Social) -> Iterator[str]:
    for name in ("family_name", "given_name", "birthdate", *vouched.also):
        if not SCOPES[name] & set(provider.known.scopes):
            yield f"registration.vouched: the scopes of {provider.slug} do not ask for {name}"


def _unknown(key: str, conditions: dict[str, list[str | bool]], registry: Registry) -> Iterator[str]:
    for name in conditions:
        if name not in registry.facts and name not in KNOWN_OF_ALL:
            yield f"{key}: {name} is neither a fact of the registry nor role nor kind"
