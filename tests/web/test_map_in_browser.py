"""The live map in a real Chromium: it pans by keys, time is brushed, an incident is opened from the list, and the address says it all."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from test_working_day import served

from tahqiq.ledger import Ledger, Query
from tahqiq.review import people

__all__ = ["served"]
pytestmark = pytest.mark.browser
SLOW_MS = 60_000  # WebGL is drawn by the processor here


def opened(browser: Browser, served: tuple[Ledger, str], path: str) -> Page:
    ledger, address = served
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Coder 1")[1], "url": address}])
    page = context.new_page()
    page.goto(f"{address}{path}")
    page.wait_for_selector(".map[data-drawn]", timeout=SLOW_MS)
    page.wait_for_selector(".map.alive", timeout=SLOW_MS)
    return page


def test_the_map_is_moved_by_keys_and_the_list_and_address_follow(browser: Browser, served: tuple[Ledger, str]) -> None:
    page = opened(browser, served, "/map")
    assert page.get_attribute(".map", "data-drawn") == str(served[0].incidents().total)
    page.focus(".live canvas")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("view="), timeout=SLOW_MS)
    again = opened(browser, served, page.url.partition(served[1])[2])
    expect(again.locator("#in-view h2")).to_be_visible()
    assert re.search(r"view=[-\d.]+%2C[-\d.]+%2C[\d.]+", again.url)
    page.context.close()
    again.context.close()


def test_time_is_brushed_by_keys_and_an_incident_is_opened(browser: Browser, served: tuple[Ledger, str]) -> None:
    ledger, _ = served
    page = opened(browser, served, "/map?country=SY")
    page.focus(".time input[name=to]")
    for _ in range(3):  # from September back to June
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("until=2023-06-30"), timeout=SLOW_MS)
    expected = ledger.incidents(Query(country="SY", until="2023-06-30"))
    expect(page.locator("#in-view li")).to_have_count(expected.total, timeout=SLOW_MS)
    assert page.get_attribute(".time input[name=to]", "aria-valuetext") == "June 2023"
    page.focus("#in-view li a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/incidents/" in page.url
    page.context.close()
