"""A shared desk: every way in is closed without a login, and open with one."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from gradio import Blocks
from gradio_client import Client
from page_support import Served
from playwright.sync_api import Browser, Page, expect

from conftest import ARTEFACTS, PATIENCE_MS
from t2vqa.accounts import add_user, remove_user
from t2vqa.web import launch_page

PASSWORD = "correct horse"  # noqa: S105 - of users that nobody has
ALICE = ("alice", PASSWORD)
OPEN = re.compile(
    r"/|/login/?|/logout|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static|svelte)/.*"
    r"|/gradio_api/startup-events"
)


@dataclass(frozen=True)
class Shared:
    """A desk with users."""

    url: str
    users: Path
    page: Blocks


@pytest.fixture(scope="module")
def shared(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    users = tmp_path_factory.mktemp("shared") / "users"
    add_user(users, "alice", PASSWORD)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = served.settings.model_copy(update={"port": port, "auth": users})
    page = launch_page(served.desk, settings)
    try:
        yield Shared(f"http://127.0.0.1:{port}", users, page)
    finally:
        page.close()


@pytest.fixture
def user(shared: Shared, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A user of this test's own, whose slips nobody else pays for."""
    name = re.sub(r"\W", "-", request.node.name)[:60]
    return add_user(shared.users, name, PASSWORD, replace=True), PASSWORD


def all_routes(page: Blocks) -> Iterator[object]:
    """Gradio's routes, those of the routers it includes too."""
    for route in page.app.routes:
        included = getattr(route, "original_router", None)
        yield from [route] if included is None else included.routes


def log_in(shared: Shared, name: str, password: str) -> httpx.Response:
    form = {"username": name, "password": password}
    return httpx.post(f"{shared.url}/login", data=form)


def test_every_route_is_closed_without_a_login(shared: Shared) -> None:
    asked = 0
    with httpx.Client(base_url=shared.url, timeout=10) as client:
        for route in all_routes(shared.page):
            path = re.sub(r"\{\w+(:path)?\}", "x", getattr(route, "path", ""))
            for method in getattr(route, "methods", None) or {"GET", "POST"}:
                if OPEN.fullmatch(path):
                    continue
                answer = client.request(method, path, json={})
                assert answer.status_code == 401, (method, path)
                assert method == "HEAD" or answer.json() == {"detail": "Log in first."}
                asked += 1
    assert asked > 60


@pytest.mark.parametrize(
    "path",
    [
        "/config",
        "/gradio_api/info",
        "/gradio_api/queue/data?session_hash=x",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/mcp/",
        "/gradio_api/mcp/schema",
        "/gradio_api/mcp/sse",
        "/gradio_api/heartbeat/x",
        "//config",
        "/gradio_api/../config",
        "/assets/../config",
        "/assets/%2e%2e/%2e%2e/config",
    ],
)
def test_no_way_leads_around_the_gate(shared: Shared, path: str) -> None:
    for headers in (
        {},
        {"cookie": f"t2vqa-{httpx.URL(shared.url).port}=guessed"},
        {"cookie": f"access-token-{shared.page.app.cookie_id}=guessed"},
        {"authorization": "Basic !!"},
        {"authorization": "Bearer alice"},
    ):
        assert httpx.get(f"{shared.url}{path}", headers=headers).status_code in (401, 403, 404)


def test_the_open_page_tells_nothing_of_the_corpus(shared: Shared, served: Served) -> None:
    page = httpx.get(shared.url).text
    assert '"auth_required":true' in page.replace(" ", "")
    assert not any(one.path in page or one.title in page for one in served.desk.service.documents())


def test_a_token_of_gradios_own_opens_nothing(shared: Shared, user: tuple[str, str]) -> None:
    token = httpx.get(f"{shared.url}/gradio_api/token", auth=user).json()["token"]
    cookies = {f"access-token-{shared.page.app.cookie_id}": token}
    assert httpx.get(f"{shared.url}/config", cookies=cookies).status_code == 401


def test_a_login_opens_the_page_under_the_name_as_kept(shared: Shared) -> None:
    answer = log_in(shared, " ＡLICE", PASSWORD)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    with httpx.Client(base_url=shared.url, cookies=answer.cookies) as client:
        assert client.get("/gradio_api/user").json() == "alice"
        assert client.get("/config").json()["username"] == "alice"
        assert client.get("/logout").status_code == 303
        assert client.get("/config").status_code == 401


def test_a_password_in_the_header_opens_the_api(shared: Shared) -> None:
    assert httpx.get(f"{shared.url}/gradio_api/user", auth=ALICE).json() == "alice"
    closed = httpx.get(f"{shared.url}/config", auth=("alice", "wrong horse"))
    assert closed.status_code == 401
    asked = httpx.get(f"{shared.url}/config").headers
    assert asked["www-authenticate"].startswith("Basic")
    within = httpx.get(f"{shared.url}/config", headers={"sec-fetch-mode": "cors"}).headers
    assert "www-authenticate" not in within


def test_right_passwords_are_not_hashed_with_each_request(shared: Shared) -> None:
    with httpx.Client(base_url=shared.url, auth=ALICE) as client:
        client.get("/gradio_api/user")
        began = time.perf_counter()
        for _ in range(50):
            assert client.get("/gradio_api/user").json() == "alice"
        assert time.perf_counter() - began < 5  # fifty hashes take two seconds of two processors


def test_who_is_removed_or_gets_a_new_password_is_logged_out(
    shared: Shared, user: tuple[str, str]
) -> None:
    cookies = log_in(shared, *user).cookies
    basic = httpx.Client(base_url=shared.url, auth=user)
    browser = httpx.Client(base_url=shared.url, cookies=cookies)
    with basic, browser:
        assert basic.get("/config").status_code == browser.get("/config").status_code == 200
        add_user(shared.users, user[0], "another horse", replace=True)
        assert basic.get("/config").status_code == browser.get("/config").status_code == 401
        again = log_in(shared, user[0], "another horse")
        assert again.status_code == 200
        browser.cookies = again.cookies
        assert browser.get("/config").status_code == 200
        remove_user(shared.users, user[0])
        assert browser.get("/config").status_code == 401
    assert log_in(shared, user[0], "another horse").status_code == 400


def test_guessing_is_slowed(shared: Shared, user: tuple[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: log_in(shared, user[0], "wrong horse"), range(24)))
    said = [answer.json()["detail"] for answer in codes]
    assert {answer.status_code for answer in codes} == {400}
    looked_at = sum("is wrong" in one for one in said)
    assert 5 <= looked_at <= 7  # two are looked at at once
    answer = httpx.get(f"{shared.url}/config", auth=user)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert httpx.get(f"{shared.url}/config", auth=ALICE).status_code == 200


def test_an_endless_form_is_not_read(shared: Shared) -> None:
    for sent in (b"x" * 20_000, iter([b"username=alice&", b"password=" * 10])):
        answer = httpx.post(f"{shared.url}/login", content=sent)
        assert answer.status_code == 413


def test_gradio_client_logs_in(shared: Shared, user: tuple[str, str]) -> None:
    client = Client(shared.url, auth=user, verbose=False)
    assert client.predict(limit=1, api_name="/list_documents")["total"] > 1
    with pytest.raises(Exception, match="Could not login"):
        Client(shared.url, auth=(user[0], "wrong horse"), verbose=False)
    with pytest.raises(Exception, match="credentials were not provided"):
        Client(shared.url, verbose=False)


def test_the_login_page_in_a_browser(
    shared: Shared, user: tuple[str, str], chromium: Browser
) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    for width, locale, scheme in ((1440, "zh-CN", "light"), (390, "en", "dark")):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            color_scheme=scheme,  # type: ignore[arg-type]  # one of the words it takes
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(shared.url)
        expect(page.locator("p.auth")).to_contain_text("投研问答")
        expect(page.locator("input[type=password]")).to_be_visible()
        name, password = page.locator("input, textarea").all()[:2]
        name.fill(user[0])
        password.fill("wrong horse")
        page.screenshot(path=ARTEFACTS / f"login-{width}-{scheme}.png")
        password.press("Enter")
        expect(page.locator("p.creds")).to_be_visible()
        page.screenshot(path=ARTEFACTS / f"login-wrong-{width}-{scheme}.png")
        name.fill(user[0])
        password.fill(PASSWORD)
        password.press("Enter")
        expect(page.locator("#t2-question textarea")).to_be_visible()
        page.goto(f"{shared.url}/logout")
        expect(page.locator("p.auth")).to_be_visible()
        context.close()


def test_the_page_answers_who_is_logged_in(
    shared: Shared, user: tuple[str, str], chromium: Browser
) -> None:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(shared.url)
    expect(page.locator("input[type=password]")).to_be_visible()
    name, password = page.locator("input, textarea").all()[:2]
    name.fill(user[0])
    password.fill(PASSWORD)
    password.press("Enter")
    question = page.locator("#t2-question textarea")
    question.fill("石斛集团 2024 年营业收入是多少？")
    question.press("Enter")
    expect(page.locator("#t2-chat")).to_contain_text("8.5 亿元")
    context.close()


def test_gradios_names_for_who_is_logged_in_are_still_its_names(shared: Shared) -> None:
    """The gate hands a user on in these; another Gradio may keep them elsewhere."""
    assert isinstance(shared.page.app.tokens, dict)
    assert isinstance(shared.page.app.cookie_id, str)
    assert json.loads(httpx.get(f"{shared.url}/gradio_api/user", auth=ALICE).text) == "alice"


def test_the_settings_say_who_is_logged_in_and_lead_out(
    shared: Shared, user: tuple[str, str], chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    ARTEFACTS.mkdir(exist_ok=True)
    page.goto(shared.url)
    expect(page.locator("input[type=password]")).to_be_visible()
    name, password = page.locator("input, textarea").all()[:2]
    name.fill(user[0])
    password.fill(PASSWORD)
    password.press("Enter")
    page.locator("#t2-open-settings").click()
    account = page.locator("#t2-account")
    expect(account.locator("span")).to_have_text(f"用户：{user[0]}")
    page.screenshot(path=ARTEFACTS / "account-zh.png")
    page.locator("#t2-language").get_by_text("English").click()
    expect(account.locator("span")).to_have_text(f"Logged in as {user[0]}")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)  # colours change gradually
    page.screenshot(path=ARTEFACTS / "account-en-dark.png")
    account.get_by_role("link", name="Log out").click()
    expect(page.locator("input[type=password]")).to_be_visible()
    page.goto(shared.url)
    expect(page.locator("input[type=password]")).to_be_visible()
    context.close()


def test_where_nobody_logs_in_the_settings_name_nobody(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.locator("#t2-open-settings").click()
    expect(page.locator("#t2-length")).to_be_visible()
    expect(page.locator(".t2-account")).to_have_count(0)
