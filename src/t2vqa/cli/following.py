"""Following the documents: what ``index --watch`` does, and the lines that tell of changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from t2vqa.cli import console
from t2vqa.errors import T2VQAError
from t2vqa.types import BuildReport, Progress

if TYPE_CHECKING:
    from t2vqa.config import Settings

MOST_PATHS_IN_LINE = 3


def follow(
    settings: Settings,
    build: Callable[[Callable[[Progress], None]], BuildReport],
    show: Callable[[BuildReport], None],
) -> None:
    """Keep the index up to date until Ctrl-C or a SIGTERM.

    Args:
        settings: Which corpus, and how it is watched.
        build: Brings the index up to date.
        show: Told of the first build and of each that changed something.
    """
    from t2vqa.index.watching import Watcher

    def tell(news: BuildReport | Exception) -> None:
        if isinstance(news, BuildReport):
            show(news)
        else:
            console.complain(failure_line(news))

    watcher = Watcher(
        settings.corpus,
        build,
        tell,
        max_file_megabytes=settings.max_file_megabytes,
        polling=settings.watch_polling,
    )
    with suppress(KeyboardInterrupt), console.sigterm_interrupts():
        console.complain(f"watching {settings.corpus} (Ctrl-C stops it).")
        watcher.run()
    console.complain("stopped watching.")


def change_line(report: BuildReport) -> str:
    """Say on one line what an update changed or mended, and why it skipped files."""
    changes = [
        f"{len(paths)} {word} ({_some(paths)})"
        for word, paths in (
            ("added", report.added),
            ("edited", report.edited),
            ("removed", report.removed),
            ("skipped", [f"{one.path}: {one.reason}" for one in report.skipped]),
        )
        if paths
    ]
    said = f"Updated in {report.seconds:.1f} s: {', '.join(changes) or 'nothing has changed'}"
    return ". ".join((said, *report.notes))


def failure_line(error: Exception) -> str:
    """Say that an update failed, why, and that it is tried again."""
    reason = str(error) if isinstance(error, T2VQAError) else f"{type(error).__name__}: {error}"
    return f"the index was not updated; it is tried again. {reason}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_PATHS_IN_LINE
    return "; ".join(names[:MOST_PATHS_IN_LINE]) + (f"; and {more} more" if more > 0 else "")
