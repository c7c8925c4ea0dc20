"""The incidents of a ledger as they stood at the end of a day."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from plain_stages import PLAIN
from tahqiq.cli import cli
from tahqiq.deciding import tie
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.linking import clusters
from tahqiq.model import Decision, Incident, digest
from tahqiq.pipeline import decide, incidents_as_of, ingest

MONDAY, TUESDAY, THURSDAY = dt.date(2024, 5, 6), dt.date(2024, 5, 7), dt.date(2024, 5, 9)


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """A ledger with a report of Monday and one of Thursday on one happening, and one of Thursday on another."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    told = {
        "monday": (MONDAY, "3 killed in Dumayr"),
        "thursday": (THURSDAY, "7 killed in Dumayr"),
        "other": (THURSDAY, "2 killed in Duma"),
    }
    desk = open_ledger(url)
    for name, (day, words) in told.items():
        (tmp_path / f"{name}.txt").write_text(words)
        ingest([tmp_path / f"{name}.txt"], desk, Vault(tmp_path / "vault"), published=day, stages=PLAIN)
    return url


def tolls(desk: Ledger, day: dt.date) -> dict[str, tuple[int, int | None]]:
    return {i.place.name if i.place else "": (i.tolls[0].low, i.tolls[0].high) for i in incidents_as_of(desk, day, stages=PLAIN)}


def test_incidents_as_of_a_day_tell_what_was_published_by_then_and_leave_the_others_out(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)

    assert tolls(desk, dt.date(2024, 5, 5)) == {}
    assert tolls(desk, TUESDAY) == {"Dumayr": (3, 3)}
    assert tolls(desk, THURSDAY) == {"Dumayr": (3, 7), "Duma": (2, 2)}


def test_the_command_tells_incidents_as_of_a_day(ledger_url: str) -> None:
    run = CliRunner().invoke(cli, ["incidents", "--ledger", ledger_url, "--as-of", "2024-05-07", "--json"])
    rows = [json.loads(line) for line in run.stdout.splitlines()]

    assert run.exit_code == 0, run.output
    assert [(row["tolls"][0]["low"], row["tolls"][0]["high"]) for row in rows] == [(3, 3)]


# -- what was decided later --------------------------------------------------------------------------------------------


def said(ledger: Ledger, kind: str, subject: str, day: dt.date, **value: object) -> Decision:
    account = next(iter(ledger.accounts_of([subject], as_read=True)), None)
    ties = {account.id: tie(account)} if account else {}
    one = Decision(digest(kind, subject, str(day), str(value)), kind, subject, "Editor", "", f"{day}T10:00:00Z", {"ties": ties, **value})
    decide(ledger, [one], stages=PLAIN)
    return one


def of_monday(ledger: Ledger) -> str:
    return next(a.id for a in ledger.accounts() if ledger.report(a.report).published == MONDAY)


def as_of(ledger: Ledger, day: dt.date) -> Incident:
    (one,) = (i for i in incidents_as_of(ledger, day, stages=PLAIN) if i.place and i.place.name == "Dumayr")
    return one


def test_what_was_published_or_graded_later_was_neither_then(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)
    account = of_monday(desk)
    computed = as_of(desk, TUESDAY).grade
    said(desk, "published", account, THURSDAY, public_id="TQ-2222-2222")
    said(desk, "graded", account, THURSDAY, grade="discounted")

    assert (as_of(desk, TUESDAY).review, as_of(desk, TUESDAY).public_id, as_of(desk, TUESDAY).grade) == ("proposed", None, computed)
    assert (as_of(desk, THURSDAY).review, as_of(desk, THURSDAY).public_id, as_of(desk, THURSDAY).grade) == (
        "published",
        "TQ-2222-2222",
        "discounted",
    )


def test_what_was_decided_by_then_and_taken_back_later_stood_then(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)
    graded = said(desk, "graded", of_monday(desk), TUESDAY, grade="discounted")
    said(desk, "take_back", graded.id, THURSDAY, decision=graded.id)

    assert as_of(desk, TUESDAY).grade == "discounted"
    assert as_of(desk, THURSDAY).grade != "discounted"


def test_an_account_that_was_rejected_or_corrected_later_counted_as_it_was_read(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)
    said(desk, "corrected", of_monday(desk), THURSDAY, slot="killed", to=[{"min": 30, "max": 30}])

    assert as_of(desk, TUESDAY).tolls[0].best == 3
    assert as_of(desk, THURSDAY).tolls[0].high == 30
    said(desk, "rejected", of_monday(desk), THURSDAY)
    assert as_of(desk, TUESDAY).tolls[0].best == 3
    assert as_of(desk, THURSDAY).tolls[0].high == 7


def test_what_was_put_together_later_was_two_then(ledger_url: str) -> None:
    desk, stages = open_ledger(ledger_url), replace(PLAIN, clusters=clusters)
    other = next(i for i in desk.incidents().items if i.place and i.place.name == "Duma")
    value = {"accounts": list(other.accounts)}
    decide(desk, [Decision("d", "same", of_monday(desk), "Editor", "", "2024-05-12T10:00:00Z", value)], stages=stages)

    together = {of_monday(desk), *other.accounts}
    assert together in [set(i.accounts) for i in desk.incidents().items]
    assert not [i for i in incidents_as_of(desk, THURSDAY, stages=stages) if together <= set(i.accounts)]
    assert len([i for i in incidents_as_of(desk, THURSDAY, stages=stages) if together & set(i.accounts)]) == 2
    assert together in [set(i.accounts) for i in incidents_as_of(desk, dt.date(2024, 5, 12), stages=stages)]


def test_as_of_today_an_incident_is_what_it_is(ledger_url: str) -> None:
    desk = open_ledger(ledger_url)
    said(desk, "reviewed", of_monday(desk), TUESDAY)
    said(desk, "rejected", next(a.id for a in desk.accounts() if "7" in a.casualties[0].mention.text), THURSDAY)

    assert {i.id: i for i in incidents_as_of(desk, dt.date(2030, 1, 1), stages=PLAIN)} == {i.id: i for i in desk.incidents().items}
