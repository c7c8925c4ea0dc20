"""Photos and videos on a report's page: veiled, of this machine, and never a way for what is in them to run."""

import hashlib
import socket
import threading
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from pictures import MP4, OGG, SVG, png
from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.evidence.media import MOST_PIXELS
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.model import Document
from tahqiq.pipeline import ingest
from tahqiq.settings import Settings
from tahqiq.web import create_app

PARTS = {
    "street.png": (png(640, 480), "image/png"),
    "film.mp4": (MP4, "video/mp4"),
    "voice.ogg": (OGG, "audio/ogg"),
    "map.svg": (SVG, "image/svg+xml"),
    "bomb.png": (png(60_000, 60_000), "image/png"),
    "false.jpg": (SVG, "image/jpeg"),
}


class Shown:
    """A desk with one letter that has all of them."""

    def __init__(self, folder: Path) -> None:
        letter = EmailMessage()
        letter["From"], letter["Subject"] = "desk@news.example", "Sarmin"
        letter.set_content("3 killed in Sarmin")
        letter.add_alternative('<p>3 killed in Sarmin</p><img src="https://tracker.example/p.gif" alt="a street">', subtype="html")
        for name, (data, kind) in PARTS.items():
            major, _, minor = kind.partition("/")
            letter.add_attachment(data, maintype=major, subtype=minor, filename=name)
        (folder / "x.eml").write_bytes(bytes(letter))
        self.ledger: Ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.vault = Vault(folder / "vault")
        assert ingest([folder / "x.eml"], self.ledger, self.vault, stages=PLAIN).refused == []
        self.page = TestClient(create_app(self.ledger, self.vault, Settings()), base_url="http://127.0.0.1:8765")
        (self.report,) = self.ledger.reports()

    def document(self, name: str) -> Document:
        return self.ledger.document(hashlib.sha256(PARTS[name][0]).hexdigest())


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return Shown(tmp_path)


def test_each_stands_veiled_without_a_script_and_none_plays_by_itself(shown: Shown) -> None:
    html = shown.page.get(f"/reports/{shown.report.id}").text
    for name, tag in (("street.png", "<img"), ("film.mp4", "<video"), ("voice.ogg", "<audio")):
        address = f"/media/{shown.document(name).id}"
        veil = html[html.index(f'src="{address}"') - 400 : html.index(f'src="{address}"')]
        assert '<details class="veil">' in veil and tag in veil[veil.index("<details") :]
    assert "autoplay" not in html and html.count('preload="none"') == 2 and 'loading="lazy"' in html
    assert "<details open" not in html


def test_what_could_run_or_burst_is_told_and_handed_out_as_a_file_alone(shown: Shown) -> None:
    html = shown.page.get(f"/reports/{shown.report.id}").text
    for name in ("map.svg", "bomb.png"):
        assert f'src="/media/{shown.document(name).id}"' not in html
        assert f'href="/media/{shown.document(name).id}?as=file"' in html
    assert html.count("larger than a browser can bear") == 2


def test_one_that_is_only_named_is_told_by_its_address_and_never_asked_for(shown: Shown) -> None:
    html = shown.page.get(f"/reports/{shown.report.id}").text
    assert "https://tracker.example/p.gif" in html and 'src="https://tracker.example' not in html and 'href="https://tracker' not in html


@pytest.mark.parametrize("name", PARTS)
def test_no_bytes_are_served_as_anything_that_runs(shown: Shown, name: str) -> None:
    answer = shown.page.get(f"/media/{shown.document(name).id}")
    assert answer.content == PARTS[name][0]
    kind = answer.headers["content-type"]
    inline = {"street.png": "image/png", "film.mp4": "video/mp4", "voice.ogg": "audio/ogg"}
    assert kind == inline.get(name, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("inline" if name in inline else "attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"


def test_as_a_file_it_is_never_shown(shown: Shown) -> None:
    answer = shown.page.get(f"/media/{shown.document('street.png').id}?as=file")
    assert answer.headers["content-type"] == "application/octet-stream" and "attachment" in answer.headers["content-disposition"]


def test_a_part_of_a_film_is_given_where_a_browser_asks_for_it(shown: Shown) -> None:
    answer = shown.page.get(f"/media/{shown.document('film.mp4').id}", headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.content) == (206, b"ftyp")


def test_altered_bytes_are_not_shown_as_evidence(shown: Shown) -> None:
    name = shown.document("street.png").id
    place = shown.vault.place(name)
    place.chmod(0o644)
    place.write_bytes(png(640, 480, shade=3))
    assert shown.page.get(f"/media/{name}").status_code == 410


@pytest.mark.parametrize("what", ["report", "unknown", "path"])
def test_no_other_document_is_given_by_this_address(shown: Shown, what: str) -> None:
    name = {"report": shown.report.document, "unknown": "0" * 64, "path": "..%2f..%2fledger.db"}[what]
    assert shown.page.get(f"/media/{name}").status_code == 404


def test_pictures_of_a_page_that_is_withheld_alone_are_given_no_more_by_hash(shown: Shown) -> None:
    name = shown.document("street.png").id
    shown.vault.withhold(name, reason="a face", who="A. Editor", at="2026-11-20T10:00:00Z")
    assert shown.page.get(f"/media/{name}").status_code == 404
    html = shown.page.get(f"/reports/{shown.report.id}").text
    assert "a face" in html and f'src="/media/{name}"' not in html and "Sarmin" in html


def test_the_twin_tells_the_same(shown: Shown) -> None:
    told = shown.page.get(f"/api/v1/pages/reports/{shown.report.id}").json()["media"]
    assert [(one["kind"], one["is_shown"]) for one in told] == [
        ("image", False),
        ("image", True),
        ("video", True),
        ("audio", True),
        ("image", False),
        ("image", False),
    ]
    assert MOST_PIXELS < 60_000**2


def test_a_photo_is_posted_where_a_report_names_it(shown: Shown) -> None:
    refused = shown.page.post("/api/v1/documents?name=x.png", content=png(5, 5), headers={"content-type": "image/png"})
    assert refused.json()["problems"] == ["x.png: is a photo, video or recording that no report names; it is not kept"]
    taken = shown.page.post("/api/v1/documents?url=https://tracker.example/p.gif", content=png(5, 5), headers={"content-type": "image/gif"})
    assert (taken.status_code, taken.json()["problems"]) == (201, [])
    told = shown.page.get(f"/api/v1/pages/reports/{shown.report.id}").json()["media"]
    assert (told[0]["told_at"], told[0]["is_shown"]) == ("https://tracker.example/p.gif", True)


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_in_a_browser_nothing_is_seen_before_a_key_unveils_it(shown: Shown, browser: Browser, scripts: bool) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(shown.page.app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    page = browser.new_context(java_script_enabled=scripts).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/reports/{shown.report.id}", wait_until="networkidle")
    assert not page.locator("details.veil img").first.is_visible()
    assert not scripts or not [one for one in asked if "/media/" in one], (
        "browsers load what is lazy only with scripts; veiled it is anyhow"
    )
    page.locator("details.veil summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("details.veil img").first.wait_for(state="visible")
    page.wait_for_load_state("networkidle")
    assert [one for one in asked if not one.startswith(address)] == []
    assert len({one for one in asked if "/media/" in one}) == 1
    server.should_exit = True
    thread.join(timeout=10)
