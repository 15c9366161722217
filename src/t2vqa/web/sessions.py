"""Who is logged in, by the cookie that the browser got for it."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from t2vqa.accounts import Accounts

_IDLE_SECONDS = 14 * 86_400.0
_AT_ONCE = 10_000


@dataclass(slots=True)
class _Session:
    name: str
    hashed: str
    """As it was at login: whose password is changed since, or who is removed, is logged out."""
    seen: float


class Sessions:
    """The sessions of one running desk. They end with it, unused, or with the user's password."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        """Open sessions for users of ``accounts``."""
        self._accounts = accounts
        self._clock = clock
        self._open: OrderedDict[str, _Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str) -> str | None:
        """Return a new session's secret, or None where the user has just been removed."""
        hashed = self._accounts.hash_of(name)
        if hashed is None:
            return None
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._open[secret] = _Session(name, hashed, self._clock())
            while len(self._open) > _AT_ONCE:
                self._open.popitem(last=False)
        return secret

    def user(self, secret: str) -> str | None:
        """Return whose session this is, or None where it is none or has ended."""
        now = self._clock()
        with self._lock:
            session = self._open.get(secret)
            if session is None:
                return None
            if now - session.seen > _IDLE_SECONDS or (
                self._accounts.hash_of(session.name) != session.hashed
            ):
                del self._open[secret]
                return None
            session.seen = now
            self._open.move_to_end(secret)
            return session.name

    def end(self, secret: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(secret, None)
