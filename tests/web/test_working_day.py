"""A coder's day in a real Chromium, by keyboard alone, in English and in Arabic; and the same pages at 360 pixels and in the dark."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
import working
from playwright.sync_api import Browser, Page
from test_working import home

from tahqiq.ledger import Ledger
from tahqiq.review import people

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "ar", "ur", "fa")
PROTECTED, PROTECTED_IN_ARABIC = "Syrian Civil Defence", "الدفاع المدني السوري"
MOST_STEPS = 40  # of the arrow key, to a word of a report of one line


@pytest.fixture
def served(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, str]]:
    """A desk of its own on a free port of the loopback."""
    ledger, app = working.copy(whole, tmp_path / "desk")
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    for _ in range(400):
        if server.started:
            break
        time.sleep(0.05)
    yield ledger, f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    ledger.close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go(page: Page, key: str) -> None:
    """The key is pressed and leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def choose(page: Page, incident: str) -> None:
    """The row of the incident is reached by j, from the top."""
    for _ in working.REPORTS:
        press(page, "k")
    for _ in range(MOST_STEPS):
        if incident in (page.evaluate("document.activeElement.getAttribute('href')") or ""):
            return
        press(page, "j")
    raise AssertionError(f"{incident} is not in the inbox")


def open_whole(page: Page) -> None:
    """The chosen incident is opened beside the list, then on a page of its own."""
    go(page, "Enter")
    assert page.locator("#beside").count() == 1
    go(page, "o")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_coders_day_by_keyboard(browser: Browser, served: tuple[Ledger, str], language: str) -> None:
    ledger, address = served
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    # sign in, and take an incident from the inbox
    page.goto(f"{address}/inbox?lang={language}")
    page.keyboard.type("Editor 1")
    press(page, "Tab")
    page.keyboard.type(working.PASSWORD)
    go(page, "Enter")
    assert page.url.startswith(f"{address}/inbox")
    choose(page, home(ledger, "shells"))
    go(page, "h")
    assert [one.who for one in ledger.people.holding()] == ["Editor 1"]
    choose(page, home(ledger, "shells"))
    open_whole(page)

    # its report: the words of the place are walked to with arrow keys and put in by the field's letter
    page.locator(".reports .about a").first.focus()
    go(page, "Enter")
    press(page, "c")
    for _ in range(MOST_STEPS):
        if page.evaluate("document.getSelection().toString().trim()") == "Rastan":
            break
        press(page, "ArrowRight")
    press(page, "p")
    fields = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form[data-selecting]')))")
    start = working.REPORTS[0][2].index("Rastan")
    assert (fields["slot"], fields["on"], fields["span"]) == ("place", "Rastan", f"{start}-{start + 6}")
    press(page, "Shift+Tab")
    press(page, "ControlOrMeta+a")
    page.keyboard.type("Rastan, 34.92, 36.73")
    press(page, "Tab")
    page.keyboard.type("where the shells fell")
    go(page, "Enter")
    decision = [*ledger.decisions()][-1]
    assert decision.value["span"] == [start, start + 6] and decision.who == "Editor 1"
    assert page.locator(".undo").count() == 1

    # merge two in the inbox
    page.goto(f"{address}/inbox")
    for name in ("car", "hostile"):
        choose(page, home(ledger, name))
        press(page, "x")
    go(page, "m")
    assert home(ledger, "car") == home(ledger, "hostile")

    # a name that must not leave is protected, with the reason
    page.goto(f"{address}/admin")
    page.locator("form.row input[name=name]").focus()
    page.keyboard.type(PROTECTED)
    press(page, "Tab")
    page.keyboard.type("staff were threatened")
    go(page, "Enter")
    assert ledger.protected_names() == (PROTECTED,)

    # override a grade, and publish
    page.goto(f"{address}/inbox")
    strike = home(ledger, "strike")
    choose(page, strike)
    open_whole(page)
    assert PROTECTED in page.content() or language == "ar"
    press(page, "g")
    page.keyboard.press("ArrowDown")
    press(page, "Tab")
    page.keyboard.type("two films of it")
    go(page, "Enter")
    assert ledger.incident(strike).computed_grade
    press(page, "p")
    page.keyboard.type("checked by two")
    go(page, "Enter")
    public_id = ledger.incident(strike).public_id
    assert ledger.incident(strike).review == "published"
    assert page.locator(".history li").count() >= 2

    # a stranger sees it in public, without the name
    stranger = browser.new_page()
    stranger.goto(f"{address}/public?lang={language}")
    stranger.locator(f"a[href*='{public_id}']").first.focus()
    go(stranger, "Enter")
    assert public_id in stranger.url and str(public_id) in stranger.content()
    assert not [name for name in (PROTECTED, PROTECTED_IN_ARABIC) if name in stranger.content()]

    # what was published is taken back, and public no more
    go(page, "z")
    assert ledger.incident(strike).review != "published"
    stranger.goto(f"{address}/public")
    assert f"/public/incidents/{public_id}" not in stranger.locator("main").inner_html()
    stranger.close()
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert errors == []
    page.close()


def test_pages_of_work_fit_a_telephone_and_a_dark_room(browser: Browser, served: tuple[Ledger, str]) -> None:
    ledger, address = served
    context = browser.new_context(viewport={"width": 360, "height": 780}, color_scheme="dark")
    context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Admin 1")[1], "url": address}])
    page = context.new_page()
    incident = home(ledger, "strike")
    forms = [f"/incidents/{incident}?do={name}" for name in ("correct", "merge", "split", "grade")]
    for language in LANGUAGES:
        for path in ("/today", "/inbox", "/users", "/account", *forms, f"/reports/{ledger.incident(incident).reports[0]}"):
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, f"{path} in {language} is {wider} pixels wider than the window"
    context.close()


def test_every_field_of_a_form_has_a_name_that_is_read_out(browser: Browser, served: tuple[Ledger, str]) -> None:
    ledger, address = served
    context = browser.new_context()
    context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Admin 1")[1], "url": address}])
    page = context.new_page()
    nameless = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")]
        .filter(e => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())).map(e => e.outerHTML)"""
    report = ledger.incident(home(ledger, "strike")).reports[0]
    for path in (
        "/today",
        "/inbox",
        "/users",
        "/account",
        f"/incidents/{home(ledger, 'strike')}",
        f"/reports/{report}",
        "/incidents?country=SY",
    ):
        page.goto(f"{address}{path}")
        assert page.evaluate(nameless) == [], path
    context.close()
