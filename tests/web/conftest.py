"""The desk over a ledger that holds the strike of 7 July 2023 as four outlets told it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import strike
import working
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.settings import Settings
from tahqiq.web import create_app

INSTALL = "Chromium is not installed: apt-get install chromium   (or: CI=true make test)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ADDRESS = "http://127.0.0.1:8765"


@pytest.fixture(scope="session")
def filled_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('desk') / 'ledger.db'}")
    strike.fill(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def app(filled_ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(filled_ledger, Vault(tmp_path_factory.mktemp("vault")), Settings())


@pytest.fixture
def desk(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)


@pytest.fixture
def desk_over(tmp_path: Path) -> Iterator[object]:
    """Makes a desk over the incidents given."""
    opened: list[Ledger] = []

    def make(*incidents: object) -> TestClient:
        ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
        opened.append(ledger)
        strike.fill(ledger, incidents)  # type: ignore[arg-type]
        return TestClient(create_app(ledger, Vault(tmp_path / "vault"), Settings()), base_url=ADDRESS)

    yield make
    for ledger in opened:
        ledger.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small desk of `working`, to be copied by each test that changes it."""
    folder = tmp_path_factory.mktemp("working")
    working.fill(folder)
    return folder
