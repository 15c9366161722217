"""Who may use a shared desk: a file of names and hashed passwords.

One user a line, the name and the hash that argon2 makes of the password; empty lines and lines that
begin with ``#`` are left alone::

    # the desk on the third floor
    alice:$argon2id$v=19$m=65536,t=3,p=4$…
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from t2vqa.errors import AccountsError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

logger = logging.getLogger(__name__)

LONGEST_NAME = 64
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
"""Longer ones are refused before they are hashed: nobody types them, and hashing costs."""

_KIND = "$argon2id$"
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Read:
    """The file as it was when it had this stamp; None where there is no file."""

    stamp: _Stamp | None
    hashes: dict[str, str]


class Accounts:
    """The users of a file, which is read again when it changes. Safe to use from many threads."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            AccountsError: It cannot be read or is not in the documented form.
        """
        self._path = path
        self._lock = threading.Lock()
        self._known = _read(path)

    def names(self) -> tuple[str, ...]:
        """Return the users' names in order."""
        return tuple(sorted(self._hashes()))

    def hash_of(self, name: str) -> str | None:
        """Return what is kept of a user's password; another password has another hash."""
        return self._hashes().get(name)

    def verify(self, name: str, password: str) -> str | None:
        """Return the user's name as it is kept if the password is right, else None.

        An unknown user takes as long as a wrong password. A hash that was made with lesser effort
        than is usual now is replaced.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        normal = normal_name(name)
        known = self.hash_of(normal)
        if len(password) > LONGEST_PASSWORD:
            return None
        typed = normal_password(password)
        try:
            self._hasher.verify(known or self._hash_of_nobody, typed)
        except (VerificationError, InvalidHashError):
            return None
        if known is None:
            return None
        if self._hasher.check_needs_rehash(known):
            self._renew(normal, known, typed)
        return normal

    @cached_property
    def _hasher(self) -> PasswordHasher:
        return _hasher()

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def _hashes(self) -> dict[str, str]:
        with self._lock:
            if _stamp(self._path) != self._known.stamp:
                try:
                    self._known = _read(self._path, missing_is_empty=True)
                except AccountsError as error:
                    # A slip of the hand must not shut everybody out; the next change is read again.
                    logger.warning("the users stay as they were: %s", error)
                    self._known = _Read(_stamp(self._path), self._known.hashes)
            return self._known.hashes

    def _renew(self, name: str, known: str, typed: str) -> None:
        def renewed(hashes: dict[str, str]) -> None:
            if hashes.get(name) == known:
                hashes[name] = self._hasher.hash(typed)

        try:
            _change(self._path, renewed)
        except (OSError, AccountsError) as error:  # the password was right all the same
            logger.warning("the hash of %s could not be renewed: %s", name, error)


def normal_name(name: str) -> str:
    """Return a name as it is kept: width and case do not tell users apart."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def normal_password(password: str) -> str:
    """Return a password so that the same characters are the same, however they were typed."""
    return unicodedata.normalize("NFC", password)


def add_user(path: Path, name: str, password: str, *, replace: bool = False) -> str:
    """Write a user to the file, which is made if it is missing.

    Args:
        path: The file.
        name: Of the user.
        password: In clear; only its hash is kept.
        replace: Whether a user of that name gets a new password.

    Returns:
        The name as it is kept.

    Raises:
        AccountsError: The name or the password cannot be used, the name is taken, or the file
            cannot be written.
    """
    normal = normal_name(name)
    _check_name(normal)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountsError(
            f"The password has {len(password):,} characters; it must have "
            f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,}."
        )
    hashed = _hasher().hash(normal_password(password))

    def added(hashes: dict[str, str]) -> None:
        if normal in hashes and not replace:
            raise AccountsError(
                f"There is a user {normal} already. Give --replace to set a new password."
            )
        hashes[normal] = hashed

    _change_and_explain(path, added)
    return normal


def remove_user(path: Path, name: str) -> str:
    """Take a user out of the file and return the name as it was kept.

    Raises:
        AccountsError: There is no such user, or the file cannot be read or written.
    """
    normal = normal_name(name)

    def removed(hashes: dict[str, str]) -> None:
        if normal not in hashes:
            known = ", ".join(sorted(hashes)) or "nobody"
            raise AccountsError(f"There is no user {normal} in {path}; it names {known}.")
        del hashes[normal]

    if not path.exists():
        raise AccountsError(_missing(path))
    _change_and_explain(path, removed)
    return normal


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


def _check_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise AccountsError(f"A user's name has 1 to {LONGEST_NAME} characters.")
    if name.startswith("#") or any(
        letter == ":" or unicodedata.category(letter).startswith("C") for letter in name
    ):
        raise AccountsError(
            f"The name {name!r} cannot be used: no colon, no control character, no # at its start."
        )


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _missing(path: Path) -> str:
    return f"There is no file of users {path}. Make one with: t2vqa user add NAME --auth {path}"


def _read(path: Path, *, missing_is_empty: bool = False) -> _Read:
    stamp = _stamp(path)
    try:
        # Looked at first, so that a change while it is being read is found the next time.
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        if missing_is_empty:
            return _Read(None, {})
        raise AccountsError(_missing(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AccountsError(f"The file of users {path} cannot be read: {error}.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & (stat.S_IWGRP | stat.S_IWOTH):
        raise AccountsError(
            f"Others may write to the file of users {path}, and let themselves in. "
            f"Run: chmod 600 {path}"
        )
    return _Read(stamp, dict(_users(path, text)))


def _users(path: Path, text: str) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, hashed = _parsed(path, number, line)
        if name in seen:
            raise AccountsError(
                f"{path}, line {number}: the user {name} stands in line {seen[name]} already."
            )
        seen[name] = number
        yield name, hashed


def _parsed(path: Path, number: int, line: str) -> tuple[str, str]:
    from argon2 import extract_parameters
    from argon2.exceptions import InvalidHashError

    name, colon, hashed = line.strip().partition(":")
    normal = normal_name(name)
    try:
        _check_name(normal)
        if not colon or not hashed.startswith(_KIND):
            raise AccountsError(f"a line is name:{_KIND}…, as `t2vqa user add` writes it.")
        extract_parameters(hashed)
    except InvalidHashError as error:
        raise AccountsError(
            f"{path}, line {number}: this is no whole hash. Set the password anew with: "
            f"t2vqa user add {normal} --replace"
        ) from error
    except AccountsError as error:
        raise AccountsError(f"{path}, line {number}: {error}") from error
    return normal, hashed


def _change_and_explain(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    try:
        _change(path, change)
    except OSError as error:
        raise AccountsError(f"The file of users {path} cannot be written: {error}.") from error


def _change(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    """Change the users of a file, all at once; its comments and the order of its lines stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        before = _read(path, missing_is_empty=True).hashes
        hashes = dict(before)
        change(hashes)
        if hashes == before:
            return
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
        written = "".join(f"{line}\n" for line in _lines(lines, hashes))
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:  # mkstemp's files are for their owner alone
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _lines(lines: list[str], hashes: dict[str, str]) -> Iterator[str]:
    left = dict(hashes)
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            yield line
            continue
        name = normal_name(line.partition(":")[0])
        if name in left:
            yield f"{name}:{left.pop(name)}"
    for name, hashed in left.items():
        yield f"{name}:{hashed}"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=10, mode=0o600):
            yield
    except Timeout as error:
        raise AccountsError(f"Another program is writing to {path}; try again.") from error
