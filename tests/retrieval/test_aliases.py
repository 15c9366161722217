from __future__ import annotations

import os
from pathlib import Path

import pytest

from t2vqa.errors import ConfigError
from t2vqa.index.names import SubjectName
from t2vqa.retrieval.aliases import AliasFile, parse_aliases
from t2vqa.retrieval.follow_up import resolve_follow_up
from t2vqa.retrieval.names import NameBook


def book(*lines: str) -> NameBook:
    names = [
        ("a.md", SubjectName("东山科技股份有限公司", "东山科技股份有限公司", owns_document=True)),
        ("b.md", SubjectName("西河传媒", "西河传媒", owns_document=True)),
    ]
    return NameBook(names, parse_aliases("\n".join(lines), "aliases.txt"))


def test_a_line_is_a_subject_with_its_names() -> None:
    text = "# 别名\n\n甲公司 = 甲 = JIA = 600000\n 乙公司＝乙方 \n"
    assert parse_aliases(text, "x") == (("甲公司", "甲", "JIA", "600000"), ("乙公司", "乙方"))


@pytest.mark.parametrize("asked", ["东山的风险", "DSKJ 的风险", "600123的风险", "dskj's risks"])
def test_an_alias_stands_for_the_subject_of_the_corpus(asked: str) -> None:
    (match,) = book("东山科技 = DSKJ = 600123").find(asked)
    assert match.documents == frozenset({"a.md"})
    assert {"东山科技", "dskj", "600123"} <= match.forms


def test_the_subject_need_not_come_first() -> None:
    (match,) = book("小西 = 西河传媒").find("小西的风险")
    assert match.documents == frozenset({"b.md"})


def test_a_subject_the_documents_do_not_define_is_new() -> None:
    (match,) = book("南岭股份 = 南岭").find("南岭的风险")
    assert (match.documents, match.forms >= {"南岭股份", "南岭"}) == (frozenset(), True)


@pytest.mark.parametrize(
    ("asked", "found"), [("甲的风险是什么", True), ("甲醇价格是多少", False), ("指甲油", False)]
)
def test_a_name_of_one_character_counts_as_a_word_only(asked: str, found: bool) -> None:
    assert bool(book("东山科技 = 甲").find(asked)) is found


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("小西2023年的营收", "西河传媒2023年的营收"),
        ("dskj的风险和小西的风险", "东山科技股份有限公司的风险和西河传媒的风险"),
        ("甲的风险", "南岭股份的风险"),
        ("东山科技的风险", "东山科技的风险"),
    ],
)
def test_a_question_is_put_into_the_names_of_the_documents(asked: str, own: str) -> None:
    names = book("小西 = 西河传媒", "东山科技 = DSKJ", "南岭股份 = 甲")
    assert names.in_own_words(asked) == own
    assert resolve_follow_up(asked, [], names) == (own if own != asked else None)


def test_two_subjects_of_the_corpus_that_a_user_calls_one_become_one() -> None:
    (match,) = book("东山科技 = 西河传媒").find("东山科技的风险")
    assert match.documents == frozenset({"a.md", "b.md"})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲公司 = 甲\n乙公司", 2),
        ("甲公司 =", 1),
        ("甲公司 = 。", 1),
        ("甲公司 = 甲\n\n# x\n乙公司 = 甲", 4),
    ],
)
def test_a_bad_line_is_named(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=rf"aliases\.txt, line {line}: "):
        parse_aliases(text, "aliases.txt")


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "aliases.txt"
    file = AliasFile(path, required=False)
    assert file.read() == ()
    path.write_text("甲公司 = 甲方\n", encoding="utf-8")
    first = file.read()
    assert first == (("甲公司", "甲方"),)
    assert file.read() is first
    path.write_text("甲公司 = 甲乙\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert file.read() == (("甲公司", "甲乙"),)
    path.unlink()
    assert file.read() == ()


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="T2VQA_ALIASES"):
        AliasFile(tmp_path / "none.txt", required=True).read()


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "aliases.txt"
    path.write_bytes("甲公司 = 甲方".encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        AliasFile(path, required=False).read()
