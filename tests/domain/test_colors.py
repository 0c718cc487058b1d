"""Colours that can be read."""

from __future__ import annotations

import re

import pytest

from domain.colors import BLACK, PALETTE, WHITE, color_map, contrast
from domain.enums import ResourceType


@pytest.mark.feature(64)
def test_a_resource_keeps_its_colour_and_text_contrasts() -> None:
    assert color_map(ResourceType.ROOM, "#3B82F6") == ("#3B82F6", BLACK)
    assert color_map(ResourceType.ROOM, "#1e3a8a") == ("#1e3a8a", WHITE)
    assert color_map(ResourceType.ROOM, "blue").bg == PALETTE[ResourceType.ROOM]
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)


@pytest.mark.feature(64)
@pytest.mark.parametrize("kind", list(ResourceType))
def test_every_type_has_a_colour_that_can_be_read(kind: ResourceType) -> None:
    colors = color_map(kind, None)
    assert re.fullmatch("#[0-9a-f]{6}", colors.bg)
    assert contrast(*colors) >= 4.5
