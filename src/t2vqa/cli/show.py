"""``t2vqa show``: the text that citations count in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import Corpus, Index, settings_for
from t2vqa.errors import DocumentNotFoundError


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
    settings = settings_for(context, corpus=corpus, index=index)
    console.write(_stretch(_text(settings.index, document), start, end))


def _text(index: Path, path: str) -> str:
    from t2vqa.index.reader import open_reader

    with closing(open_reader(index, None)) as reader, reader.snapshot() as snapshot:
        try:
            return snapshot.document(path).text
        except DocumentNotFoundError as error:
            known = [summary.path for summary in snapshot.documents()]
            raise DocumentNotFoundError(f"{error}{_suggestion(path, known)}") from error


def _suggestion(path: str, known: Sequence[str]) -> str:
    """Return a sentence that names the documents whose paths or names are like ``path``."""
    by_name = {known_path.rpartition("/")[2]: known_path for known_path in known}
    near = get_close_matches(path, known) or [
        by_name[name] for name in get_close_matches(path.rpartition("/")[2], by_name)
    ]
    return f" Did you mean {' or '.join(near)}?" if near else ""


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
