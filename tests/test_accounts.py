"""The file of users: what it keeps, what it refuses, and the commands that write it."""

from __future__ import annotations

import os
import stat
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from t2vqa.accounts import Accounts, add_user, normal_name, remove_user
from t2vqa.errors import AccountsError

PASSWORD = "correct horse"  # noqa: S105 - of users that nobody has
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that cost nothing, where only the file matters."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users"


def write(file: Path, *lines: str) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    file.chmod(0o600)


def test_the_right_password_gives_the_name_as_kept(file: Path) -> None:
    assert add_user(file, "Ａlice ", PASSWORD) == "alice"
    accounts = Accounts(file)
    assert accounts.verify("ALICE", PASSWORD) == "alice"
    assert accounts.verify("alice", "wrong horse") is None
    assert accounts.verify("bob", PASSWORD) is None
    assert accounts.verify("", "") is None
    assert accounts.verify("alice", "x" * 1_000_000) is None


def test_composed_and_decomposed_letters_are_the_same_password(file: Path) -> None:
    add_user(file, "王芳", "caf\u00e9 caf\u00e9")
    assert Accounts(file).verify("王芳", "cafe\u0301 cafe\u0301") == "王芳"


def test_the_password_itself_is_not_kept_and_the_file_is_its_owners(file: Path) -> None:
    add_user(file, "alice", PASSWORD)
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one for one in file.parent.iterdir() if one.name.startswith(".users-")] == []


def test_an_unknown_user_takes_as_long_as_a_wrong_password(file: Path) -> None:
    add_user(file, "alice", PASSWORD)
    accounts = Accounts(file)
    accounts.verify("nobody", PASSWORD)  # what nobody is compared with is made once

    def milliseconds(name: str) -> float:
        began = time.process_time()
        accounts.verify(name, "wrong horse")
        return (time.process_time() - began) * 1000

    known, unknown = [], []
    for _ in range(7):
        known.append(milliseconds("alice"))
        unknown.append(milliseconds("nobody"))
    middle = statistics.median(known)
    assert middle > 5
    assert abs(statistics.median(unknown) - middle) < middle / 2


def test_a_change_of_the_file_is_taken_in(file: Path) -> None:
    add_user(file, "alice", PASSWORD)
    accounts = Accounts(file)
    add_user(file, "bob", "battery staple")
    assert accounts.verify("bob", "battery staple") == "bob"
    before = accounts.hash_of("alice")
    add_user(file, "alice", "new horse!", replace=True)
    assert accounts.hash_of("alice") != before
    remove_user(file, "BOB")
    assert accounts.names() == ("alice",)
    file.unlink()
    assert accounts.names() == ()


def test_a_slip_in_the_file_of_a_running_desk_shuts_nobody_out(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(file, f"alice:{QUICK.hash(PASSWORD)}")
    accounts = Accounts(file)
    write(file, f"alice:{QUICK.hash(PASSWORD)}", "bob")
    assert accounts.names() == ("alice",)
    assert accounts.names() == ("alice",)
    assert len([one for one in caplog.records if "line 2" in one.getMessage()]) == 1
    write(file, f"carol:{QUICK.hash(PASSWORD)}")
    assert accounts.names() == ("carol",)


def test_a_hash_of_lesser_effort_is_renewed_at_the_next_login(file: Path) -> None:
    write(file, "# first floor", f"alice:{QUICK.hash(PASSWORD)}", "", f"bob:{QUICK.hash('b')}")
    accounts = Accounts(file)
    before = accounts.hash_of("alice"), accounts.hash_of("bob")
    assert accounts.verify("alice", PASSWORD) == "alice"
    assert accounts.hash_of("alice") != before[0]
    assert accounts.hash_of("bob") == before[1]
    assert accounts.verify("alice", PASSWORD) == "alice"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# first floor"
    assert [line.partition(":")[0] for line in lines[1:]] == ["alice", "", "bob"]
    assert lines[1].startswith("alice:$argon2id$v=19$m=65536")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["alice"], r"line 1: a line is name:\$argon2id"),
        (["# users", "alice:secret"], "line 2: a line is name"),
        (["alice:$argon2id$v=19$m=65536"], "line 1: this is no whole hash.*add alice --replace"),
        ([":$argon2id$"], "line 1: A user's name has 1"),
        (["a\x07b:$argon2id$"], "line 1: The name 'a.x07b' cannot"),
        (
            [f"{name}:{QUICK.hash('x')}" for name in ("Bob", "ＢＯＢ")],
            "line 2: the user bob .* 1 al",
        ),
    ],
)
def test_a_bad_line_is_named_with_its_number(file: Path, lines: list[str], said: str) -> None:
    write(file, *lines)
    with pytest.raises(AccountsError, match=said):
        Accounts(file)


def test_a_missing_or_unreadable_file_is_explained(file: Path) -> None:
    with pytest.raises(AccountsError, match="t2vqa user add NAME --auth"):
        Accounts(file)
    file.write_bytes(b"\xff\xfe\xff")
    file.chmod(0o600)
    with pytest.raises(AccountsError, match="cannot be read"):
        Accounts(file)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_is_not_used(file: Path, mode: int) -> None:
    add_user(file, "alice", PASSWORD)
    file.chmod(mode)
    with pytest.raises(AccountsError, match="chmod 600"):
        Accounts(file)


@pytest.mark.parametrize("name", ["", "  ", "a:b", "#a", "a\nb", "x" * 65, "a\u202eb"])
def test_a_name_that_cannot_be_kept_is_refused(file: Path, name: str) -> None:
    with pytest.raises(AccountsError):
        add_user(file, name, PASSWORD)
    assert not file.exists()


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025])
def test_a_password_too_short_or_long_is_refused(file: Path, password: str) -> None:
    with pytest.raises(AccountsError, match="8 to 1,024"):
        add_user(file, "alice", password)


def test_users_are_neither_overwritten_nor_removed_by_mistake(file: Path) -> None:
    add_user(file, "alice", PASSWORD)
    with pytest.raises(AccountsError, match="--replace"):
        add_user(file, "ALICE", "another one")
    with pytest.raises(AccountsError, match=r"no user bob.*alice"):
        remove_user(file, "bob")
    assert Accounts(file).verify("alice", PASSWORD) == "alice"


def test_users_added_at_the_same_moment_are_all_kept(file: Path) -> None:
    names = [f"user{number}" for number in range(8)]
    threads = [threading.Thread(target=add_user, args=(file, name, PASSWORD)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Accounts(file).names() == tuple(names)


@given(st.text())
def test_a_normal_name_stays_as_it_is(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)


def t2vqa(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "t2vqa", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def test_the_commands_write_the_file(file: Path) -> None:
    auth = {"T2VQA_AUTH": str(file)}
    added = t2vqa("user", "add", "Alice", "--password-stdin", given=f"{PASSWORD}\n", **auth)
    assert added.returncode == 0, added.stderr
    assert PASSWORD not in added.stdout + added.stderr
    t2vqa("user", "add", "bob", "--password-stdin", "--auth", str(file), given="battery staple\n")
    assert t2vqa("user", "list", **auth).stdout == "alice\nbob\n"
    assert t2vqa("user", "remove", "bob", **auth).returncode == 0
    assert Accounts(file).names() == ("alice",)
    assert Accounts(file).verify("alice", PASSWORD) == "alice"


def test_the_commands_say_what_is_missing(file: Path) -> None:
    unset = t2vqa("user", "list", T2VQA_AUTH="")
    assert unset.returncode == 1
    nowhere = t2vqa("user", "add", "alice", T2VQA_AUTH=str(file))
    assert nowhere.returncode == 1
    assert "--password-stdin" in nowhere.stderr
    assert not file.exists()
    short = t2vqa("user", "add", "a", "--password-stdin", given="short\n", T2VQA_AUTH=str(file))
    assert short.returncode == 1
    assert "8 to 1,024" in short.stderr


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX's")
def test_the_password_is_asked_for_twice_and_not_shown(file: Path) -> None:
    import pty

    def typed(*passwords: str) -> tuple[int, str]:
        child, terminal = pty.fork()
        if child == 0:
            os.execv(  # noqa: S606
                sys.executable,
                [sys.executable, "-m", "t2vqa", "user", "add", "alice", "--auth", str(file)],
            )
        seen = b""
        for prompt, password in zip((b"Password: ", b"again: "), passwords, strict=True):
            while not seen.endswith(prompt):
                seen += os.read(terminal, 1024)
            os.write(terminal, f"{password}\n".encode())
        while True:
            try:
                some = os.read(terminal, 1024)
            except OSError:
                break
            if not some:
                break
            seen += some
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode()

    code, seen = typed(PASSWORD, "something else")
    assert code == 1
    assert "differ" in seen
    assert not file.exists()
    code, seen = typed(PASSWORD, PASSWORD)
    assert code == 0
    assert PASSWORD not in seen
    assert Accounts(file).verify("alice", PASSWORD) == "alice"
