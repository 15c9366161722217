"""``t2vqa index``: bring the index up to date with the corpus."""

from __future__ import annotations

from typing import Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.options import Corpus, Index, Json, settings_for
from t2vqa.serialise import report_object
from t2vqa.types import BuildReport

MOST_PATHS_NAMED = 20


def index(
    context: typer.Context,
    corpus: Corpus = None,
    index: Index = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build anew from nothing, not only what changed.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Index the documents that are new or changed, and forget those that are gone."""
    # Not through ResearchQA: it opens the index first, and one that is damaged or was built with
    # another model, which is what --rebuild is for, cannot be opened.
    from t2vqa.index.builder import build_index
    from t2vqa.index.embedding.loading import load_embedder

    settings = settings_for(context, corpus=corpus, index=index)
    with console.progress_bar() as progress:
        report = build_index(
            settings.corpus,
            settings.index,
            settings,
            load_embedder(settings, progress),
            rebuild=rebuild,
            progress=progress,
        )
    if as_json:
        console.write_json(report_object(report))
    else:
        console.write_line(summary(report))


def summary(report: BuildReport) -> str:
    """Say in lines what a build did, each skipped file with its reason."""
    lines = [
        f"Indexed in {report.seconds:.1f} s: {len(report.added)} added, "
        f"{len(report.edited)} edited, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.skipped)} skipped; "
        f"{report.passages} passages, {report.embedded} of them embedded anew."
    ]
    for word, paths in (
        ("added", report.added),
        ("edited", report.edited),
        ("removed", report.removed),
    ):
        lines += [f"  {word}: {path}" for path in paths[:MOST_PATHS_NAMED]]
        if len(paths) > MOST_PATHS_NAMED:
            lines.append(f"  {word}: and {len(paths) - MOST_PATHS_NAMED} more")
    lines += [f"  skipped: {skipped.path}: {skipped.reason}" for skipped in report.skipped]
    return "\n".join(lines)
