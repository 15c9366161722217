"""Fixtures of the library's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from index_house import CORPUS, House
from library_room import Room


@pytest.fixture
def open_room(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    house = House(tmp_path)
    house.write(CORPUS)
    yield lambda **settings: Room(house, **settings)
    house.close()


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    return open_room()
