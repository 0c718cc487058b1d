"""GraphiQL in the browser: its page, and the files that the page loads, all from this machine.

GraphiQL and React come from the npm packages that set-up installs in `graphiql/`; nothing is fetched at run time.
"""

from __future__ import annotations

import secrets
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from gateway.static import HEADERS, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER: Final = Path(__file__).parent / "graphiql"
_PACKAGES: Final = _FOLDER / "node_modules"

# Every file that can be asked for, by its public name.
_ASSETS: Final = {
    "graphiql.js": _FOLDER / "graphiql.js",
    "graphiql.css": _FOLDER / "graphiql.css",
    "graphiql.lib.js": _PACKAGES / "graphiql/graphiql.min.js",
    "graphiql.lib.css": _PACKAGES / "graphiql/graphiql.min.css",
    "graphql-ws.lib.js": _PACKAGES / "graphql-ws/umd/graphql-ws.min.js",
    "react.lib.js": _PACKAGES / "react/umd/react.production.min.js",
    "react-dom.lib.js": _PACKAGES / "react-dom/umd/react-dom.production.min.js",
}

# Scripts are files of ours. GraphiQL brings fonts and images inside its style sheet, and its dialogs add one style
# element, which the nonce admits.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_MISSING: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>GraphiQL is not installed</title>
<h1>GraphiQL is not installed</h1>
<p>Run <code>make setup</code> in the checkout (<code>make demo</code> does so too), then load this page again.</p>
<p>The GraphQL endpoint itself works without it.</p></html>
"""


def page_routes(examples: Path) -> list[web.RouteDef]:
    """Return the routes of the files that the pages load, and of the example operations in a folder.

    The examples are the folder's `*.graphql` files, each with its variables in a `*.json` file of the same name.
    """
    operations = orjson.dumps(list(_operations(examples)))

    async def serve_examples(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=operations, content_type="application/json", headers=HEADERS)

    return [
        web.get("/assets/examples.json", serve_examples),
        web.get("/assets/{name}", serving(_ASSETS)),
    ]


async def graphiql(_request: web.Request) -> web.StreamResponse:
    """Answer with the GraphiQL page, which sends its operations to the path that it was loaded from."""
    if not all(path.is_file() for path in _ASSETS.values()):
        return _html(_MISSING, secrets.token_urlsafe(16), status=503)
    nonce = secrets.token_urlsafe(16)
    return _html((_FOLDER / "graphiql.html").read_text("utf-8").replace("{nonce}", escape(nonce)), nonce)


def _operations(examples: Path) -> Iterator[dict[str, str]]:
    for path in sorted(examples.glob("*.graphql"), key=_place):
        query = path.read_text("utf-8")
        first_line = query.partition("\n")[0]
        variables = path.with_suffix(".json")
        yield {
            "title": first_line.lstrip("# ") if first_line.startswith("#") else path.stem,
            "query": query,
            "variables": variables.read_text("utf-8") if variables.is_file() else "",
        }


def _place(path: Path) -> tuple[int, str]:
    """Where an example stands: `2-…` before `10-…`."""
    return len(path.stem.partition("-")[0]), path.stem


def _html(text: str, nonce: str, status: int = 200) -> web.Response:
    headers = {
        **HEADERS,
        "Cache-Control": "no-store",  # a nonce is good for one load
        "Content-Security-Policy": _POLICY.format(nonce=nonce),
    }
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
