"""The options that several commands share, and the settings they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2vqa.types import AnswerLength

if TYPE_CHECKING:
    from t2vqa.config import Settings

Corpus = Annotated[
    Path | None,
    typer.Option(
        "--corpus", metavar="DIR", help="Folder of documents.", show_default="corpus, or as set"
    ),
]
Index = Annotated[
    Path | None,
    typer.Option(
        "--index", metavar="DIR", help="Folder of the index.", show_default="index, or as set"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on one line.")]

Document = Annotated[
    list[str] | None,
    typer.Option(
        "--document",
        metavar="PATH",
        help="Answer from this document alone; may be repeated.",
        show_default=False,
    ),
]
Folder = Annotated[
    list[str] | None,
    typer.Option(
        "--folder",
        metavar="DIR",
        help="Answer from this folder of the corpus alone; may be repeated.",
        show_default=False,
    ),
]
Company = Annotated[
    list[str] | None,
    typer.Option(
        "--company",
        metavar="NAME",
        help="Answer from what is about this company or mentions it; may be repeated.",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="Leave out documents dated before this day, and those without a date.",
        show_default=False,
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        help="Leave out documents dated after this day, and those without a date.",
        show_default=False,
    ),
]
Length = Annotated[AnswerLength, typer.Option("--length", help="How much the answer may say.")]


@dataclass
class Run:
    """What holds for a whole run of the program.

    Attributes:
        home: Folder whose ``corpus`` and ``index`` are taken where no setting names others; None
            for the working directory.
        debug: Whether an unexpected error shows its traceback.
    """

    home: Path | None = None
    debug: bool = False


def settings_for(context: typer.Context, **given: object) -> Settings:
    """Read the settings; those given on the command line (not None) win.

    Raises:
        ConfigError: A value cannot be used.
    """
    # Imported here: pydantic takes a quarter of a second that `t2vqa --help` need not wait for.
    from t2vqa.config import load_settings

    settings = load_settings(**given)
    home = context.ensure_object(Run).home
    if home is None:
        return settings
    beside = {
        name: home / name for name in ("corpus", "index") if name not in settings.model_fields_set
    }
    return load_settings(**{**given, **beside})
