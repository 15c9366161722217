"""A full disk is told in plain words, and costs nothing but the build."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from index_contents import answers, contents
from index_house import House

from t2vqa.errors import IndexStoreError

BUILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_house import House
from t2vqa.errors import IndexStoreError
import t2vqa.index.builder, chromadb
house = House(Path(sys.argv[2]))
most = int(sys.argv[3])
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    house.build()
except IndexStoreError as error:
    print(error)
"""
LARGE = "# 大\n\n" + "".join(
    f"## {number}\n\n第 {number} 段很长的内容。\n\n" for number in range(400)
)


def build(house: House, most: int = 0) -> str:
    """Build in a process that may write no file larger than ``most`` bytes."""
    arguments = [str(Path(__file__).parent), str(house.corpus.parent), str(most)]
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no limit to set")
@pytest.mark.parametrize("most", [0, 40_000])
def test_a_limit_on_files_is_told(house: House, most: int) -> None:
    house.build()
    before = answers(house)
    house.write({"大.md": LARGE})
    largest = max(path.stat().st_size for path in house.index.rglob("*") if path.is_file())
    said = build(house, most or largest)
    assert str(house.index) in said
    assert "`t2vqa index` again" in said
    assert "still served" in said
    assert answers(house) == before
    assert house.build().added == ("大.md",)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one and a half megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True).returncode:
        pytest.skip("only the superuser mounts disks")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_small_disk_that_runs_full_is_told(small_disk: Path, tmp_path: Path) -> None:
    house = House(tmp_path)
    house.index = small_disk / "index"
    house.write({"one.md": "# 一\n\n云影。\n"})
    house.build()
    before = answers(house)
    house.write({"大.md": LARGE, "更大.md": LARGE})
    with pytest.raises(IndexStoreError, match=r"is full.*Make room"):
        house.build()
    assert answers(house) == before
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    house.build()
    fresh = House(tmp_path / "fresh")
    fresh.corpus = house.corpus
    fresh.build()
    assert contents(house.index) == contents(fresh.index)
