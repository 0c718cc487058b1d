"""A bar that shows how far the demo has grown; where nobody watches a terminal, one line at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from examples.demo.growing import grow

if TYPE_CHECKING:
    from datetime import datetime


async def grow_visibly(url: str, now: datetime, size: int) -> None:
    """Grow the demo, with a bar; after the last booking the indexes take a moment."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("Bookings", total=size)
        await grow(url, now, size, lambda more: progress.advance(bar, more))
