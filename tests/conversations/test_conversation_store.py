"""Conversations are kept, found and changed by their owners, and by nobody else."""

from __future__ import annotations

import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conversation_house import answer
from hypothesis import given, settings
from hypothesis import strategies as st

from t2vqa.conversations import ConversationStore, Feedback, StoredTurn, Verdict
from t2vqa.conversations.schema import STEPS, open_file
from t2vqa.errors import ConversationGoneError, ConversationStoreError

WRITER = Path(__file__).with_name("writing_forever.py")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[ConversationStore]:
    with ConversationStore(file) as opened:
        yield opened


def turn(question: str, text: str = "云帆科技的营收为 **4.2亿元**。 [1]") -> StoredTurn:
    return StoredTurn(question, answer(question, text), asked_at="2031-01-01T00:00:00+00:00")


def questions(store: ConversationStore, identifier: str, owner: str = "") -> list[str]:
    found = store.load(owner, identifier)
    assert found is not None
    return [one.question for one in found.turns]


def test_a_conversation_outlasts_the_program(file: Path) -> None:
    with ConversationStore(file) as store:
        identifier = store.start("", turn("第一问"))
        assert store.append("", identifier, turn("第二问")) == 1
    with ConversationStore(file) as store:
        found = store.load("", identifier)
    assert found is not None
    assert found.title == "第一问"
    assert found.turns == (turn("第一问"), turn("第二问"))
    assert found.created < found.changed


def test_what_is_made_is_the_users_alone(file: Path, store: ConversationStore) -> None:
    store.start("", turn("问"))
    if sys.platform != "win32":
        for made in (file.parent, *file.parent.iterdir()):
            assert not made.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), made


def test_identifiers_fit_into_a_link_and_cannot_be_guessed(store: ConversationStore) -> None:
    made = {store.start("", turn("问")) for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) >= 20 and one.replace("-", "").replace("_", "").isalnum() for one in made)


def test_retrying_and_editing_drop_what_came_after(store: ConversationStore) -> None:
    identifier = store.start("", turn("一"), turn("二"), turn("三"))
    assert store.replace_last("", identifier, turn("三又")) == 2
    assert questions(store, identifier) == ["一", "二", "三又"]
    assert store.replace_from("", identifier, 1, turn("二又")) == 1
    assert questions(store, identifier) == ["一", "二又"]
    assert store.replace_from("", identifier, 9, turn("尾")) == 2
    assert store.append("", identifier, turn("末")) == 3
    assert questions(store, identifier) == ["一", "二又", "尾", "末"]
    assert not store.summaries("", "三又")


def test_the_title_follows_the_first_question_until_somebody_names_it(
    store: ConversationStore,
) -> None:
    identifier = store.start("", turn("一"))
    store.replace_from("", identifier, 0, turn("另\n一"))
    assert store.summaries("")[0].title == "另 一"
    assert store.rename("", identifier, " 云帆 的\u202e 营收 ") == "云帆 的 营收"
    store.replace_from("", identifier, 0, turn("二"))
    assert store.summaries("")[0].title == "云帆 的 营收"
    assert store.rename("", identifier, "  ") == "二"
    assert len(store.rename("", identifier, "长" * 500)) == 60


def test_the_last_changed_stands_first(store: ConversationStore) -> None:
    first, second = store.start("", turn("一")), store.start("", turn("二"))
    assert [one.id for one in store.summaries("")] == [second, first]
    store.append("", first, turn("三"))
    store.rename("", second, "改名")
    store.give_feedback("", second, 0, Feedback(Verdict.RIGHT))
    assert [(one.id, one.turns) for one in store.summaries("")] == [(first, 2), (second, 1)]
    assert [one.id for one in store.summaries("", limit=1)] == [first]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("4.2亿", "4.2亿元"),
        ("营", "营收"),
        ("ＫＬＩＮＧ", "Kling"),
        ("营收 科技", "云帆科技"),
        ("100%", "100%"),
        ("科技的营收", "科技的营收"),
    ],
)
def test_search_finds_words_of_answers(store: ConversationStore, search: str, found: str) -> None:
    wanted = store.start("", turn("无关"), turn("Kling 如何？", "云帆科技的营收为 4.2亿元，100%。"))
    store.start("", turn("天气", "晴"))
    (hit,) = store.summaries("", search)
    assert hit.id == wanted
    assert found in hit.snippet


def test_search_finds_titles_and_takes_nothing_for_a_pattern(store: ConversationStore) -> None:
    named = store.start("", turn("天气"))
    store.rename("", named, "远航平台")
    assert [(one.id, one.snippet) for one in store.summaries("", "远航")] == [(named, "")]
    for search in ("%", "_", "'", '"', "远%台", "a' OR 1=1 --", "\x00", "\ud800", "*"):
        assert store.summaries("", search) == ()
    assert len(store.summaries("", "  ")) == 1


def test_all_words_of_a_search_stand_in_one_turn(store: ConversationStore) -> None:
    store.start("", turn("营收", "一"), turn("风险", "二"))
    assert store.summaries("", "营收 风险") == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=3))
def test_any_words_are_kept_and_found(texts: list[str]) -> None:
    with TemporaryDirectory() as folder, ConversationStore(Path(folder) / "c.sqlite") as store:
        identifier = store.start(texts[0], *(turn(text, text) for text in texts))
        found = store.load(texts[0], identifier)
        assert found is not None
        assert [one.question for one in found.turns] == texts
        assert [one.id for one in store.summaries(texts[0])] == [identifier]
        assert store.rename(texts[0], identifier, texts[-1]) is not None
        store.summaries(texts[0], texts[-1])


def test_nobody_sees_or_touches_what_another_owns(store: ConversationStore) -> None:
    hers = store.start("甲", turn("她的问题"), turn("再问"))
    store.give_feedback("甲", hers, 0, Feedback(Verdict.WRONG, "不对"))
    before = store.load("甲", hers)
    for other in ("", "乙", "甲 ", "\ud800"):
        assert store.load(other, hers) is None
        assert store.summaries(other) == ()
        assert store.summaries(other, "问题") == ()
        assert store.all_feedback(other) == ()
        assert not store.delete(other, hers)
        for touch in (
            lambda who: store.append(who, hers, turn("插入")),
            lambda who: store.replace_from(who, hers, 0, turn("插入")),
            lambda who: store.replace_last(who, hers, turn("插入")),
            lambda who: store.rename(who, hers, "改名"),
            lambda who: store.give_feedback(who, hers, 0, None),
        ):
            with pytest.raises(ConversationGoneError):
                touch(other)
    assert store.load("甲", hers) == before


def test_a_deleted_conversation_is_gone_with_all_that_was_in_it(
    file: Path, store: ConversationStore
) -> None:
    identifier = store.start("", turn("删除我"), turn("也删"))
    kept = store.start("", turn("留下"))
    assert store.delete("", identifier)
    assert not store.delete("", identifier)
    assert store.load("", identifier) is None
    with pytest.raises(ConversationGoneError):
        store.append("", identifier, turn("又来"))
    assert [one.id for one in store.summaries("")] == [kept]
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM turns").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM searched").fetchone() == (1,)
    raw.close()


def test_feedback_is_kept_shown_and_taken_back(store: ConversationStore) -> None:
    identifier = store.start("甲", turn("一"), StoredTurn("坏", failure="没有索引"), turn("二"))
    store.give_feedback("甲", identifier, 2, Feedback(Verdict.INCOMPLETE, "少了风险"))
    found = store.load("甲", identifier)
    assert found is not None
    given = found.turns[2].feedback
    assert given is not None
    assert (given.verdict, given.note) == (Verdict.INCOMPLETE, "少了风险")
    assert given.given_at
    (judged,) = store.all_feedback()
    assert (judged.conversation, judged.position, judged.history) == (identifier, 2, ("一",))
    assert judged.turn == found.turns[2]
    store.give_feedback("甲", identifier, 2, None)
    assert store.all_feedback("甲") == ()
    with pytest.raises(ConversationGoneError):
        store.give_feedback("甲", identifier, 3, Feedback(Verdict.RIGHT))
    store.give_feedback("甲", identifier, 2, Feedback(Verdict.RIGHT))
    store.replace_last("甲", identifier, turn("二又"))
    assert store.all_feedback() == ()


def test_many_threads_lose_no_turn(store: ConversationStore) -> None:
    identifier = store.start("", turn("头"))

    def write(name: str) -> None:
        for number in range(20):
            store.append("", identifier, turn(f"{name}{number}"))
            store.summaries("", "云帆")

    threads = [threading.Thread(target=write, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = ["头", *(f"{name}{number}" for name in "甲乙丙丁" for number in range(20))]
    assert sorted(questions(store, identifier)) == sorted(wanted)


def test_several_processes_make_and_write_one_file(file: Path) -> None:
    writers = [_writer(file) for _ in range(3)]
    said = [[_kept(writer) for _ in range(15)] for writer in writers]
    for writer in writers:
        _kill(writer)
    with ConversationStore(file) as store:
        assert {one.id for one in store.summaries("")} == {lines[0][0] for lines in said}
        for lines in said:
            _has_all(store, *lines[-1])


def test_a_kill_loses_no_turn_that_was_acknowledged(file: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # a sample, no secret
    last: dict[str, int] = {}
    for _ in range(6):
        writer = _writer(file)
        identifier, _ = _kept(writer)
        time.sleep(chance.uniform(0.0, 0.15))
        writer.send_signal(signal.SIGKILL)
        lines, _ = writer.communicate()
        whole = [line for line in lines.splitlines(keepends=True) if line.endswith("\n")]
        last[identifier] = int(whole[-1].split()[1]) if whole else 0
    with ConversationStore(file) as store:
        assert {one.id for one in store.summaries("")} == last.keys()
        for identifier, number in last.items():
            _has_all(store, identifier, number)


def _writer(file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, WRITER, file], stdout=subprocess.PIPE, text=True)


def _kept(writer: subprocess.Popen[str]) -> tuple[str, int]:
    assert writer.stdout is not None
    identifier, number = writer.stdout.readline().split()
    return identifier, int(number)


def _kill(writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.communicate()


def _has_all(store: ConversationStore, identifier: str, last: int) -> None:
    """Hold the turns against what was said to be kept; one more may be there, not yet said."""
    wanted: list[str] = []
    for number in range(last + 1):
        wanted = wanted[:-1] if number and number % 3 == 0 else wanted
        wanted.append(f"问题 {number}")
    after = [*(wanted[:-1] if (last + 1) % 3 == 0 else wanted), f"问题 {last + 1}"]
    found = questions(store, identifier)
    further = found[: len(wanted)] == wanted or found[: len(after)] == after
    assert found in (wanted, after) or (len(found) > len(after) and further)


def _untouched(file: Path, content: bytes, message: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    with pytest.raises(ConversationStoreError, match=message):
        ConversationStore(file)
    assert file.read_bytes() == content


def test_a_file_that_is_none_of_ours_is_left_alone(file: Path) -> None:
    _untouched(file, b"no database at all " * 500, "damaged")
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE somebody_elses (x)")
    other.close()
    _untouched(file, file.read_bytes(), "another program")


def test_a_newer_file_is_left_alone(file: Path) -> None:
    ConversationStore(file).close()
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    _untouched(file, file.read_bytes(), "newer t2vqa.*99")


def test_damage_in_the_middle_is_told_and_destroys_nothing(file: Path) -> None:
    with ConversationStore(file) as store:
        identifier = store.start("", *(turn(f"问{n}", "云帆" * 2000) for n in range(40)))
    content = bytearray(file.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    file.write_bytes(content)
    with pytest.raises(ConversationStoreError, match="damaged"):
        ConversationStore(file).load("", identifier)
    assert file.read_bytes()[4096:] == bytes(content[4096:])


def test_a_damaged_turn_is_told(file: Path, store: ConversationStore) -> None:
    identifier = store.start("", turn("问"))
    with sqlite3.connect(file) as raw:
        raw.execute("UPDATE turns SET body = x'00'")
    raw.close()
    with pytest.raises(ConversationStoreError, match="damaged"):
        store.load("", identifier)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversationStoreError, match="T2VQA_CONVERSATIONS"):
        ConversationStore(tmp_path / "file" / "c.sqlite")


def test_an_older_file_is_brought_up_to_date_and_keeps_all(file: Path) -> None:
    with ConversationStore(file) as store:
        identifier = store.start("", turn("旧"))
    later = (*STEPS, "ALTER TABLE conversations ADD COLUMN colour TEXT DEFAULT 'blue';")
    for _ in range(2):
        opened = open_file(file, later)
        assert opened.execute("SELECT id, colour FROM conversations").fetchall() == [
            (identifier, "blue")
        ]
        assert opened.execute("PRAGMA user_version").fetchone() == (len(later),)
        opened.close()


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    with ConversationStore(file) as store:
        identifier = store.start("", turn("旧"))
    broken = (*STEPS, "ALTER TABLE conversations ADD COLUMN colour TEXT; DROP TABLE nothing;")
    with pytest.raises(ConversationStoreError):
        open_file(file, broken)
    with ConversationStore(file) as store:
        assert questions(store, identifier) == ["旧"]
