"""Headers of the page's responses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HASHED = re.compile(r"/assets/[\w./-]+-[\w-]{8,10}\.(?:js|css|wasm|woff2?|svg|png)")
"""A file of Gradio's page that has a hash of what it holds in its name: never another content."""

_FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")
_HELD = frozenset({200, 206, 304})


class ContentPolicy:
    """ASGI middleware that sends a Content-Security-Policy with every HTTP response."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, adding the header to its response."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), (b"content-security-policy", self._policy)]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_policy)


class KeptAssets:
    """ASGI middleware that lets browsers keep what never changes.

    Gradio has them ask again for each of the page's scripts, a hundred questions for every page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on; the response to one for a hashed file may be kept for good."""
        if scope["type"] != "http" or not _HASHED.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def send_to_keep(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _HELD:
                headers = [
                    header
                    for header in message.get("headers", [])
                    if header[0].lower() != b"cache-control"
                ]
                message = {**message, "headers": [*headers, _FOR_GOOD]}
            await send(message)

        await self._app(scope, receive, send_to_keep)
