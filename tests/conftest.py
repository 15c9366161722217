"""Makes this folder's helpers importable from the tests of every stage."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Let the programs that tests start be interrupted, also where this run is in the background.

    A shell starts background jobs with SIGINT ignored, and every child inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
