"""A bar that shows how far the demo has grown; where nobody watches a terminal, one line at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from examples.demo.growing import grow

if TYPE_CHECKING:
    from datetime import datetime


async def grow_visibly(url: str, now: datetime, size: int) -> None:
    """Grow the demo, with a bar; when the last booking is there, the indexes are still to be made."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("Bookings", total=size)

        def report(more: int) -> None:
            progress.advance(bar, more)
            if progress.finished:
                progress.update(bar, description="Bookings (indexing)")

        await grow(url, now, size, report)
        progress.update(bar, description="Bookings")
