"""Writes what was last measured into the page: `python -m benchmarks.peers.report`.

The tables go between the marks in docs/performance.md, the picture beside it.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.chart import draw
from benchmarks.peers.results import Run, load, tables

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURE = DOCS / "performance.md", DOCS / "performance.svg"
BEGIN, END = "<!-- peers: written by `python -m benchmarks.peers.report` -->", "<!-- /peers -->"


def main() -> None:
    """Write the picture and the page's part."""
    run = load()
    PICTURE.write_text(draw(run.results), "utf-8")
    before, begin, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} has no place for the tables: {BEGIN} … {END}")
    PAGE.write_text(f"{before}{BEGIN}\n\n{_part(run)}\n\n{END}{after}", "utf-8")


def _part(run: Run) -> str:
    head = f"Measured on {run.date}: {run.notes}. {run.machine}."
    return f"{head}\n\n![Requests a second that one core answers](performance.svg)\n\n{tables(run.results)}"


if __name__ == "__main__":
    main()
