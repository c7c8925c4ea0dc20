"""Who published what comes in is known at intake: as the register has it, or provisionally; one source is one origin."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, Poll, open_ledger
from tahqiq.model import Account, Incident, Report, Source
from tahqiq.pipeline import ingest
from tahqiq.watching import giving_sources


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


def lines(tmp_path: Path, *reports: dict[str, str]) -> list[Path]:
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(json.dumps({"text": f"{n} killed in Homs"} | report) + "\n" for n, report in enumerate(reports, 1)))
    return [path]


def test_a_known_host_or_name_brings_its_source_and_an_unknown_host_a_provisional_one(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    given = [
        {"url": "https://www.reuters.com/x"},
        {"source": "رويترز"},
        {"url": "https://unknown.example/x"},
        {"source": "A neighbour"},
        {},
    ]
    ingest(lines(tmp_path, *given), desk, vault, stages=PLAIN)
    assert [(source.id, source.kind) for source in desk.sources()] == [("reuters", "agency"), ("unknown.example", "provisional")]
    assert sorted(report.source or "" for report in desk.reports()) == ["", "A neighbour", "reuters.com", "unknown.example", "رويترز"]


def test_reports_are_assessed_under_the_one_id_of_their_source_and_an_agencys_own_carry_its_wire(
    desk: Ledger, vault: Vault, tmp_path: Path
) -> None:
    seen: dict[str, tuple[str | None, str | None]] = {}

    def assess(accounts: Sequence[Account], reports: dict[str, Report], copies: dict[str, str], sources: Sequence[Source]) -> Incident:
        seen.update({report.text: (report.source, report.wire_credit) for report in reports.values()})
        return PLAIN.assess(accounts, reports, copies, sources)

    given = [{"url": "https://arabic.rt.com/x"}, {"source": "رويترز"}, {"source": "A neighbour"}]
    ingest(lines(tmp_path, *given), desk, vault, stages=replace(PLAIN, assess=assess))
    assert seen == {
        "1 killed in Homs": ("rt", None),
        "2 killed in Homs": ("reuters", "reuters"),
        "3 killed in Homs": ("A neighbour", None),
    }


def test_sources_are_told_with_what_they_gave_and_those_that_fail_first(desk: Ledger, vault: Vault, tmp_path: Path) -> None:
    ingest(
        lines(tmp_path, {"source": "رويترز"}, {"url": "https://www.reuters.com/x"}, {"url": "https://unknown.example/x"}),
        desk,
        vault,
        stages=PLAIN,
    )
    desk.append_poll(Poll("https://unknown.example/rss", "2024-03-08T10:00:00Z", "unknown", problem="answers 500"))
    told = giving_sources(desk)
    assert [(g.source.id, g.reports, len(g.feeds)) for g in told] == [("unknown.example", 1, 1), ("reuters", 2, 0)]
