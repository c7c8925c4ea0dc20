"""Administration: editors protect names, admins run jobs and see health and settings, nobody else comes in."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import working
from working import Worker, plain

from tahqiq import jobs
from tahqiq.ledger import Ledger

Desk = tuple[Ledger, Callable[[str], Worker]]


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[Desk]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    app.state.settings = replace(app.state.settings, backups=str(tmp_path / "backups"), intake_token="word", ledger="postgresql://u:pw@h/d")
    yield ledger, lambda name: Worker(app, ledger, name)
    ledger.close()


def test_roles_see_what_is_theirs(desk: Desk) -> None:
    _, worker = desk
    for name in ("Reader 1", "Coder 1"):
        worker(name).get("/admin", status=403)
        worker(name).post("/admin/names", 403, do="add", name="Person 17", why="x")
    editor = worker("Editor 1")
    assert "Settings" not in plain(editor.get("/admin"))
    editor.post("/admin/jobs", 403, do="backup")
    page = worker("Admin 1").get("/admin")
    assert "TAHQIQ_LEDGER" in page and "pw@" not in page and ">word<" not in page


def test_a_name_is_protected_and_withdrawn_with_reasons(desk: Desk) -> None:
    ledger, worker = desk
    editor = worker("Editor 1")
    editor.post("/admin/names", do="add", name="Person 17", why="a witness")
    assert ledger.protected_names() == ("Person 17",)
    assert "already" in editor.post("/admin/names", 400, do="add", name="person 17", why="again")
    editor.post("/admin/names", 400, do="withdraw", name="Person 17", why="")
    editor.post("/admin/names", do="withdraw", name="Person 17", why="told openly")
    assert ledger.protected_names() == ()
    page = plain(editor.get("/admin"))
    assert "a witness" in page and "told openly" in page


def test_a_backup_is_started_from_the_page_and_shown(desk: Desk) -> None:
    ledger, worker = desk
    admin = worker("Admin 1")
    assert "There is no backup yet." in plain(admin.get("/admin"))
    admin.post("/admin/jobs", do="backup")
    for _ in range(200):
        if jobs.jobs(ledger)[0].state != "running":
            break
        time.sleep(0.05)
    assert "Last good backup" in plain(admin.get("/admin"))
    admin.post("/admin/jobs", 409, do="retry", job=jobs.jobs(ledger)[0].id)
    admin.post("/admin/jobs", 400, do="erase")


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_the_page_is_there_in_every_language(desk: Desk, language: str) -> None:
    assert 'id="settings"' in desk[1]("Admin 1").get("/admin", language)
