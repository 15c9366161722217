"""``t2vqa eval``: measure the answers to a set of questions."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import settings_for
from t2vqa.errors import EvaluationError


class HalfName(StrEnum):
    """The two halves of a set: one to tune on, the other to report."""

    A = "a"
    B = "b"


def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="SET", help="Folder with corpus/ and questions.jsonl.")
    ],
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="Ask N of the questions only."),
    ] = None,
    half: Annotated[
        HalfName | None,
        typer.Option("--half", help="One half of the set: tune on a, report b."),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="OUT",
            dir_okay=False,
            help="Write the figures and every answer to this file too.",
        ),
    ] = None,
) -> None:
    """Ask the questions of SET and print how well they were answered, by type of question.

    The set is indexed in a folder of its own; your index is left alone.
    """
    from t2vqa.evaluation import as_json, as_table, evaluate_folder

    settings = settings_for(context)
    if json_file is not None:
        _write(json_file, "")  # a file that cannot be written shows before the long run, not after
    with console.progress_bar() as progress:
        report = evaluate_folder(
            folder,
            settings,
            half=half.value if half else None,
            limit=limit,
            progress=progress,
        )
    console.write(as_table(report))
    if json_file is not None:
        figures = json.dumps(as_json(report), ensure_ascii=False, indent=1)
        _write(json_file, f"{figures}\n")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(
            f"The report cannot be written to {file} ({error.strerror}); "
            "name another file after --json."
        ) from error
