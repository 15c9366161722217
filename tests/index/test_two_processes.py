"""Two processes on one index: one writes, the other reads on, and nobody is lied to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from index_contents import answers, contents
from index_house import House

from t2vqa.errors import IndexLockedError

ASK = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_house import HashEmbedder
from t2vqa.index.reader import open_reader
from t2vqa.text.segmentation import search_terms
reader = open_reader(Path(sys.argv[2]), "hash")
(vector,) = HashEmbedder().embed_queries(["第"])
asked = []
print("open", flush=True)
while not Path(sys.argv[3]).exists() or len(asked) < 20:
    with reader.snapshot() as state:
        near = state.dense(vector, state.passage_count)
        found = state.passages(name for name, _ in near)
        texts = {state.document(one.document).text for one in found}
        assert all(one.text in state.document(one.document).text for one in found)
        words = state.lexical(search_terms("第"), 99)
        assert state.passages(name for name, _ in words)
        asked.append([state.generation, len(near), state.passage_count, sorted(texts)])
reader.close()
print(json.dumps(asked))
"""

BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_house import House
house = House(Path(sys.argv[2]))
def pause():
    print("embedding", flush=True)
    sys.stdin.readline()
house.embedder.before_batch = pause
house.build()
print("done", flush=True)
"""


@contextmanager
def process(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, "-c", program, str(Path(__file__).parent), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def state(number: int) -> dict[str, str]:
    """Return the texts of a corpus that all say which state they are of."""
    return {f"{name}.md": f"# {name}\n\n第 {number} 次，文件 {name}。\n" for name in "abc"}


def test_one_process_asks_while_another_builds_again_and_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.write(state(0))
    house.build()
    stop = tmp_path / "stop"
    with process(ASK, house.index, stop) as asker:
        assert line(asker) == "open"
        for number in range(1, 7):
            house.write(state(number))
            if number == 3:
                (house.corpus / "c.md").unlink()
            house.build(rebuild=number == 5)
        stop.touch()
        asked = json.loads(line(asker))
    for _, found, passages, texts in asked:
        assert found == passages
        numbers = {text.split("次")[0].split("第")[1] for text in texts}
        assert len(numbers) == 1, "one state, never two"
    generations = [generation for generation, *_ in asked]
    assert generations == sorted(generations)
    assert len(set(generations)) > 1, "new states are seen"
    fresh = House(tmp_path / "fresh")
    fresh.corpus = house.corpus
    fresh.build()
    assert contents(house.index) == contents(fresh.index)


def test_the_second_writer_is_told_who_the_first_is_and_comes_after_it(house: House) -> None:
    house.build()
    before = answers(house)
    house.write({"新.md": "# 新\n\n新的消息\n"})
    with process(BUILD, house.corpus.parent) as first:
        assert line(first) == "embedding"
        for options in ({}, {"rebuild": True}, {"verify": True}):
            with pytest.raises(IndexLockedError, match=f"number {first.pid}") as caught:
                house.build(**options)
            assert "Wait until it is done" in str(caught.value)
        assert answers(house) == before
        assert first.stdin is not None
        first.stdin.write("\n")
        first.stdin.flush()
        assert line(first) == "done"
    assert house.build().unchanged == 4
    assert answers(house) != before


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal")
def test_a_writer_that_hangs_is_named_and_can_be_ended(house: House) -> None:
    house.build()
    house.write({"新.md": "# 新\n\n新的消息\n"})
    with process(BUILD, house.corpus.parent) as first:
        assert line(first) == "embedding"
        os.kill(first.pid, signal.SIGSTOP)
        with pytest.raises(IndexLockedError, match=f"number {first.pid}"):
            house.build()
        first.kill()
        first.wait()
        assert house.build().added == ("新.md",)
