"""The picture: for each database and work, how many requests a second one core answers, a bar for each server."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from benchmarks.peers.results import OURS, Result, grouped

WIDTH, BAR, GAP, HEAD = 440, 20, 8, 46
LABEL, LONGEST = 150, 220
COLUMNS = 2
STYLE = "text{font:12px system-ui,sans-serif;fill:#1f2937}.h{font-weight:600;font-size:14px}.n{fill:#4b5563}"
OUR_COLOR, OTHER_COLOR = "#0f766e", "#94a3b8"


def draw(results: Sequence[Result]) -> str:
    """Draw all of it as SVG."""
    groups = grouped(results)
    rows = [groups[place : place + COLUMNS] for place in range(0, len(groups), COLUMNS)]
    parts, top = [], 0
    for row in rows:
        parts += [_panel(group, column * WIDTH, top) for column, group in enumerate(row)]
        top += HEAD + max(map(len, row)) * (BAR + GAP)
    size = f'viewBox="0 0 {COLUMNS * WIDTH} {top + GAP}" width="{COLUMNS * WIDTH}"'
    title = "<title>Requests a second that one core answers, by server</title>"
    background = '<rect width="100%" height="100%" fill="#ffffff"/>'
    begin = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    return "\n".join([begin, title, f"<style>{STYLE}</style>", background, *parts, "</svg>", ""])


def _panel(group: Sequence[Result], left: int, top: int) -> str:
    most = max(1e6 / result.cpu for result in group)
    heading = f'<text class="h" x="{left + 12}" y="{top + 30}">{escape(f"{group[0].database}: {group[0].work}")}</text>'
    bars = [_bar(result, most, left, top + HEAD + place * (BAR + GAP)) for place, result in enumerate(group)]
    return "\n".join([heading, *bars])


def _bar(result: Result, most: float, left: int, top: int) -> str:
    rate = 1e6 / result.cpu
    color = OUR_COLOR if result.server == OURS else OTHER_COLOR
    length, begin, base = max(1.0, rate / most * LONGEST), left + LABEL, top + BAR - 5
    return (
        f'<text x="{begin - 8}" y="{base}" text-anchor="end">{escape(result.server)}</text>'
        f'<rect x="{begin}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2" fill="{color}"/>'
        f'<text class="n" x="{begin + length + 6:.1f}" y="{base}">{rate:,.0f}</text>'
    )
