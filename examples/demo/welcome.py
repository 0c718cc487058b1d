"""What the demo says when it is there: where to look, and the tokens to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.demo.filling import fill
from storage.tokens import create_token

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


async def fill_and_welcome(database: Database, now: datetime, address: str) -> str:
    """Write the demo into an empty store, with its tokens; return what to tell whoever wants to try it."""
    made = await fill(database, now)
    lines = [
        f"{made.bookings} bookings of {len(made.resources)} resources in {len(made.organizations)} organizations.",
        "",
        f"GraphiQL   {address}/graphql",
        f"Calendar   {address}/calendar",
        "",
        "Tokens to try:",
    ]
    for name, grant in made.grants.items():
        lines.append(f"  {name:<12} {await create_token(database, grant, now)}   {grant.name}")
    return "\n".join([*lines, ""])
