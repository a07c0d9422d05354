"""A browser without a screen, and the work behind its pages."""

import pytest
from flask import Flask

from tests.visitor import Visitor


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def other_visitor(app: Flask) -> Visitor:
    return Visitor(app, address="198.51.100.9")
