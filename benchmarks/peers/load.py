"""The load: wrk on one thread, which sends the requests of one work over and over."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import orjson

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 16
LONGEST_WAIT = "60s"


class Answered(NamedTuple):
    """What wrk saw in one turn; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def require_programs() -> None:
    """End with advice where a program is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit("The load of this benchmark is made by wrk, which is not on this machine: install `wrk`.")
    if shutil.which("taskset") is None:
        raise SystemExit("This benchmark pins its servers with taskset, which is not here: install `util-linux`.")


def press(url: str, bodies: Path, token: str, seconds: int) -> Answered:
    """Send the bodies, one a line, for so many seconds; raise if any answer is not a success."""
    shape = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", LONGEST_WAIT, "-s", str(SCRIPT)]
    output = subprocess.run(
        ["wrk", *shape, url, "--", str(bodies), token], check=True, capture_output=True, text=True
    ).stdout
    seen = orjson.loads(output.splitlines()[-1])
    if seen["failed"]:
        raise RuntimeError(f"{url} did not answer every request: {seen}")
    return Answered(seen["requests"], seen["microseconds"] / 1e6, seen["p50"] / 1000, seen["p99"] / 1000)
