"""Fixtures of the index's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from index_house import CORPUS, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A corpus of three documents, not indexed yet."""
    house = House(tmp_path)
    house.write(CORPUS)
    yield house
    house.close()
