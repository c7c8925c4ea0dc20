"""A small desk with users for tests of work: five short reports in this project's own words, read and linked by the real stages."""

import json
import re
import shutil
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.pipeline import ingest
from tahqiq.review import people
from tahqiq.settings import Settings
from tahqiq.web import create_app

ADDRESS = "http://127.0.0.1:8765"
PASSWORD = "four plain words together"
USERS = {"Reader 1": "reader", "Coder 1": "coder", "Coder 2": "coder", "Editor 1": "editor", "Admin 1": "admin"}
HOSTILE = "<script>document.title='x'</script><img src=x onerror=document.title='x'>\"'"
REPORTS = (
    ("shells", "en", "Shelling killed two people in Homs on 3 May 2023. The shells fell in Rastan, residents said."),
    ("strike", "en", "An air strike killed three civilians in Idlib on 9 August 2023, the Syrian Civil Defence said."),
    ("strike-ar", "ar", "قُتل أربعة مدنيين في غارة جوية على مدينة إدلب يوم 9 أغسطس 2023، بحسب الدفاع المدني السوري."),
    ("car", "en", "A car bomb killed seven people in Azaz on 2 September 2023, local sources said."),
    ("hostile", "en", f"A car bomb killed one person in Afrin on 5 June 2023, {HOSTILE} said. \u202etxet nedih"),
)


def fill(folder: Path) -> None:
    """The folder holds a ledger, a vault, and the users."""
    lines = [
        {"id": name, "text": text, "language": language, "published": "2023-09-03", "url": f"https://{name}.example/1"}
        for name, language, text in REPORTS
    ]
    source = folder / "reports.jsonl"
    source.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    ingest([source], ledger, Vault(folder / "vault"))
    for name, role in USERS.items():
        people.add_user(ledger, name, role, PASSWORD)
    ledger.close()


def copy(folder: Path, to: Path) -> tuple[Ledger, FastAPI]:
    """A ledger of one's own with what `fill` put into the folder, and the desk over it."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    ledger = open_ledger(f"sqlite:///{to / 'ledger.db'}")
    return ledger, create_app(ledger, Vault(to / "vault"), Settings())


class Worker:
    """A browser without scripts, in which a user has signed in without the door's page."""

    def __init__(self, app: FastAPI, ledger: Ledger, name: str = "") -> None:
        self.client = TestClient(app, base_url=ADDRESS, follow_redirects=False)
        self.token = people.begin(ledger, name)[1] if name else ""
        if name:
            self.client.cookies.set("tahqiq_session", self.token)

    def get(self, path: str, language: str = "en", status: int = 200) -> str:
        answer = self.client.get(path, headers={"accept-language": language})
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.text

    def post(self, path: str, status: int = 303, csrf: str | None = None, **fields: object) -> str:
        """The form is sent with the browser's own word, or another; gives where it led, or the page that refused it."""
        word = people.csrf(self.token) if csrf is None else csrf
        answer = self.client.post(path, data={"csrf": word, **fields})
        assert answer.status_code == status, f"{path} {fields}: {answer.status_code} {plain(answer.text)[:400]}"
        return answer.headers.get("location", "") or answer.text

    def decide(self, act: str, status: int = 303, **fields: object) -> str:
        return self.post("/decisions", status, act=act, **fields)


def plain(html: str) -> str:
    """Words as they are read: marks of direction left out, runs of space as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub("[\u2066-\u2069]", "", html)))
