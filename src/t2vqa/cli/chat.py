"""``t2vqa chat``: open the page."""

from __future__ import annotations

from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.following import change_line, failure_line
from t2vqa.cli.options import Corpus, Index, settings_for
from t2vqa.types import BuildReport


def chat(
    context: typer.Context,
    host: Annotated[
        str | None,
        typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1, or as set"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, help="Port to listen on.", show_default="7860, or as set"
        ),
    ] = None,
    watch: Annotated[
        bool | None,
        typer.Option(
            "--watch/--no-watch",
            help="Follow changes of the documents.",
            show_default="watch, or as set",
        ),
    ] = None,
    corpus: Corpus = None,
    index: Index = None,
) -> None:
    """Open the chat in the browser's reach; a missing index is built first.

    While it is open, the index follows the documents.
    """
    from t2vqa.web import serve

    settings = settings_for(context, corpus=corpus, index=index, host=host, port=port, watch=watch)
    with console.sigterm_interrupts(), console.progress_bar() as progress:
        serve(settings, progress=progress, on_update=_tell)


def _tell(news: BuildReport | Exception) -> None:
    if isinstance(news, Exception):
        console.complain(failure_line(news))
    elif news.added or news.edited or news.removed or news.skipped or news.notes:
        console.complain(change_line(news))
