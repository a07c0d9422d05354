"""Whether a landlord's recipe fits its registry."""

from collections.abc import Iterator, Sequence

from idp.settings.agreements import TERMS, Consent, Terms
from idp.settings.registration import Registration
from idp.settings.registry import Registry

PERSONAL = ("identifier", "last_name", "first_name", "birth_date", "phone")
KNOWN_OF_ALL = ("role", "kind")


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


def _unknown(key: str, conditions: dict[str, list[str | bool]], registry: Registry) -> Iterator[str]:
    for name in conditions:
        if name not in registry.facts and name not in KNOWN_OF_ALL:
            yield f"{key}: {name} is neither a fact of the registry nor role nor kind"
