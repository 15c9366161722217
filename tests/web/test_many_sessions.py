"""Thirty-two conversations at once: no answer lands in another's."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from http_session import HttpSession

from t2vqa.config import load_settings
from t2vqa.service import ResearchQA
from t2vqa.web import launch_page

PEOPLE = 32
_FIRST, _SECOND = "青岚禾原澄云白桦", "光电材能"
NAMES = [f"{first}{second}集团" for first in _FIRST for second in _SECOND]


def revenue(number: int) -> str:
    return f"{101 + 7 * number}.{number % 10} 亿元"


def staff(number: int) -> str:
    return f"{20_011 + 37 * number} 人"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("many")
    (folder / "corpus").mkdir()
    for number, name in enumerate(NAMES):
        (folder / "corpus" / f"{name}.md").write_text(
            f"# {name}调研纪要\n\n{name} 2024 年营业收入为 {revenue(number)}。\n\n"
            f"{name}的员工人数为 {staff(number)}。\n",
            encoding="utf-8",
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = load_settings(corpus=folder / "corpus", index=folder / "index", port=port)
    with closing(ResearchQA.open(settings=settings)) as service:
        page = launch_page(service, settings)
        yield f"http://127.0.0.1:{port}"
        page.close()


def figures(text: str) -> set[str]:
    return set(re.findall(r"[\d.,]+ (?:亿元|人)", text.replace("*", "")))


def test_no_answer_lands_in_the_wrong_conversation(url: str) -> None:
    assert len(set(NAMES)) == PEOPLE
    start = Barrier(PEOPLE)

    def talk(number: int) -> tuple[set[str], set[str]]:
        with closing(HttpSession(url)) as session:
            start.wait(60)
            first = session.ask(f"{NAMES[number]} 2024 年的营业收入是多少？")
            # It names nobody: what it is about stands in this conversation alone.
            second = session.ask("它的员工人数是多少？")
            return figures(first.text), figures(second.text)

    with ThreadPoolExecutor(PEOPLE) as pool:
        for number, (first, second) in enumerate(pool.map(talk, range(PEOPLE))):
            assert revenue(number) in first, NAMES[number]
            assert staff(number) in second, NAMES[number]
            own = {revenue(number), staff(number)}
            others = {f(other) for f in (revenue, staff) for other in range(PEOPLE)} - own
            assert not (first | second) & others, NAMES[number]
