"""Takes the pictures of README and how-to pages: the sample reports' most contradicted incident, and the desk as who works there sees it.

python tools/take_picture.py        (`make docs`)
"""

import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images"
SAMPLES = ROOT / "src" / "tahqiq" / "samples"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-background-networking", "--no-first-run")
WINDOW = {"width": 1360, "height": 1000}
SETTLED_S = 2  # the map draws its last tile after the network is still


def main() -> None:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        print("no picture was taken: Chromium is not installed")
        return
    with tempfile.TemporaryDirectory(prefix="tahqiq-picture-") as folder:
        take(program, Path(folder))
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1000} kB")


def take(program: str, folder: Path) -> None:
    """The pictures are taken of a ledger in that folder: one as anybody reads it, the others signed in."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    from tahqiq import Query, Vault, ingest, open_ledger
    from tahqiq.review import people
    from tahqiq.settings import Settings
    from tahqiq.web import create_app

    ledger, vault = open_ledger(f"sqlite:///{folder / 'demo.db'}"), Vault(folder / "demo.db.vault")
    ingest([SAMPLES], ledger, vault)
    found = max(ledger.incidents(Query(limit=500)).items, key=lambda i: (len(i.contradictions), len(i.languages), len(i.reports), i.id))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(ledger, vault, Settings()), log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    serving.start()
    while not server.started and serving.is_alive():
        time.sleep(0.05)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        context = browser.new_context(viewport=WINDOW)  # type: ignore[arg-type]
        page, address = context.new_page(), f"http://127.0.0.1:{listening.getsockname()[1]}"

        def picture(name: str, path: str, *keys: str) -> None:
            page.goto(f"{address}{path}")
            page.wait_for_load_state("networkidle")
            for key in keys:
                page.keyboard.press(key)
            time.sleep(SETTLED_S)
            page.screenshot(path=str(PICTURES / f"{name}.png"))

        picture("incident", f"/incidents/{found.id}?lang=en")
        people.add_user(ledger, "Person 1", "editor", secrets.token_urlsafe())
        context.add_cookies([{"name": "tahqiq_session", "value": people.begin(ledger, "Person 1")[1], "url": address}])
        picture("inbox", f"/inbox?lang=en&open={found.id}")
        picture("today-ar", "/today?lang=ar")
        picture("coding-ar", f"/coding/{_coded_by_two(ledger)}?lang=ar")
        picture(
            "report-ar",
            f"/reports/{next(r.id for r in ledger.reports_of(found.reports) if r.language == 'ar')}?lang=ar",
            "c",
            "Shift+ArrowLeft",
            "p",
        )
        picture("incident-ur", f"/incidents/{found.id}?lang=ur&do=grade")
        browser.close()
    server.should_exit = True
    serving.join(timeout=10)
    ledger.close()


def _coded_by_two(ledger: Any) -> str:
    """Two have coded an incident that is told in Arabic, and differ on how many were killed: the item's id."""
    from tahqiq.review import coding, people

    coders = ("Person 2", "Person 3")
    for name in coders:
        people.add_user(ledger, name, "coder", secrets.token_urlsafe())
    coding.make_plan(ledger, coding.Plan(0.5, languages=("ar",), coders=coders), who="Person 1")
    item = coding.draw(ledger, who="Person 1")[0]
    for who, killed in zip(coders, (1, 2), strict=True):
        values = {
            "event_type": item.event_type,
            "precision": "settlement",
            "civilians_harmed": "unknown",
            "grade": "weak",
            "killed": killed,
        }
        coding.code(ledger, item.id, values, who=who)
    return item.id


if __name__ == "__main__":
    sys.exit(main())
