"""Of any two accounts it is said what they share, and what settled that they are together or apart."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tahqiq.cli import cli
from tahqiq.errors import UnknownName
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.linking import explain_all
from tahqiq.model import Decision
from tahqiq.pipeline import decide, ingest, pair_explanation

TEXTS = (
    "Four civilians were killed in an airstrike on the Hal market in Saraqib in Idlib on Friday 7 July, the White Helmets said.",
    "An air strike hit the Hal market of Saraqib on Friday 7 July and killed five people, a monitor said.",
    "Shelling killed two children in Azaz on Saturday 8 July, the Syrian Observatory said.",
    "A car bomb killed nine people in Quetta on 2 March 2019, police said. No group claimed it.",
)


@pytest.fixture
def told(tmp_path: Path) -> tuple[Ledger, list[str]]:
    """A ledger of these texts, and in their order the first account of each."""
    file = tmp_path / "told.jsonl"
    file.write_text(
        "\n".join(json.dumps({"text": text, "published": "2023-07-09", "url": f"https://example.org/{n}"}) for n, text in enumerate(TEXTS))
    )
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    ingest([file], ledger, Vault(tmp_path / "vault"))
    by_url = {report.url: report.id for report in ledger.reports()}
    return ledger, [ledger.accounts_of_reports([by_url[f"https://example.org/{n}"]])[0].id for n in range(len(TEXTS))]


def test_two_that_agree_are_together_and_two_that_share_little_are_apart(told: tuple[Ledger, list[str]]) -> None:
    ledger, (one, two, azaz, quetta) = told

    together, apart, far = (pair_explanation(ledger, a, b) for a, b in ((two, one), (one, azaz), (one, quetta)))

    assert (together.settled, together.is_together, together.link.score >= together.threshold) == ("together", True, True)
    assert (apart.is_together, apart.link.score < apart.threshold) == (False, True)
    assert {apart.settled, far.settled} <= {"too_little", "not_met"}
    assert far.link.score < 0
    assert round(sum(reason.weight for reason in far.link.reasons), 2) == far.link.score


def test_the_bits_are_those_that_linking_gave(told: tuple[Ledger, list[str]]) -> None:
    ledger, (one, two, *_) = told
    reports = {report.id: report for report in ledger.reports()}
    accounts = tuple(ledger.accounts())
    by_id = {account.id: account for account in accounts}

    found = pair_explanation(ledger, one, two)

    assert (
        [found.link]
        == [link for link in ledger.links_of([one]) if two in (link.a, link.b)]
        == list(explain_all([(by_id[one], by_id[two])], accounts, reports))
    )


def test_what_a_person_said_of_the_pair_settles_it_until_it_is_taken_back(told: tuple[Ledger, list[str]]) -> None:
    ledger, (one, two, *_) = told
    decide(ledger, [Decision("d1", "not_same", one, "role: editor", "two markets", "2024-01-01T00:00:00Z", {"accounts": [two]})])
    apart = pair_explanation(ledger, one, two)
    decide(ledger, [Decision("d2", "take_back", "d1", "role: editor", "one market", "2024-01-02T00:00:00Z", {"decision": "d1"})])

    assert (apart.settled, apart.decision, apart.is_together) == ("person_apart", "d1", False)
    assert pair_explanation(ledger, one, two).settled == "together"


def test_an_account_that_is_not_there_or_the_same_twice_is_refused_in_words(told: tuple[Ledger, list[str]]) -> None:
    ledger, (one, *_) = told
    with pytest.raises(UnknownName, match="account nobody"):
        pair_explanation(ledger, one, "nobody")
    with pytest.raises(ValueError, match="two accounts are compared"):
        pair_explanation(ledger, one, one)


def test_the_command_tells_the_waterfall_and_what_settled_it(told: tuple[Ledger, list[str]], tmp_path: Path) -> None:
    _, (one, _, azaz, _) = told

    done = CliRunner().invoke(cli, ["explain", "--pair", one, azaz, "--ledger", f"sqlite:///{tmp_path / 'ledger.db'}"])

    assert done.exit_code == 0, done.output
    assert "they are apart" in done.output and "the threshold is" in done.output
