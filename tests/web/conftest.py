"""The desk over a ledger that holds the strike of 7 July 2023 as four outlets told it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import strike
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tahqiq.evidence.vault import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.settings import Settings
from tahqiq.web import create_app

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
