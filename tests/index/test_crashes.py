"""``kill -9`` at any point loses nothing: a sample of what ``bench/crashes.py`` tries in full."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_states import scenarios
from crashing import Builds, Way, builds, compile_shim


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Builds, list[Way]]]:
    shim = compile_shim(tmp_path_factory.mktemp("shim"))
    with builds(shim) as running:
        yield running, list(Way) if shim else [Way.DIE_AT_LINE]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_a_killed_build_leaves_the_state_before_or_after(
    tmp_path: Path, ways: tuple[Builds, list[Way]]
) -> None:
    running, usable = ways
    chance = random.Random(11)  # noqa: S311  # a sample, no secret
    killed = failed = 0
    for scenario in scenarios(tmp_path):
        calls = scenario.steps(running, Way.DIE) if Way.DIE in usable else 0
        lines = scenario.steps(running, Way.DIE_AT_LINE)
        for way in usable:
            step = chance.randint(1, lines if way is Way.DIE_AT_LINE else calls)
            outcome = scenario.play(running, way, step, ask_first=chance.random() < 0.5)
            killed += outcome.killed
            failed += bool(outcome.error)
    assert killed >= (18 if Way.DIE in usable else 7)
    if Way.FULL in usable:
        assert failed
