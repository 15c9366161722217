"""What docs/api.md shows works: its commands, its Python and its configurations of an assistant."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from page_support import Served

from t2vqa.accounts import add_user
from t2vqa.web import launch_page

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
OPEN, CLOSED = PAGE.split("## With a login")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def curl(command: str, url: str, event: str = "") -> httpx.Response:
    """Send what the command would."""
    words = shlex.split(command.replace("\\\n", ""))
    options = dict(itertools.pairwise(words))
    address = next(word for word in words if word.startswith("http"))
    address = address.replace("http://127.0.0.1:7860/", url).replace("EVENT_ID", event)
    user = tuple(options["-u"].split(":")) if "-u" in options else None
    if "-d" not in options:
        return httpx.get(address, auth=user, timeout=60)
    name, value = options["-H"].split(": ")
    return httpx.post(address, content=options["-d"], headers={name: value}, auth=user, timeout=60)


def commands(text: str) -> list[str]:
    return [one for block in blocks(text, "sh") for one in re.split(r"\n(?=curl)", block)]


@pytest.fixture(scope="module")
def closed(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    users = tmp_path_factory.mktemp("documented") / "users"
    add_user(users, "alice", "correct horse")
    port = served.settings.port + 1
    settings = served.settings.model_copy(update={"port": port, "auth": users})
    page = launch_page(served.desk, settings)
    yield f"http://127.0.0.1:{port}/"
    page.close()


def test_the_commands_answer(served: Served) -> None:
    first, second, third = commands(OPEN)
    event = curl(first, served.url).json()["event_id"]
    told = curl(second, served.url, event).text
    assert "event: complete" in told
    assert json.loads(told.rpartition("data: ")[2])[0]["citations"]
    assert curl(third, served.url).json()["data"][0]["total"] > 1


def test_the_python_runs(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks(OPEN, "python")
    exec(block.replace("http://127.0.0.1:7860/", served.url), {})  # noqa: S102  # our own page
    *answer, same = capsys.readouterr().out.splitlines()
    assert "3亿元" in "".join(answer)
    assert same == "True"


def test_it_works_with_a_login(closed: str, capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = commands(CLOSED)
    assert curl(command, closed).json()["data"][0]["total"] > 1
    (block,) = blocks(CLOSED, "python")
    code = f"from gradio_client import Client\n{block}".replace("http://127.0.0.1:7860/", closed)
    exec(code, {})  # noqa: S102  # our own page
    assert int(capsys.readouterr().out) > 1


@pytest.mark.parametrize("login", [False, True])
def test_the_configurations_connect(served: Served, closed: str, login: bool) -> None:
    (block,) = blocks(CLOSED if login else OPEN, "json")
    server = json.loads(block)["mcpServers"]["t2vqa"]
    url = server["url"].replace("http://127.0.0.1:7860/", closed if login else served.url)

    async def use() -> str:
        async with (
            streamablehttp_client(url, headers=server.get("headers")) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            answer = await session.call_tool("list_documents", {"limit": 1})
            return answer.content[0].text  # type: ignore[union-attr]  # it is text

    # In a thread of its own: playwright keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        assert json.loads(thread.submit(asyncio.run, use()).result())["total"] > 1
