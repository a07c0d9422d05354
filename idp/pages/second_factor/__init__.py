"""The second factor: asked for after the first, set up, changed and taken away."""

from idp.pages.second_factor import asking, changing, setting_up
from idp.pages.second_factor.blueprint import pages

__all__ = ["asking", "changing", "pages", "setting_up"]
