"""What the demo cannot go on with."""


class DemoError(Exception):
    """The demo cannot go on; the message says why, to a person."""
