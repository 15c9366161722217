from __future__ import annotations

import inspect
import os
import socket
import subprocess
import sys

import pytest

from t2vqa.errors import PageError
from t2vqa.web.server import check_address


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PageError, match=rf"port {port} .*--port {port + 1}"):
            check_address("127.0.0.1", port)


def test_an_address_of_no_machine_is_refused() -> None:
    with pytest.raises(PageError, match="--host"):
        check_address("no-such-host.invalid", 7860)


def test_a_free_port_is_fine() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_address("127.0.0.1", port)


def test_gradio_comes_quickly_quietly_and_whole() -> None:
    code = """
import inspect, os
known = inspect.getfile
from t2vqa.web.quick_import import import_gradio
import_gradio()
assert inspect.getfile is known
assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
import gradio
assert callable(gradio.Textbox.submit)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
    assert inspect.getfile(check_address).endswith("server.py")


def test_importing_the_package_does_not_import_gradio() -> None:
    code = "import sys, t2vqa.web; assert 'gradio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


def test_a_proxy_does_not_stand_between_the_page_and_itself() -> None:
    code = """
from t2vqa.config import load_settings
from t2vqa.web import launch_page
import socket, urllib.request
from types import SimpleNamespace
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
settings = load_settings(port=port)
page = launch_page(SimpleNamespace(settings=settings), settings)
assert b"gradio" in urllib.request.urlopen(page.local_url).read()
page.close()
"""
    proxy = "http://127.0.0.1:9"
    environment = {
        **os.environ,
        "http_proxy": proxy,
        "HTTP_PROXY": proxy,
        "no_proxy": "",
        "NO_PROXY": "",
    }
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, env=environment)
