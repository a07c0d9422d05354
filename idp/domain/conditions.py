"""Conditions on the facts of a holder, as the landlord's configuration states them."""

from collections.abc import Collection, Mapping


def met(conditions: Mapping[str, Collection[str | bool]], values: Mapping[str, object]) -> bool:
    """Tell whether every condition is met.

    Args:
        conditions: names, and the values of each that are accepted; none is met by everybody.
        values: what is known of the holder; what is absent meets no condition.
    """
    return all(values.get(name) in accepted for name, accepted in conditions.items())
