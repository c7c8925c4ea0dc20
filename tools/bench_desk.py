"""How fast the desk answers over generated incidents: every page that can be got, median and 95th percentile; first paint and idle map.

    python tools/bench_desk.py [--incidents 100000] [--ledger URL] [--times 5]      (`make bench`)

Pages are those of the application's routes, so that each new one is measured; where an address names something, the first of its kind in
the ledger is asked for. Milliseconds are by the clock and of this process's own work. What the browser does is measured in Chromium where
it is installed.
"""

import argparse
import re
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bench_search import fill
from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web import create_app

USER, PASSWORD = "Admin 1", "four plain words together"
ADDRESS = "http://127.0.0.1:8765"
# Views that one address does not show: asked beside the routes.
ALSO = (
    "/incidents?country=SY", "/search?country=SY&text=Deir", "/search?text=Deir&kind=reports", "/map?country=SY",
    "/map/tiles/0/0/0.json", "/map/tiles/3/4/3.json", "/map/tiles/6/39/25.json", "/map/list?box=35,32,42,37",
)  # fmt: skip
_LEFT_OUT = re.compile(r"/static|/metrics|\.atom$|/export|/archive|/backup|openapi|/sign-in/")
_HERE = re.compile(r"\{(\w+)(?::\w+)?\}")


def paths(routes: list[Any]) -> Iterator[str]:
    for route in routes:
        if "GET" in (getattr(route, "methods", None) or ()):
            yield route.path
        yield from paths(getattr(getattr(route, "original_router", None), "routes", []))


def asked(app: FastAPI, ledger: Ledger) -> list[str]:
    """Every address that can be got, with the first incident, report and account where one is named; others are left out."""
    incident = ledger.incidents().items[0]
    known = {"incident": incident.id, "report": incident.reports[0], "account": incident.accounts[0]}
    found = []
    described = [path for path, acts in app.openapi()["paths"].items() if "get" in acts]
    for path in dict.fromkeys([*paths(list(app.routes)), *described]):
        names = _HERE.findall(path)
        if not _LEFT_OUT.search(path) and all(name in known for name in names):
            found.append(_HERE.sub(lambda match: known[match[1]], path))
    return [*sorted(found), *ALSO]


def ask(client: TestClient, path: str, times: int) -> tuple[int, list[float], float]:
    """The status, the milliseconds of each time, and the median of this process's work."""
    status, took, own = 0, [], []
    for _ in range(times + 1):
        began, began_here = time.perf_counter(), time.process_time()
        status = client.get(path).status_code
        took.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - began_here) * 1000)
    return status, took[1:], statistics.median(own[1:])  # the first time, caches are filled


def in_browser(app: FastAPI, token: str) -> None:
    """First paint of the main pages, and when the map is idle, as Chromium says."""
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if program is None:
        print("Chromium is not installed: first paint is not measured")
        return
    from playwright.sync_api import sync_playwright

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--enable-unsafe-swiftshader"])
        for path in ("/today", "/inbox", "/incidents", "/search", "/map"):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies([{"name": "tahqiq_session", "value": token, "url": base}])
            page = context.new_page()
            page.goto(base + path)
            paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
            told = f"{path:<36}first paint {paint:8.0f} ms"
            if path == "/map":
                page.wait_for_selector(".map[data-idle]", timeout=120_000)
                told += f", map idle {float(page.get_attribute('.map', 'data-idle') or 0):.0f} ms"
            print(told)
            context.close()
        browser.close()
    server.should_exit = True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--ledger")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        ledger = open_ledger(given.ledger or f"sqlite:///{Path(place) / 'ledger.db'}")
        if not ledger.incidents().total:
            print(f"{given.incidents:,} incidents made: {fill(ledger, 3 * given.incidents):.0f} s")
        if ledger.people.find(USER) is None:
            people.add_user(ledger, USER, "admin", PASSWORD)
        token = people.begin(ledger, USER)[1]
        app = create_app(ledger, Vault(Path(place) / "vault"), Settings(api_rate=0))
        client = TestClient(app, base_url=ADDRESS, raise_server_exceptions=False, follow_redirects=False)
        client.cookies.set("tahqiq_session", token)
        print(f"{'page':<64}{'':>5}{'median':>9}{'p95':>9}{'work':>9}")
        every: list[float] = []
        for path in asked(app, ledger):
            status, took, own = ask(client, path, given.times)
            if status == 404:  # a route told without the prefix under which it stands; it is asked with it, too
                continue
            every += took
            p95 = sorted(took)[max(0, round(0.95 * len(took)) - 1)]
            print(f"{path[:62]:<64}{status:>5}{statistics.median(took):>9.0f}{p95:>9.0f}{own:>9.0f}", flush=True)
        print(f"all: median {statistics.median(every):.0f} ms, p95 {sorted(every)[round(0.95 * len(every)) - 1]:.0f} ms")
        if not given.no_browser:
            in_browser(app, token)
        ledger.close()


if __name__ == "__main__":
    main()
