"""Writes a file of bookings as a partner: repeats what may be repeated, resolves what is stale or conflicting.

    BOOKGATE_TOKEN=bg_… python examples/partner/push.py examples/partner/bookings.jsonl

Each line of the file is a JSON object: the input of `upsertBooking`, or with `"deleted": true` that of `deleteBooking`.
The file says what this partner sells, so it wins over what the partner wrote before; what others hold stays theirs.
Prints what became of each line that could not be written, and a summary; exits with 1 if there was any. A line that
cannot be read harms no other. Without an answer from the gateway nobody knows: run it again, which harms nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import (
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)

Record = dict[str, Any]
Answer = dict[str, Any]
Records = dict[int, Record]
Answers = dict[int, Answer]
"""By the number of the line."""

BATCH = 100
ATTEMPTS = 6
FIRST_WAIT, LONGEST_WAIT = 0.1, 10.0
TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500
PASSING = {"store_busy", "store_unavailable", "rate_limited", "internal_error"}

REFUSAL = """
  __typename
  ... on UserError { code message path }
  ... on StaleWrite { storedExternalUpdatedAt }
"""
UPSERT = f"""
mutation Push($inputs: [UpsertBookingInput!]!) {{
  upsertBookings(inputs: $inputs) {{
    {REFUSAL}
    ... on UpsertBookingSuccess {{ outcome }}
    ... on BookingOverlap {{ conflicts {{ startDate endDate }} }}
    ... on InvalidInput {{ issues {{ message path }} }}
  }}
}}
"""
DELETE = f"""
mutation Drop($input: DeleteBookingInput!) {{
  deleteBooking(input: $input) {{
    {REFUSAL}
    ... on DeleteBookingSuccess {{ outcome }}
  }}
}}
"""
STORED = """
query Stored($id: String!, $service: ID) {
  booking(ref: { external: { externalBookingId: $id, externalServiceId: $service } }) { externalUpdatedAt }
}
"""


async def push(session: AsyncClientSession, records: Records, answers: Answers) -> None:
    """Write all records, and note the last answer to each."""
    # Deletes first: what they free may be sold again in the same file.
    for line, record in records.items():
        if record.get("deleted"):
            answers[line] = await drop(session, record)
    kept = [line for line, record in records.items() if not record.get("deleted")]
    for start in range(0, len(kept), BATCH):
        lines = kept[start : start + BATCH]
        answers.update(zip(lines, await upsert(session, [records[line] for line in lines]), strict=True))
    for line, record in records.items():
        answers[line] = await resolved(session, record, answers[line])


async def drop(session: AsyncClientSession, record: Record) -> Answer:
    """Delete a booking; an ID never seen is fine too."""
    given = {name: value for name, value in record.items() if name != "deleted"}
    try:
        answer: Answer = (await send(session, DELETE, input=given))["deleteBooking"]
    except TransportQueryError as error:
        return malformed(error)
    return answer


async def upsert(session: AsyncClientSession, records: list[Record]) -> list[Answer]:
    """Write at most a hundred bookings; each has its own answer."""
    try:
        answers: list[Answer] = (await send(session, UPSERT, inputs=records))["upsertBookings"]
    except TransportQueryError as error:
        refused = malformed(error)
    else:
        return answers
    if len(records) == 1:
        return [refused]
    # One malformed value refuses all of them; half by half it is found.
    half = len(records) // 2
    return [*await upsert(session, records[:half]), *await upsert(session, records[half:])]


def malformed(error: TransportQueryError) -> Answer:
    """Return the answer of an input that has not the shape of one; any other error ends the work."""
    if "invalid_schema" not in codes(error):
        raise error
    return refusal(error)


def refusal(error: Exception) -> Answer:
    """Return an error as the answer of a line."""
    message, code = f"{type(error).__name__}: {error}", "no_answer"
    if isinstance(error, TransportQueryError) and error.errors:
        message, code = error.errors[0]["message"], min(codes(error))
    return {"__typename": "Refused", "code": code.upper(), "message": message.partition("\n")[0]}


async def resolved(session: AsyncClientSession, record: Record, answer: Answer) -> Answer:
    """Return the answer after what can be done about a refusal has been done."""
    if answer["__typename"] == "StaleWrite":
        # A newer state was written before: this line is old news.
        return {"__typename": "Skipped", "outcome": "STALE"}
    if record.get("deleted"):
        return answer
    if answer["__typename"] == "VersionConflict":
        return await overwrite(session, record)
    if answer["__typename"] == "BookingOverlap":
        # What stood in the way may have been moved by a later line of the file.
        return (await upsert(session, [record]))[0]
    return answer


async def overwrite(session: AsyncClientSession, record: Record) -> Answer:
    """The same timestamp with another content: the file's content, a moment newer. What was deleted stays so."""
    known = {"id": record["externalBookingId"], "service": record.get("externalServiceId")}
    try:
        stored = (await send(session, STORED, **known))["booking"]["externalUpdatedAt"]
    except TransportQueryError as error:
        if "court_booking_not_found" in codes(error):
            return {"__typename": "Skipped", "outcome": "DELETED"}
        raise
    newer = datetime.fromisoformat(stored) + timedelta(milliseconds=1)
    return (await upsert(session, [{**record, "externalUpdatedAt": newer.isoformat()}]))[0]


async def send(session: AsyncClientSession, document: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401
    """Run an operation; repeat it, ever more slowly, while the reason to fail can pass. Every write may be repeated."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await session.execute(GraphQLRequest(document, variable_values=variables))
        except (TransportConnectionFailed, TransportServerError, TransportQueryError, TimeoutError) as error:
            if attempt == ATTEMPTS or not may_pass(error):
                raise
        await asyncio.sleep(wait(session, attempt))
    raise AssertionError


def may_pass(error: Exception) -> bool:
    """Whether the same may succeed later."""
    if isinstance(error, TransportQueryError):
        return bool(codes(error) & PASSING)
    if isinstance(error, TransportServerError):
        return error.code is None or error.code == TOO_MANY_REQUESTS or error.code >= SERVER_ERROR
    return True


def codes(error: TransportQueryError) -> set[str]:
    """The machine-readable reasons of an error."""
    return {found.get("extensions", {}).get("code", "unknown") for found in error.errors or ()}


def wait(session: AsyncClientSession, attempt: int) -> float:
    """Seconds to wait: what the gateway asks for, else twice as long each time, and not all clients at once."""
    headers = getattr(session.transport, "response_headers", None) or {}
    asked = str(headers.get("Retry-After", ""))
    shortest = float(asked) if asked.isdigit() else 0.0
    own = FIRST_WAIT * 2.0**attempt * random.uniform(0.5, 1)  # noqa: S311 - no secret
    return min(LONGEST_WAIT, max(shortest, own))


def report(records: Records, answers: Answers) -> bool:
    """Print what could not be written, and how many became what; return whether all could."""
    refused = [(line, answer) for line, answer in sorted(answers.items()) if "outcome" not in answer]
    for line, answer in refused:
        booking = records.get(line, {}).get("externalBookingId")
        details = {name: answer[name] for name in ("conflicts", "issues") if name in answer}
        place = f"line {line}: {booking}" if booking else f"line {line}"
        print(f"{place}: {answer['code']}: {answer['message']}", json.dumps(details) if details else "")
    became = Counter(answer.get("outcome") or answer["code"] for answer in answers.values())
    print(dict(sorted(became.items())))
    return not refused


def read(text: str) -> tuple[Records, Answers]:
    """Return the records of a file, and the answers to lines that are none."""
    records: Records = {}
    answers: Answers = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            record = error
        if isinstance(record, dict):
            records[number] = record
        else:
            answers[number] = {"code": "NO_JSON", "message": f"A line is a JSON object, not {record!r}"[:200]}
    return records, answers


async def main() -> bool:
    """Read the file that the arguments name, and write it."""
    parser = argparse.ArgumentParser(description="Write a file of bookings as a partner.")
    parser.add_argument("file", type=Path, help="one JSON object a line")
    parser.add_argument("--url", default="http://127.0.0.1:8000/graphql")
    arguments = parser.parse_args()
    token = os.environ.get("BOOKGATE_TOKEN")
    if not token:
        parser.error("BOOKGATE_TOKEN is not set")
    try:
        records, answers = read(arguments.file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        parser.error(str(error))
    transport = AIOHTTPTransport(arguments.url, headers={"Authorization": f"Bearer {token}"})
    try:
        async with Client(transport=transport, execute_timeout=30) as session:
            await push(session, records, answers)
    except (TransportError, TimeoutError) as error:
        answers = {**dict.fromkeys(records, refusal(error)), **answers}
    return report(records, answers)


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
