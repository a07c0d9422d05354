"""The picture that an authenticator app photographs."""

from markupsafe import Markup

BORDER = 4
"""Modules of white around the code, which readers need (ISO/IEC 18004 §6.3.8), on a dark page too."""


def picture_of(address: str) -> Markup:
    """Draw an address as a QR code: SVG within the page, for which nothing is fetched."""
    import segno  # noqa: PLC0415 -- it brings along what writes XML, and most landlords show no such picture

    code = segno.make(address, micro=False, error="m")
    drawn = code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 -- the library's drawing, made of numbers alone
