"""The answers of all servers, brought to one form and compared, before anything is measured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from benchmarks.peers.servers import Server
from benchmarks.peers.works import DOCUMENTS, POSTGRAPHILE

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class DifferentError(AssertionError):
    """A server does not answer as the gateway does."""


def bodies(server: Server, work: str, requests: Sequence[dict[str, Any]]) -> list[bytes]:
    """Write the requests of a work as the server wants them."""
    documents = POSTGRAPHILE if server.name == "PostGraphile" else DOCUMENTS
    return [orjson.dumps({"query": documents[work], "variables": variables}) for variables in requests]


def write_bodies(server: Server, works: Mapping[str, Sequence[dict[str, Any]]], path: Path) -> Path:
    """Write requests into a file for the load, one a line."""
    lines = [body for work, requests in works.items() for body in bodies(server, work, requests)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


async def compare(servers: Sequence[Server], token: str, work: str, requests: Sequence[dict[str, Any]]) -> int:
    """Ask every server each request; raise if one answers unlike the first. Return the mean size of the first's."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        first, *others = servers
        expected = [await _ask(session, first, body) for body in bodies(first, work, requests)]
        known = [_canonical(first, work, answer) for answer in expected]
        for server in others:
            for body, wanted in zip(bodies(server, work, requests), known, strict=True):
                found = _canonical(server, work, await _ask(session, server, body))
                if found != wanted:
                    where = _first_difference(wanted, found)
                    raise DifferentError(f"{server.name} answers {body.decode()} unlike {first.name}: {where}")
    return sum(map(len, expected)) // len(expected)


async def _ask(session: aiohttp.ClientSession, server: Server, body: bytes) -> bytes:
    async with session.post(f"{server.url}/graphql", data=body) as response:
        return await response.read()


def _canonical(server: Server, work: str, answer: bytes) -> Any:  # noqa: ANN401 - any JSON
    read = orjson.loads(answer)
    if "errors" in read or not read.get("data"):
        raise DifferentError(f"{server.name} fails at {work}: {answer[:2000].decode()}")
    found = _plain(read["data"])
    if work == "calendar":  # the last thing that orders the gateway's events is an ID of its own
        found["calendarEvents"]["events"].sort(key=_sorted_text)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Leave the spelling of instants out, and of fractions that may be whole."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return float(value) if type(value) is int else value


def _sorted_text(event: Any) -> bytes:  # noqa: ANN401
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def _first_difference(wanted: Any, found: Any, path: str = "") -> str:  # noqa: ANN401
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        pairs = [(f".{name}", wanted[name], found[name]) for name in wanted]
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = [(f"[{place}]", *both) for place, both in enumerate(zip(wanted, found, strict=True))]
    else:
        return f"{path}: {str(found)[:1000]}, not {str(wanted)[:1000]}"
    return next(_first_difference(one, other, path + step) for step, one, other in pairs if one != other)
