"""Credentials. A token is `bg_<prefix>_<secret>`; only its SHA-256 is stored, so that a stolen store opens nothing."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, func, select, update

from domain.records import Viewer
from storage import tables
from storage.directory import Kind
from storage.organizations import ORGANIZATIONS, SERVICES
from storage.rows import insert_into
from storage.statements import Statement
from storage.tables import ID, INSTANT, table

if TYPE_CHECKING:
    from storage.database import Database, Reader, Transaction
    from storage.directory import Directory

SCOPES = ("bookings:read", "bookings:write", "users:read", "users:write", "resources:read", "resources:write")
tokens = table(tables.Token)

TOKEN = Statement(
    select(
        tokens.c.hash,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        tokens.c.id,
        tokens.c.name,
        tokens.c.scopes,
        tokens.c.admin,
        tokens.c.organization_ids,
        tokens.c.external_service_id,
    ).where(tokens.c.prefix == bindparam("prefix", type_=tokens.c.prefix.type))
)


ALL_TOKENS = Statement(
    select(
        tokens.c.id,
        tokens.c.prefix,
        tokens.c.name,
        tokens.c.admin,
        tokens.c.organization_ids,
        tokens.c.external_service_id,
        tokens.c.scopes,
        tokens.c.created_at,
        tokens.c.expires_at,
        tokens.c.revoked_at,
    ).order_by(tokens.c.created_at, tokens.c.id)
)
REVOKE = Statement(
    update(tokens)
    .where(tokens.c.id == bindparam("token_id", type_=ID))
    .values(revoked_at=func.coalesce(tokens.c.revoked_at, bindparam("now", type_=INSTANT)))
)


class Grant(NamedTuple):
    """What a new token shall be allowed. No organizations: an administrator's, with every scope everywhere."""

    name: str
    organization_ids: tuple[str, ...] = ()
    external_service_id: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


class Credential(NamedTuple):
    """Whom a token stands for, and until when."""

    viewer: Viewer
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether it is worth nothing any more."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)


CREDENTIALS: Kind[str, Credential] = Kind(1_000_000)
"""Kept by the token's SHA-256, never by the token; unknown ones are not kept."""


class Known(NamedTuple):
    """What is known of a stored token; the token itself is not."""

    id: str
    prefix: str
    name: str
    is_admin: bool
    organization_ids: tuple[str, ...]
    external_service_id: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return whether it is good: valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


async def create_token(database: Database, grant: Grant, now: datetime) -> str:
    """Store a new token and return it; it cannot be read again."""
    prefix = f"bg_{secrets.token_hex(6)}"
    token = f"{prefix}_{secrets.token_urlsafe(32)}"
    is_admin = not grant.organization_ids
    row = {
        "id": str(uuid4()),
        "name": grant.name,
        "prefix": prefix,
        "hash": _hash(token),
        "scopes": list(SCOPES if is_admin else grant.scopes),
        "admin": is_admin,
        "organization_ids": list(grant.organization_ids),
        "external_service_id": grant.external_service_id,
        "created_at": now,
        "expires_at": grant.expires_at,
        "revoked_at": None,
    }

    async def work(tx: Transaction) -> None:
        await tx.fetch(insert_into(tokens), **row)

    await database.write(work)
    return token


async def list_tokens(database: Reader) -> list[Known]:
    """Read what is known of every token, the oldest first."""
    return [Known(*row) for row in await database.fetch(ALL_TOKENS)]


async def revoke_token(database: Database, named: str, now: datetime) -> Known | None:
    """Revoke the token of that visible prefix or ID, from the next request on; None where there is none."""
    token = next((known for known in await list_tokens(database) if named in (known.prefix, known.id)), None)
    if token is None:
        return None

    async def work(tx: Transaction) -> None:
        await tx.fetch(REVOKE, token_id=token.id, now=now)

    await database.write(work)
    return token


async def missing_parts(database: Reader, grant: Grant) -> str | None:
    """Say what a grant names that does not exist; None when all is there."""
    known = {row[0] for row in await database.fetch(ORGANIZATIONS.statement, keys=list(grant.organization_ids))}
    for organization_id in grant.organization_ids:
        if organization_id not in known:
            return f"there is no organization {organization_id}"
    if grant.external_service_id is not None:
        rows = await database.fetch(SERVICES.statement, keys=[grant.external_service_id])
        if not rows or rows[0][1] not in known:
            return f"these organizations have no external service {grant.external_service_id}"
    return None


async def viewer_of_token(database: Reader, directory: Directory, token: str, now: datetime) -> Viewer | None:
    """Return whom a token stands for; None when it is unknown, expired or revoked."""
    kept, digest = directory.of(CREDENTIALS), _hash(token)
    found = kept.get(digest)
    if found is None:
        found = await _credential(database, token, digest)
        if found is None:
            return None
        kept.keep(digest, found)
    return None if found.is_over(now) else found.viewer


async def _credential(database: Reader, token: str, digest: str) -> Credential | None:
    kind, _, rest = token.partition("_")
    prefix = f"{kind}_{rest.partition('_')[0]}"
    for row in await database.fetch(TOKEN, prefix=prefix):
        stored, expires_at, revoked_at, token_id, name, scopes, is_admin, organizations, service = row
        if hmac.compare_digest(stored, digest):
            own = None if is_admin else frozenset(organizations)
            viewer = Viewer(token_id, name, frozenset(scopes), own, service, _reservation_key(token))
            return Credential(viewer, expires_at, revoked_at)
    return None


def _reservation_key(token: str) -> bytes:
    return hashlib.blake2b(token.encode(), person=b"reservations").digest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
