"""``t2vqa ask``: answer a question, or a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2vqa.cli import batch as batches
from t2vqa.cli import console
from t2vqa.cli.options import (
    Company,
    Corpus,
    Document,
    Folder,
    Index,
    Json,
    Length,
    Since,
    Until,
    settings_for,
)
from t2vqa.errors import IndexStoreError
from t2vqa.serialise import answer_object, section_path
from t2vqa.text.markdown import plain
from t2vqa.types import Answer, AnswerLength, Citation, Filters, Passage

if TYPE_CHECKING:
    from t2vqa.config import Settings
    from t2vqa.service import ResearchQA

LONGEST_QUOTE = 160
"""Characters of a quote shown to a person; ``--json`` gives it whole."""

NEAREST_SHOWN = 3
"""Passages shown to a person below a refusal."""


def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="The question.", show_default=False)
    ] = None,
    history: Annotated[
        list[str] | None,
        typer.Option(
            "--history",
            metavar="QUESTION",
            help="An earlier question of the conversation, oldest first; may be repeated.",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FILE.jsonl",
            help='Answer a file of questions (- for stdin), one {"id", "question", "history", '
            '"filters", "length"} a line; needs --json.',
            show_default=False,
        ),
    ] = None,
    document: Document = None,
    folder: Folder = None,
    company: Company = None,
    since: Since = None,
    until: Until = None,
    length: Length = AnswerLength.NORMAL,
    as_json: Json = False,
    corpus: Corpus = None,
    index: Index = None,
) -> None:
    """Answer QUESTION from the documents, with citations. A missing index is built first."""
    filters = Filters(
        tuple(document or ()), tuple(folder or ()), tuple(company or ()), since, until
    )
    of_one = bool(history) or not filters.is_empty or length is not AnswerLength.NORMAL
    _check_usage(question, of_one=of_one, batch=batch, as_json=as_json)
    settings = settings_for(context, corpus=corpus, index=index)
    with console.progress_bar() as progress:
        if batch is not None:
            _answer_batch(settings, batch, progress)
            return
        with _open_for_one_question(settings, progress) as service:
            answer = service.ask(
                question or "", history=history or [], filters=filters, length=length
            )
    if as_json:
        console.write_json(answer_object(answer))
    else:
        console.write_line(readable(answer))


def _answer_batch(settings: Settings, file: Path, progress: console.ReportProgress) -> None:
    from t2vqa.service import ResearchQA

    with ResearchQA.open(settings=settings, progress=progress) as service:
        if not batches.answer_file(service, file):
            raise typer.Exit(1)


def _open_for_one_question(settings: Settings, progress: console.ReportProgress) -> ResearchQA:
    """Open the service without Chroma, which takes longer to load than all the rest together.

    All vectors are read and compared instead, which is quick enough for one question.
    """
    from t2vqa.index.embedding.loading import load_embedder
    from t2vqa.index.reader import VectorSearch, open_reader
    from t2vqa.service import ResearchQA

    embedder = load_embedder(settings, progress)
    try:
        reader = open_reader(settings.index, embedder.name, VectorSearch.EXACT)
    except IndexStoreError:
        return ResearchQA.open(settings=settings, progress=progress)  # builds a missing index
    return ResearchQA(settings, embedder, reader)


def readable(answer: Answer) -> str:
    """Lay an answer out for a person: text with markers, then its sources, one a line.

    A refusal is followed by the nearest passages.
    """
    parts = []
    if answer.understood and answer.understood != answer.question:
        parts.append(f"Understood as: {answer.understood}")
    parts.append(plain(answer.text))
    sources = [_source(citation) for citation in answer.citations]
    if answer.refused:
        sources = [_nearest(scored.passage) for scored in answer.passages[:NEAREST_SHOWN]]
    if sources:
        parts.append("\n".join(sources))
    return "\n\n".join(parts)


def _source(citation: Citation) -> str:
    page = "" if citation.page is None else f", p. {citation.page}"
    place = f"{citation.document}{page}"
    return f"[{citation.number}] {_quoted(place, citation.section, citation.quote)}"


def _nearest(passage: Passage) -> str:
    return f"- {_quoted(passage.document, passage.section, passage.text)}"


def _quoted(place: str, section: tuple[str, ...], words: str) -> str:
    quote = " ".join(words.split())
    if len(quote) > LONGEST_QUOTE:
        quote = quote[: LONGEST_QUOTE - 1] + "…"
    return " · ".join(part for part in (place, section_path(section), f'"{quote}"') if part)


def _check_usage(question: str | None, *, of_one: bool, batch: Path | None, as_json: bool) -> None:
    """Refuse what cannot go together; ``of_one``: something is given that holds of one question."""
    if batch is None:
        if question is None:
            raise typer.BadParameter(
                "Give a question, or a file of them with --batch.", param_hint="QUESTION"
            )
        return
    if question is not None or of_one:
        raise typer.BadParameter(
            "Questions, their history, filters and length come from the file; give none of them "
            "beside it.",
            param_hint="--batch",
        )
    if batch != batches.STDIN and not batch.is_file():
        raise typer.BadParameter(f"There is no file {batch}.", param_hint="--batch")
    if not as_json:
        raise typer.BadParameter("Answers to a file are JSON: add --json.", param_hint="--batch")
