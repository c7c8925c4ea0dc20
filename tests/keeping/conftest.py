"""The desk of these tests, and an empty ledger beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_made import Desk, made_in

from tahqiq.ledger import Ledger, open_ledger


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = made_in(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'empty.db'}")
    yield opened
    opened.close()
