"""A desk without users serves the machine it runs on, and no other."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_REFUSAL = """这个研究台没有设用户，只对它所在的机器开放。请管理者用 t2vqa user add 添加用户并设置 T2VQA_AUTH。
This desk has no users and serves the machine it runs on only. Whoever keeps it can add users with
`t2vqa user add` and set T2VQA_AUTH, or set T2VQA_OPEN_ACCESS where something else keeps strangers out.
"""  # noqa: E501 - shown as it stands


class OwnMachineOnly:
    """ASGI middleware that refuses requests of other machines.

    It also refuses what a browser of this machine sends for a web page from elsewhere: under a
    strange host name, which such a page can let point here to read all that the desk says, or
    across sites, to change something.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Guard an application that listens on ``host``."""
        self._app = app
        self._names = {"localhost", host.casefold(), socket.gethostname().casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on or refuse it."""
        if scope["type"] == "lifespan" or (_is_from_here(scope) and self._is_meant(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(_REFUSAL, 403)(scope, receive, send)
        else:  # the desk has no web sockets
            await send({"type": "websocket.close", "code": 1008})

    def _is_meant(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        foreign = headers.get("sec-fetch-site") == "cross-site"
        reads = scope.get("method") in ("GET", "HEAD", "OPTIONS")
        return self._is_named(headers.get("host", "")) and (reads or not foreign)

    def _is_named(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _address(name) is not None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address to listen on."""
    address = _address(host)
    return host.casefold() == "localhost" or (address is not None and address.is_loopback)


def _is_from_here(scope: Scope) -> bool:
    client, server = scope.get("client"), scope.get("server")
    if client is None:
        return True  # through a socket file
    address = _address(client[0])
    if address is None:
        return False
    return address.is_loopback or (server is not None and address == _address(server[0]))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
