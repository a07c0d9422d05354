"""« Connecter un appareil »: the code that a device shows, and the word of the person in front of it."""

from idp.pages.device.views import pages

__all__ = ["pages"]
