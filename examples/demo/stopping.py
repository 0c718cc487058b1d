"""What a demo leaves behind that is stopped before it listens: nothing."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from shutil import rmtree

SHOW_CURSOR = "\x1b[?25h\n"
"""What a terminal is told; the bar has hidden it."""


def clear_away_when_stopped(folder: str) -> None:
    """Let a signal remove the folder and end the program: what is thrown away need not be closed first."""

    def stop(number: int, _frame: object) -> None:
        while Path(folder).exists():  # a file may be made meanwhile
            rmtree(folder, ignore_errors=True)
        if sys.stderr.isatty():
            sys.stderr.write(SHOW_CURSOR)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
