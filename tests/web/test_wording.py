from __future__ import annotations

import re
import string
from dataclasses import fields
from pathlib import Path

import pytest

from t2vqa import errors
from t2vqa.documents import scan_corpus
from t2vqa.web.wording import CHINESE, ENGLISH, Wording, wording

PARTS = ("", "asking", "conversations", "frame", "library", "source")


def part_of(words: Wording, name: str) -> object:
    return getattr(words, name) if name else words


TEXTS = [
    (part, field.name)
    for part in PARTS
    for field in fields(part_of(CHINESE, part))  # type: ignore[arg-type]
    if field.type == "str"
]
PAGE_ERRORS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, errors.T2VQAError)
    and kind
    not in (errors.T2VQAError, errors.PageError, errors.EvaluationError, errors.AccountsError)
]


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("part", "name"), TEXTS)
def test_both_languages_say_it_with_the_same_holes(part: str, name: str) -> None:
    chinese, english = (getattr(part_of(words, part), name) for words in (CHINESE, ENGLISH))
    assert chinese and english and chinese != english
    assert holes(chinese) == holes(english)


@pytest.mark.parametrize("kind", PAGE_ERRORS)
def test_every_error_has_a_sentence_of_its_own(kind: type[errors.T2VQAError]) -> None:
    for words in (CHINESE, ENGLISH):
        assert kind in dict(words.failures)
        assert words.failure_of(kind("x")) == dict(words.failures)[kind]


def test_chinese_is_the_default() -> None:
    assert wording("zh") is CHINESE
    assert wording("en") is ENGLISH
    assert wording("fr") is CHINESE


def test_a_stage_without_a_word_keeps_its_own() -> None:
    assert CHINESE.stage("never heard of") == "never heard of"


def test_why_files_were_skipped_is_said_in_chinese(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "outside.md").write_text("x", encoding="utf-8")
    (corpus / "inside.md").write_text("x", encoding="utf-8")
    (corpus / "out.md").symlink_to(tmp_path / "outside.md")
    (corpus / "in.md").symlink_to(corpus / "inside.md")
    (corpus / "nowhere.md").symlink_to(corpus / "gone.md")
    (corpus / "large.md").write_bytes(b"x" * 2_000_000)
    (corpus / "sheet.xyz").write_text("x", encoding="utf-8")
    skipped = scan_corpus(corpus, max_file_megabytes=1.0).skipped
    assert len(skipped) == 5
    chosen = [CHINESE.reason(file.reason) for file in skipped]
    assert all(re.search("[\u4e00-\u9fff]", reason) for reason in chosen)
    assert len(set(chosen)) == 5
    assert [ENGLISH.reason(file.reason) for file in skipped] == [file.reason for file in skipped]
    assert CHINESE.reason("never heard of") == "never heard of"
