"""Folders of files for the browser: a page and what it loads, all from this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

PAGE: Final = "index.html"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Checked against its ETag at each load, so that an upgrade is seen at once.
    "Cache-Control": "no-cache",
    # Every script and style is a file of ours, and none of them may make markup of a text.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
}


def static_routes(folder: Path, prefix: str) -> list[web.RouteDef]:
    """Return the routes of a folder: its `index.html` at the prefix, its other files by name below.

    What can be asked for is listed once, at the start.
    """
    files = {path.name: path for path in sorted(folder.iterdir()) if path.suffix in TYPES}

    async def redirect(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect(prefix)

    return [
        web.get(prefix, serving({"": files[PAGE]})),
        web.get(f"{prefix}/", redirect),
        web.get(f"{prefix}/{{name}}", serving(files)),
    ]


def serving(files: Mapping[str, Path]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return a handler of files by their public names: no path is ever built from a request."""

    async def serve(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info.get("name", ""))
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={**HEADERS, "Content-Type": TYPES[path.suffix]})

    return serve
