"""Every page of every landlord in real Chromium: to be seen, heard, touched and typed, and nothing from elsewhere."""

import os

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.pages.inspection import Inspection
from tests.pages.shown import served
from tests.pages.state import LANDLORDS
from tests.pages.states import STATES

pytestmark = pytest.mark.browser
EVERYTHING = bool(os.environ.get("EVERYTHING"))
"""Whether each page is looked at as every landlord's; otherwise the landlords take turns, for it takes long."""


def shown_as(landlord: str) -> list[str]:
    """List the pages to look at as one landlord's."""
    theirs = [(name, state) for name, state in STATES.items() if landlord in state.landlords]
    if EVERYTHING:
        return [name for name, _ in theirs]
    turns = {
        name: state.landlords[number % len(state.landlords)] for number, (name, state) in enumerate(STATES.items())
    }
    return [name for name, _ in theirs if turns[name] == landlord]


@pytest.mark.journey("all-4")
@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_page_of_a_landlord_serves_everybody(browser: Browser, app: Flask, landlord: str) -> None:
    with served(app) as address, browser.new_context() as context:
        inspection = Inspection(context.new_page(), address)
        faults = {name: found for name in shown_as(landlord) if (found := inspection.faults(name, landlord))}
    assert faults == {}
