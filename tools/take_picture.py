"""Takes the picture of the README: the sample reports' most contradicted incident on the desk, served on the loopback.

python tools/take_picture.py        (`make docs`)
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "incident.png"
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
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")


def take(program: str, folder: Path) -> None:
    """The picture is taken of a ledger in that folder."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    from tahqiq import Query, Vault, ingest, open_ledger
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
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/incidents/{found.id}?lang=en")
        page.wait_for_load_state("networkidle")
        time.sleep(SETTLED_S)
        page.screenshot(path=str(PICTURE))
        browser.close()
    server.should_exit = True
    serving.join(timeout=10)
    ledger.close()


if __name__ == "__main__":
    sys.exit(main())
