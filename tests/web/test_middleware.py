"""What browsers may keep of the page."""

from __future__ import annotations

import re

import httpx
import pytest
from page_support import Served
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from t2vqa.web.middleware import KeptAssets

FOR_GOOD = "public, max-age=31536000, immutable"


async def _asked_again(request: Request) -> PlainTextResponse:
    status = 404 if "gone" in request.url.path else 200
    return PlainTextResponse("x", status, {"Cache-Control": "max-age=0, must-revalidate"})


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [Route("/{path:path}", _asked_again)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(KeptAssets)]))


@pytest.mark.parametrize(
    "path", ["/assets/Blocks-0aNuD791.css", "/assets/Index-Akn07EZk2.js", "/assets/a/b-DIr1Sg_-.js"]
)
def test_a_file_with_a_hash_in_its_name_is_kept_for_good(client: TestClient, path: str) -> None:
    assert client.get(path).headers.get_list("cache-control") == [FOR_GOOD]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/theme.css",
        "/assets/index.js",
        "/assets/Index-short.js",
        "/assets/gone-0aNuD791.js",
        "/gradio_api/file=/assets/Blocks-0aNuD791.css",
        "/static/Blocks-0aNuD791.css",
    ],
)
def test_anything_else_is_asked_for_again(client: TestClient, path: str) -> None:
    assert client.get(path).headers.get_list("cache-control") == ["max-age=0, must-revalidate"]


def test_the_scripts_of_the_page_are_kept(served: Served) -> None:
    with httpx.Client(base_url=served.url) as client:
        page = client.get("/")
        scripts = re.findall(r'(?:src|href)="\.?(/assets/[^"]+)"', page.text)
        assert scripts
        for script in scripts:
            answer = client.get(script)
            assert answer.headers.get_list("cache-control") == [FOR_GOOD], script
            assert "content-security-policy" in answer.headers
        assert "immutable" not in page.headers.get("cache-control", "")
