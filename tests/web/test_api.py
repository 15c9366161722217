"""The four functions for programs, through real clients: gradio_client, MCP and plain HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_type_hints

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from page_support import Served

from t2vqa.serialise import answer_object, filters_object, passage_object
from t2vqa.types import Filters
from t2vqa.web.api import objects

FUNCTIONS = {"ask", "search", "list_documents", "read_document"}
REVENUE = "石斛集团 2024 年营业收入是多少？"
NOTES = "调研/石斛集团 纪要.md"


@pytest.fixture(scope="module")
def client(served: Served) -> Client:
    return Client(served.url, verbose=False)


def called(served: Served, function: str, **named: object) -> tuple[str, Any]:
    """How a call ended, and with what, as plain HTTP tells it."""
    calls = f"{served.url}gradio_api/call"
    answer = httpx.post(f"{calls}/v2/{function}", json=named, timeout=60)
    answer.raise_for_status()
    told = httpx.get(f"{calls}/{function}/{answer.json()['event_id']}", timeout=60).text
    (event, data) = re.findall(r"^event: (complete|error)\ndata: (.*)$", told, re.MULTILINE)[-1]
    return event, json.loads(data)


def with_tools(served: Served, use: Callable[[ClientSession], Awaitable[Any]]) -> Any:  # noqa: ANN401
    """What an assistant's client gets."""

    async def connected() -> object:
        url = f"{served.url}gradio_api/mcp/"
        async with (
            streamablehttp_client(url) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await use(session)

    # In a thread of its own: playwright keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, connected()).result()


def test_only_the_four_functions_are_public(served: Served, client: Client) -> None:
    info = httpx.get(f"{served.url}gradio_api/info").json()
    assert {name.strip("/") for name in info["named_endpoints"]} == FUNCTIONS
    assert info["unnamed_endpoints"] == {}
    named = {name.strip("/") for name in client.view_api(return_format="dict")["named_endpoints"]}
    assert named == FUNCTIONS
    config = httpx.get(f"{served.url}config").json()
    shown = {
        one["api_name"] for one in config["dependencies"] if one["api_visibility"] != "private"
    }
    assert shown == FUNCTIONS
    paths = httpx.get(f"{served.url}gradio_api/openapi.json").json()["paths"]
    shown = {path.split("/call/v2/")[1].split("/")[0] for path in paths if "/call/v2/" in path}
    assert shown == FUNCTIONS


def test_arguments_and_results_are_described(served: Served) -> None:
    endpoints = httpx.get(f"{served.url}gradio_api/info").json()["named_endpoints"]
    for endpoint in endpoints.values():
        assert len(endpoint["description"]) > 30
        assert all(one["type"] for one in endpoint["parameters"])
        assert all(one["type"]["type"] == "object" for one in endpoint["returns"])
    (answer,) = endpoints["/ask"]["returns"]
    assert answer["type"]["properties"]["citations"]["items"]["required"] == list(
        get_type_hints(objects.CitationObject)
    )
    length = next(
        one for one in endpoints["/ask"]["parameters"] if one["parameter_name"] == "length"
    )
    assert length["type"] == {"enum": ["brief", "normal", "full"]}
    assert length["parameter_default"] == "normal"


def test_an_answer_is_the_one_of_the_command_line(served: Served, client: Client) -> None:
    answer = client.predict(REVENUE, api_name="/ask")
    expected = answer_object(served.desk.service.ask(REVENUE))
    del expected["id"]
    for one in (answer, expected):
        assert one.pop("timings").keys() == {"retrieve_ms", "answer_ms"}
    assert answer == json.loads(json.dumps(expected))
    assert "8.5 亿元" in answer["answer"].replace("*", "")


def test_the_described_keys_are_those_that_come(served: Served) -> None:
    answer = served.desk.service.ask(REVENUE)
    fields = answer_object(answer)
    del fields["id"]
    for described, given in (
        (objects.AnswerObject, fields),
        (objects.CitationObject, fields["citations"][0]),
        (objects.StatementObject, fields["statements"][0]),
        (objects.PassageObject, passage_object(answer.passages[0])),
        (objects.TimingsObject, fields["timings"]),
        (objects.FiltersObject, filters_object(Filters())),
    ):
        assert get_type_hints(described).keys() == given.keys(), described


def test_history_filters_length_and_passages_count(client: Client) -> None:
    answer = client.predict("它面临的风险有哪些？", [REVENUE], api_name="/ask")
    assert "石斛集团" in answer["understood"]
    elsewhere = client.predict(REVENUE, folders=["文生视频"], passages=3, api_name="/ask")
    assert elsewhere["filters"]["folders"] == ["文生视频"]
    assert len(elsewhere["passages"]) == 3
    assert all(one["document"].startswith("文生视频/") for one in elsewhere["passages"])
    risks = "石斛集团的主要风险有哪些？"
    brief, full = (
        client.predict(risks, length=length, api_name="/ask")["answer"]
        for length in ("brief", "full")
    )
    assert len(brief) <= len(full)


def test_passages_are_found_and_stand_where_they_say(client: Client) -> None:
    found = client.predict(REVENUE, 4, api_name="/search")["passages"]
    assert len(found) == 4
    for one in found:
        text = client.predict(one["document"], one["start"], one["end"], api_name="/read_document")
        assert text["text"] == one["text"]
    only = client.predict(REVENUE, documents=[NOTES], api_name="/search")["passages"]
    assert {one["document"] for one in only} == {NOTES}


def test_documents_are_listed_in_parts(served: Served, client: Client) -> None:
    known = served.desk.service.documents()
    whole = client.predict(api_name="/list_documents")
    assert whole["total"] == len(known)
    assert [one["document"] for one in whole["documents"]] == [one.path for one in known]
    part = client.predict(limit=2, offset=1, api_name="/list_documents")
    assert part == {"total": len(known), "documents": whole["documents"][1:3]}
    folder = client.predict("调研", api_name="/list_documents")
    assert [one["document"] for one in folder["documents"]] == [NOTES]
    assert client.predict("调", api_name="/list_documents")["total"] == 0


def test_a_long_document_is_read_in_stretches(
    served: Served, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = served.desk.service.document(NOTES).text
    monkeypatch.setattr("t2vqa.web.api.endpoints.MOST_CHARACTERS", 50)
    read, place = "", 0
    while True:
        part = client.predict(NOTES, place, api_name="/read_document")
        assert len(part["text"]) <= 50
        assert part["length"] == len(text)
        read, place = read + part["text"], part["end"]
        if place == part["length"]:
            break
    assert read == text
    beyond = client.predict(NOTES, 10**9, 5, api_name="/read_document")
    assert (beyond["text"], beyond["start"]) == ("", len(text))


@pytest.mark.parametrize(
    ("function", "given", "said"),
    [
        ("ask", {"question": ""}, "empty"),
        ("ask", {"question": "x" * 5000}, "2,000"),
        ("ask", {"question": 7}, "question: Input should be a valid string"),
        ("ask", {"question": REVENUE, "history": "not a list"}, "history: "),
        ("ask", {"question": REVENUE, "history": ["x"] * 51}, "history: .*at most 50"),
        ("ask", {"question": REVENUE, "length": "endless"}, "length: .*'brief'"),
        ("ask", {"question": REVENUE, "documents": ["no such.md"]}, "no such.md"),
        ("ask", {"question": REVENUE, "since": "soon"}, "soon"),
        ("search", {"question": REVENUE, "limit": 51}, "limit: .*50"),
        ("search", {"question": REVENUE, "limit": 0}, "limit: "),
        ("list_documents", {"limit": 1001}, "limit: .*1000"),
        ("read_document", {"document": "../../etc/passwd"}, "no document"),
        ("read_document", {"document": NOTES, "start": -1}, "start: "),
    ],
)
def test_what_cannot_be_done_is_explained(
    served: Served, function: str, given: dict[str, object], said: str
) -> None:
    event, told = called(served, function, **given)
    assert event == "error"
    assert re.search(said, told["error"]), told


def test_all_arguments_by_position_give_the_result_at_once(served: Served) -> None:
    sent = {"data": [NOTES, 0, 5]}
    answer = httpx.post(f"{served.url}gradio_api/run/read_document", json=sent, timeout=60)
    assert answer.json()["data"][0]["text"] == served.desk.service.document(NOTES).text[:5]


def test_an_error_reaches_gradio_client_and_its_inside_does_not(
    served: Served, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AppError, match="The question is empty"):
        client.predict(" ", api_name="/ask")

    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(served.desk.service, "ask", fail)
    with pytest.raises(AppError, match="not foreseen") as raised:
        client.predict(REVENUE, api_name="/ask")
    assert "secret" not in str(raised.value)


def test_an_assistant_uses_the_tools(served: Served) -> None:
    async def use(session: ClientSession) -> tuple[Any, ...]:
        return (
            (await session.list_tools()).tools,
            await session.call_tool("ask", {"question": REVENUE, "length": "brief"}),
            await session.call_tool("search", {"question": REVENUE, "limit": 2}),
            await session.call_tool("list_documents", {"folder": "调研"}),
            await session.call_tool("read_document", {"document": NOTES, "end": 10}),
            await session.call_tool("read_document", {"document": "没有.md"}),
            await session.call_tool("ask", {"question": REVENUE, "length": "endless"}),
        )

    tools, *answers = with_tools(served, use)
    assert {tool.name for tool in tools} == FUNCTIONS
    for tool in tools:
        assert "Returns:" in tool.description
        described = tool.inputSchema["properties"]
        assert all(one["description"] for one in described.values()), tool.name
    ask = next(tool for tool in tools if tool.name == "ask")
    assert ask.inputSchema["required"] == ["question"]
    assert ask.inputSchema["properties"]["length"]["enum"] == ["brief", "normal", "full"]
    *right, missing, wrong = answers
    assert not any(one.isError for one in right)
    answer, found, listed, text = (json.loads(one.content[0].text) for one in right)
    cited = answer["citations"][0]
    assert cited["document"] == NOTES
    assert len(found["passages"]) == 2
    assert listed["total"] == 1
    assert text["text"] == served.desk.service.document(NOTES).text[:10]
    assert missing.isError
    assert "没有.md" in missing.content[0].text
    assert wrong.isError
    assert "brief" in wrong.content[0].text


def test_many_calls_wait_and_the_page_does_not(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    running: list[int] = []
    most = []
    lock = threading.Lock()
    documents = served.desk.service.documents

    def slow() -> object:
        with lock:
            running.append(1)
            most.append(len(running))
        assert held.wait(60)
        with lock:
            running.pop()
        return documents()

    monkeypatch.setattr(served.desk.service, "documents", slow)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(called(served, "list_documents")[0]))
        for _ in range(60)
    ]
    for thread in threads:
        thread.start()
    patience = time.monotonic() + 30
    while len(running) < 4 and time.monotonic() < patience:
        time.sleep(0.05)
    time.sleep(0.5)
    began = time.monotonic()
    assert httpx.get(f"{served.url}config", timeout=30).status_code == 200
    assert time.monotonic() - began < 10
    held.set()
    for thread in threads:
        thread.join()
    assert max(most) == 4
    assert answers == ["complete"] * 60
