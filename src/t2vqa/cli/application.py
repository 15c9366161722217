"""The program ``t2vqa``: its commands, and what happens when one of them fails."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from t2vqa.cli import ask, chat, console, evaluate, index, show, status, user
from t2vqa.cli.options import Run
from t2vqa.errors import T2VQAError

FAILED = 1
INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C stopped: 128 and the number of SIGINT."""


def main(arguments: Sequence[str] | None = None, home: Path | None = None) -> None:
    """Run the program and leave it with its exit code.

    Args:
        arguments: The command line without the program's name; None takes the process's own.
        home: Folder whose ``corpus`` and ``index`` are taken where no setting names others.

    Raises:
        SystemExit: Always. 0: done, 1: failed, 2: wrong usage, 130: interrupted.
    """
    console.use_utf8()
    run = Run(home=home)
    try:
        application()(args=arguments, prog_name="t2vqa", obj=run)
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            console.complain("stopped.")
        raise
    except T2VQAError as error:
        _explain(error, str(error), run)
    except BrokenPipeError:
        _abandon_stdout()
    except Exception as error:  # the outermost frame: nobody should have to read a traceback
        _explain(error, _unexpected(error), run)
    sys.exit(FAILED)


def application() -> typer.Typer:
    """Return the program with its commands."""
    program = typer.Typer(
        name="t2vqa",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(_options)
    for name, short_help, command in (
        ("index", "Bring the index up to date with the documents.", index.index),
        ("ask", "Answer a question, or a file of them.", ask.ask),
        ("show", "Print a document's text as indexed.", show.show),
        ("status", "Say what the index holds.", status.status),
        ("chat", "Open the chat page.", chat.chat),
        ("eval", "Measure the answers to a set of questions.", evaluate.evaluate),
    ):
        program.command(name, short_help=short_help)(command)
    program.add_typer(user.program(), name="user", short_help="Say who may use a shared desk.")
    return program


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.write_line(f"t2vqa {version('t2vqa')}")
        raise typer.Exit


def _options(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log more, and show the traceback of an error.")
    ] = False,
    version: Annotated[  # noqa: ARG001  # typer acts on it through the callback
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Answers with checkable citations over a folder of research.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    context.ensure_object(Run).debug = debug
    logging.basicConfig(
        stream=sys.stderr, level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("t2vqa").setLevel(logging.DEBUG if debug else logging.WARNING)


def _unexpected(error: Exception) -> str:
    words = str(error).strip().splitlines()
    reason = f"{type(error).__name__}: {words[0]}" if words else type(error).__name__
    return (
        f"something went wrong that was not foreseen ({reason}). "
        "Run `t2vqa --debug …` with the same command to see where, and please report it."
    )


def _explain(error: Exception, message: str, run: Run) -> None:
    if run.debug:
        sys.stderr.write("".join(traceback.format_exception(error)))
    console.complain(message)


def _abandon_stdout() -> None:
    """Let Python's last flush go nowhere: the reader of our output has left, and that is fine."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
