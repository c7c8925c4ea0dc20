"""Reports linked in memory, without a ledger: which tell of one happening as their main one."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tahqiq.model import Account, Report, digest
from tahqiq.pipeline.reading import prepare, read_grounded
from tahqiq.pipeline.stages import Stages, the_stages
from tahqiq.pipeline.understanding import report_id


@dataclass(frozen=True, slots=True)
class LinkedReport:
    """Which happening a report tells of as its main one, what it says of it, and whose copy it is; by the ids that were given."""

    id: str
    incident: str | None
    copy_of: str | None
    values: dict[str, Any]


def link_reports(given: Iterable[Report], *, published: dt.date | None = None, stages: Stages | None = None) -> tuple[LinkedReport, ...]:
    """Which reports tell of one happening as their main one; in the order given, whatever that is, with the same result.

    One in which nothing could be read is with those whose story it shares, and has no values.
    """
    from tahqiq.linking import ALONE, main_account

    steps = stages or the_stages()
    outside: dict[str, str] = {}
    reports: dict[str, Report] = {}
    main: dict[str, Account] = {}
    accounts: list[Account] = []
    for found in given:
        report = prepare(replace(found, id=_unlike(report_id(replace(found, document=None)), outside)), published, steps)
        outside[report.id] = found.id
        reports[report.id] = report
        told = read_grounded(report, steps).accounts
        accounts += told
        if told:
            main[report.id] = main_account(told)
    accounts.sort(key=lambda a: a.id)
    ordered = {name: reports[name] for name in sorted(reports)}
    copies = steps.copies(tuple(ordered.values()))
    groups = steps.clusters(accounts, tuple(steps.link(accounts, ordered)), ())
    home = {name: digest("incident", *sorted(group)) for group in groups for name in group}
    return tuple(
        LinkedReport(
            id=outside[name],
            incident=home.get(main[name].id if name in main else f"{ALONE}{name}"),
            copy_of=outside[first] if (first := copies.get(name)) and first != name else None,
            values=_main_values(main[name]) if name in main else {},
        )
        for name in reports
    )


def _unlike(name: str, taken: Mapping[str, str]) -> str:
    """The name, or with a number behind it where the very same report was given before."""
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, len(taken) + 3))) if n not in taken)


def _main_values(account: Account) -> dict[str, Any]:
    """What an account says of the four things that reports most often contradict each other on; None where it says nothing."""
    killed = [c for c in account.casualties if c.effect == "killed"]
    most = max(killed, key=lambda c: (c.max if c.max is not None else c.min, c.min), default=None)
    return {
        "place": account.place.place.name if account.place else None,
        "date": [account.date.start.isoformat(), account.date.end.isoformat()] if account.date else None,
        "killed": [most.min, most.max] if most else None,
        "perpetrator": sorted({p.actor or p.name for p in account.perpetrators}) or None,
    }
