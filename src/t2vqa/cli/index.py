"""``t2vqa index``: bring the index up to date with the corpus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from t2vqa.cli import console
from t2vqa.cli.following import change_line, follow
from t2vqa.cli.options import Corpus, Index, Json, settings_for
from t2vqa.serialise import report_object
from t2vqa.types import BuildReport, Progress

if TYPE_CHECKING:
    from t2vqa.config import Settings
    from t2vqa.index.embedding.base import Embedder

MOST_PATHS_NAMED = 20


def index(
    context: typer.Context,
    corpus: Corpus = None,
    index: Index = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build anew from nothing, not only what changed.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify",
            help="Read all files, also where size and time say nothing has changed, and examine "
            "the index itself.",
        ),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: follow every change until interrupted.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Index the documents that are new or changed, and forget those that are gone."""
    # Not through ResearchQA: it opens the index first, and one that is damaged or was built with
    # another model, which is what --rebuild is for, cannot be opened.
    from t2vqa.index.embedding.loading import load_embedder

    settings = settings_for(context, corpus=corpus, index=index)
    with console.progress_bar() as progress:
        embedder = load_embedder(settings, progress)
    build = _Build(settings, embedder, rebuild=rebuild, verify=verify)
    show = _show_json if as_json else _Printer()
    if watch:
        follow(settings, build, show)
    else:
        show(build())


class _Build:
    """Builds the index: the first time as asked for, then with what has changed."""

    def __init__(
        self, settings: Settings, embedder: Embedder, *, rebuild: bool, verify: bool
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._rebuild = rebuild
        self._verify = verify

    def __call__(self, on_step: Callable[[Progress], None] = lambda _: None) -> BuildReport:
        from t2vqa.index.builder import build_index

        with console.progress_bar() as show:

            def step(progress: Progress) -> None:
                on_step(progress)
                show(progress)

            report = build_index(
                self._settings.corpus,
                self._settings.index,
                self._settings,
                self._embedder,
                rebuild=self._rebuild,
                verify=self._verify,
                progress=step,
            )
        self._rebuild = self._verify = False
        return report


class _Printer:
    """Prints reports: the first in full, those of later changes on a line each."""

    def __init__(self) -> None:
        self._say = summary

    def __call__(self, report: BuildReport) -> None:
        console.write_line(self._say(report))
        self._say = change_line


def _show_json(report: BuildReport) -> None:
    console.write_json(report_object(report))


def summary(report: BuildReport) -> str:
    """Say in lines what a build did, each skipped file with its reason."""
    lines = [
        f"Indexed in {report.seconds:.1f} s: {len(report.added)} added, "
        f"{len(report.edited)} edited, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged, {len(report.skipped)} skipped; "
        f"{report.passages} passages, {report.embedded} of them embedded anew.",
        *(f"  {note}" for note in report.notes),
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
