"""What is in the ledger and the vault is proved to be as it was kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tahqiq.errors import CustodyBroken, UnknownName
from tahqiq.evidence import Vault
from tahqiq.evidence.chain import Fault
from tahqiq.ledger import Ledger
from tahqiq.model import Report
from tahqiq.pipeline.reading import ungrounded
from tahqiq.pipeline.understanding import report_id


def verify(ledger: Ledger, vault: Vault) -> list[Fault]:
    """What is not as it was kept, one sentence each; none where every byte, every entry and every quoted word is in its place."""
    problems = vault.verify()
    try:
        entries = list(vault.custody())
    except CustodyBroken:
        entries = []  # vault.verify has named the line
    else:
        problems += _missing_from_custody(ledger, vault, entries)
    shut = ledger.withheld_reports()
    for report in ledger.reports():
        problems += _unlike_its_reading(ledger, report, is_shut=report.id in shut)
    return problems


def _missing_from_custody(ledger: Ledger, vault: Vault, entries: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    kept = {entry.get("sha256") for entry in entries}
    for d in ledger.documents():
        if d.id not in kept:
            yield Fault(f"{d.name}: the vault {vault.address} has no entry for it ({d.id})", "ledger", d.id)
    hashes = {entry["hash"] for entry in entries}
    for run in ledger.runs():
        if run.custody not in hashes:
            cut = f"{vault.log_name}: the entry that was its last after the run of {run.at} is not in it; its end was cut off or replaced"
            yield Fault(cut, "chain", run.custody)


def _unlike_its_reading(ledger: Ledger, report: Report, *, is_shut: bool) -> Iterator[Fault]:
    if report.id not in _names_of(report):
        yield Fault(f"report {report.id}: its text, title or address is not the one it was named by", "words", report.id)
    try:
        reading = ledger.reading(report.id)
    except UnknownName:
        return  # its failure is kept beside it
    for mention in ungrounded(report.text, reading):
        quoted = "a quoted word" if is_shut else repr(mention.text[:40])
        yield Fault(f"report {report.id}: {quoted} does not stand at {mention.start} of its text", "words", report.id)


def _names_of(report: Report) -> Iterator[str]:
    """The ids that a report of these words can have: its day and its source may have been found after it was named."""
    for published in dict.fromkeys((report.published, None)):
        for source in dict.fromkeys((report.source, None)):
            yield report_id(replace(report, published=published, source=source))


def vault_beside(ledger_url: str, given: str = "") -> str:
    """Where a ledger's documents lie: the folder or bucket given, else a folder beside the ledger's file.

    Raises: UnknownName where neither tells it.
    """
    if given:
        return given
    if not ledger_url.startswith("sqlite:///") or ledger_url.removeprefix("sqlite:///") in ("", ":memory:"):
        raise UnknownName("this ledger is no file: say with --vault in which folder or bucket its documents are kept")
    return ledger_url.removeprefix("sqlite:///").partition("?")[0] + ".vault"
