"""A browser's session with the page as it goes over HTTP, without the browser."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

_QUESTION = "t2-question"
_CHAT = "t2-chat"


@dataclass(frozen=True)
class Told:
    """What the server sent for the chat, and the seconds until the first words and until all."""

    text: str
    first_words: float
    whole: float


class HttpSession:
    """Asks as the page's script does: joins the queue and reads the session's event stream."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=120)
        config = self._http.get("/config").json()
        components = {one["id"]: one for one in config["components"]}
        self._question = next(
            number for number, one in components.items() if one["props"].get("elem_id") == _QUESTION
        )
        self._asking = next(
            one
            for one in config["dependencies"]
            if [self._question, "submit"] in [list(target) for target in one["targets"]]
            and one["backend_fn"]
        )
        self._chat = next(
            place
            for place, number in enumerate(self._asking["outputs"])
            if components[number]["props"].get("elem_id") == _CHAT
        )
        self._given = [
            components[number]["props"].get("value") for number in self._asking["inputs"]
        ]
        self._session = secrets.token_hex(6)

    def ask(self, question: str, patience: float = 120) -> Told:
        """Ask and wait until the answer is whole."""
        place = self._asking["inputs"].index(self._question)
        data = [*self._given[:place], question, *self._given[place + 1 :]]
        began = time.perf_counter()
        joined = self._http.post(
            "/gradio_api/queue/join",
            json={
                "data": data,
                "fn_index": self._asking["id"],
                "session_hash": self._session,
                "event_data": None,
                "trigger_id": self._question,
            },
        )
        joined.raise_for_status()
        event, said, first = joined.json()["event_id"], [], 0.0
        stream = {"session_hash": self._session}
        with self._http.stream("GET", "/gradio_api/queue/data", params=stream) as lines:
            for line in lines.iter_lines():
                assert time.perf_counter() - began < patience
                message: Mapping[str, Any] = (
                    json.loads(line[6:]) if line.startswith("data: ") else {}
                )
                if message.get("event_id") != event:
                    continue
                kind = message["msg"]
                if kind == "process_generating":
                    said.append(self._of_chat(message))
                    if len(said) == 2:  # the first shows the question
                        first = time.perf_counter() - began
                if kind == "process_completed":
                    assert message["success"], message
                    said.append(self._of_chat(message))
                    break
        return Told("\n".join(said), first, time.perf_counter() - began)

    def _of_chat(self, message: Mapping[str, Any]) -> str:
        return json.dumps(message["output"]["data"][self._chat], ensure_ascii=False)

    def close(self) -> None:
        self._http.close()
