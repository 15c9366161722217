"""Without users, only the machine itself is served; and what is said where it listens wider."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from t2vqa.accounts import add_user
from t2vqa.config import load_settings
from t2vqa.errors import AccountsError
from t2vqa.web.access import accounts_of, guards, warning
from t2vqa.web.own_machine import OwnMachineOnly, is_loopback


def status(
    client: str | None,
    server: str = "127.0.0.1",
    method: str = "GET",
    host: str = "localhost:7860",
    **headers: str,
) -> int:
    """What a request gets: 204 from the application, or a refusal."""

    async def application(_scope: object, _receive: object, send: Any) -> None:  # noqa: ANN401
        await send({"type": "http.response.start", "status": 204, "headers": []})

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": None if client is None else (client, 5000),
        "server": (server, 7860),
    }
    guarded = OwnMachineOnly(application, "desk.lan")
    # In a thread of its own: playwright keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, guarded(scope, None, send)).result()  # type: ignore[arg-type]
    return int(sent[0]["status"])


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", None])
def test_this_machine_is_served(client: str | None) -> None:
    assert status(client) == 204


def test_this_machine_is_served_at_its_own_address() -> None:
    assert status("192.168.1.5", server="192.168.1.5", host="192.168.1.5:7860") == 204
    assert status("fe80::1%eth0", server="fe80::1") == 204


@pytest.mark.parametrize("client", ["192.168.1.9", "2001:db8::1", "::ffff:10.0.0.1", "testclient"])
def test_other_machines_are_refused(client: str) -> None:
    assert status(client, server="192.168.1.5") == 403


@pytest.mark.parametrize("host", ["desk.lan", "DESK.lan:7860", "[::1]:7860", "10.0.0.1"])
def test_the_desk_goes_by_its_own_names(host: str) -> None:
    assert status("127.0.0.1", host=host) == 204


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:7860", "", "[", "a b"])
def test_a_page_that_lets_its_name_point_here_reads_nothing(host: str) -> None:
    assert status("127.0.0.1", host=host) == 403


def test_a_page_from_elsewhere_changes_nothing_but_may_link_here() -> None:
    assert status("127.0.0.1", method="POST", sec_fetch_site="cross-site") == 403
    assert status("127.0.0.1", method="GET", sec_fetch_site="cross-site") == 204
    assert status("127.0.0.1", method="POST", sec_fetch_site="same-origin") == 204
    assert status("127.0.0.1", method="POST") == 204


def test_what_only_this_machine_reaches() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.5", "desk.lan"))  # noqa: S104


def test_a_desk_that_listens_wider_without_a_login_says_so(tmp_path: Path) -> None:
    file = tmp_path / "users"
    add_user(file, "alice", "correct horse")
    assert warning(load_settings()) is None
    said = warning(load_settings(host="0.0.0.0"))  # noqa: S104
    assert said is not None
    assert "this machine only" in said
    said = warning(load_settings(host="0.0.0.0", open_access=True))  # noqa: S104
    assert said is not None
    assert "Everybody" in said
    assert warning(load_settings(host="0.0.0.0", auth=file)) is None  # noqa: S104


def test_who_is_let_in_goes_by_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "users"
    add_user(file, "alice", "correct horse")

    def guard(**given: object) -> list[str]:
        settings = load_settings(**given)
        return [one.cls.__name__ for one in guards(settings, accounts_of(settings))]

    assert guard() == ["OwnMachineOnly"]
    assert guard(open_access=True) == []
    assert guard(auth=file) == guard(auth=file, open_access=True) == ["Gate"]


def test_a_desk_that_nobody_could_log_in_to_does_not_start(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text("# nobody yet\n", encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(AccountsError, match="names nobody"):
        accounts_of(load_settings(auth=file))
