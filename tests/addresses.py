"""Every address of an application: Flask's, and those at the side door."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from idp.web.side_door import SIDE_DOOR, SideDoor
from idp.web.stance import ATTRIBUTE, Stance


@dataclass(frozen=True)
class Address:
    """One address.

    Attributes:
        path: below the landlord's.
        endpoint: as the log calls it.
        methods: those that it answers to.
        stance: how it stands towards the outside, where it says so.
        varies: whether a part of its path does.
    """

    path: str
    endpoint: str
    methods: frozenset[str]
    stance: Stance | None
    varies: bool


def addresses(app: Flask) -> Iterator[Address]:
    """List every address but that of static files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            stance = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
            yield Address(rule.rule, rule.endpoint, frozenset(rule.methods or ()), stance, bool(rule.arguments))
    door: SideDoor = app.extensions[SIDE_DOOR]
    for route in door.routes:
        stance = getattr(route.view, ATTRIBUTE, None)
        yield Address(route.path, route.endpoint, frozenset(route.methods), stance, route.path.endswith("*"))
