"""``t2vqa eval``: measure the answers to a set of questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import settings_for


def evaluate(
    context: typer.Context,
    questions: Annotated[
        Path,
        typer.Argument(
            metavar="SET",
            exists=True,
            file_okay=False,
            help="Folder with corpus/ and questions.jsonl.",
        ),
    ],
) -> None:
    """Ask every question of SET and print how well it was answered, by type of question."""
    raise NotImplementedError(str(settings_for(context)), questions, console)
