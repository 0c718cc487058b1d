"""IDs of no record: of what is derived and stored nowhere (equal whenever derived again), and of nothing at all."""

from __future__ import annotations

from hashlib import blake2b

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for every ID that is no UUID: no record has it, so that a malformed ID is an unknown one."""

_NOTHING = blake2b(digest_size=16, person=b"calendar")
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def derived_id(*parts: str) -> str:
    """Return a UUID (version 8, RFC 9562) of the parts, which hold no line break: other parts give another UUID."""
    hashed = _NOTHING.copy()  # in two thirds of the time of a new one
    hashed.update("\n".join(parts).encode())
    digest = hashed.hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{_VARIANTS[digest[16]]}{digest[17:20]}-{digest[20:]}"
