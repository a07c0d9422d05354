"""Protocol endpoints, one module each."""

from flask import Flask


def init(app: Flask) -> None:
    """Attach every endpoint to an application."""
