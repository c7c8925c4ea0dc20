"""Readers and deciders in processes of their own, on one desk: no page fails, and no decision that the desk answered for is lost."""

import sys
from pathlib import Path

import pytest

import bounds
from tahqiq.ledger import Query, open_ledger

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import bench_load

SECONDS, READERS, DECIDERS = (120.0, 50, 5) if bounds.WHOLE else (5.0, 4, 3)


@pytest.mark.slow
def test_of_decisions_made_by_many_processes_none_is_lost(ledger_url: str) -> None:
    incidents = bench_load.prepare(ledger_url, 60)
    found = bench_load.run(ledger_url, incidents, readers=READERS, deciders=DECIDERS, seconds=SECONDS)
    assert found["errors"] == {}
    assert found["made"] >= bench_load.LEAST * DECIDERS and found["lost"] == []
    assert found["kept"] == found["made"]
    ledger = open_ledger(ledger_url)
    assert ledger.incidents(Query(review="reviewed", limit=1)).total
    assert {one.who for one in ledger.decisions()} == {f"editor {n}" for n in range(DECIDERS)}
    ledger.close()
