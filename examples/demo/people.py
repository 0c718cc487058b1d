"""The people of the demo: invented, with addresses that nobody can have."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from domain.drafts import ParticipantDraft
from domain.records import Organization, User
from examples.demo.days import dice
from examples.demo.scene import demo_id

if TYPE_CHECKING:
    from random import Random

FIRST_NAMES = (
    "Amara", "Ben", "Chloé", "Daniel", "Elif", "Felix", "Grace", "Hannah", "Ivan", "Jasmin", "Kofi", "Laura",
    "Mateo", "Nadia", "Oliver", "Priya", "Quentin", "Rosa", "Samir", "Teresa", "Umut", "Vera", "Wanda", "Yuki",
)  # fmt: skip
SURNAMES = (
    "Adler", "Brooks", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ivanova", "Jansen", "Kowalska",
    "Lindqvist", "Moreno", "Nakamura", "Okafor", "Petrov", "Quinn", "Rossi", "Schneider", "Tanaka", "Usman", "Vogel",
    "Weber", "Zhang",
)  # fmt: skip
GUESTS = ("alex", "billie", "charlie", "jo", "kim", "robin", "sam", "toni")


def user(home: Organization, name: str, surname: str, phone: str | None = None, about: str | None = None) -> User:
    """Somebody known to an organization."""
    plain = unicodedata.normalize("NFKD", f"{name}.{surname}".lower()).encode("ascii", "ignore").decode()
    return User(demo_id(home.name, name, surname), home.id, name, surname, f"{plain}@example.com", phone, None, about)


def crowd(home: Organization, count: int, area: str) -> tuple[User, ...]:
    """So many people of an organization, each with a name and a telephone number of their own."""
    chance = dice(home.name)
    names = chance.sample(FIRST_NAMES, count)
    surnames = chance.sample(SURNAMES, count)
    phones = (f"{area} {chance.randrange(100, 1000)} {chance.randrange(1000, 10_000)}" for _ in names)
    return tuple(user(home, *each) for each in zip(names, surnames, phones, strict=True))


def membership(of: User) -> str:
    """The ID of somebody's membership."""
    return demo_id("membership", of.id)


def party(chance: Random, members: tuple[User, ...], most: int, guests: float = 0.2) -> tuple[ParticipantDraft, ...]:
    """One to so many different people, the first of them known to the organization."""
    size = chance.randint(1, most)
    known = chance.sample(members, size)
    invited = chance.sample(GUESTS, size)
    return tuple(
        ParticipantDraft(None, f"{guest}@example.net")
        if place and chance.random() < guests
        else ParticipantDraft(member.id, None, membership(member))
        for place, (member, guest) in enumerate(zip(known, invited, strict=True))
    )
