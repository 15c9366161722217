"""Serving the page."""

from __future__ import annotations

import io
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

from t2vqa.config import Settings
from t2vqa.errors import PageError
from t2vqa.types import BuildReport, Progress
from t2vqa.web.access import accounts_of, gradios_own_login, guards, warning
from t2vqa.web.failures import log_failure
from t2vqa.web.news import News
from t2vqa.web.quick_import import import_gradio

if TYPE_CHECKING:
    from gradio import Blocks

    from t2vqa.service import ResearchQA
    from t2vqa.web.desk import Desk

_CONTENT_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'"
)
"""Whatever a page's text may hold, the browser fetches nothing from another host."""


def serve(
    settings: Settings,
    progress: Callable[[Progress], None] | None = None,
    on_update: Callable[[BuildReport | Exception], None] | None = None,
) -> None:
    """Open the index and serve the page until interrupted.

    Meanwhile the index follows the documents, unless ``settings.watch`` is false.

    Args:
        settings: Which corpus, index and model; where to listen; the page's first language.
        progress: Told how far the preparation is.
        on_update: Told, in another thread, of changes of the documents that the index has
            followed, and why it could not; the page tells its readers by itself.

    Raises:
        PageError: The page cannot listen at that address.
        AccountsError: The file of users cannot be used.
        T2VQAError: The corpus, the model or the index cannot be used.
    """
    accounts_of(settings)  # before the slow work, should they be unusable
    check_address(settings.host, settings.port)
    import_gradio()
    from t2vqa.service import ResearchQA

    with closing(
        ResearchQA.open(
            corpus=settings.corpus, index=settings.index, settings=settings, progress=progress
        )
    ) as desk:
        news = News(desk)
        page = launch_page(desk, settings, news)
        warming = threading.Thread(target=_warm_up, args=(desk,), name="warm-up", daemon=True)
        warming.start()
        try:
            with suppress(KeyboardInterrupt), following_documents(desk, settings, news, on_update):
                # On a line of its own, also where a progress bar has left the last one unfinished.
                sys.stderr.write(f"\nThe page is at {page.local_url} (Ctrl-C stops it)\n")
                if (warned := warning(settings)) is not None:
                    sys.stderr.write(f"t2vqa: {warned}\n")
                sys.stderr.flush()
                page.block_thread()
        finally:
            page.close()
            # Not to pull the index away from under it: Chroma would crash the process.
            warming.join(timeout=30)


def launch_page(desk: Desk, settings: Settings, news: News | None = None) -> Blocks:
    """Serve the page over an open service in the background and return it.

    Args:
        desk: The service.
        settings: Where to listen, and the page's first language.
        news: What the page's readers are told from; by default its own.

    Raises:
        PageError: The page cannot listen at that address.
        ConversationStoreError: The file of conversations cannot be used.
        AccountsError: The file of users cannot be used.
    """
    import_gradio()
    from t2vqa.conversations import ConversationStore, conversations_path
    from t2vqa.library import Library
    from t2vqa.web.api.mcp_tools import answer_in_json
    from t2vqa.web.page import STYLE, build_page, theme
    from t2vqa.web.services import Services
    from t2vqa.web.wording.login import login_message

    accounts = accounts_of(settings)
    _reach_directly(settings.host)
    store = ConversationStore(conversations_path(settings))
    page = build_page(Services(desk, settings, news or News(desk), store, Library(desk)))
    try:
        # Gradio would print where its MCP server is, between our own lines.
        with redirect_stdout(io.StringIO()):
            page.launch(
                server_name=settings.host,
                server_port=settings.port,
                theme=theme(),
                css_paths=[STYLE],
                share=False,
                quiet=True,
                prevent_thread_lock=True,
                inbrowser=False,
                footer_links=[],
                run_history=False,
                enable_monitoring=False,
                ssr_mode=False,
                pwa=False,
                mcp_server=settings.mcp,
                auth=gradios_own_login if accounts is not None else None,
                auth_message=login_message(settings.language),
                app_kwargs={"middleware": [*_middleware(), *guards(settings, accounts)]},
            )
    except OSError as error:
        raise PageError(_cannot_listen(settings.host, settings.port, error)) from error
    answer_in_json(page)
    return page


@contextmanager
def following_documents(
    desk: ResearchQA,
    settings: Settings,
    news: News,
    on_update: Callable[[BuildReport | Exception], None] | None = None,
) -> Iterator[None]:
    """Let the index follow the documents for the length of the block, if that is wanted.

    Args:
        desk: The service.
        settings: Whether it is wanted.
        news: Told what came of it, for the page's readers.
        on_update: Told the same, in another thread.
    """
    if not settings.watch:
        yield
        return

    def tell(outcome: BuildReport | Exception) -> None:
        news.note(outcome)
        if on_update is not None:
            on_update(outcome)

    with desk.watcher(tell).running():
        yield


def check_address(host: str, port: int) -> None:
    """Make sure, before the slow work, that the page can listen at an address.

    Raises:
        PageError: It cannot; the message says what to do.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise PageError(
            f"The page cannot listen on {host}: no such address ({error.strerror or error}). "
            "Choose another one with --host, for example --host 127.0.0.1."
        ) from error
    try:
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PageError(_cannot_listen(host, port, error)) from error


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    other = port + 1 if port < 65535 else port - 1
    return (
        f"The page cannot listen on port {port} of {host} ({error.strerror or error}); "
        f"another program may be using it. Choose another one with --port, for example "
        f"--port {other}."
    )


def _warm_up(service: ResearchQA) -> None:
    """Answer a question, so that the first one a person asks finds everything loaded."""
    try:
        service.warm_up()
        for question in service.example_questions(limit=1):
            service.ask(question)
    except Exception as error:  # a person who asks will be told; here nobody waits
        log_failure(error)


def _reach_directly(host: str) -> None:
    """Let Gradio, which calls its own server while it starts, not do so through a proxy."""
    own = ["127.0.0.1", "localhost", host]
    for name in ("no_proxy", "NO_PROXY"):
        known = [entry for entry in os.environ.get(name, "").split(",") if entry]
        os.environ[name] = ",".join(dict.fromkeys([*known, *own]))


def _middleware() -> list[Any]:
    from starlette.middleware import Middleware

    from t2vqa.web.middleware import ContentPolicy, KeptAssets

    return [Middleware(ContentPolicy, policy=_CONTENT_POLICY), Middleware(KeptAssets)]
