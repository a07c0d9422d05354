"""Every page of every landlord in real Chromium: to be seen, heard, touched and typed, and nothing from elsewhere."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.pages.inspection import Inspection
from tests.pages.shown import served
from tests.pages.state import LANDLORDS
from tests.pages.states import STATES

pytestmark = pytest.mark.browser


@pytest.mark.journey("all-4")
@pytest.mark.parametrize("landlord", LANDLORDS)
def test_every_page_of_a_landlord_serves_everybody(browser: Browser, app: Flask, landlord: str) -> None:
    with served(app) as address, browser.new_context() as context:
        inspection = Inspection(context.new_page(), address)
        theirs = [name for name, state in STATES.items() if landlord in state.landlords]
        faults = {name: found for name in theirs if (found := inspection.faults(name, landlord))}
    assert faults == {}
