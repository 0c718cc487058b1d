"""What the pages for users show, works: every block is run, top to bottom, against a gateway over the demo data."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from domain.refusals import ErrorCode
from execution.documents import Documents
from resolvers.api import graphql_schema
from tests.docs.blocks import Block, blocks, contains
from tests.served import Served

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "examples/partner/README.md"]
FOR_DEVELOPERS = ("architecture", "decisions", "execution")
PATH = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])  # node, where the machine has none
DOCUMENTS = Documents(graphql_schema())

# Blocks that are not run, by how they begin, and why. Any other that exits with an error fails the test.
NOT_RUN = {
    "make demo": "serves until it is stopped; tests/test_program.py runs it",
    "make test": "runs this very test",
    "make setup\nexport BOOKGATE_DATABASE=postgresql://": "installs, and needs the server of somebody",
    "rm -f data/bookgate.db-wal": "needs a gateway that is stopped; tests/docs/test_restoring.py runs it",
}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if any(blocks(page))], ids=_name)
async def test_every_block_of_a_page_does_what_the_page_says(served: Served, page: Path) -> None:
    tally = {"run": 0, "only checked against the schema": 0, "not run": 0}
    for block in blocks(page):
        place = f"{_name(page)}:{block.line}"
        if block.lacks_variables:
            assert not DOCUMENTS.prepare(block.text).errors, place
            tally["only checked against the schema"] += 1
        elif block.language == "sh" and any(block.text.startswith(command) for command in NOT_RUN):
            tally["not run"] += 1
        else:
            answer = await _answer(served, block, place)
            if block.answer is not None and not contains(answer, block.answer):
                pytest.fail(f"{place} answered {answer}")
            tally["run"] += 1
    print(f"{_name(page)}: {tally}")  # noqa: T201 - what was not run is said, by `pytest -s`


async def _answer(served: Served, block: Block, place: str) -> Any:
    if block.language == "graphql":
        answer = await served.ask(block.text, block.variables, block.token)
        assert block.answer is not None or "errors" not in answer, f"{place} answered {answer}"
        return answer
    output = await _output(served, block, place)
    return None if block.answer is None else orjson.loads(output)


async def _output(served: Served, block: Block, place: str) -> bytes:
    command = ("bash", "-euo", "pipefail", "-c") if block.language == "sh" else ("node", "--input-type=module", "-e")
    tokens = {f"TOKEN_{name.upper()}": token for name, token in served.tokens.items()}
    process = await asyncio.create_subprocess_exec(
        *command,
        _here(block.text, served),
        cwd=ROOT,
        env={**os.environ, **tokens, "BOOKGATE_DATABASE": served.url, "PATH": PATH},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), 300)
    assert process.returncode == 0, f"{place}: {errors.decode()}"
    return output


def _here(text: str, served: Served) -> str:
    """The text with the address, the interpreter and the IDs of this test in it."""
    organization = served.demo.organizations[0].id
    service = served.demo.grants["partner"].external_service_id
    text = text.replace("http://127.0.0.1:8000", str(served.client.make_url("")).rstrip("/"))
    text = text.replace(".venv/bin/python", sys.executable)
    return text.replace("--organization ID", f"--organization {organization}").replace(
        "--service ID", f"--service {service}"
    )


@pytest.mark.parametrize("code", ErrorCode)
def test_the_reference_explains_every_code(code: ErrorCode) -> None:
    reference = (ROOT / "docs/reference.md").read_text("utf-8")
    section = re.search(rf"^### `{code.value}`\n(.*?)(?=^##|\Z)", reference, re.MULTILINE | re.DOTALL)

    assert section is not None
    assert all(part in section[1] for part in ("**Cause.**", "**Remedy.**", "```"))


def test_the_reference_explains_no_code_that_is_gone() -> None:
    reference = (ROOT / "docs/reference.md").read_text("utf-8")

    assert set(re.findall(r"^### `([A-Z_]+)`$", reference, re.MULTILINE)) == {code.value for code in ErrorCode}


def test_links_of_the_pages_for_users_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        if page.stem not in FOR_DEVELOPERS
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_an_answer_contains_what_a_page_shows_of_it() -> None:
    answer = {"data": {"a": [{"b": 1, "c": 2}], "d": None}}

    assert contains(answer, {"data": {"a": [{"b": 1}], "d": "…"}})
    assert not contains(answer, {"data": {"a": [{"b": 2}]}})
    assert not contains(answer, {"data": {"a": []}})
    assert not contains(answer, {"data": {"e": "…"}})
