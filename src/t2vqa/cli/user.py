"""``t2vqa user``: who may use a shared desk."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import settings_for
from t2vqa.errors import AccountsError

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
AuthFile = Annotated[
    Path | None,
    typer.Option(
        "--auth", metavar="FILE", help="File of users.", show_default="as set by T2VQA_AUTH"
    ),
]


def program() -> typer.Typer:
    """Return the group of commands."""
    users = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    users.callback()(_about)
    for name, short_help, command in (
        ("add", "Let a user in, with a password.", add),
        ("remove", "Let a user in no more.", remove),
        ("list", "Print the users' names.", names),
    ):
        users.command(name, short_help=short_help)(command)
    return users


def _about() -> None:
    """Say who may use a shared desk. A running desk takes each change in by itself."""


def add(
    context: typer.Context,
    name: Name,
    from_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read the password from the first line of stdin."),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give a user who is there a new password.")
    ] = False,
    auth: AuthFile = None,
) -> None:
    """Let NAME in. The password is asked for twice and not shown; only its hash is kept."""
    from t2vqa.accounts import add_user

    path = _file(context, auth)
    kept = add_user(path, name, _password(from_stdin=from_stdin), replace=replace)
    console.complain(f"{kept} may use the desk ({path}).")


def remove(context: typer.Context, name: Name, auth: AuthFile = None) -> None:
    """Let NAME in no more; who is logged in under that name is shut out at once."""
    from t2vqa.accounts import remove_user

    path = _file(context, auth)
    console.complain(f"{remove_user(path, name)} may use the desk no more ({path}).")


def names(context: typer.Context, auth: AuthFile = None) -> None:
    """Print the users' names, one a line."""
    from t2vqa.accounts import Accounts

    for name in Accounts(_file(context, auth)).names():
        console.write_line(name)


def _file(context: typer.Context, given: Path | None) -> Path:
    chosen = settings_for(context, auth=given).auth
    if chosen is None:
        raise AccountsError(
            "It is not said which file holds the users. Set T2VQA_AUTH, or give it with --auth."
        )
    return chosen


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccountsError(
            "There is no terminal to ask for the password; give it with --password-stdin."
        )
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise AccountsError("The two passwords differ; nothing was changed.")
    return password
