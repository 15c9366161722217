"""Work shared between the caller and a few threads that stand ready.

Starting threads for every question costs more than it gains once several people ask. Here whoever
has work does what nobody has begun: alone, one has the help of all threads; among many, everybody
does one's own and waits for nobody.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

_GIVING_WAY = 10
"""Of 19: what others take is divided so that such a thread gets a tenth of a processor."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Helpers:
    """Threads that help any number of callers; none are started before there is work."""

    def __init__(self, threads: int = 0) -> None:
        """Take the caller for one of ``threads``; 0 takes one a processor."""
        others = (threads or count_processors()) - 1
        self._pool = ThreadPoolExecutor(others, thread_name_prefix="help") if others else None

    def map(self, function: Callable[[_Task], _Result], tasks: Sequence[_Task]) -> list[_Result]:
        """Return the result of every task, in order."""
        if self._pool is None or len(tasks) < 2:
            return [function(task) for task in tasks]
        offered = [self._pool.submit(function, task) for task in tasks[1:]]
        try:
            results = [function(tasks[0])]
            # The last was begun last, if at all: to take that first leaves the helpers theirs.
            own = {
                place: function(tasks[place + 1])
                for place in reversed(range(len(offered)))
                if offered[place].cancel()
            }
            results.extend(
                own[place] if place in own else future.result()
                for place, future in enumerate(offered)
            )
        finally:
            for future in offered:  # where one failed, the rest need not be begun
                future.cancel()
        return results


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux only; a container may allow fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_way() -> None:
    """Let the calling thread, one that indexes, work when no question wants the processor.

    Linux alone has priorities of threads; elsewhere nothing changes. It cannot be taken back.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GIVING_WAY)
