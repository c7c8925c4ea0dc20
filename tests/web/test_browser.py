"""The pages in a real Chromium: nothing leaves this machine, nothing overflows, keys open words, both directions are home."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAGES = ("/incidents", "/incidents/i-strike", "/reports/r-ar", "/reports/r-ur")
READ = "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
LANGUAGES = ("en", "ar", "ur", "fa")
SIZES = {"desk": (1440, 900), "telephone": (390, 844)}


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """The desk on a free port of the loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


class Visit:
    """A page opened in one size, with what it asked for and what it complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str, language: str = "en") -> Page:
        self.page.goto(f"{self.address}{path}{'&' if '?' in path else '?'}lang={language}")
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    width, height = SIZES[request.param]
    page = browser.new_page(viewport={"width": width, "height": height})
    yield Visit(page, address)
    page.close()


@pytest.fixture
def wide(browser: Browser, address: str) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    yield Visit(page, address)
    page.close()


def test_no_page_asks_for_anything_outside_complains_or_is_wider_than_the_window(visit: Visit) -> None:
    for language in LANGUAGES:
        for path in PAGES:
            page = visit.open(path, language)
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, f"{path} in {language} is {wider} pixels wider than the window"
    assert [url for url in visit.asked if not url.startswith((visit.address, "data:", "blob:"))] == []
    assert visit.errors == []


def test_the_live_map_comes_up_over_the_drawn_one(wide: Visit) -> None:
    for path in ("/incidents", "/incidents/i-strike"):
        page = wide.open(path)
        page.wait_for_selector(".map.alive", timeout=20_000)
    assert page.locator(".place-name").count() == 3


def test_pages_say_the_same_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/incidents/i-strike")
    assert page.locator(".map .drawn").is_visible() and page.locator(".matrix td").count() > 30
    value = page.locator(".matrix td .value > a").first
    value.focus()
    assert page.locator(".matrix td .value .words").first.is_visible()
    value.press("Enter")
    assert page.url.startswith(f"{address}/reports/r-ar?at=") and page.locator(".text .at").count() == 1
    context.close()


def test_focus_on_a_value_opens_its_words_and_enter_the_report_at_them(wide: Visit) -> None:
    page = wide.open("/incidents/i-strike")
    value = page.locator(".matrix td .value > a", has_text="Aleppo").first
    words = value.locator("xpath=..").locator(".words")
    assert not words.is_visible()
    value.focus()
    assert words.is_visible() and "شہر حلب" in words.inner_text()
    box = words.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 1440 and box["y"] + box["height"] <= 900
    value.press("Enter")
    page.wait_for_load_state("networkidle")
    marked = page.locator(".text .at").first
    assert marked.inner_text() == "شہر حلب"
    place = marked.bounding_box()
    assert place and 0 <= place["y"] <= 900


def test_words_behind_a_value_stay_inside_a_narrow_window(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/incidents/i-strike?lang=ar")
    for value in page.locator(".matrix td .value > a").all()[:12]:
        value.focus()
        box = value.locator("xpath=..").locator(".words").bounding_box()
        assert box and box["x"] >= -1 and box["x"] + box["width"] <= 391
    page.close()


def test_arrow_keys_walk_the_matrix_as_it_is_seen(wide: Visit) -> None:
    for language, towards in (("en", "ArrowRight"), ("ar", "ArrowLeft")):
        page = wide.open("/incidents/i-strike", language)
        first = page.locator(".matrix tbody tr").nth(1).locator("td a")
        first.nth(0).focus()
        page.keyboard.press(towards)
        assert first.nth(1).evaluate("e => e === document.activeElement")
        page.keyboard.press("ArrowDown")
        below = page.locator(".matrix tbody tr").nth(2).locator("td").nth(1).locator("a").first
        assert below.evaluate("e => e === document.activeElement")


def test_keys_move_along_the_list_and_go_to_the_search(wide: Visit) -> None:
    page = wide.open("/incidents")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/incidents/i-strike"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/incidents/i-rockets"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "text"


def test_a_value_and_its_words_are_lit_together(wide: Visit) -> None:
    page = wide.open("/reports/r-ar")
    page.locator(".slots .value > a").first.focus()
    assert page.locator(".text .m.lit").count() == 1 and page.locator(".slots .value.lit").count() >= 1
    page.locator(".text .m").last.focus()
    assert page.locator(".slots .value.lit").count() == 1


def test_a_page_in_arabic_is_the_mirror_of_one_in_english(wide: Visit) -> None:
    def middle(selector: str) -> float:
        box = wide.page.locator(selector).first.bounding_box()
        assert box
        return box["x"] + box["width"] / 2

    for path, selector in (
        ("/incidents/i-strike", ".aside"),
        ("/incidents", ".incidents"),
        ("/reports/r-ar", ".text"),
        ("/incidents", ".brand"),
    ):
        wide.open(path, "en")
        left = middle(selector)
        wide.open(path, "ar")
        assert left + middle(selector) == pytest.approx(1440, abs=60)


def test_letters_are_drawn_in_the_fonts_of_the_package(wide: Visit) -> None:
    for path, language, fonts in (
        ("/reports/r-ar", "ar", "Noto Naskh Arabic"),
        ("/reports/r-ur", "ur", "Noto Nastaliq Urdu"),
        ("/reports/r-fa", "fa", "Vazirmatn"),
    ):
        page = wide.open(path, language)
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        assert any(fonts in family for family in loaded), loaded
        heights = page.evaluate(
            "(e => [parseFloat(getComputedStyle(e).lineHeight), parseFloat(getComputedStyle(e).fontSize)])(document.body)"
        )
        assert language != "ur" or heights[0] == pytest.approx(2 * heights[1])


def test_words_are_read_easily_in_light_and_dark(browser: Browser, address: str) -> None:
    """Contrast of 4.5 to 1 between ink and ground, as WCAG counts it, for what the sheet's colours are used for."""
    grounds = {"--ink": "--paper", "--muted": "--sunk", "--accent": "--paper", "--conflict-ink": "--conflict"}
    pairs = [*grounds.items(), *((f"--grade-{letter}-ink", f"--grade-{letter}") for letter in "cfwd")]
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{address}/incidents")
        for ink, ground in pairs:
            colours = [
                page.evaluate("n => getComputedStyle(document.documentElement).getPropertyValue(n).trim()", name) for name in (ink, ground)
            ]
            assert contrast(*colours) >= 4.5, f"{ink} on {ground} in {scheme}: {contrast(*colours):.2f}"
        page.close()


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
