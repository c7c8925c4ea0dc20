"""The desk of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_made import Desk, made_in


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = made_in(tmp_path)
    yield made
    made.ledger.close()
