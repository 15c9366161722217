"""Whom the page lets in: the users of a shared desk, this machine, or everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from t2vqa.accounts import Accounts
from t2vqa.errors import AccountsError
from t2vqa.web.own_machine import OwnMachineOnly, is_loopback

if TYPE_CHECKING:
    from starlette.middleware import Middleware

    from t2vqa.config import Settings


def accounts_of(settings: Settings) -> Accounts | None:
    """Return the users, or None where there is no login.

    Raises:
        AccountsError: The file of users cannot be used, or names nobody.
    """
    if settings.auth is None:
        return None
    accounts = Accounts(settings.auth)
    if not accounts.names():
        raise AccountsError(
            f"The file of users {settings.auth} names nobody, so nobody could log in. "
            f"Run: t2vqa user add NAME --auth {settings.auth}"
        )
    return accounts


def guards(settings: Settings, accounts: Accounts | None) -> list[Middleware]:
    """Return the middleware that keeps out whom the settings do not let in."""
    from starlette.middleware import Middleware

    from t2vqa.web.gate import Gate

    if accounts is not None:
        return [Middleware(Gate, accounts=accounts, cookie=f"t2vqa-{settings.port}")]
    if settings.open_access:
        return []
    return [Middleware(OwnMachineOnly, host=settings.host)]


def warning(settings: Settings) -> str | None:
    """Return what the keeper of a desk without a login should know before others reach it."""
    if settings.auth is not None or is_loopback(settings.host):
        return None
    if settings.open_access:
        return (
            f"Everybody who reaches {settings.host} can read all documents: there is no login. "
            "Set T2VQA_AUTH to a file of users (t2vqa user add) unless something else keeps "
            "strangers out."
        )
    return (
        f"The page listens on {settings.host} but serves this machine only, since there is no "
        "login. To share it, add users with `t2vqa user add` and set T2VQA_AUTH."
    )


def gradios_own_login(_name: str, _password: str) -> bool:
    """Let nobody in: Gradio shows its login page because there is this; the gate answers it."""
    return False
