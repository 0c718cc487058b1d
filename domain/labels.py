"""What a calendar writes on its events. The records are masked already: what is None is not for this viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.enums import BookingStatus

if TYPE_CHECKING:
    from domain.calendar_records import Customer, Party
    from domain.records import Blocker, Booking

AVAILABLE, BOOKED, RESERVED, BLOCKED = "Available", "Booked", "Reserved", "Blocked"


def booking_label(booking: Booking, party: Party | None) -> str:
    """Return "Jane Doe - Workshop", or what of it is visible, else "Booked"; of a hold its title or "Reserved"."""
    if booking.status is BookingStatus.RESERVED:
        return booking.title or RESERVED
    name, title = _name(party), booking.title
    return f"{name} - {title}" if name and title else name or title or BOOKED


def blocker_label(blocker: Blocker) -> str:
    """Return the blocker's title, else "Blocked"."""
    return blocker.title or BLOCKED


def count_label(seats: int, capacity: int) -> str:
    """Return the seats taken of all, "12 of 40"."""
    return f"{seats} of {capacity}"


def _name(party: Party | None) -> str:
    """Return the first name and surname of the owner, else of the first participant who has one."""
    if party is None:
        return ""
    owner, customers = party
    return (owner and _full(owner)) or next(filter(None, map(_full, customers)), "")


def _full(person: Customer) -> str:
    _, first, last = person
    return f"{first} {last}" if first and last else first or last or ""
