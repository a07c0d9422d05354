"""Draws rates side by side, as an SVG that is legible on light and on dark pages."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import log10

LEFT, RIGHT, BAR, GAP, GROUP = 170, 90, 14, 3, 16
WIDTH = 760
COLOURS = (("#1f4b99", "#8fb4ff"), ("#b45309", "#fbbf24"), ("#6b7280", "#9ca3af"), ("#047857", "#34d399"))
STYLE = (
    "text{{font:13px system-ui,sans-serif;fill:#1f2328}}{light}"
    "@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}{dark}}}"
)


def rates(title: str, series: Mapping[str, Mapping[str, float]], operations: Sequence[str]) -> str:
    """Draw how many operations a second each server did, on a logarithmic axis.

    Args:
        title: what a reader who cannot see it is told.
        series: rates by server and operation.
        operations: their order.
    """
    top = max(rate for found in series.values() for rate in found.values())
    height = 44 + len(operations) * (len(series) * (BAR + GAP) + GROUP)
    light = "".join(f".s{at}{{fill:{day}}}" for at, (day, _) in enumerate(COLOURS))
    dark = "".join(f".s{at}{{fill:{night}}}" for at, (_, night) in enumerate(COLOURS))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE.format(light=light, dark=dark)}</style>",
        *_legend(series),
        *_bars(series, operations, top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(series: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    left = LEFT
    for at, name in enumerate(series):
        yield f'<rect class="s{at}" x="{left}" y="8" width="12" height="12"/>'
        yield f'<text x="{left + 17}" y="19">{escape(name)}</text>'
        left += 40 + 8 * len(name)


def _bars(series: Mapping[str, Mapping[str, float]], operations: Sequence[str], top: float) -> Iterator[str]:
    y = 40
    for operation in operations:
        middle = y + len(series) * (BAR + GAP) / 2 + 4
        yield f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(operation.replace("_", " "))}</text>'
        for at, found in enumerate(series.values()):
            rate = found[operation]
            width = (WIDTH - LEFT - RIGHT) * log10(max(rate, 1)) / log10(top)
            yield f'<rect class="s{at}" x="{LEFT}" y="{y}" width="{width:.0f}" height="{BAR}"/>'
            yield f'<text x="{LEFT + width + 6:.0f}" y="{y + BAR - 3}">{rate:,.0f}</text>'
            y += BAR + GAP
        y += GROUP
