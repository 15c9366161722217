"""Slowing down who guesses passwords."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_FREE = {"pair": 5, "name": 50, "address": 50}
"""Wrong passwords before one has to wait: of a name from an address, of a name from anywhere, from
an address for any name."""

_LONGEST_WAIT = 60.0
_FORGOTTEN_AFTER = 900.0
_REMEMBERED = 10_000

_Key = tuple[str, str]


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """Counts wrong passwords by name and address, of which it remembers so many and no more."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock, in seconds."""
        self._clock = clock
        self._failures: OrderedDict[_Key, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str, address: str) -> float:
        """Return for how many seconds no password is looked at; 0: it is looked at now."""
        now = self._clock()
        with self._lock:
            return max(self._wait(key, now) for key in _keys(name, address))

    def failed(self, name: str, address: str) -> None:
        """Note a wrong password."""
        now = self._clock()
        with self._lock:
            for key in _keys(name, address):
                known = self._failures.pop(key, None)
                if known is None or now - known.last > _FORGOTTEN_AFTER:
                    known = _Failures(0, now)
                self._failures[key] = _Failures(known.count + 1, now)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Note a right password: the name's slips from that address are forgotten.

        Only those: else a user of the desk could guess at others' passwords for ever, with a login
        of their own in between.
        """
        with self._lock:
            self._failures.pop(_keys(name, address)[0], None)

    def _wait(self, key: _Key, now: float) -> float:
        known = self._failures.get(key)
        if known is None or now - known.last > _FORGOTTEN_AFTER:
            return 0.0
        over = known.count - _FREE[key[0]]
        if over < 0:
            return 0.0
        return max(0.0, known.last + min(2.0 ** min(over, 16), _LONGEST_WAIT) - now)


def _keys(name: str, address: str) -> tuple[_Key, ...]:
    return ("pair", f"{address} {name}"), ("name", name), ("address", address)
