"""What a process costs, as Linux counts it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """The seconds of work of a process so far, all its threads, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def resident(pid: int) -> float:
    """The resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def postgres_cpu(url: str) -> float:
    """The seconds of work so far of the PostgreSQL that a URL names by its socket: of the server and its backends."""
    server = int(Path(url.partition("?host=")[2], "data", "postmaster.pid").read_text().split()[0])
    backends = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    found = 0.0
    for pid in (*backends, str(server)):  # the server last: to it goes the work of a backend that ends meanwhile
        with suppress(FileNotFoundError, ProcessLookupError):
            found += cpu_of(int(pid))
    return found
