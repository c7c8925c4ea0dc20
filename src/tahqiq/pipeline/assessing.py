"""Clusters of accounts to incidents, with who publishes and whose copies reports are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tahqiq.model import Account, Incident, Report, Source
from tahqiq.pipeline.stages import Stages
from tahqiq.registries.sources import Sources

_ALONE = "report:"  # begins the name of a report in which no account was read, as linking has it


def assessed(
    stages: Stages,
    groups: Iterable[Sequence[str]],
    accounts: Mapping[str, Account],
    reports: Mapping[str, Report],
    copies: Mapping[str, str],
    sources: Sequence[Source],
) -> Iterator[Incident]:
    """The incidents of these groups. A report in which nothing was read stands with the incident whose story it tells, without an account.

    Args:
        reports: each under its source's one id, see `by_its_source`.
    """
    for group in groups:
        told = [accounts[name] for name in group if name in accounts]
        if not told:
            continue  # stories alone: nothing is known of what happened
        incident = stages.assess(told, {a.report: reports[a.report] for a in told}, copies, sources)
        beside = {name.removeprefix(_ALONE) for name in group if name.startswith(_ALONE)}
        if beside := {name for name in beside if name in reports}:
            languages = {language for name in beside if (language := reports[name].language)}
            incident = replace(
                incident,
                reports=tuple(sorted({*incident.reports, *beside})),
                languages=tuple(sorted({*incident.languages, *languages})),
            )
        yield incident


def by_its_source(report: Report, sources: Sources) -> Report:
    """The report under its source's one id, whatever name or host it goes by; an agency's own report carries its own wire."""
    source = sources.get(report.source or "")
    origin = sources.get(report.forwarded_from or "")
    wire = sources.get(report.wire_credit or "") or (source if source and source.kind == "agency" and not report.wire_credit else None)
    return replace(
        report,
        source=source.id if source else report.source,
        forwarded_from=origin.id if origin else report.forwarded_from,
        wire_credit=wire.id if wire else report.wire_credit,
    )
