"""Where conversations are kept: one file for each corpus, apart from the index."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path

from t2vqa.config import Settings
from t2vqa.conversations import conversations_path


def test_each_corpus_has_a_file_of_its_own_in_the_users_data(tmp_path: Path) -> None:
    for name in ("研究", "other/研究"):
        (tmp_path / name).mkdir(parents=True)
    one = conversations_path(Settings(corpus=tmp_path / "研究"))
    other = conversations_path(Settings(corpus=tmp_path / "other" / "研究"))
    assert one != other
    assert one.parent == user_data_path("t2vqa", appauthor=False) / "conversations"
    assert one.name.startswith("研究-")
    assert one == conversations_path(Settings(corpus=tmp_path / "other" / ".." / "研究"))


def test_a_long_name_makes_a_name_that_file_systems_take(tmp_path: Path) -> None:
    made = conversations_path(Settings(corpus=tmp_path / ("长" * 80)))
    assert len(made.name.encode()) < 200


def test_the_root_has_one_too() -> None:
    assert conversations_path(Settings(corpus=Path("/"))).name.startswith("corpus-")


def test_a_file_that_is_set_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "kept.sqlite"
    assert conversations_path(Settings(conversations=file)) == file
