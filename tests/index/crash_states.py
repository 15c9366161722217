"""Builds to be killed, and what must hold of whatever they leave."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crashing import Builds, Outcome, Task, Way
from index_contents import answers, contents
from index_house import CORPUS, HashEmbedder, House

from t2vqa.config import Settings
from t2vqa.errors import ModelMismatchError, NoIndexError, OlderIndexError
from t2vqa.index.former import FORMER
from t2vqa.index.marks import UNCHECKED
from t2vqa.index.reader import VectorSearch
from t2vqa.index.schema import DATABASE
from t2vqa.index.vectors import CHROMA_FOLDER, chroma_place

_OLDER = """
DROP INDEX vectors_unused;
ALTER TABLE vectors DROP COLUMN unused_since;
ALTER TABLE vectors DROP COLUMN checksum;
UPDATE meta SET value = '2' WHERE key = 'format';
"""


_MANY = 280
"""Passages of one document: so many that Chroma writes its graph out, and is filled in bulk."""

_MANY_CHANGED = 90


class StateLostError(AssertionError):
    """What a killed build left is neither the state before it nor the one after."""


@dataclass(frozen=True)
class Scenario:
    """A state of an index, a change, and what the index answers before and after it.

    ``before`` is None where nothing can be asked before.
    """

    name: str
    house: House
    task: Task
    before: list[Any] | None
    after: list[Any]
    wanted: dict[str, list[Any]]

    def steps(self, builds: Builds, way: Way) -> int:
        """Return how many steps the build takes when it comes to its end."""
        outcome = builds.run(replace(self._task_on_a_copy(), way=way))
        assert not outcome.killed
        assert not outcome.error, outcome.message
        return outcome.steps

    def play(self, builds: Builds, way: Way, step: int, *, ask_first: bool) -> Outcome:
        """Have the build killed at a step, and see that nothing is lost.

        Args:
            builds: Makes the build.
            way: What happens at the step.
            step: From 1.
            ask_first: Ask before the next build, which may make a reader repair what it finds.

        Raises:
            StateLostError: Something was lost.
        """
        outcome = builds.run(replace(self._task_on_a_copy(), way=way, step=step))
        if outcome.error and outcome.error != "IndexStoreError":
            raise StateLostError(f"{outcome.error}: {outcome.message}")
        if ask_first:
            self._ask()
        self._build_on()
        return outcome

    def _task_on_a_copy(self) -> Task:
        shutil.rmtree(self.house.index, ignore_errors=True)
        before = self.house.index.with_name("before")
        if before.exists():
            shutil.copytree(before, self.house.index)
        return self.task

    def _ask(self) -> None:
        for search in (VectorSearch.EXACT, VectorSearch.CHROMA):
            try:
                found = answers(self.house, search=search)
            except (NoIndexError, OlderIndexError, ModelMismatchError) as error:
                if self.before is None or isinstance(error, ModelMismatchError):
                    continue
                raise StateLostError(f"nothing can be asked: {error}") from error
            if found not in (self.before, self.after):
                raise StateLostError(f"the answers are of neither state: {found}")

    def _build_on(self) -> None:
        self.house.build()
        if contents(self.house.index) != self.wanted:
            raise StateLostError("the next build does not make the index whole")
        if answers(self.house) != self.after:
            raise StateLostError("the next build does not answer as a fresh one")
        place = chroma_place(self.house.index).folder
        folders = {path.name for path in self.house.index.glob(f"{CHROMA_FOLDER}*")}
        left = [name for name in (UNCHECKED, FORMER) if (self.house.index / name).exists()]
        if folders != {place} or left:
            raise StateLostError(f"left behind: {left or folders}")


def scenarios(folder: Path) -> Iterator[Scenario]:
    """Yield the builds to be killed, each in a folder of its own."""
    for name, prepare in _PREPARATIONS.items():
        house = House(folder / name)
        house.write({**CORPUS, "many.md": _many(0)})
        task = prepare(house, Task(str(house.corpus), str(house.index)))
        before = None
        if house.index.exists():
            house.close()
            if name != "upgrade":
                before = answers(house)
            house.index.rename(house.index.with_name("before"))
        house.embedder = HashEmbedder(task.model)
        house.settings = Settings(passage_characters=task.characters)
        house.build()
        after, wanted = answers(house), contents(house.index)
        if task.model != "hash":
            before = None
        yield Scenario(name, house, task, before, after, wanted)
        shutil.rmtree(house.corpus.parent)


def change(house: House) -> None:
    """Add, edit, rename and remove documents."""
    house.write({"notes/b.txt": "云影的用户 Northwind.\n", "新.md": "# 新\n\n主要风险在此。\n"})
    house.write({"many.md": _many(_MANY_CHANGED)})
    (house.corpus / "甲科技 年报.md").unlink()
    (house.corpus / "notes/c.md").rename(house.corpus / "乙.md")


def _many(changed: int) -> str:
    """Return a document of many short sections, the last of them changed."""
    sections = (
        f"## 项目{number}\n\n收入 {number + (number >= _MANY - changed)} 万元。\n\n"
        for number in range(_MANY)
    )
    return "# 许多\n\n" + "".join(sections)


def _first(_: House, task: Task) -> Task:
    return task


def _update(house: House, task: Task) -> Task:
    house.build()
    change(house)
    return task


def _rebuild(house: House, task: Task) -> Task:
    house.build()
    change(house)
    return replace(task, rebuild=True)


def _another_model(house: House, task: Task) -> Task:
    house.build()
    return replace(task, model="other")


def _another_length(house: House, task: Task) -> Task:
    house.build()
    return replace(task, characters=80)


def _repair(house: House, task: Task) -> Task:
    house.build()
    shutil.rmtree(house.index / chroma_place(house.index).folder)
    return replace(task, repair=True)


def _upgrade(house: House, task: Task) -> Task:
    house.build()
    make_older(house.index)
    change(house)
    return task


def make_older(index: Path) -> None:
    """Turn an index into one of the former format, as far as a build looks at it."""
    with closing(sqlite3.connect(index / DATABASE)) as connection:
        connection.executescript(_OLDER)


_PREPARATIONS = {
    "first": _first,
    "update": _update,
    "rebuild": _rebuild,
    "model": _another_model,
    "length": _another_length,
    "repair": _repair,
    "upgrade": _upgrade,
}
