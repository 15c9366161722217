"""``t2vqa show``: the text that citations count in."""

from __future__ import annotations

from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import Corpus, Index, settings_for


def show(
    context: typer.Context,
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="Its path below the corpus folder.")
    ],
    start: Annotated[
        int, typer.Option("--start", min=0, metavar="N", help="First character, counted from 0.")
    ] = 0,
    end: Annotated[
        int | None,
        typer.Option(
            "--end", min=0, metavar="N", help="Character to stop before.", show_default="the end"
        ),
    ] = None,
    corpus: Corpus = None,
    index: Index = None,
) -> None:
    """Print a document's normalised text as indexed, or a stretch of it, and nothing else.

    Not even a line break is added, so that the offsets of citations can be counted in it.
    """
    from t2vqa.service import ResearchQA

    settings = settings_for(context, corpus=corpus, index=index)
    with ResearchQA.open(settings=settings) as service:
        text = service.document(document).text
    console.write(_stretch(text, start, end))


def _stretch(text: str, start: int, end: int | None) -> str:
    stop = len(text) if end is None else end
    if stop > len(text) or start > len(text):
        raise typer.BadParameter(
            f"The document has {len(text)} characters.",
            param_hint="--start" if start > len(text) else "--end",
        )
    if start > stop:
        raise typer.BadParameter("--start must not lie behind --end.", param_hint="--start")
    return text[start:stop]
