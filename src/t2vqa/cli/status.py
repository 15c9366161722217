"""``t2vqa status``: what the index holds."""

from __future__ import annotations

from contextlib import closing

import typer

from t2vqa.cli import console
from t2vqa.cli.options import Corpus, Index, Json, settings_for
from t2vqa.serialise import status_object
from t2vqa.types import IndexStatus


def status(
    context: typer.Context, corpus: Corpus = None, index: Index = None, as_json: Json = False
) -> None:
    """Say what the index holds, and whether the documents have changed since."""
    from t2vqa.index.reader import open_reader

    settings = settings_for(context, corpus=corpus, index=index)
    with closing(open_reader(settings.index, None)) as reader:
        state = reader.status(settings.corpus, settings)
    if as_json:
        console.write_json(status_object(state))
    else:
        console.write_line(summary(state))


def summary(state: IndexStatus) -> str:
    """Lay a state out for a person, one fact a line."""
    changed = len(state.stale)
    rows = [
        ("Corpus", state.corpus),
        ("Index", state.index),
        ("Documents", str(state.documents)),
        ("Passages", str(state.passages)),
        ("Model", state.model),
        ("Built", state.built_at or "not yet"),
        ("Up to date", f"no, {changed} changed: run `t2vqa index`" if changed else "yes"),
        *(("Note", note) for note in state.notes),
        *(("Changed", path) for path in state.stale),
        *(("Skipped", f"{skipped.path}: {skipped.reason}") for skipped in state.skipped),
    ]
    return "\n".join(f"{name + ':':<12}{value}" for name, value in rows)
