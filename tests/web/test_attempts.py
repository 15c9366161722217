from __future__ import annotations

from pathlib import Path

from t2vqa.accounts import Accounts, add_user, remove_user
from t2vqa.web.attempts import Attempts
from t2vqa.web.sessions import Sessions


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(attempts: Attempts, times: int, name: str = "alice", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        attempts.failed(name, address)


def test_the_wait_grows_from_the_fifth_wrong_password_on() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    fail(attempts, 4)
    assert attempts.wait("alice", "10.0.0.1") == 0
    waits = []
    for _ in range(9):
        attempts.failed("alice", "10.0.0.1")
        waits.append(attempts.wait("alice", "10.0.0.1"))
        clock.now += waits[-1]
        assert attempts.wait("alice", "10.0.0.1") == 0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_others_do_not_wait() -> None:
    attempts = Attempts(Clock())
    fail(attempts, 10)
    assert attempts.wait("alice", "10.0.0.1") > 0
    assert attempts.wait("alice", "10.0.0.2") == 0
    assert attempts.wait("bob", "10.0.0.1") == 0


def test_guessing_from_many_addresses_or_for_many_names_is_slowed_too() -> None:
    attempts = Attempts(Clock())
    for number in range(50):
        attempts.failed("alice", f"10.0.0.{number}")
        attempts.failed(f"user{number}", "10.9.9.9")
    assert attempts.wait("alice", "10.1.1.1") > 0
    assert attempts.wait("somebody", "10.9.9.9") > 0
    assert attempts.wait("somebody", "10.1.1.1") == 0


def test_a_login_of_ones_own_does_not_pay_for_guesses_at_others() -> None:
    attempts = Attempts(Clock())
    for number in range(60):
        attempts.failed(f"user{number}", "10.0.0.1")
        attempts.succeeded("mallory", "10.0.0.1")
    assert attempts.wait("user99", "10.0.0.1") > 0


def test_a_right_password_and_a_quarter_of_an_hour_clear_the_slips() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    fail(attempts, 4)
    attempts.succeeded("alice", "10.0.0.1")
    fail(attempts, 4)
    assert attempts.wait("alice", "10.0.0.1") == 0
    fail(attempts, 9)
    clock.now += 901
    fail(attempts, 1)
    assert attempts.wait("alice", "10.0.0.1") == 0


def test_memory_is_bounded_and_the_busiest_guesser_is_not_forgotten() -> None:
    attempts = Attempts(Clock())
    for number in range(20_000):
        attempts.failed(f"user{number}", "10.0.0.1")
    assert len(attempts._failures) <= 10_000
    assert attempts.wait("anybody", "10.0.0.1") > 0


def test_sessions_end_by_themselves_and_with_the_user(tmp_path: Path) -> None:
    clock = Clock()
    file = tmp_path / "users"
    for name in ("alice", "bob"):
        add_user(file, name, "correct horse")
    sessions = Sessions(Accounts(file), clock)
    first, second, third = (sessions.begin(name) or "" for name in ("alice", "alice", "bob"))
    assert sessions.begin("nobody") is None
    assert len({first, second, third}) == 3
    assert [sessions.user(one) for one in (first, second, third, "", "x")] == [
        "alice",
        "alice",
        "bob",
        None,
        None,
    ]
    sessions.end(first)
    assert [sessions.user(one) for one in (first, second)] == [None, "alice"]
    add_user(file, "alice", "other horse", replace=True)
    assert [sessions.user(one) for one in (second, third)] == [None, "bob"]
    remove_user(file, "bob")
    assert sessions.user(third) is None
    again = sessions.begin("alice") or ""
    clock.now += 13 * 86_400
    assert sessions.user(again) == "alice"
    clock.now += 15 * 86_400
    assert sessions.user(again) is None
