"""Chroma on a server: several readers share what one indexer writes, and do without it at need."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import chromadb
import pytest
from index_house import CORPUS, House

from t2vqa.config import Settings
from t2vqa.errors import ConfigError, IndexStoreError
from t2vqa.index.reader import IndexReader, VectorSearch
from t2vqa.index.vectors import chroma_place, open_collection

CHROMA = Path(sys.executable).with_name("chroma")
READ = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_house import House
house = House(Path(sys.argv[2]))
reader = house.reader()
for line in sys.stdin:
    (vector,) = house.embedder.embed_queries([line.strip()])
    with reader.snapshot() as state:
        (best,) = state.passages([state.dense(vector, 1)[0][0]])
        print(best.text.replace("\\n", " "), flush=True)
house.close()
"""


class Server:
    """A Chroma server that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self._port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [CHROMA, "run", "--path", self._folder, "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                chromadb.HttpClient("127.0.0.1", self._port).heartbeat()
            except Exception:  # not there yet
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def names(self) -> list[str]:
        client = chromadb.HttpClient("127.0.0.1", self._port)
        return sorted(found.name for found in client.list_collections())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shared(house: House, server: Server) -> House:
    """A house whose vectors are on the server."""
    house.settings = house.settings.model_copy(update={"chroma_url": server.address})
    return house


def nearest(house: House, reader: IndexReader, text: str, count: int = 4) -> list[str]:
    (vector,) = house.embedder.embed_queries([text])
    with reader.snapshot() as state:
        return [name for name, _ in state.dense(vector, count)]


def by_server(house: House, reader: IndexReader, text: str) -> list[str]:
    """Search by Chroma alone: None of the vectors in memory."""
    chroma = reader._shared.chroma
    assert chroma is not None
    (vector,) = house.embedder.embed_queries([text])
    with reader.snapshot() as state:
        found = chroma.search(state.connection, state._meta, vector, 4)
    return [] if found is None else [name for name, _ in found]


def test_a_server_finds_what_an_exact_search_finds(shared: House) -> None:
    shared.build()
    assert not list(shared.index.glob("chroma*"))
    reader, exact = shared.reader(), shared.reader(search=VectorSearch.EXACT)
    for question in ("云影用户", "margin", "风险"):
        assert by_server(shared, reader, question) == nearest(shared, exact, question)
        assert nearest(shared, reader, question) == nearest(shared, exact, question)
    assert open_collection(shared.index).count() == reader.status().passages


@contextmanager
def another_reader(house: House) -> Iterator[subprocess.Popen[str]]:
    arguments = [str(Path(__file__).parent), str(house.corpus.parent)]
    with subprocess.Popen(
        [sys.executable, "-c", READ, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


def ask(process: subprocess.Popen[str], question: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{question}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_every_reader_sees_the_new_state_whole(shared: House) -> None:
    shared.build()
    reader = shared.reader()
    with another_reader(shared) as other:
        assert "300 万" in ask(other, "云影于 2024 年 3 月发布")
        shared.write({"新.md": "# 新\n\n云影于 2024 年 3 月发布\n"})
        shared.build()
        assert ask(other, "新 云影于 2024 年 3 月发布") == "云影于 2024 年 3 月发布"
        shared.write({"notes/c.md": "# 另\n\n别的消息\n"})
        (shared.corpus / "新.md").unlink()
        shared.build()
        assert ask(other, "另 别的消息") == "别的消息"
        with reader.snapshot() as state:
            held = [one.id for item in state.documents() for one in state.passages_of(item.path)]
        assert sorted(open_collection(shared.index).get()["ids"]) == sorted(held)


def test_a_state_that_is_held_stays_whole_while_the_server_changes(shared: House) -> None:
    shared.build()
    reader = shared.reader()
    (vector,) = shared.embedder.embed_queries(["云影用户"])
    with reader.snapshot() as old:
        before = old.dense(vector, 9)
        (shared.corpus / "notes/c.md").unlink()
        shared.build()
        assert [name for name, _ in old.dense(vector, 9)] == [name for name, _ in before]
        with reader.snapshot() as new:
            assert len(new.dense(vector, 9)) < len(before)


def test_questions_are_answered_while_the_server_is_gone(
    shared: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("t2vqa.index.nearest._TRY_AGAIN_SECONDS", 0.2)
    shared.build()
    reader = shared.reader()
    there = nearest(shared, reader, "云影用户")
    server.stop()
    try:
        assert nearest(shared, reader, "云影用户") == there
        shared.write({"新.md": "# 新\n\n新的消息\n"})
        with pytest.raises(IndexStoreError, match="T2VQA_CHROMA_URL"):
            shared.build()
        assert nearest(shared, reader, "云影用户") == there
    finally:
        server.start()
    time.sleep(0.3)
    assert by_server(shared, reader, "云影用户")
    shared.build()
    assert len(nearest(shared, reader, "新 新的消息", 99)) == reader.status().passages


def test_an_index_moves_to_a_server_and_back(house: House, server: Server) -> None:
    house.build()
    alone = house.settings
    house.settings = alone.model_copy(update={"chroma_url": server.address})
    report = house.build()
    assert (report.embedded, report.unchanged) == (0, len(CORPUS))
    assert chroma_place(house.index).folder == server.address
    assert not list(house.index.glob("chroma*"))
    assert by_server(house, house.reader(), "云影用户")
    house.settings = alone
    assert house.build().embedded == 0
    assert not chroma_place(house.index).is_server
    assert by_server(house, house.reader(), "云影用户")


def test_two_indexes_share_a_server(shared: House, server: Server, tmp_path: Path) -> None:
    shared.build()
    mine = chroma_place(shared.index).collection
    other = House(tmp_path / "other")
    other.write({"a.md": "# 甲\n\n只有这一句\n"})
    other.settings = shared.settings
    other.build()
    other.build(rebuild=True)
    assert mine in server.names()
    assert open_collection(shared.index).count() == shared.reader().status().passages
    shared.build(rebuild=True)
    assert chroma_place(other.index).collection in server.names()
    assert mine not in server.names()


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host", "http://host/path"])
def test_what_is_no_address_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from t2vqa.config import load_settings

    monkeypatch.setenv("T2VQA_CHROMA_URL", address)
    with pytest.raises(ConfigError, match="chroma_url"):
        load_settings()
    assert Settings(chroma_url="http://localhost:8000").chroma_url == "http://localhost:8000"
