"""What holds for any reports in any order: append twice is once, and what is computed does not depend on the way there."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bounds import examples
from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import Query, open_ledger
from tahqiq.model import Incident, Link
from tahqiq.pipeline import ingest, rebuild

TELLINGS = st.lists(
    st.builds(
        "{} killed in {}{}".format, st.integers(0, 4), st.sampled_from(["Homs", "Dumayr", "Idlib"]), st.sampled_from(["", ".", " again"])
    ),
    min_size=1,
    max_size=6,
)


def told(files: Sequence[Sequence[str]], *, one_run: bool) -> tuple[tuple[Incident, ...], tuple[Link, ...]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        paths = []
        for n, texts in enumerate(files):
            paths.append(folder / f"{n}.jsonl")
            paths[-1].write_text("\n".join(json.dumps({"text": t, "url": f"https://example.org/{t}"}) for t in texts))
        for run in [paths] if one_run else [[p] for p in paths]:
            ingest(run, ledger, Vault(folder / "vault"), stages=PLAIN)
        found = ledger.incidents(Query(limit=1000)).items, tuple(ledger.links())
        rebuild(ledger, anew=True, stages=PLAIN)
        assert (ledger.incidents(Query(limit=1000)).items, tuple(ledger.links())) == found
        ledger.close()
        return found


@pytest.mark.slow
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TELLINGS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_the_incidents_are_the_same_in_any_order_of_arrival_and_however_often_a_report_comes(
    files: list[list[str]], chance: object
) -> None:
    shuffled = [list(texts) for texts in files]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(files, one_run=True) == told([*shuffled, shuffled[0]], one_run=False)
