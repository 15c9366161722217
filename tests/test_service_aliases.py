"""The file of aliases beside real documents, asked through the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2vqa import ResearchQA
from t2vqa.config import load_settings
from t2vqa.errors import ConfigError

pytestmark = pytest.mark.model

TEXT = "# 青岚光电\n\n青岚光电生产激光雷达。青岚光电2023年营业收入为12.6亿元。青岚光电在江州。\n"


def test_a_name_the_user_adds_is_understood_at_the_next_question(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(TEXT, encoding="utf-8")
    other = TEXT.replace("青岚光电", "禾原食品").replace("12.6", "8.4")
    (corpus / "b.md").write_text(other, encoding="utf-8")
    aliases = corpus / "aliases.txt"
    with ResearchQA.open(corpus, tmp_path / "index") as desk:
        for subject, value in (("青岚光电", "12.6亿元"), ("禾原食品", "8.4亿元")):
            aliases.write_text(f"{subject} = QLGD = 300987\n", encoding="utf-8")
            for name in ("QLGD", "300987 "):
                answer = desk.ask(f"{name}2023年的营业收入是多少？")
                assert f"**{value}**" in answer.statements[0].text
        assert [document.path for document in desk.documents()] == ["a.md", "b.md"]
        assert desk.rebuild().added == ()

        aliases.write_text("青岚光电 = QLGD\n青岚光电：青岚\n", encoding="utf-8")
        with pytest.raises(ConfigError, match="line 2"):
            desk.ask("QLGD2023年的营业收入是多少？")


def test_another_file_may_be_named(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(TEXT, encoding="utf-8")
    names = tmp_path / "names.txt"
    names.write_text("青岚光电 = 老岚\n", encoding="utf-8")
    settings = load_settings(corpus=corpus, index=tmp_path / "index", aliases=names)
    with ResearchQA.open(settings=settings) as desk:
        assert "**12.6亿元**" in desk.ask("老岚2023年的营业收入是多少？").text
        names.unlink()
        with pytest.raises(ConfigError, match="T2VQA_ALIASES"):
            desk.ask("老岚2023年的营业收入是多少？")
