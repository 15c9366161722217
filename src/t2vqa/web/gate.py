"""The gate of a shared desk: nothing but the login page passes without a login.

Gradio's own login leaves some of its routes open (the MCP endpoint among them), cannot be used by
an MCP client, looks at passwords as often as somebody likes to guess and never ends a session. So
the gate stands before all of Gradio, handles the login that Gradio's page sends, and hands on only
who is logged in, in the way that Gradio expects: with a cookie of Gradio's, from then on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import secrets
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from t2vqa.accounts import Accounts, normal_name
from t2vqa.web.attempts import Attempts
from t2vqa.web.sessions import Sessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OPEN_PAGES = frozenset({"/", "/login", "/logout", "/theme.css", "/favicon.ico", "/robots.txt"})
_OPEN_FOLDERS = ("/assets/", "/static/", "/svelte/")
_OPEN_TO_GRADIO = "/gradio_api/startup-events"
"""Gradio calls this route of its own server while it starts."""

_HASHED_AT_ONCE = 2
"""A hash takes 64 MB for some 50 ms."""

_LONGEST_FORM = 10_000
_REMEMBERED = 256


class Gate:
    """ASGI middleware that lets nobody pass who is not logged in.

    A browser logs in on Gradio's login page and has a cookie from then on, as has
    ``gradio_client.Client(auth=...)``; any other client sends its name and password with each
    request (HTTP Basic).
    """

    def __init__(self, app: ASGIApp, accounts: Accounts, cookie: str) -> None:
        """Guard an application; ``cookie`` is the name of the desk's own cookie."""
        self._app = app
        self._accounts = accounts
        self._cookie = cookie
        self._sessions = Sessions(accounts)
        self._attempts = Attempts()
        self._passwords = _RightPasswords(accounts)
        self._hashing = anyio.CapacityLimiter(_HASHED_AT_ONCE)
        self._gradio_tokens: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with its user, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            await (answer or self._app)(scope, receive, send)
        else:  # the desk has no web sockets
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """Return the answer to a request that is not to be handed on."""
        path = scope["path"].rstrip("/") or "/"
        if path == "/login" and scope["method"] == "POST":
            return await self._log_in(Request(scope, receive))
        if path == "/logout":
            return self._log_out(scope)
        user: str | Response | None = self._sessions.user(self._secret(scope))
        authorization = Headers(scope=scope).get("authorization", "")
        if user is None and authorization:
            user = await self._user_of(authorization, _address(scope))
        if isinstance(user, Response):
            return user
        self._name_to_gradio(scope, user)
        return None if user is not None or _is_open(scope["method"], path) else _closed(scope)

    async def _log_in(self, request: Request) -> Response:
        if int(request.headers.get("content-length") or _LONGEST_FORM + 1) > _LONGEST_FORM:
            return JSONResponse({"detail": "The form is too long."}, 413)
        form = await request.form(max_files=0, max_fields=10)
        name, password = str(form.get("username", "")), str(form.get("password", ""))
        user = await self._verified(name, password, _address(request.scope))
        if isinstance(user, Response):
            # Gradio's login page says that something is wrong after this status only.
            user.status_code = 400
            return user
        secret = self._sessions.begin(user)
        if secret is None:
            return _wrong()
        response = JSONResponse({"success": True})
        response.set_cookie(
            self._cookie,
            secret,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _log_out(self, scope: Scope) -> Response:
        self._sessions.end(self._secret(scope))
        response = RedirectResponse("./", 303)
        response.delete_cookie(self._cookie)
        return response

    async def _user_of(self, authorization: str, address: str) -> str | Response | None:
        given = _name_and_password(authorization)
        if given is None:
            return None
        known = self._passwords.user(authorization)
        if known is not None:
            return known
        user = await self._verified(*given, address)
        if isinstance(user, str):
            self._passwords.remember(authorization, user)
        return user

    async def _verified(self, name: str, password: str, address: str) -> str | Response:
        normal = normal_name(name)
        if wait := self._attempts.wait(normal, address):
            return _wait(wait)
        async with self._hashing:
            # Again: many may have been sent at the same moment and stood in line here.
            if wait := self._attempts.wait(normal, address):
                return _wait(wait)
            user = await anyio.to_thread.run_sync(self._accounts.verify, name, password)
        if user is None:
            self._attempts.failed(normal, address)
            return _wrong()
        self._attempts.succeeded(normal, address)
        return user

    def _secret(self, scope: Scope) -> str:
        cookies = _cookies(scope)
        return cookies[self._cookie].value if self._cookie in cookies else ""

    def _name_to_gradio(self, scope: Scope, user: str | None) -> None:
        """Give the request a cookie that Gradio knows the user by, instead of all it came with.

        ``tokens`` and ``cookie_id`` are how Gradio's application keeps who is logged in.
        """
        headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if user is not None:
            application = scope["app"]
            token = self._gradio_tokens.setdefault(user, secrets.token_urlsafe(32))
            application.tokens[token] = user
            named = f"access-token-{application.cookie_id}={token}"
            headers.append((b"cookie", named.encode("ascii")))
        scope["headers"] = headers


class _RightPasswords:
    """Names and passwords found right a moment ago, so that not each request costs a hash."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, tuple[str, str]] = OrderedDict()

    def remember(self, authorization: str, user: str) -> None:
        self._right[self._digest(authorization)] = user, self._accounts.hash_of(user) or ""
        while len(self._right) > _REMEMBERED:
            self._right.popitem(last=False)

    def user(self, authorization: str) -> str | None:
        user, hashed = self._right.get(self._digest(authorization), ("", ""))
        return user if hashed and self._accounts.hash_of(user) == hashed else None

    def _digest(self, authorization: str) -> bytes:
        return hmac.digest(self._key, authorization.encode("utf-8"), hashlib.sha256)


def _is_open(method: str, path: str) -> bool:
    if method not in ("GET", "HEAD"):
        return False
    return path in _OPEN_PAGES or path.startswith(_OPEN_FOLDERS) or path == _OPEN_TO_GRADIO


def _cookies(scope: Scope) -> SimpleCookie:
    try:
        return SimpleCookie("; ".join(Headers(scope=scope).getlist("cookie")))
    except CookieError:
        return SimpleCookie()


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _name_and_password(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.casefold() != "basic" or len(encoded) > _LONGEST_FORM:
        return None
    try:
        name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def _closed(scope: Scope) -> Response:
    headers = {}
    if "sec-fetch-mode" not in Headers(scope=scope):
        # A browser would ask for the password in a window of its own, in the midst of the page.
        headers["www-authenticate"] = 'Basic realm="t2vqa", charset="UTF-8"'
    return JSONResponse({"detail": "Log in first."}, 401, headers)


def _wrong() -> Response:
    return JSONResponse({"detail": "The name or the password is wrong."}, 401)


def _wait(seconds: float) -> Response:
    whole = math.ceil(seconds)
    said = f"Too many wrong passwords. Try again in {whole} seconds."
    return JSONResponse({"detail": said}, 429, {"retry-after": str(whole)})
