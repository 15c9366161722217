"""Importing Gradio without the work it does for its own developers."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager


def import_gradio() -> None:
    """Import Gradio in about two seconds instead of five, with its telemetry off.

    For each of its component classes, Gradio's metaclass parses the class's source twice and
    writes a stub file beside it, into the installed package, on every import. It leaves that out
    for a class whose source file is unknown, so the files of its classes are unknown while it is
    imported.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with _source_files_unknown("gradio."):
        import gradio  # noqa: F401 - imported for others to find it ready


@contextmanager
def _source_files_unknown(prefix: str) -> Iterator[None]:
    """Make ``inspect.getfile`` fail for classes of modules whose name begins with ``prefix``."""
    known = inspect.getfile

    def getfile(thing: object) -> str:
        if isinstance(thing, type) and thing.__module__.startswith(prefix):
            raise OSError(f"{thing!r} needs no stub file")
        return known(thing)  # type: ignore[arg-type]  # it says itself what it cannot take

    inspect.getfile = getfile  # type: ignore[assignment]  # wider than what it stands for
    try:
        yield
    finally:
        inspect.getfile = known
