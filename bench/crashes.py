"""Kill builds at many points and count the states that are lost.

    python bench/crashes.py [--points 12] [--only update,rebuild]

Builds of several kinds are killed with SIGKILL, each at steps spread over its whole length, or
have the write of that step torn, or find the disk full from there on. After each the index is
asked, built again and held against one built from nothing (see ``tests/index/crash_states.py``).
Needs Linux and, for steps inside SQLite and Chroma, a C compiler. The table is printed and kept in
``bench/results/crashes.json`` and ``.md``. Vectors are made without a model: only the stores are
tried.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "index"))

from crash_states import Scenario, scenarios  # noqa: E402  # found through the line above
from crashing import Builds, Way, builds, compile_shim  # noqa: E402

Row = dict[str, str | int]

WORDS = {
    Way.DIE: "killed before a call that changes a file",
    Way.TEAR: "killed halfway through a write",
    Way.FULL: "disk full from a call on",
    Way.DIE_AT_LINE: "killed before a line of t2vqa's index modules",
}


def main() -> None:
    """Try the points and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=12, help="for each build and way; 0: all")
    parser.add_argument("--only", default="", help="kinds of builds, parted by commas")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    only = set(filter(None, arguments.only.split(",")))
    started = perf_counter()
    rows: list[Row] = []
    lost: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        shim = compile_shim(Path(folder))
        with builds(shim) as running:
            for scenario in scenarios(Path(folder)):
                for way in list(Way) if shim else [Way.DIE_AT_LINE]:
                    if not only or scenario.name in only:
                        rows.append(try_points(scenario, running, way, arguments.points, lost))
                        print(rows[-1], flush=True)
    report = {
        "command": f"python bench/crashes.py --points {arguments.points}",
        "points": sum(int(row["points"]) for row in rows),
        "killed": sum(int(row["killed"]) for row in rows),
        "lost": len(lost),
        "rows": rows,
        "what was lost": lost,
        "minutes": round((perf_counter() - started) / 60, 1),
        "when": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} processors, {platform.platform()}, Python "
        f"{platform.python_version()}, chromadb {version('chromadb')}",
    }
    results = HERE / "results"
    (results / "crashes.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    (results / "crashes.md").write_text(table(report, rows), encoding="utf-8")
    print(table(report, rows))
    sys.exit(bool(lost))


def try_points(scenario: Scenario, running: Builds, way: Way, points: int, lost: list[str]) -> Row:
    """Try steps spread evenly over a build, asking first after every other one."""
    steps = scenario.steps(running, way)
    many = min(points or steps, steps)
    tried = sorted({1 + (steps - 1) * place // max(many - 1, 1) for place in range(many)})
    ends: Counter[str] = Counter()
    for place, step in enumerate(tried):
        try:
            outcome = scenario.play(running, way, step, ask_first=place % 2 == 0)
            ends["killed" if outcome.killed else "told" if outcome.error else "done"] += 1
        except Exception as error:  # whatever it is, the index did not come through
            ends["killed"] += way is not Way.FULL
            lost.append(f"{scenario.name}, {way.name} at {step}: {type(error).__name__}: {error}")
    return {
        "build": scenario.name,
        "way": WORDS[way],
        "steps": steps,
        "points": len(tried),
        "killed": ends["killed"],
        "told": ends["told"],
        "lost": sum(entry.startswith(f"{scenario.name}, {way.name} ") for entry in lost),
    }


def table(report: dict[str, object], rows: list[Row]) -> str:
    """Return the report as Markdown."""
    lines = [
        "# Builds killed, and states lost",
        "",
        f"**{report['points']} points tried ({report['killed']} killed), "
        f"{report['lost']} states lost.** `{report['command']}`, {report['when']}, "
        f"{report['minutes']} minutes.",
        "",
        f"{report['machine']}. Vectors made without a model.",
        "",
        "After each point the index is asked (every other time) and must answer as before or as "
        "after the build; then a build must finish and equal one made from nothing.",
        "",
        "| build | way | steps | points | killed | told the user | lost |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['build']} | {row['way']} | {row['steps']} | {row['points']} | {row['killed']} | "
        f"{row['told']} | {row['lost']} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
