"""Keeps a measurement with the machine, the versions and the command it was taken by."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results"

LIBRARIES = ("t2vqa", "chromadb", "numpy", "onnxruntime", "rjieba")

Row = dict[str, object]


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory": f"{pages / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions(libraries: Sequence[str]) -> dict[str, str]:
    """Return the versions of those that are installed."""
    found = {}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def busy() -> float:
    """Return how many processes wanted a processor in the last minute, ours included."""
    return os.getloadavg()[0]


def keep(
    name: str, title: str, said: str, rows: Sequence[Row], libraries: Sequence[str] = LIBRARIES
) -> None:
    """Print a table and keep it below ``results/``.

    Args:
        name: Of the files.
        title: Of the page.
        said: What stands above the table.
        rows: The lines of the table, all with the same columns.
        libraries: Whose versions matter.
    """
    about = {
        "command": " ".join(["python", *_as_typed()]),
        "machine": machine(),
        "versions": versions(libraries),
        "load average when it ended": round(busy(), 1),
    }
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        f"# {title}",
        "",
        f"`{about['command']}`",
        "",
        said,
        "",
        "| " + " | ".join(headings) + " |",
        "|---|" + "---:|" * (len(headings) - 1),
        *("| " + " | ".join(_cell(row.get(name)) for name in headings) + " |" for row in rows),
        "",
        f"Machine: {_listed(machine())}.",
        "",
        f"Versions: {_listed(versions(libraries))}.",
        "",
        f"Load average when it ended: {busy():.1f} on {os.cpu_count()} cores. Above that number "
        "others wanted them too, and every time is longer than it would be.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"title": title, "about": said, **about, "rows": rows}, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(
        json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    (RESULTS / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def milliseconds(seconds: Sequence[float]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return median(ordered) * 1000, ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] * 1000


def megabytes_resident() -> int:
    """Return how much memory this process has resident (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def _as_typed() -> list[str]:
    return [f"bench/{Path(sys.argv[0]).name}", *sys.argv[1:]]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _listed(values: dict[str, object] | dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
