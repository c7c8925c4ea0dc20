"""Everybody can use the pages: axe finds no serious or critical fault by WCAG 2.2 AA, in four languages, on a desk and a telephone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from test_compared import acled
from test_working_day import home, served

from tahqiq import review
from tahqiq.comparing import compare
from tahqiq.comparing.kept import keep, kept_of
from tahqiq.ledger import Ledger, Query
from tahqiq.review import people, reported

__all__ = ["served"]
pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "build" / "axe.min.js"
INSTALL = "axe is not there: rm -r src/tahqiq/web/static/built, then python tools/build_assets.py"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FAULTS = """async rules => (await axe.run(document, {runOnly: rules})).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => found.id + ": " + found.nodes.map(node => node.html.slice(0, 120)).join(" | "))"""
SIZES = {"desk": (1440, 900, "light"), "telephone": (360, 780, "dark")}


@pytest.fixture(scope="module")
def axe() -> str:
    if AXE.is_file():
        return AXE.read_text("utf-8")
    if os.environ.get("CI") == "true":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


def compared(ledger: Ledger, folder: Path) -> str:
    """The page of a comparison with another dataset."""
    (folder / "acled.csv").write_bytes(acled(ledger))
    found = compare(folder / "acled.csv", ledger.incidents().items)
    return f"/comparisons/{keep(ledger, kept_of(found, 'acled.csv', who='Coder 1', at='2024-01-01T00:00:00Z'))}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_axe_finds_nothing_serious(
    browser: Browser, served: tuple[Ledger, str], axe: str, language: str, size: str, tmp_path: Path
) -> None:
    ledger, address = served
    width, height, scheme = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()

    def faults(path: str) -> list[str]:
        page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        page.evaluate(axe)
        return [f"{path}: {found}" for found in page.evaluate(FAULTS, RULES)]

    found = faults("/sign-in")
    context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Admin 1")[1], "url": address}])
    incident = home(ledger, "strike")
    report = ledger.incident(incident).reports[0]
    a, b = (i.accounts[0] for i in ledger.incidents(Query(limit=2)).items)
    pages = (
        "/today",
        "/inbox",
        "/coding",
        "/incidents",
        "/search?country=SY",
        "/map",
        "/searches",
        "/persons",
        "/actors",
        f"/actors/{ledger.things.tallies('part').items[0].value}",
        "/places",
        "/figures",
        f"/pairs?a={a}&b={b}",
        "/sources",
        "/comparisons",
        compared(ledger, tmp_path),
        "/users",
        "/admin",
        "/account",
        f"/incidents/{incident}?do=correct",
        f"/reports/{report}",
    )
    for path in pages:
        found += faults(path)
    context.close()
    assert found == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_axe_finds_nothing_serious_on_public_pages(
    browser: Browser, served: tuple[Ledger, str], axe: str, language: str, size: str
) -> None:
    ledger, address = served
    width, height, scheme = SIZES[size]
    decision = review.publish(ledger, home(ledger, "strike"), who="Editor 1", why="checked by two")
    gone = review.publish(ledger, home(ledger, "car"), who="Editor 1", why="checked")
    review.take_back(ledger, gone.id, who="Editor 1", why="told of another year")
    name = str(decision.value["public_id"])
    error = reported.tell_error(ledger, reported.told(name, 1, "where", "It was in Ariha."))
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page, found = context.new_page(), []
    pages = ["/public", f"/public/incidents/{name}", f"/public/incidents/{gone.value['public_id']}", "/public/changes"]
    pages += ["/public/methodology", f"/public/errors/{error.id}", "/errors", "/looks"]
    for path in pages:
        if path == "/errors":
            context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Admin 1")[1], "url": address}])
        page.goto(f"{address}{path}?lang={language}")
        if name in path:
            page.locator(".telling summary").click()
        page.evaluate(axe)
        found += [f"{path}: {one}" for one in page.evaluate(FAULTS, RULES)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path}: {wide} pixels too wide"] if wide > 0 else []
    context.close()
    assert found == []
