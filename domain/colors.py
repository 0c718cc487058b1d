"""The colours of calendar events: a background and the text that is best read on it."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.calendar_records import ColorMap
from domain.enums import ResourceType

PALETTE = {
    ResourceType.COURT: "#16a34a",
    ResourceType.HOT_DESK: "#3b82f6",
    ResourceType.DEDICATED_DESK: "#4338ca",
    ResourceType.OFFICE: "#7c3aed",
    ResourceType.PARKING_LOT: "#475569",
    ResourceType.ROOM: "#f59e0b",
    ResourceType.STAFF: "#db2777",
}
"""The background of each type of resource, for those without a colour of their own."""

BLACK, WHITE = "#000000", "#ffffff"
_SRGB_LINEAR_END = 0.04045
_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


@lru_cache(maxsize=1024)
def color_map(resource_type: ResourceType, color: str | None) -> ColorMap:
    """Return the resource's colour, else its type's, with black or white text. What is not `#rrggbb` is no colour."""
    background = color if color is not None and _HEX.fullmatch(color) else PALETTE[resource_type]
    return ColorMap(bg=background, text=max(BLACK, WHITE, key=lambda text: contrast(text, background)))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _SRGB_LINEAR_END else float(((channel + 0.055) / 1.055) ** 2.4)
