"""What a viewer may see. Storage passes every record through here before it answers; nothing else hides anything.

A booking is seen in full (its organization, with `bookings:read`; a service's token: its own service's) or as an
anonymous caller sees it: id, status, times and seats. People are seen with `users:read`; a service's token also sees
the user IDs and guest e-mails of its own bookings, which it wrote itself, but nobody's name.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from domain.records import Booking

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from domain.records import Blocker, ExternalService, Location, Resource, User, Viewer

_organization_id = attrgetter("organization_id")


def _without(*names: str) -> Callable[[Booking], Booking]:
    """Return what hides attributes of a booking: None, or no participants. `_replace` takes three times as long."""
    places = list(range(len(Booking._fields)))
    for name in names:
        places[Booking._fields.index(name)] = len(places) + (name == "participants")
    seen = itemgetter(*places)
    return lambda booking: tuple.__new__(Booking, seen((*booking, None, ())))


_PEOPLE = ("owner_id", "owner_membership_id", "staff_id", "participants")
_without_people = _without(*_PEOPLE)
_as_anyone_sees = _without(
    *_PEOPLE, "title", "notes", "item", "payment",
    "external_service_id", "external_booking_id", "external_updated_at",
)  # fmt: skip


def sees_resource(viewer: Viewer, resource: Resource) -> bool:
    """Public calendars are everybody's; the others the organization's."""
    return resource.public_calendar or sees_inside(viewer, resource.organization_id)


def inside_of(viewer: Viewer) -> frozenset[str] | None:
    """The organizations that the viewer sees inside of; None: every one."""
    reads = viewer.may("resources:read") or viewer.may("bookings:read")
    return viewer.organization_ids if reads else frozenset()


def sees_inside(viewer: Viewer, organization_id: str) -> bool:
    """Whether the viewer sees what is not public in an organization: its resources, places, schedules."""
    return organization_id in viewer.reads_bookings_of or organization_id in viewer.reads_resources_of


def sees_organization(viewer: Viewer, organization_id: str, *, public: bool) -> bool:
    """An organization is known to its own, and to everybody where it has a public resource."""
    return public or viewer.belongs_to(organization_id)


def sees_location(viewer: Viewer, location: Location, *, public: bool) -> bool:
    """A place is public where a resource in it is."""
    return public or sees_inside(viewer, location.organization_id)


def sees_service(viewer: Viewer, service: ExternalService) -> bool:
    """A service's token sees its own service, an organization's token the organization's."""
    bound = viewer.external_service_id
    return viewer.belongs_to(service.organization_id) and bound in (None, service.id)


def sees_booking(viewer: Viewer, booking: Booking) -> bool:
    """Whether the booking is seen in full."""
    bound = viewer.external_service_id
    return booking.organization_id in viewer.reads_bookings_of and bound in (None, booking.external_service_id)


def sees_names(viewer: Viewer, booking: Booking) -> bool:
    """Whether the names of a booking's people are seen."""
    return sees_booking(viewer, booking) and booking.organization_id in viewer.reads_people_of


def wrote(viewer: Viewer, booking: Booking) -> bool:
    """Whether the booking is of the very service that the viewer's token is bound to."""
    return viewer.external_service_id is not None and viewer.external_service_id == booking.external_service_id


def booking_as_seen(viewer: Viewer, booking: Booking) -> Booking:
    """Mask a booking for the viewer."""
    if not sees_booking(viewer, booking):
        return _as_anyone_sees(booking)
    if booking.organization_id in viewer.reads_people_of or wrote(viewer, booking):
        return booking
    return _without_people(booking)


def sees_all_of(viewer: Viewer, bookings: Iterable[Booking]) -> bool:
    """Whether nothing of the bookings is hidden: told by their organizations, of which there are few."""
    if viewer.external_service_id is not None:
        return False
    return _are_among(viewer.reads_bookings_of, bookings) and _are_among(viewer.reads_people_of, bookings)


def bookings_as_seen(viewer: Viewer, bookings: Sequence[Booking]) -> Sequence[Booking]:
    """Mask bookings for the viewer, one by one only where something may be hidden."""
    if sees_all_of(viewer, bookings):
        return bookings
    return [booking_as_seen(viewer, booking) for booking in bookings]


def sees_users(viewer: Viewer, users: Iterable[User]) -> bool:
    """Whether all of some people are seen in full."""
    return _are_among(viewer.reads_people_of, users)


def sees_user(viewer: Viewer, user: User) -> bool:
    """Whether a person is seen in full."""
    return user.organization_id in viewer.reads_people_of


def user_as_seen(viewer: Viewer, user: User) -> User:
    """Mask a person: without `users:read` only the ID is left, which the viewer has from a record that it sees."""
    return user if sees_user(viewer, user) else type(user)(user.id, user.organization_id)


def users_as_seen(viewer: Viewer, users: Sequence[User]) -> Sequence[User]:
    """Mask people."""
    return users if sees_users(viewer, users) else [user_as_seen(viewer, user) for user in users]


def blocker_as_seen(viewer: Viewer, blocker: Blocker) -> Blocker:
    """Mask a block: its title is for the organization."""
    if sees_inside(viewer, blocker.organization_id):
        return blocker
    return blocker._replace(title=None)


def resource_as_seen(viewer: Viewer, resource: Resource) -> Resource:
    """Mask a resource: the person whom a STAFF resource stands for is a person."""
    if resource.organization_id in viewer.reads_people_of:
        return resource
    return resource._replace(user_id=None)


def _are_among(organizations: Container[str], records: Iterable[Booking | User]) -> bool:
    for key in set(map(_organization_id, records)):  # noqa: SIM110 - `all` takes as long as a record's own mask
        if key not in organizations:
            return False
    return True
