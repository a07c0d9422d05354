"""The digits as a recording: they are said twice, slowly, over a faint noise."""

import io
import wave
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

VOICES = Path(__file__).parent / "voices"
RATE = 8000
MIDDLE = 128
NOISE = bytes(MIDDLE - 2 + value % 5 for value in range(256))
SPEED = (0.92, 1.08)
LOUDNESS = (0.7, 1.0)
PAUSE_SECONDS = (0.45, 0.75)
LONG_PAUSE_SECONDS = 1.2


def spoken(digits: str, language: str, seed: str) -> bytes:
    """Say digits.

    Args:
        digits: what to say.
        language: `fr` or `en`.
        seed: a secret that decides on speed, loudness and pauses: browsers fetch a recording in several pieces, which
            must fit together.

    Returns:
        a WAV file: 8 kHz, 8 bit, one channel.
    """
    random = Random(seed)  # noqa: S311 -- nothing secret is drawn: what it varies can be heard
    once = [_silence(random, random.uniform(*PAUSE_SECONDS)) + _said(random, digit, language) for digit in digits]
    said = b"".join(chain(once, [_silence(random, LONG_PAUSE_SECONDS)], once, [_silence(random, PAUSE_SECONDS[0])]))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(RATE)
        written.writeframes(said)
    return file.getvalue()


def _said(random: Random, digit: str, language: str) -> bytes:
    voice = _voice(language, digit)
    speed, loudness = random.uniform(*SPEED), random.uniform(*LOUDNESS)
    length = int(len(voice) / speed)
    noise = _silence(random, length / RATE)
    return bytes(
        min(255, max(0, int((voice[int(place * speed)] - MIDDLE) * loudness) + floor))
        for place, floor in zip(range(length), noise, strict=False)
    )


def _silence(random: Random, seconds: float) -> bytes:
    """Make a silence that is not quite one."""
    return random.randbytes(int(seconds * RATE)).translate(NOISE)


@cache
def _voice(language: str, digit: str) -> bytes:
    with wave.open(str(VOICES / f"{language}{digit}.wav")) as recorded:
        frames: bytes = recorded.readframes(-1)
    return frames
