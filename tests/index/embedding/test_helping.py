"""Work is shared with the threads that stand ready, and never waits for them."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from t2vqa.index.embedding.helping import Helpers, count_processors, give_way


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
def test_results_come_in_order(threads: int, count: int) -> None:
    def slow_first(number: int) -> int:
        time.sleep(0.002 if number % 3 == 0 else 0)
        return number * number

    wanted = [number * number for number in range(count)]
    assert Helpers(threads).map(slow_first, range(count)) == wanted


def test_the_caller_and_a_helper_work_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)
    assert Helpers(2).map(lambda number: both.wait() is not None and number, [1, 2]) == [1, 2]


def test_nobody_waits_for_a_helper_that_is_busy() -> None:
    helpers = Helpers(2)
    begun, go_on = threading.Event(), threading.Event()

    def hold(number: int) -> int:
        if number == 1:
            begun.set()
            assert go_on.wait(10)
        return number

    with ThreadPoolExecutor(1) as other:
        held = other.submit(helpers.map, hold, [0, 1])
        assert begun.wait(10)
        assert helpers.map(lambda number: number, [1, 2, 3]) == [1, 2, 3]
        assert not held.done()
        go_on.set()
        assert held.result(10) == [0, 1]


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_failure_is_the_callers(failing: int) -> None:
    def fail(number: int) -> int:
        if number == failing:
            raise LookupError(number)
        return number

    helpers = Helpers(2)
    with pytest.raises(LookupError):
        helpers.map(fail, range(3))
    assert helpers.map(str, [1, 2]) == ["1", "2"]


def test_zero_takes_one_a_processor() -> None:
    assert Helpers(0).map(str, [1, 2, 3]) == ["1", "2", "3"]
    assert count_processors() >= 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_what_indexes_gives_way_and_nothing_else_does() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        assert pool.submit(niceness).result() > niceness()
