"""`[wording]`: the words that a landlord's people know, where they are not the usual ones."""

from idp.settings.section import Section, Text


class Wording(Section):
    """Words of the sign-in page; the usual ones where nothing is said."""

    sign_in_title: Text | None = None
    """Heading of the sign-in page."""
    have_account: Text | None = None
    """Heading over the sign-in form, where the page has two halves."""
    password: Text | None = None
    """Label of the password."""
    sign_in: Text | None = None
    """Button that signs in."""
    forgotten_password: Text | None = None
    """Link to the forgotten password."""
    no_account: Text | None = None
    """Heading over the way to an account."""
    create: Text | None = None
    """Button that leads to the registration."""
