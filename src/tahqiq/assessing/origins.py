"""Which reports are of one origin: copies of one wire text, one agency's news, one outlet.

What comes in are accounts of one happening, their reports and what is known of copies; what goes out is an origin for each report.
Independence is a property of sources, not of pages.
"""

from collections.abc import Iterable, Mapping, Sequence

from tahqiq.fold import folded
from tahqiq.model import Account, Report

_WIRES = ("agency",)


def origins(accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str]) -> dict[str, str]:
    """For each report the first report of its origin, by id; a report that shares nothing is its own."""
    names = sorted({account.report for account in accounts})
    home = {name: name for name in names}

    def find(name: str) -> str:
        while home[name] != name:
            name = home[name]
        return name

    first: dict[tuple[str, str], str] = {}
    told = {name: [account for account in accounts if account.report == name] for name in names}
    for name in names:
        for mark in _marks(name, reports.get(name), told[name], copies):
            one, other = sorted((find(name), find(first.setdefault(mark, name))))
            home[other] = one
    return {name: find(name) for name in names}


def _marks(name: str, report: Report | None, accounts: Iterable[Account], copies: Mapping[str, str]) -> list[tuple[str, str]]:
    marks = [("copy", copies.get(name, name))]
    if report is None:
        return marks
    if report.forwarded_from:  # a message passed on is told by whom it is passed on from
        marks.append(("source", folded(report.forwarded_from)))
    elif report.source:
        marks.append(("source", folded(report.source)))
    wires = {_wire(report.wire_credit)} if report.wire_credit else _wires(accounts)
    if len(wires) == 1:  # a report that cites two agencies made something of its own of them
        marks += [("wire", wire) for wire in wires]
    return marks


def _wires(accounts: Iterable[Account]) -> set[str]:
    """Agencies that the accounts are told after."""
    sayers = [c for account in accounts for claim in account.claims for c in (claim.claimant, *claim.via)]
    return {_wire(sayer.actor or sayer.name) for sayer in sayers if sayer.kind in _WIRES}


def _wire(name: str) -> str:
    return folded(name).replace(" ", "-")
