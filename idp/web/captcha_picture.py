"""The digits as a picture."""

from captcha.image import ImageCaptcha

INK = (36, 38, 43)
PAPER = (248, 246, 242)


class Drawing(ImageCaptcha):
    """Bends and turns digits a little: people with weak eyes must still read them."""

    lookup_table = [min(255, 7 * value) for value in range(256)]
    character_rotate = (-16, 16)
    character_warp_dx = (0.05, 0.15)
    character_warp_dy = (0.05, 0.15)
    word_space_probability = 1.0
    word_offset_dx = 0.1


DRAWING = Drawing(width=300, height=96, font_sizes=(60, 66, 74))


def drawn(digits: str) -> bytes:
    """Draw digits as a PNG image, another one each time."""
    return DRAWING.generate(digits, bg_color=PAPER, fg_color=INK).getvalue()
