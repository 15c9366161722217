"""``t2vqa eval``: measure the answers to a set of questions."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import settings_for
from t2vqa.errors import EvaluationError

if TYPE_CHECKING:
    from t2vqa.config import Settings
    from t2vqa.evaluation import EvaluationReport
    from t2vqa.evaluation.questions import Half


class HalfName(StrEnum):
    """The two halves of a set: one to tune on, the other to report."""

    A = "a"
    B = "b"


def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[SET]", help="Folder with corpus/ and questions.jsonl."),
    ] = None,
    from_feedback: Annotated[
        bool,
        typer.Option(
            "--from-feedback",
            help="In place of SET, ask what readers of the page judged, of your own documents.",
        ),
    ] = False,
    conversations: Annotated[
        Path | None,
        typer.Option(
            "--conversations",
            metavar="FILE",
            dir_okay=False,
            help="The file of conversations to take the feedback from.",
            show_default="as set",
        ),
    ] = None,
    write_to: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="DIR",
            file_okay=False,
            help="With --from-feedback, write the questions and documents there as a SET to edit.",
        ),
    ] = None,
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

    The set is indexed in a folder of its own; your index is left alone. With --from-feedback, the
    questions are those that readers of the page judged, asked of your index as it stands.
    """
    from t2vqa.evaluation import as_json, as_table, evaluate_folder

    if from_feedback == (folder is not None):
        raise typer.BadParameter("name either a SET or --from-feedback.")
    if not from_feedback and (conversations or write_to):
        raise typer.BadParameter("--conversations and --write need --from-feedback.")
    settings = settings_for(context, conversations=conversations)
    if json_file is not None:
        _write(json_file, "")  # a file that cannot be written shows before the long run, not after
    part: Half | None = half.value if half else None
    with console.progress_bar() as progress:
        if folder is not None:
            report = evaluate_folder(folder, settings, half=part, limit=limit, progress=progress)
        else:
            report = _of_feedback(settings, write_to, part, limit, progress)
    console.write(as_table(report))
    if json_file is not None:
        figures = json.dumps(as_json(report), ensure_ascii=False, indent=1)
        _write(json_file, f"{figures}\n")


def _of_feedback(
    settings: Settings,
    write_to: Path | None,
    half: Half | None,
    limit: int | None,
    progress: console.ReportProgress,
) -> EvaluationReport:
    """Ask what readers judged of the user's own index, and say what is not asked, and why."""
    from t2vqa.conversations.place import conversations_path
    from t2vqa.evaluation.feedback_folder import (
        evaluate_feedback,
        read_feedback,
        write_feedback,
    )
    from t2vqa.service import ResearchQA

    with ResearchQA.open(settings=settings, progress=progress) as service:
        found = read_feedback(conversations_path(settings), service)
        for reason, count in found.left_out.items():
            console.complain(f"{count} of the answers with feedback: {reason}.")
        if write_to is not None:
            write_feedback(found, service, write_to)
        return evaluate_feedback(found, service, half=half, limit=limit, progress=progress)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(
            f"The report cannot be written to {file} ({error.strerror}); "
            "name another file after --json."
        ) from error
