"""The digits of a form as picture and recording, and others in their place."""

from idp.pages.captcha.views import pages

__all__ = ["pages"]
