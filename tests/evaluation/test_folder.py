import json
import os
import time
from pathlib import Path

import pytest

from t2vqa.config import Settings, load_settings
from t2vqa.errors import EvaluationError
from t2vqa.evaluation.folder import evaluate_folder, index_folder_for
from t2vqa.evaluation.report import ALL, figures_by_type

DOCUMENTS = {
    "光学.md": "# 晨星光学\n\n晨星光学主营车载镜头。2025 年营业收入为 36 亿元，同比增长 12%。",
    "服务器.md": "# 海岳算力\n\n海岳算力主营液冷服务器。2025 年营业收入为 20 亿元，同比下降 3%。",
    "lens.md": "# Brightwater Lens\n\nBrightwater Lens makes lenses for cameras in Bergen, Norway.",
}
QUESTIONS = [
    {
        "id": "q1",
        "question": "晨星光学2025年的营业收入是多少？",
        "type": "value",
        "answers": [["36亿元"]],
        "evidence": [{"document": "光学.md", "text": "2025 年营业收入为 36 亿元，同比增长 12%。"}],
    },
    {
        "id": "q2",
        "question": "Where does Brightwater Lens make its lenses?",
        "type": "place",
        "answers": [["Bergen"]],
        "evidence": [{"document": "lens.md", "text": "makes lenses for cameras in Bergen, Norway"}],
    },
]


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "corpus").mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    lines = [json.dumps(question, ensure_ascii=False) for question in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.model
def test_a_set_is_indexed_apart_asked_and_kept_up_to_date(
    question_set: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index of the set"
    figures = figures_by_type(evaluate_folder(question_set, load_settings(), index_folder=index))
    assert figures[ALL]["questions"] == 2
    assert figures[ALL]["hit@1"] == 1.0
    assert figures[ALL]["contained"] == 1.0
    assert figures[ALL]["exact_offsets"] == 1.0
    assert {path.name for path in question_set.iterdir()} == {"corpus", "questions.jsonl"}

    edited = question_set / "corpus" / "光学.md"
    edited.write_text("# 晨星光学\n\n晨星光学主营车载镜头。", encoding="utf-8")
    later = time.time() + 5
    os.utime(edited, (later, later))
    report = evaluate_folder(question_set, load_settings(), types=["value"], index_folder=index)
    assert figures_by_type(report)[ALL]["contained"] == 0.0


@pytest.mark.model
def test_an_index_that_cannot_be_read_is_made_anew(question_set: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    evaluate_folder(question_set, load_settings(), index_folder=index, limit=1)
    for file in index.glob("*.sqlite*"):
        file.write_bytes(b"no database" * 1000)
    report = evaluate_folder(question_set, load_settings(), index_folder=index)
    assert figures_by_type(report)[ALL]["hit@1"] == 1.0


def test_a_wrong_choice_is_told_before_anything_is_indexed(
    question_set: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    with pytest.raises(EvaluationError, match="place, value"):
        evaluate_folder(question_set, Settings(), types=["list"], index_folder=index)
    assert not index.exists()


def test_each_set_and_model_has_an_index_of_its_own(tmp_path: Path) -> None:
    one = index_folder_for(tmp_path / "one", tmp_path)
    assert one == index_folder_for(tmp_path / "x" / ".." / "one", tmp_path)
    assert one != index_folder_for(tmp_path / "two", tmp_path)
    assert one != index_folder_for(tmp_path / "one", tmp_path, "another/model")
