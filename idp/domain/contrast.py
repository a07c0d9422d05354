"""Whether people can read one colour on another."""

LEGIBLE = 4.5


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours (WCAG 2.2, contrast ratio).

    Args:
        one: a colour as `#rrggbb`.
        other: the colour beside it.

    Returns:
        a ratio from 1 (the same) to 21 (black and white).
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
