"""``python app.py`` serves the page over the corpus beside it, called from any folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_app_serves_the_page_until_it_is_interrupted(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    process = subprocess.Popen(
        [sys.executable, ROOT / "app.py", "--port", address.split(":")[2].strip("/")],
        cwd=tmp_path,
        env={**os.environ, "T2VQA_INDEX": str(tmp_path / "index")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        page = first_page(process, address)
        assert "<html" in page
        assert process.stderr is not None
        next(line for line in process.stderr if address in line)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
    assert (tmp_path / "index").is_dir()


def first_page(process: subprocess.Popen[str], address: str) -> str:
    """Wait until the page is served; the index is built before, and the model if need be."""
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  # our own address
                text: str = answer.read().decode("utf-8")
                return text
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"no page: {process.communicate()[1]}")
