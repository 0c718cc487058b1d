"""People."""

from __future__ import annotations

import strawberry
from strawberry import field

from domain import records
from execution.relation import reads, relation
from schema.nodes import Node, PageInfo
from storage.users import user_counts


@reads(records.User)
class User(Node):
    """A person: a member, a client, a member of staff. Without `users:read` only the ID is ever visible."""

    name: str | None = field(description="First name.")
    surname: str | None = field(description="Family name.")
    email: str | None = field(description="E-mail address, lower case.")
    phone_number: str | None = field(description="Telephone number (Beils: phone).")
    photo_url: str | None = field(description="Address of a picture (Spacebring: photoUrl).")
    about: str | None = field(description="What the person says of itself (Spacebring: about).")


@strawberry.type(description="A user in a page.")
class UserEdge:
    """A user in a page."""

    cursor: str = field(description="The place of the user in the list.")
    node: User = field(description="The user.")


@strawberry.type(description="A page of users.")
class UserConnection:
    """A page of users."""

    edges: list[UserEdge] = field(description="The users with their cursors.")
    nodes: list[User] = field(description="The users.")
    page_info: PageInfo = field(description="Where the page stands.")
    total_count: int = relation(user_counts, key="query", description="How many there are; counted when asked for.")
